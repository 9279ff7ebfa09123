//! The feed of events: nothing is left out, nothing is told out of order or to those who may not know it, and waiting costs
//! nobody else anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use std::thread;

use diesel::connection::SimpleConnection;
use involvement::app::order_events;
use involvement::events::EVENT_TYPES;
use involvement::features::FEATURES;
use serde_json::{Value, json};

use crate::support::books::ask;
use crate::support::marked::marked;
use crate::support::together::at_once;
use crate::support::{App, Client, make};

fn order(app: &App) {
    order_events(&app.running().service).expect("places");
}

/// Everything in the feed after a place, read page by page, and where it ends.
fn read_on(client: &Client<'_>, mut after: i64, filter: &str) -> (Vec<Value>, i64) {
    let mut all = Vec::new();
    loop {
        let page = client.get(&format!("/v1/events?after={after}&limit=7{filter}")).expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["after"].as_i64().unwrap();
        if page["more"] == false {
            return (all, after);
        }
    }
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[test]
fn an_event_is_a_cloudevent_with_ids_and_states_only() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    assert_eq!(app.lead().get("/v1/events").expect(200), json!({ "items": [], "after": 0, "more": false }));
    order(&app);
    let page = app.lead().get("/v1/events").expect(200);
    assert_eq!((page["after"].clone(), page["more"].clone()), (json!(1), json!(false)));
    let mut event = page["items"][0].clone();
    let id = event["id"].take();
    assert!(id.as_str().is_some_and(|id| uuid::Uuid::parse_str(id).is_ok()));
    assert_eq!(
        event,
        json!({
            "specversion": "1.0", "id": null, "source": "http://involvement.test", "type": "involvement.service.created.v1",
            "subject": format!("service/{service}"), "time": "2026-06-15T10:00:00Z", "datacontenttype": "application/json",
            "sequence": "0000000000000000001",
            "data": { "resource_type": "service", "resource_id": service, "version": 1, "state": null },
        })
    );
    // The sequence of an event is a place to go on from.
    let next = app.lead().get("/v1/events?after=0000000000000000001").expect(200);
    assert_eq!(next, json!({ "items": [], "after": 1, "more": false }));
}

#[test]
fn an_event_whose_change_took_long_comes_late_and_is_not_left_out() {
    let app = App::start();
    // A change that has its event's number, and goes on.
    let mut held = app.database.as_owner();
    held.batch_execute(
        "BEGIN; SELECT pg_current_xact_id(); INSERT INTO events (id, at, type, resource_type, resource_id, version)
            VALUES (gen_random_uuid(), '2026-06-15T10:00:00Z', 'involvement.channel.changed.v1', 'channel', gen_random_uuid(), 2)",
    )
    .expect("a change");
    make::service(&app, "crisis-cafe");
    // However often it is looked meanwhile, its number is not taken for settled.
    (0..4).for_each(|_| order(&app));
    let (first, after) = read_on(&app.lead(), 0, "");
    assert_eq!(
        types(&first),
        ["involvement.service.created.v1"],
        "the later number is visible, the earlier is not yet"
    );
    held.batch_execute("COMMIT").expect("the change");
    make::service(&app, "perinatal");
    (0..4).for_each(|_| order(&app));
    let (then, _) = read_on(&app.lead(), after, "");
    assert_eq!(types(&then), ["involvement.channel.changed.v1", "involvement.service.created.v1"]);
    let numbers = ask(
        &app,
        "SELECT o.position = row_number() OVER (ORDER BY o.position) AS good, o.seq FROM event_order o ORDER BY o.position",
    );
    assert!(numbers.iter().all(|row| row["good"] == true), "{numbers:?}");
    assert!(numbers[0]["seq"].as_i64() > numbers[1]["seq"].as_i64(), "the first in the feed had the higher number");
    assert!(settles(&app), "nothing is looked at again");
}

/// Whether the next look for events without a place begins after the last event.
fn is_settled(app: &App) -> bool {
    ask(app, "SELECT p.settled = (SELECT max(seq) FROM events) AS good FROM event_progress p")[0]["good"] == true
}

/// Whether it comes to that. Transactions of other tests, in the same PostgreSQL, may hold it up for a while.
fn settles(app: &App) -> bool {
    (0..50_000).any(|_| {
        order(app);
        is_settled(app)
    })
}

#[test]
fn numbers_of_changes_that_were_taken_back_hold_up_nothing() {
    let app = App::start();
    let mut held = app.database.as_owner();
    held.batch_execute("BEGIN; SELECT pg_current_xact_id(); SELECT nextval('events_seq_seq')").expect("a number");
    make::service(&app, "crisis-cafe");
    (0..4).for_each(|_| order(&app));
    assert!(!is_settled(&app), "somebody may yet use the number");
    held.batch_execute("ROLLBACK").expect("no change");
    assert!(settles(&app));
    // A backup that was restored into another PostgreSQL, which counts its transactions from less.
    held.batch_execute("UPDATE event_progress SET before = before + 1000000000, settled = 0").expect("a restore");
    make::service(&app, "perinatal");
    assert!(settles(&app));
    let (all, _) = read_on(&app.lead(), 0, "");
    assert_eq!(types(&all), ["involvement.service.created.v1", "involvement.service.created.v1"]);
}

#[test]
fn every_change_is_in_the_feed_once_and_each_record_in_the_order_of_its_versions() {
    let app = App::with_pool(8);
    let other = app.another();
    let services: Vec<String> = ["a", "b", "c"].iter().map(|code| make::service(&app, code)).collect();
    let lead = app.lead();
    let paths: Vec<String> = services.iter().map(|id| format!("/v1/services/{id}")).collect();
    thread::scope(|scope| {
        for copy in [&app, &other] {
            scope.spawn(move || (0..30).for_each(|_| order(copy)));
        }
        for round in 0..10 {
            at_once(6, |which| {
                let path = &paths[which % 3];
                let version = lead.get(path).expect(200)["version"].as_i64().unwrap();
                lead.patch(path, version, json!({ "name": format!("Service {round} {which}") }))
            });
        }
    });
    order(&app);
    let (events, _) = read_on(&lead, 0, "");
    let mut versions: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in &events {
        let of = event["subject"].as_str().unwrap().to_owned();
        versions.entry(of).or_default().push(event["data"]["version"].as_i64().unwrap());
    }
    for (subject, versions) in &versions {
        assert_eq!(*versions, (1..=versions.len() as i64).collect::<Vec<_>>(), "{subject}");
    }
    let written = ask(&app, "SELECT count(*) AS events FROM events")[0]["events"].as_i64().unwrap();
    let ids: BTreeSet<&str> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!((events.len() as i64, ids.len()), (written, events.len()));
    let sequences: Vec<&str> = events.iter().map(|event| event["sequence"].as_str().unwrap()).collect();
    assert!(sequences.is_sorted() && sequences[0].len() == 19, "{sequences:?}");
}

#[test]
fn finance_gets_money_alone_and_claims_from_their_approval_on() {
    let app = App::start();
    marked(&app);
    order(&app);
    for client in [app.staff(&["crisis-cafe"]), app.volunteer(&uuid::Uuid::now_v7().to_string())] {
        client.get("/v1/events").refused(403, "forbidden");
    }
    app.public().get("/v1/events").refused(401, "unauthenticated");
    let (all, end) = read_on(&app.lead(), 0, "");
    let (money, money_end) = read_on(&app.finance(), 0, "");
    assert_eq!(end, money_end, "finance goes on past what it is not told");
    let kinds: BTreeSet<&str> = money.iter().map(|event| event["data"]["resource_type"].as_str().unwrap()).collect();
    assert!(kinds.is_subset(&BTreeSet::from(["claim", "payment", "payment_run", "payee", "recovery"])), "{kinds:?}");
    assert!(types(&money).contains(&"involvement.claim.approved.v1"));
    for early in ["involvement.claim.created.v1", "involvement.claim.submitted.v1"] {
        assert!(types(&all).contains(&early) && !types(&money).contains(&early), "{early}");
    }
    let (filtered, _) = read_on(&app.lead(), 0, "&type=involvement.claim.approved.v1,involvement.plan.approved.v1");
    assert!(filtered.len() > 1 && types(&filtered).iter().all(|kind| kind.ends_with(".approved.v1")), "{filtered:?}");
    let (plans, _) = read_on(&app.lead(), 0, "&resource_type=plan");
    assert!(!plans.is_empty() && plans.iter().all(|event| event["data"]["resource_type"] == "plan"));
    const TYPO: &str = "type=involvement.claim.aproved.v1";
    for bad in ["after=-1", "after=x", "limit=101", "wait=31", "resource_type=cake", "type=claim", TYPO, "cursor=x"] {
        app.lead().get(&format!("/v1/events?{bad}")).refused(400, "invalid-parameter");
    }
    let beyond = format!("/v1/events?after={}", end + 1);
    app.lead().get(&beyond).refused(400, "invalid-cursor");
}

#[test]
fn whoever_waits_is_told_and_holds_no_connection_meanwhile() {
    let app = App::with_pool(1);
    make::service(&app, "crisis-cafe");
    order(&app);
    let lead = app.lead();
    thread::scope(|scope| {
        // One connection is enough for all of this, while twenty requests of several people wait.
        let wait = |n: usize| {
            let who = app.lead_called(&format!("lead.{}", n % 4));
            move || who.get("/v1/events?after=1&wait=30").expect(200)
        };
        let waiting: Vec<_> = (0..20).map(|n| scope.spawn(wait(n))).collect();
        make::service(&app, "perinatal");
        for _ in 0..20 {
            lead.get("/v1/me").expect(200);
        }
        order(&app);
        for answer in waiting {
            let answer = answer.join().expect("an answer");
            assert_eq!(answer["items"][0]["type"], "involvement.service.created.v1");
            assert_eq!(answer["after"], 2);
        }
    });
    // Without an event, and without waiting: at once.
    assert_eq!(lead.get("/v1/events?after=2&wait=0").expect(200)["items"], json!([]));
}

#[test]
fn one_caller_does_not_take_all_places_of_those_who_wait() {
    let app = App::start();
    make::service(&app, "crisis-cafe");
    order(&app);
    let (told, answers) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..9 {
            let (lead, told) = (app.lead(), told.clone());
            scope.spawn(move || told.send(lead.get("/v1/events?after=1&wait=30").expect(200)["items"].clone()));
        }
        let other = scope.spawn(|| app.lead_called("lead.other").get("/v1/events?after=1&wait=30").expect(200));
        // The ninth is answered at once, while the others wait for what has not happened yet.
        assert_eq!(answers.recv().expect("an answer"), json!([]));
        make::service(&app, "perinatal");
        order(&app);
        for _ in 0..8 {
            assert_eq!(answers.recv().expect("an answer").as_array().map(Vec::len), Some(1));
        }
        assert_eq!(other.join().expect("an answer")["items"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn an_approval_that_is_undone_ends_what_finance_is_told_of_a_claim() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-10T09:00:00Z", 60);
    let claim = make::id(&make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }])));
    let verb = |verb: &str, body: Value| app.lead().post(&format!("/v1/claims/{claim}/{verb}"), body).expect(200);
    verb("reopen", json!({ "reason": "The wrong session." }));
    verb("return", json!({ "reason": "Name the right session." }));
    order(&app);
    let told = |who: &Client<'_>| -> Vec<String> {
        let (events, _) = read_on(who, 0, "&resource_type=claim");
        let last = |kind: &str| kind.trim_start_matches("involvement.claim.").trim_end_matches(".v1").to_owned();
        types(&events).into_iter().map(last).collect()
    };
    assert_eq!(told(&app.finance()), ["approved", "reopened"]);
    let all = told(&app.lead());
    assert_eq!(all[all.len() - 3..], ["approved", "reopened", "returned"]);
    app.volunteer(&it.volunteer).ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    verb("approve", json!({ "no_close_relationship": true }));
    order(&app);
    assert_eq!(told(&app.finance()), ["approved", "reopened", "approved"]);
}

#[test]
fn every_type_of_event_is_in_the_document() {
    let known: BTreeSet<String> =
        EVENT_TYPES.iter().map(|(resource, event)| format!("involvement.{resource}.{event}.v1")).collect();
    assert_eq!(known.len(), EVENT_TYPES.len(), "each stands there once");
    let recorded: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.resources).map(|one| one.name).collect();
    // A supplementary claim has a life of its own, and is a claim in the record.
    let lives = FEATURES.iter().flat_map(|feature| feature.lives).map(|lived| lived.life);
    let lives = lives.filter(|life| recorded.contains(life.resource()));
    let steps = lives.flat_map(|life| life.events().into_iter().map(|event| (life.resource(), event)));
    let missing: BTreeSet<String> =
        steps.map(|(of, event)| format!("involvement.{of}.{event}.v1")).filter(|kind| !known.contains(kind)).collect();
    assert_eq!(missing, BTreeSet::new());
    let resources: BTreeSet<&str> = EVENT_TYPES.iter().map(|(resource, _)| *resource).collect();
    assert_eq!(resources, recorded);
    let app = App::demonstration();
    let sent = ask(&app, "SELECT DISTINCT type AS kind FROM events");
    assert!(sent.len() > 50, "{}", sent.len());
    let sent: Vec<&str> = sent.iter().map(|kind| kind["kind"].as_str().unwrap()).collect();
    let missing: Vec<&&str> = sent.iter().filter(|kind| !known.contains(**kind)).collect();
    assert_eq!(missing, [&""; 0]);
    let document = involvement::openapi::document(&app.running().service.routes);
    let described: BTreeSet<String> = document["webhooks"].as_object().unwrap().keys().cloned().collect();
    let known: BTreeSet<String> = known.iter().map(|kind| kind.replace('_', "-")).collect();
    assert_eq!(described, known);
}
