//! Quotes: what claim lines would pay, calculated and checked as in a claim, with nothing stored.

use diesel::{QueryableByName, RunQueryDsl};
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::{App, Client, make};

const PATH: &str = "/v1/reimbursements/quote";

fn under(agreement: &str, lines: Value) -> Value {
    json!({ "agreement_id": agreement, "lines": lines })
}

fn offered(opportunity: &str, lines: Value) -> Value {
    json!({ "opportunity_id": opportunity, "lines": lines })
}

fn planned(day: &str, minutes: i64) -> Value {
    json!({ "kind": "time", "date": day, "scheduled_minutes": minutes })
}

fn by(vehicle: &str, day: &str, miles: f64) -> Value {
    json!({ "kind": "mileage", "date": day, "vehicle": vehicle, "miles": miles, "from": "Ely", "to": "Fulbourn" })
}

fn quote(who: &Client<'_>, body: Value) -> Value {
    who.post(PATH, body).expect(200)
}

fn pence(quote: &Value) -> Vec<Option<i64>> {
    quote["lines"].as_array().unwrap().iter().map(|line| line["payable_pence"].as_i64()).collect()
}

fn codes(line: &Value) -> Vec<&str> {
    line["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

/// A fingerprint of the whole database, to show that a quote leaves nothing behind.
fn rows(app: &App) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let counts = ["claims", "claim_lines", "audit_records", "histories", "events", "idempotency_keys", "mileage_years"]
        .map(|table| format!("(SELECT count(*) FROM {table})"));
    let asked = format!("SELECT {} AS n", counts.join(" + "));
    diesel::sql_query(asked).get_result::<Count>(&mut app.database.as_owner()).expect("a count").n
}

#[test]
fn an_evening_is_quoted_as_its_claim_would_be_and_nothing_is_kept() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([
        planned("2026-07-20", 360),
        by("car", "2026-07-20", 64.2),
        { "kind": "parking", "date": "2026-07-20", "spent_pence": 650 },
        { "kind": "subsistence", "date": "2026-07-20", "spent_pence": 620, "minutes_away": 420, "evidence_exception": "Lost." },
        { "kind": "taxi", "date": "2026-07-20", "spent_pence": 1500, "paid_by": "trust" },
    ]);
    let before = rows(&app);
    let quote = quote(&who, under(&engaged.agreement, lines.clone()));
    assert_eq!(pence(&quote), [15_000, 3531, 650, 500, 0].map(Some));
    assert_eq!(quote["total_pence"], 19_681);
    let by_route = json!([
        { "route": "payroll", "total_pence": 15_000 },
        { "route": "accounts_payable", "total_pence": 4681 },
    ]);
    assert_eq!(quote["by_route"], by_route);
    let [time, car, parking, lunch, taxi] = [0, 1, 2, 3, 4].map(|position| &quote["lines"][position]);
    assert_eq!(time["explanation"], json!(["6 hours scheduled, over 4 hours: £150.00"]));
    assert_eq!(car["explanation"], json!(["64.2 miles at 55p: £35.31"]));
    assert_eq!((&car["date"], &car["kind"]), (&json!("2026-07-20"), &json!("mileage")));
    assert_eq!((&car["taxable_excess_pence"], &car["policy_id"]), (&json!(0), &time["policy_id"]));
    assert_eq!(
        [codes(time), codes(car), codes(lunch), codes(taxi)],
        [vec![], vec![], vec![], vec![]] as [Vec<&str>; 4]
    );
    assert_eq!(codes(parking), ["receipt-required"]);

    // The same with a key, twice; then the claim itself has the same figures.
    let body = under(&engaged.agreement, lines.clone());
    for _ in 0..2 {
        let answer = who.post_once(PATH, "a-key-of-a-quote-0001", body.clone());
        assert_eq!((answer.header("etag"), answer.header("idempotency-replayed")), (None, None));
        assert_eq!(answer.expect(200), quote);
    }
    assert_eq!(rows(&app), before, "nothing is stored and nothing recorded");
    who.post_once("/v1/claims", "a-key-of-a-quote-0001", json!({ "agreement_id": engaged.agreement })).expect(201);
    let session = make::session(&app, &engaged.opportunity, "2026-07-20T09:00:00Z", 360);
    let mut claimed = lines;
    for line in claimed.as_array_mut().unwrap() {
        line.as_object_mut().unwrap().remove("scheduled_minutes");
        line["session_id"] = json!(session);
    }
    let draft = make::claim(&who, &engaged.agreement, claimed);
    assert_eq!(draft["total_pence"], quote["total_pence"]);
    for (drafted, quoted) in draft["lines"].as_array().unwrap().iter().zip(quote["lines"].as_array().unwrap()) {
        for member in ["kind", "date", "payable_pence", "route", "policy_id", "explanation", "taxable_excess_pence"] {
            assert_eq!(drafted[member], quoted[member], "{member}");
        }
    }
}

#[test]
fn the_worked_examples_come_to_the_same_in_a_quote() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = |tariff: &str| {
        let mut offer = make::offer();
        offer["tariff"] = json!(tariff);
        make::published(&app, &plan, json!({ "offer": offer }))
    };
    let day = "2026-05-11";
    for (tariff, minutes, wanted) in [
        ("meeting", vec![240, 241], vec![7500, 15_000]),
        ("block", vec![180, 181, 390], vec![2000, 4000, 6000]),
        ("hourly", vec![140, 200], vec![6250, 7500]),
    ] {
        let lines: Vec<Value> = minutes.into_iter().map(|minutes| planned(day, minutes)).collect();
        let quote = quote(&app.lead(), offered(&opportunity(tariff), json!(lines)));
        assert_eq!(pence(&quote), wanted.into_iter().map(Some).collect::<Vec<_>>(), "{tariff}");
        assert_eq!(quote["lines"][0]["route"], Value::Null, "an agreement decides it");
    }
    let review = make::with(planned(day, 60), json!({ "quantity": 3 }));
    let document = quote(&app.lead(), offered(&opportunity("document_review"), json!([review])));
    assert_eq!(document["by_route"], json!([{ "route": null, "total_pence": 7500 }]));
    let lines = json!([
        by("car", "2026-03-31", 23.4),
        by("car", "2026-04-07", 23.4),
        by("car", "2026-04-06", 12.5),
        make::with(by("car", "2026-04-07", 30.0), json!({ "passengers": 1 })),
        by("motorcycle", "2026-04-07", 60.0),
        by("bicycle", "2026-04-07", 7.5),
        { "kind": "subsistence", "date": day, "spent_pence": 420, "minutes_away": 299 },
        { "kind": "care", "date": day, "spent_pence": 9000, "minutes": 300 },
        { "kind": "consumables", "date": day, "spent_pence": 2350 },
        make::with(planned(day, 240), json!({ "elected_pence": 5000 })),
    ]);
    let mixed = quote(&app.lead(), offered(&opportunity("meeting"), lines));
    assert_eq!(pence(&mixed), [1053, 1287, 688, 1800, 1440, 150, 0, 7500, 2000, 7500].map(Some));
    assert_eq!(mixed["total_pence"], 1053 + 1287 + 688 + 1800 + 1440 + 150 + 7500 + 2000 + 5000);
}

#[test]
fn the_persons_miles_count_and_a_quote_uses_none_of_them() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_900.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let mut car = by("car", "2026-06-08", 50.0);
    car["session_id"] = json!(session);
    make::submitted(&app, &engaged, json!([car]));
    let lines = json!([by("car", "2026-06-09", 80.0), by("car", "2026-06-10", 20.0), by("car", "2026-04-01", 10.0)]);
    let who = app.volunteer(&engaged.volunteer);
    for _ in 0..2 {
        let own = quote(&who, under(&engaged.agreement, lines.clone()));
        assert_eq!(pence(&own), [3500, 500, 450].map(Some));
        assert_eq!(pence(&quote(&app.finance(), under(&engaged.agreement, lines.clone()))), [3500, 500, 450].map(Some));
        assert_eq!(pence(&quote(&who, offered(&engaged.opportunity, lines.clone()))), [3500, 500, 450].map(Some));
        let nobodys = quote(&app.lead(), offered(&engaged.opportunity, lines.clone()));
        assert_eq!(pence(&nobodys), [4400, 1100, 450].map(Some), "a lead has no miles");
    }
}

#[test]
fn what_a_submission_would_refuse_is_told_as_warnings() {
    let app = App::start();
    let poor = json!({ "travel": true, "subsistence": false, "care": false, "access_support": false, "other": true, "tariff": "meeting", "statement": "Travel." });
    let terms = json!({ "offer": poor, "starts_on": "2026-03-01" });
    let engaged = make::engaged_with(&app, json!({ "offer": poor }), terms);
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([
        { "kind": "care", "date": "2026-07-20", "spent_pence": 100, "minutes": 60, "evidence_exception": "Lost." },
        { "kind": "taxi", "date": "2026-07-20", "spent_pence": 900 },
        { "kind": "public_transport", "date": "2026-03-14", "spent_pence": 0 },
        { "kind": "public_transport", "date": "2026-02-28", "spent_pence": 0 },
        { "kind": "public_transport", "date": "2025-04-05", "spent_pence": 900 },
        make::with(planned("2026-07-20", 240), json!({ "elected_pence": 7501 })),
        { "kind": "other", "date": "2026-06-15", "spent_pence": 100, "prior_agreement": "Amara", "evidence_exception": "Lost." },
    ]);
    let told = quote(&who, under(&engaged.agreement, lines));
    let found: Vec<Vec<&str>> = told["lines"].as_array().unwrap().iter().map(codes).collect();
    let wanted = [
        vec!["not-promised"],
        vec!["receipt-required", "prior-agreement-required"],
        vec!["claim-window-passed"],
        vec!["outside-agreement", "claim-window-passed"],
        vec!["no-policy-in-force", "outside-agreement"],
        vec!["elected-above-payable"],
        vec![],
    ];
    assert_eq!(found, wanted);
    assert_eq!(pence(&told), [None, Some(900), Some(0), Some(0), None, Some(7500), Some(100)]);
    assert_eq!(told["total_pence"], 900 + 7500 + 100, "what has no figure counts nothing");
    assert_eq!(told["lines"][0]["explanation"], json!([]));

    // A tariff that the policy of that day does not have, and an offer that was not made yet.
    let mut body: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("Without meetings");
    body["effective_from"] = json!("2026-09-01");
    body["tariffs"].as_object_mut().unwrap().remove("meeting");
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    let told = quote(&who, under(&engaged.agreement, json!([planned("2026-09-01", 60), planned("2026-08-31", 60)])));
    assert_eq!((codes(&told["lines"][0]), pence(&told)), (vec!["tariff-not-in-policy"], vec![None, Some(7500)]));
    let bare = json!({ "plan_id": engaged.plan, "title": "An idea", "kind": "workshop", "places": 1 });
    let idea = make::id(&app.lead().post("/v1/opportunities", bare).expect(201));
    let told = quote(&app.lead(), offered(&idea, json!([planned("2026-07-20", 60), by("car", "2026-07-20", 1.0)])));
    assert_eq!([codes(&told["lines"][0]), codes(&told["lines"][1])], [["not-promised"], ["not-promised"]]);
    assert_eq!((&told["total_pence"], &told["by_route"]), (&json!(0), &json!([])));
}

#[test]
fn sessions_count_as_they_went_and_those_to_come_as_attended() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let session = |at: &str| make::session(&app, &engaged.opportunity, at, 241);
    let [past, to_come, missed] = ["2026-06-12T09:00:00Z", "2026-06-16T09:00:00Z", "2026-06-11T09:00:00Z"].map(session);
    make::attend(&app, &missed, &engaged.volunteer, "no_show");
    let claimed = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 60);
    make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": claimed }]));
    let elsewhere = make::published(&app, &engaged.plan, json!({}));
    let foreign = make::session(&app, &elsewhere, "2026-06-16T09:00:00Z", 60);
    let time = |session: &str| json!({ "kind": "time", "session_id": session });
    let lines = json!([time(&past), time(&to_come), time(&missed), time(&claimed), time(&to_come)]);
    let told = quote(&who, under(&engaged.agreement, lines));
    let found: Vec<Vec<&str>> = told["lines"].as_array().unwrap().iter().map(codes).collect();
    let wanted: [Vec<&str>; 5] = [
        vec!["session-not-attended"],
        vec![],
        vec!["session-not-attended"],
        vec!["duplicate-time"],
        vec!["duplicate-time"],
    ];
    assert_eq!(found, wanted);
    assert_eq!(pence(&told), [15_000, 15_000, 0, 7500, 15_000].map(Some));
    assert_eq!(told["lines"][1]["date"], "2026-06-16");
    let told = quote(&app.lead(), under(&engaged.agreement, json!([time(&foreign)])));
    assert_eq!((codes(&told["lines"][0]), pence(&told)), (vec!["session-not-in-agreement"], vec![None]));
    let unseen = who.post(PATH, under(&engaged.agreement, json!([planned("2026-07-01", 60), time(&foreign)])));
    assert_eq!(faults(&unseen.refused(409, "unknown-reference"))[0].0, "/lines/1/session_id");
}

#[test]
fn everybody_asks_for_what_they_can_see_and_finance_gets_figures_alone() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let lines = json!([planned("2026-07-20", 240), by("car", "2026-07-20", 10.0)]);
    let of_agreement = under(&engaged.agreement, lines.clone());
    let of_opportunity = offered(&engaged.opportunity, lines.clone());
    let stranger = make::volunteer(&app, "Sam Stranger");
    let unknown = |who: &Client<'_>, body: &Value, pointer: &str| {
        let problem = who.post(PATH, body.clone()).refused(409, "unknown-reference");
        assert_eq!(faults(&problem), [(pointer.to_owned(), "unknown-reference".to_owned())]);
    };
    unknown(&app.volunteer(&stranger), &of_agreement, "/agreement_id");
    unknown(&app.staff(&["elsewhere"]), &of_agreement, "/agreement_id");
    unknown(&app.staff(&["elsewhere"]), &of_opportunity, "/opportunity_id");
    unknown(&app.lead(), &under(&engaged.opportunity, lines.clone()), "/agreement_id");
    unknown(&app.finance(), &under(&engaged.opportunity, lines.clone()), "/agreement_id");
    unknown(&app.finance(), &offered(&engaged.agreement, lines.clone()), "/opportunity_id");
    app.public().post(PATH, of_agreement.clone()).refused(401, "unauthenticated");

    let members = |who: &Client<'_>, body: &Value| {
        let quote = quote(who, body.clone());
        assert_eq!(quote["total_pence"], 7500 + 550);
        let mut names: Vec<String> = quote["lines"][1].as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let figures = ["date", "elected_pence", "explanation", "kind", "payable_pence", "policy_id", "route"];
    let with = |more: &[&str]| {
        let mut names: Vec<String> = figures.iter().chain(more).map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    let own = app.volunteer(&engaged.volunteer);
    for body in [&of_agreement, &of_opportunity] {
        assert_eq!(members(&own, body), with(&["taxable_excess_pence", "warnings"]));
        assert_eq!(members(&app.lead(), body), with(&["taxable_excess_pence", "warnings"]));
        assert_eq!(members(&app.staff(&["crisis-cafe"]), body), with(&["warnings"]));
        assert_eq!(members(&app.finance(), body), with(&[]));
    }
    assert_eq!(members(&app.volunteer(&stranger), &of_opportunity), with(&["taxable_excess_pence", "warnings"]));
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let named = under(&engaged.agreement, json!([{ "kind": "time", "session_id": session }]));
    unknown(&app.finance(), &named, "/lines/0/session_id");
    let two =
        Mint { roles: vec![Role::Finance, Role::Staff], services: vec!["elsewhere".to_owned()], ..mint_defaults() };
    assert_eq!(members(&app.with(two), &of_agreement), with(&[]), "beyond one's services as finance sees it");
    draft_agreement(&app, &engaged, &lines);
}

/// A lead can quote better terms before the person sees them.
fn draft_agreement(app: &App, engaged: &Engaged, lines: &Value) {
    let other = make::volunteer(app, "Olu Other");
    make::accepted(app, &engaged.opportunity, &other);
    let body = json!({
        "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let draft = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    let told = quote(&app.lead(), under(&draft, lines.clone()));
    assert_eq!((&told["total_pence"], codes(&told["lines"][0])), (&json!(8050), vec![]));
    app.volunteer(&other).post(PATH, under(&draft, lines.clone())).refused(409, "unknown-reference");
}

#[test]
fn every_fault_of_the_question_is_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let told = |body: Value| {
        let mut found = faults(&app.lead().post(PATH, body).refused(422, "invalid"));
        found.sort();
        found
    };
    let pairs = |wanted: &[(&str, &str)]| -> Vec<(String, String)> {
        wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
    };
    let fine = json!([planned("2026-07-20", 60)]);
    assert_eq!(told(json!({})), pairs(&[("/lines", "required")]));
    assert_eq!(told(json!({ "lines": fine })), pairs(&[("/agreement_id", "required")]));
    let both = json!({ "agreement_id": engaged.agreement, "opportunity_id": engaged.opportunity, "lines": fine });
    assert_eq!(told(both), pairs(&[("/opportunity_id", "not-allowed")]));
    assert_eq!(told(under(&engaged.agreement, json!([]))), pairs(&[("/lines", "too-short")]));
    let many: Vec<Value> = (0..101).map(|_| planned("2026-07-20", 60)).collect();
    assert_eq!(told(under(&engaged.agreement, json!(many))), pairs(&[("/lines", "too-long")]));
    let shapes = json!([
        { "kind": "time", "date": "2026-07-20", "scheduled_minutes": 0 },
        { "kind": "time", "date": "2026-07-20", "scheduled_minutes": 1441, "payable_pence": 1 },
        { "kind": "parking", "date": "2026-07-20", "spent_pence": 1, "scheduled_minutes": 60 },
        { "kind": "parking", "date": "2026-07-20", "spent_pence": 1, "receipt_ids": [], "id": engaged.plan },
        { "kind": "mileage", "date": "2026-07-20", "miles": 12.34, "vehicle": "car", "from": "A" },
    ]);
    let wanted = pairs(&[
        ("/lines/0/scheduled_minutes", "out-of-range"),
        ("/lines/1/payable_pence", "read-only"),
        ("/lines/1/scheduled_minutes", "out-of-range"),
        ("/lines/2/scheduled_minutes", "unknown-field"),
        ("/lines/3/id", "unknown-field"),
        ("/lines/3/receipt_ids", "unknown-field"),
        ("/lines/4/miles", "out-of-range"),
        ("/lines/4/to", "required"),
        ("/total_pence", "read-only"),
    ]);
    let mut body = under(&engaged.agreement, shapes);
    body["total_pence"] = json!(1);
    assert_eq!(told(body), wanted);
    let session = make::session(&app, &engaged.opportunity, "2026-07-20T09:00:00Z", 60);
    let between = json!([
        { "kind": "time" },
        { "kind": "time", "session_id": session, "scheduled_minutes": 60 },
        { "kind": "parking", "spent_pence": 1 },
        make::with(by("bicycle", "2026-07-20", 1.0), json!({ "passengers": 1 })),
    ]);
    let wanted = pairs(&[
        ("/lines/0/date", "required"),
        ("/lines/0/scheduled_minutes", "required"),
        ("/lines/1/scheduled_minutes", "not-allowed"),
        ("/lines/2/date", "required"),
        ("/lines/3/passengers", "not-allowed"),
    ]);
    assert_eq!(told(under(&engaged.agreement, between)), wanted);
}
