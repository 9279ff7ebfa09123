//! Lists in the order of changes: whoever keeps a copy by `updated_since` misses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::clock::Clock;
use serde_json::{Value, json};

use crate::statements::{asks, client};
use crate::support::app::{BEGIN, instant, mint_defaults, token};
use crate::support::{App, Client, make};

const EPOCH: &str = "1970-01-01T00:00:00Z";

/// Lists whose items say when they changed, and which can't be asked for by that.
const WITHOUT: [&str; 6] = [
    // A version never changes.
    "/v1/plans/{id}/versions",
    // A release of an export never changes, either.
    "/v1/volunteers/{id}/export-releases",
    // The status of a clearance depends on the day that is asked about.
    "/v1/volunteers/{id}/clearances",
    // What is on the public pages and what is to be posted leaves these lists without a trace.
    "/v1/public/opportunities",
    "/v1/public/templates",
    "/v1/deliveries/batch",
];

/// Every item of a list from some address on, page by page.
fn walk(who: &Client<'_>, address: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{address}{cursor}")).expect(200);
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

fn changed(item: &Value) -> &str {
    item["updated_at"].as_str().unwrap_or_default()
}

#[test]
fn every_list_whose_items_say_when_they_changed_gives_each_once_the_oldest_change_first() {
    let app = App::start();
    app.database.as_owner().batch_execute(&asks::fill(40, BEGIN)).expect("a filled database");
    // What a migration lays in is as old as the database, and so younger than anything by the clock of this test.
    let laid_in = ["channels", "trainings", "retention_periods"]
        .map(|table| format!("UPDATE {table} SET updated_at = '2026-01-01';"))
        .concat();
    app.database
        .as_owner()
        .batch_execute(&format!("SET session_replication_role = replica; {laid_in}"))
        .expect("older");
    let document = app.public().get("/openapi.json").expect(200);
    let lists: Vec<asks::Ask> = asks::all(&document)
        .into_iter()
        .filter(|ask| ask.filters.iter().any(|filter| filter.starts_with("updated_since=")))
        .collect();
    let lists: BTreeSet<String> = lists.into_iter().map(|ask| ask.path).collect();
    assert!(lists.len() > 20, "{lists:?}");
    let mut long = 0;
    for who in asks::EVERYBODY {
        let who = client(&app, who);
        for list in &lists {
            if matches!(who.get(list).status, 401 | 403 | 404) {
                continue;
            }
            let whole = walk(&who, &format!("{list}?limit=100"));
            let by_change = walk(&who, &format!("{list}?limit=9&updated_since={EPOCH}"));
            let each: BTreeSet<&str> = ids(&by_change).into_iter().collect();
            assert_eq!(each.len(), by_change.len(), "{list} gives something twice");
            assert_eq!(each, ids(&whole).into_iter().collect(), "{list}");
            assert!(by_change.is_sorted_by_key(|item| (changed(item).to_owned(), item["id"].to_string())), "{list}");
            let Some(middle) = by_change.get(by_change.len() / 2).map(changed).filter(|at| !at.is_empty()) else {
                continue;
            };
            let later = walk(&who, &format!("{list}?limit=9&updated_since={middle}"));
            let wanted: Vec<&Value> = by_change.iter().filter(|item| changed(item) >= middle).collect();
            assert_eq!(later.iter().collect::<Vec<_>>(), wanted, "{list} since {middle}");
            long += usize::from(by_change.len() > 9);
        }
    }
    assert!(long > 25, "only {long} lists had more than a page");
}

#[test]
fn every_list_takes_it_but_those_that_are_named() {
    let app = App::start();
    let document = app.public().get("/openapi.json").expect(200);
    let resolve = |schema: &Value| match schema["$ref"].as_str() {
        Some(name) => document.pointer(name.trim_start_matches('#')).expect("a schema").clone(),
        None => schema.clone(),
    };
    let mut without = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let get = &operations["get"];
        let named =
            |name: &str| get["parameters"].as_array().is_some_and(|all| all.iter().any(|it| it["name"] == name));
        if !named("cursor") || named("updated_since") {
            continue;
        }
        let list = resolve(&get["responses"]["200"]["content"]["application/json"]["schema"]);
        let item = resolve(&list["properties"]["items"]["items"]);
        if item.to_string().contains("\"updated_at\":") {
            without.push(path.as_str());
        }
    }
    let named: BTreeSet<&str> = WITHOUT.into_iter().collect();
    assert_eq!(without.into_iter().collect::<BTreeSet<_>>(), named);
}

#[test]
fn a_place_that_is_taken_or_freed_is_a_change_of_what_the_opportunity_shows() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 3 }), json!({}));
    let left = |since: &str| {
        let list = app.lead().get(&format!("/v1/opportunities?updated_since={since}")).expect(200);
        list["items"].as_array().expect("items").iter().map(|item| item["places_left"].clone()).collect::<Vec<_>>()
    };
    app.now_is("2026-06-16T10:00:00Z");
    assert_eq!(left("2026-06-16T09:00:00Z"), Vec::<Value>::new());
    let end = json!({ "reason": "It was for one time." });
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), end).expect(200);
    app.now_is("2026-06-16T11:00:00Z");
    assert_eq!(left("2026-06-16T09:00:00Z"), [json!(3)]);
}

#[test]
fn an_order_beside_it_and_what_is_no_time_are_refused() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let lead = app.lead();
    for (query, parameter, code) in [
        ("services?updated_since=2026-06-15T10:00:00Z&order=oldest", "order", "not-with-updated-since"),
        ("sessions?updated_since=2026-06-15T10:00:00Z&order=soonest", "order", "not-with-updated-since"),
        ("services?updated_since=2026-06-15", "updated_since", "bad-format"),
        ("services?updated_since=2526-06-15T10:00:00Z", "updated_since", "out-of-range"),
        ("deliveries/batch?updated_since=2026-06-15T10:00:00Z", "updated_since", "unknown-parameter"),
        ("audit?updated_since=2026-06-15T10:00:00Z", "updated_since", "unknown-parameter"),
        ("support-contacts?overdue=true&updated_since=2026-06-15T10:00:00Z", "updated_since", "not-with-overdue"),
    ] {
        let problem = lead.get(&format!("/v1/{query}")).refused(400, "invalid-parameter");
        let fault = &problem["errors"][0];
        assert_eq!((&fault["parameter"], &fault["code"]), (&json!(parameter), &json!(code)), "{query}: {problem}");
    }
    // Any offset will do, and both ends of the second count.
    let found = |since: &str| ids(&walk(&lead, &format!("/v1/services?updated_since={since}"))).len();
    assert_eq!(found("2026-06-15T11:00:00%2B01:00"), 1);
    assert_eq!(found("2026-06-15T10:00:00.000001Z"), 0);
    // A cursor is of the same time alone.
    make::service(&app, "another");
    let page = lead.get("/v1/services?limit=1&updated_since=2026-06-15T10:00:00Z").expect(200);
    assert_eq!(make::id(&page["items"][0]), service);
    let cursor = page["next_cursor"].as_str().expect("more");
    for query in ["updated_since=2026-06-15T09:00:00Z", "order=newest"] {
        lead.get(&format!("/v1/services?limit=1&{query}&cursor={cursor}")).refused(400, "invalid-cursor");
    }
}

/// A server whose clock goes, near the time at which tests begin.
fn going() -> (App, Clock) {
    let clock = Clock::Wrong(Clock::System.now().minutes_until(instant(BEGIN)) + 2);
    let its = clock.clone();
    (App::changed(move |service| service.clock = its), clock)
}

fn rename(app: &App, service: &str, name: &str) {
    app.lead().change(&format!("/v1/services/{service}"), json!({ "name": name })).expect(200);
}

#[test]
fn nothing_is_listed_before_a_change_that_began_earlier_has_ended() {
    let (app, clock) = going();
    let [slow, quick] = ["slow", "quick"].map(|code| make::service(&app, code));
    let since = clock.now();
    let found = || -> Vec<String> {
        walk(&app.lead(), &format!("/v1/services?updated_since={since}")).iter().map(make::id).collect()
    };
    assert_eq!(found(), Vec::<String>::new());
    let mut held = app.database.as_service();
    held.batch_execute("BEGIN").expect("a transaction");
    let began = clock.now();
    rename(&app, &quick, "Quick");
    assert_eq!(found(), Vec::<String>::new(), "whoever has read on to the quick one never sees the slow one");
    let change =
        format!("UPDATE services SET name = 'Slow', version = version + 1, updated_at = '{began}' WHERE id = '{slow}'");
    held.batch_execute(&change).expect("changed");
    assert_eq!(found(), Vec::<String>::new());
    held.batch_execute("COMMIT").expect("committed");
    assert_eq!(found(), [slow, quick.clone()]);
    // What is rolled back holds nothing up.
    held.batch_execute("BEGIN").expect("a transaction");
    rename(&app, &quick, "Quicker");
    held.batch_execute("ROLLBACK").expect("undone");
    let newest = walk(&app.lead(), &format!("/v1/services?updated_since={since}"));
    assert_eq!(newest.last().map(|it| it["name"].clone()), Some(json!("Quicker")));
}

#[test]
fn a_copy_that_is_kept_while_others_write_misses_nothing() {
    let (app, clock) = going();
    let services: Vec<String> = (0..6).map(|n| make::service(&app, &format!("service-{n}"))).collect();
    let (late, quick) = services.split_at(2);
    let done = AtomicBool::new(false);
    let mut copy: BTreeMap<String, Value> = BTreeMap::new();
    thread::scope(|scope| {
        let quick: Vec<_> = (quick.iter())
            .map(|service| scope.spawn(|| (0..25).for_each(|n| rename(&app, service, &format!("Quick {n}")))))
            .collect();
        let late: Vec<_> = (late.iter())
            .map(|service| {
                let (app, clock) = (&app, &clock);
                scope.spawn(move || {
                    let mut held = app.database.as_service();
                    for n in 0..25 {
                        held.batch_execute("BEGIN").expect("a transaction");
                        let began = clock.now();
                        let change = format!("UPDATE services SET name = 'Late {n}', version = version + 1, updated_at = '{began}' WHERE id = '{service}'; SELECT pg_sleep(0.02); COMMIT");
                        held.batch_execute(&change).expect("changed");
                    }
                })
            })
            .collect();
        let done = &done;
        scope.spawn(move || {
            late.into_iter().for_each(|it| it.join().expect("written"));
            quick.into_iter().for_each(|it| it.join().expect("written"));
            done.store(true, Ordering::SeqCst);
        });
        let mut since = EPOCH.to_owned();
        loop {
            let last = done.load(Ordering::SeqCst);
            for item in walk(&app.lead(), &format!("/v1/services?limit=2&updated_since={since}")) {
                since = since.max(changed(&item).to_owned());
                copy.insert(make::id(&item), item);
            }
            if last {
                break;
            }
        }
    });
    let whole = walk(&app.lead(), "/v1/services?limit=100");
    assert_eq!(copy, whole.into_iter().map(|item| (make::id(&item), item)).collect());
}

#[test]
fn a_change_has_the_time_at_which_it_is_made_however_long_its_body_takes() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let bearer = token(Mint { roles: vec![Role::InvolvementLead], subject: "lead.1".to_owned(), ..mint_defaults() });
    let body = json!({ "name": "Renamed" }).to_string();
    let head = format!(
        "PATCH /v1/services/{service} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\nif-match: *\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    stream.write_all(head.as_bytes()).expect("sent");
    // The server has one thread: having answered this, it has begun with the other.
    app.lead().get("/v1/services").expect(200);
    app.now_is("2026-06-15T10:00:30Z");
    stream.write_all(body.as_bytes()).expect("sent");
    let mut told = String::new();
    stream.read_to_string(&mut told).expect("an answer");
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    let renamed = app.lead().get(&format!("/v1/services/{service}")).expect(200);
    assert_eq!(renamed["updated_at"], "2026-06-15T10:00:30Z");
}
