//! The worked examples of claims: the greater of the promise and the policy, and which it is.

use serde_json::json;

use super::{bands, fifty_from_june, first_line, policy, policy_with, signed_in_may, time};
use crate::support::{App, make};

#[test]
fn a_meeting_is_paid_as_signed_when_the_policy_falls_and_more_when_it_rises() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let claim = make::submitted(&app, &engaged, json!([time(&app, &engaged, "2026-06-10")]));
    let said = "Your agreement of 1 May promises £75.00; the policy of 1 June gives £50.00: £75.00";
    assert_eq!(first_line(&claim), (7500, vec!["3 hours scheduled, up to 4 hours: £75.00", said]));

    policy(&app, "2026-07-01", json!({ "meeting": bands(9000, 18_000) }));
    app.now_is("2026-07-10T10:00:00Z");
    let draft = make::claim(
        &app.volunteer(&engaged.volunteer),
        &engaged.agreement,
        json!([
            time(&app, &engaged, "2026-07-02"),
            time(&app, &engaged, "2026-06-11"),
            time(&app, &engaged, "2026-05-20")
        ]),
    );
    let said = "Your agreement of 1 May promises £75.00; the policy of 1 July gives £90.00: £90.00";
    assert_eq!(first_line(&draft), (9000, vec!["3 hours scheduled, up to 4 hours: £90.00", said]));
    assert_eq!(
        (&draft["lines"][1]["payable_pence"], &draft["lines"][2]["payable_pence"]),
        (&json!(7500), &json!(7500))
    );
    let same = json!(["3 hours scheduled, up to 4 hours: £75.00"]);
    assert_eq!(draft["lines"][2]["explanation"], same, "where both are the same, nothing more is said");
}

#[test]
fn an_agreement_that_was_issued_under_less_promises_less() {
    let app = App::start();
    app.now_is("2026-06-02T10:00:00Z");
    policy(&app, "2026-01-01", json!({}));
    fifty_from_june(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement };
    app.now_is("2026-06-15T10:00:00Z");
    let claim = make::submitted(&app, &engaged, json!([time(&app, &engaged, "2026-06-10")]));
    assert_eq!(first_line(&claim), (5000, vec!["3 hours scheduled, up to 4 hours: £50.00"]));
    // In May the policy gave more than the agreement promises now.
    let claim = make::submitted(&app, &engaged, json!([time(&app, &engaged, "2026-05-20")]));
    let said = "Your agreement of 2 June promises £50.00; the policy of 1 January gives £75.00: £75.00";
    assert_eq!(first_line(&claim), (7500, vec!["3 hours scheduled, up to 4 hours: £75.00", said]));
}

#[test]
fn a_tariff_that_the_policy_drops_is_still_paid() {
    let app = App::start();
    app.now_is("2026-05-01T10:00:00Z");
    policy(&app, "2026-01-01", json!({}));
    let flat = make::with(make::offer(), json!({ "tariff": "document_review" }));
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "offer": flat }));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({ "offer": flat }));
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement };
    policy(&app, "2026-06-01", json!({ "document_review": null }));
    app.now_is("2026-06-15T10:00:00Z");
    let line = make::with(time(&app, &engaged, "2026-06-10"), json!({ "quantity": 3 }));
    let claim = make::submitted(&app, &engaged, json!([line]));
    let said = "Your agreement of 1 May promises £75.00; the policy of 1 June has no tariff of this name: £75.00";
    assert_eq!(first_line(&claim), (7500, vec!["3 at £25.00: £75.00", said]));
    assert_eq!(claim["lines"][0]["warnings"], json!([]));
}

#[test]
fn only_the_tariff_is_promised_and_miles_follow_the_policy_up_and_down() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    for (from, pence) in [("2026-06-01", 30), ("2026-07-01", 70)] {
        policy_with(&app, from, json!({ "mileage": { "car": { "first_pence_per_mile": pence } } }));
    }
    app.now_is("2026-07-10T10:00:00Z");
    let drive = |day: &str| {
        let session = time(&app, &engaged, day)["session_id"].clone();
        json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10, "from": "Ely", "to": "March" })
    };
    let lines = json!([drive("2026-05-20"), drive("2026-06-20"), drive("2026-07-02")]);
    let claim = make::submitted(&app, &engaged, lines);
    let pence: Vec<i64> =
        claim["lines"].as_array().unwrap().iter().map(|line| line["payable_pence"].as_i64().unwrap()).collect();
    assert_eq!(pence, [550, 300, 700]);
}

#[test]
fn a_short_agreement_keeps_the_promise_of_the_day_it_was_made() {
    let app = App::start();
    app.now_is("2026-05-01T10:00:00Z");
    policy(&app, "2026-01-01", json!({}));
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    app.now_is("2026-05-03T10:00:00Z");
    make::accepted(&app, &opportunity, &volunteer);
    let short = app.lead().get("/v1/agreements").expect(200)["items"][0].clone();
    assert_eq!((&short["short_form"], &short["promised"]["terms"]), (&json!(true), &bands(7500, 15_000)));
    assert_eq!(short["promised"]["name"], "meeting");
    assert!(short["body"].as_str().unwrap().contains("We promise you £75.00 for up to 4 hours"), "{short}");
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement: make::id(&short) };
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let claim = make::submitted(&app, &engaged, json!([time(&app, &engaged, "2026-06-10")]));
    let said = "Your agreement of 3 May promises £75.00; the policy of 1 June gives £50.00: £75.00";
    assert_eq!(first_line(&claim), (7500, vec!["3 hours scheduled, up to 4 hours: £75.00", said]));
}

#[test]
fn nothing_is_paid_by_a_promise_where_nothing_is_paid_for() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let session = make::session(&app, &engaged.opportunity, "2026-06-10T09:00:00Z", 180);
    make::attend(&app, &session, &engaged.volunteer, "excused");
    let claim = make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    assert_eq!(first_line(&claim), (0, vec!["Excused: time is not paid"]));
    let elected = make::with(time(&app, &engaged, "2026-06-11"), json!({ "elected_pence": 6000 }));
    let claim = make::submitted(&app, &engaged, json!([elected]));
    assert_eq!(claim["total_pence"], 6000, "up to what was promised, less can be taken");
}
