//! The work list: what waits for somebody, oldest first, and nothing that they may not do.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::{App, Client, make};

/// All items of a list, page by page.
fn all(client: &Client<'_>, address: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), address.to_owned());
    loop {
        let page = client.get(&next).expect(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { return items };
        next = format!("{address}&cursor={cursor}");
    }
}

fn kinds(client: &Client<'_>) -> Vec<String> {
    let items = all(client, "/v1/me/work?limit=100");
    items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_list_has_what_the_counts_count_oldest_first_and_each_address_answers() {
    let app = App::demonstration();
    let ward = app.lead().get("/v1/services").expect(200)["items"].as_array().unwrap().clone();
    let codes: Vec<&str> = ward.iter().map(|service| service["code"].as_str().unwrap()).collect();
    let one = app.lead().get("/v1/agreements?status=active").expect(200)["items"][0]["volunteer_id"].clone();
    let mut met = std::collections::BTreeSet::new();
    for client in [app.lead(), app.staff(&codes), app.finance(), app.volunteer(one.as_str().unwrap())] {
        let waiting = client.get("/v1/me").expect(200)["waiting"].clone();
        let listed = all(&client, "/v1/me/work?limit=3");
        for (kind, count) in waiting.as_object().unwrap() {
            let of = |items: &[Value]| items.iter().filter(|item| item["kind"] == **kind).count();
            assert_eq!(json!(of(&listed)), *count, "{kind}");
            assert_eq!(json!(of(&all(&client, &format!("/v1/me/work?limit=2&kind={kind}")))), *count, "{kind} alone");
        }
        let since: Vec<&str> = listed.iter().map(|item| item["since"].as_str().unwrap()).collect();
        assert!(since.is_sorted(), "{since:?}");
        let newest = all(&client, "/v1/me/work?limit=3&order=newest");
        assert_eq!(newest.iter().rev().collect::<Vec<_>>(), listed.iter().collect::<Vec<_>>());
        for item in listed {
            let path = item["resource"]["path"].as_str().unwrap();
            assert_eq!(client.get(path).status, 200, "{item}");
            assert_ne!(item["title"], "", "{item}");
            met.insert(item["kind"].as_str().unwrap().to_owned());
        }
    }
    assert!(met.len() > 15, "the demonstration has work of many kinds: {met:?}");
    app.lead().get("/v1/me/work?kind=nothing").refused(400, "invalid-parameter");
    app.lead().get("/v1/me/work?id=019d5fdf-e551-7000-8000-000000000001").refused(400, "invalid-parameter");
    app.public().get("/v1/me/work").refused(401, "unauthenticated");
}

/// Times differ by microseconds, days have many things, and a page may end between two of them.
#[test]
fn what_waits_since_the_same_moment_or_day_is_listed_once_by_pages_of_one() {
    let app = App::start();
    let it = make::engaged(&app);
    for _ in 0..4 {
        let plan = make::plan(&app, &it.service);
        app.staff(&["crisis-cafe"]).ask(&format!("/v1/plans/{plan}/submit")).expect(200);
    }
    let agreements = "UPDATE agreements SET review_on = '2026-01-15', induction_due_on = '2026-01-15'";
    app.database.by_force(agreements);
    // Two in one microsecond, and one each in the microseconds beside it, in the same millisecond.
    app.database.by_force(
        "UPDATE plans SET updated_at = timestamptz '2026-01-15 00:00:00.000500Z' + n.place / 2 * interval '1 microsecond'
         FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM plans) n WHERE n.id = plans.id",
    );
    let lead = app.lead();
    let whole = all(&lead, "/v1/me/work?limit=100");
    let due = |item: &&Value| item["since"].as_str().unwrap().starts_with("2026-01-15T00:00:00");
    assert!(whole.iter().filter(due).count() >= 6, "{whole:#?}");
    assert_eq!(all(&lead, "/v1/me/work?limit=1"), whole);
    let newest = all(&lead, "/v1/me/work?limit=1&order=newest");
    assert_eq!(newest.into_iter().rev().collect::<Vec<_>>(), whole);
}

#[test]
fn what_somebody_may_not_decide_does_not_wait_for_them() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let line = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    // Ann types a claim for Vera: another lead decides it.
    let claim = json!({ "agreement_id": it.agreement, "volunteer_id": it.volunteer, "lines": line,
        "declaration": { "made_on": "2026-06-15", "how": "phone" } });
    let typed = make::id(&app.lead().post("/v1/claims", claim).expect(201));
    app.lead().ask(&format!("/v1/claims/{typed}/submit")).expect(200);
    let zoe = app.lead_called("lead.zoe");
    let waits = |who: &Client<'_>, kind: &str| {
        let counted = who.get("/v1/me").expect(200)["waiting"][kind].as_u64().unwrap();
        let listed = all(who, &format!("/v1/me/work?limit=100&kind={kind}")).len();
        assert_eq!(counted, u64::try_from(listed).unwrap(), "{kind}");
        counted
    };
    assert_eq!((waits(&app.lead(), "claims_to_decide"), waits(&zoe, "claims_to_decide")), (0, 1));
    zoe.post(&format!("/v1/claims/{typed}/approve"), json!({ "no_close_relationship": true })).expect(200);
    // A payment waits for a run only once its payee has a number; a run waits for somebody else than made it.
    let finance = app.finance();
    assert_eq!(waits(&finance, "payments_due"), 0);
    make::payee(&app, &it.volunteer);
    assert_eq!(waits(&finance, "payments_due"), 1);
    let key = [("idempotency-key", "a-run-of-this-morning")];
    let run = json!({ "route": "accounts_payable", "cut_off": "2026-12-31" });
    finance.send("POST", "/v1/payment-runs", &key, Some(run.to_string())).expect(201);
    let dan = app.finance_called("finance.dan");
    assert_eq!((waits(&finance, "runs_to_release"), waits(&dan, "runs_to_release")), (0, 1));
    // Nor does it for somebody who is paid by it, by whichever log-in.
    let paid = app.with(Mint {
        roles: vec![Role::Finance, Role::Volunteer],
        subject: "finance.vera".into(),
        volunteer_id: Some(it.volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    });
    paid.get("/v1/claims").expect(200);
    paid.post("/v1/claims", json!({ "agreement_id": it.agreement, "lines": [] })).expect(201);
    assert_eq!(waits(&paid, "runs_to_release"), 0);
}

#[test]
fn a_register_is_to_fill_for_92_days() {
    let app = App::start();
    let it = make::engaged(&app);
    make::session(&app, &it.opportunity, "2026-06-18T09:00:00Z", 240);
    for (at, waits) in [
        ("2026-06-18T13:00:00Z", 0),
        ("2026-06-18T13:00:01Z", 1),
        ("2026-09-18T08:59:59Z", 1),
        ("2026-09-18T09:00:00Z", 0),
    ] {
        app.now_is(at);
        assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"]["registers_to_fill"], waits, "{at}");
        assert_eq!(all(&app.lead(), "/v1/me/work?kind=registers_to_fill").len(), waits, "{at}");
    }
}

#[test]
fn the_ward_sisters_morning() {
    let app = App::start();
    let it = make::engaged_with(
        &app,
        json!({ "places": 1 }),
        json!({ "review_on": "2026-06-10", "link_person": { "name": "Ben", "email": "ben@trust.example", "subject": "nurse.ben" } }),
    );
    let sister = app.staff(&["crisis-cafe"]);
    let first = kinds(&sister);
    assert_eq!(first[..2], ["support_overdue", "agreement_reviews"], "support was due four weeks after 10 January");
    assert!(first[2..].iter().all(|kind| kind == "deliveries_to_make"), "{first:?}");
    // Nobody has filled the register of last week's session.
    make::session(&app, &it.opportunity, "2026-06-08T09:00:00Z", 240);
    assert!(kinds(&sister).contains(&"registers_to_fill".to_owned()));
    // Tom waits on the reserve; once Vera ends her agreement there is a place for him, and her link person knows.
    let tom = make::volunteer(&app, "Tom");
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", it.opportunity);
    let one = make::id(&app.volunteer(&tom).post(&interest, json!({})).expect(201));
    assert!(kinds(&sister).contains(&"expressions_to_decide".to_owned()));
    sister.ask(&format!("/v1/expressions-of-interest/{one}/reserve")).expect(200);
    assert!(!kinds(&sister).contains(&"reserves_to_offer".to_owned()));
    let end = format!("/v1/agreements/{}/end", it.agreement);
    app.volunteer(&it.volunteer).post(&end, json!({ "reason": "I start a course." })).expect(200);
    let seen = kinds(&sister);
    for kind in ["reserves_to_offer", "agreements_ended_by_volunteers"] {
        assert!(seen.contains(&kind.to_owned()), "{kind}: {seen:?}");
    }
    let free = all(&sister, "/v1/me/work?limit=100&kind=reserves_to_offer");
    assert_eq!((&free[0]["who"]["name"], &free[0]["title"]), (&json!("Tom"), &json!("Evening workshops")));
    // He is offered it and takes it: an agreement is to be written.
    sister.post(&format!("/v1/expressions-of-interest/{one}/offer"), json!({})).expect(200);
    assert_eq!(kinds(&app.volunteer(&tom)), ["offers_to_answer"]);
    app.volunteer(&tom).ask(&format!("/v1/expressions-of-interest/{one}/accept")).expect(200);
    assert!(kinds(&sister).contains(&"agreements_to_write".to_owned()));
    // A plan that is returned is hers to change, and a comment hers to answer.
    let draft = make::plan(&app, &it.service);
    sister.ask(&format!("/v1/plans/{draft}/submit")).expect(200);
    assert!(kinds(&app.lead()).contains(&"plans_to_decide".to_owned()));
    app.lead().post(&format!("/v1/plans/{draft}/return"), json!({ "reason": "Please name a deputy." })).expect(200);
    assert!(kinds(&sister).contains(&"plans_to_change".to_owned()));
}

#[test]
fn what_waits_for_a_service_waits_for_its_own_staff_alone() {
    let app = App::start();
    // The review has come today.
    let it = make::engaged_with(&app, json!({}), json!({ "review_on": "2026-06-15" }));
    make::service(&app, "elsewhere");
    make::session(&app, &it.opportunity, "2026-06-08T09:00:00Z", 240);
    let tom = make::volunteer(&app, "Tom");
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", it.opportunity);
    app.volunteer(&tom).post(&interest, json!({})).expect(201);
    let seen = kinds(&app.staff(&["crisis-cafe"]));
    for kind in ["registers_to_fill", "agreement_reviews", "expressions_to_decide", "deliveries_to_make"] {
        assert!(seen.contains(&kind.to_owned()), "{kind}: {seen:?}");
    }
    assert_eq!(kinds(&app.staff(&["elsewhere"])), Vec::<String>::new());
}

#[test]
fn the_link_person_hears_of_whoever_left_by_their_own_doing() {
    let link_person = json!({ "link_person": { "name": "Ben", "email": "ben@trust.example", "subject": "nurse.ben" } });
    for (by_themselves, counted) in [(true, 1), (false, 0)] {
        let app = App::start();
        let it = make::engaged_with(&app, json!({}), link_person.clone());
        let who = if by_themselves { app.volunteer(&it.volunteer) } else { app.lead() };
        who.post(&format!("/v1/volunteers/{}/leave", it.volunteer), json!({ "reason": "time" })).expect(200);
        let waiting = app.staff(&["crisis-cafe"]).get("/v1/me").expect(200)["waiting"].clone();
        assert_eq!(waiting["agreements_ended_by_volunteers"], counted, "{by_themselves}");
    }
}
