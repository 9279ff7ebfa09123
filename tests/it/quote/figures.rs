//! The figures of a quote are those of its claim.

use diesel::connection::SimpleConnection;
use diesel::{QueryableByName, RunQueryDsl};
use serde_json::{Value, json};

use super::{PATH, by, codes, offered, pence, planned, quote, under};
use crate::support::app::faults;
use crate::support::{App, make};

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
fn terms_that_the_owner_corrected_past_the_rule_count_at_once() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([planned("2026-07-20", 360)]);
    assert_eq!(pence(&quote(&who, under(&engaged.agreement, lines.clone()))), [Some(15_000)]);
    let corrected = "ALTER TABLE reimbursement_policies DISABLE TRIGGER reimbursement_policies_frozen;
        UPDATE reimbursement_policies SET terms = replace(terms::text, '15000', '16000')::jsonb;
        ALTER TABLE reimbursement_policies ENABLE TRIGGER reimbursement_policies_frozen";
    app.database.as_owner().batch_execute(corrected).expect("a correction");
    assert_eq!(pence(&quote(&who, under(&engaged.agreement, lines))), [Some(16_000)]);
}

/// What a journey comes to does not depend on from where to where it goes; a claim must say it.
#[test]
fn a_journey_is_quoted_before_anybody_knows_from_where_to_where() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let car = json!([{ "kind": "mileage", "date": "2026-06-09", "vehicle": "car", "miles": 10.0 }]);
    let known = quote(&who, under(&engaged.agreement, json!([by("car", "2026-06-09", 10.0)])));
    let open = quote(&who, under(&engaged.agreement, car.clone()));
    assert_eq!(pence(&open), pence(&known));
    let claim = json!({ "agreement_id": engaged.agreement, "lines": car });
    let problem = who.post("/v1/claims", claim).refused(422, "invalid");
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/lines/0/from", "/lines/0/session_id", "/lines/0/to"]);
}
