//! Estimates go by the promise, as the claim will: what is owed of time not claimed, and what is to come of a plan.

use serde_json::json;

use super::{bands, fifty_from_june, policy, signed_in_may, time};
use crate::support::{App, make};

#[test]
fn time_that_nobody_claimed_yet_is_owed_as_it_was_signed() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let line = time(&app, &engaged, "2026-06-10");
    let owed = || {
        let told = app.finance().get("/v1/reports/accruals?on=2026-06-15").expect(200)["total"].clone();
        (told["unclaimed_pence"].as_i64().unwrap(), told["submitted_pence"].as_i64().unwrap())
    };
    assert_eq!(owed(), (7500, 0));
    let claim = make::submitted(&app, &engaged, json!([line]));
    assert_eq!(claim["total_pence"], 7500);
    assert_eq!(owed(), (0, 7500), "the claim comes to what was estimated");
}

#[test]
fn what_is_to_come_is_the_greater_of_the_promise_and_the_policy_of_the_day() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    policy(&app, "2026-07-01", json!({ "meeting": bands(9000, 18_000) }));
    policy(&app, "2026-08-01", json!({ "meeting": null }));
    app.now_is("2026-06-15T10:00:00Z");
    let expected = || {
        let budget = app.lead().get(&format!("/v1/plans/{}/budget", engaged.plan)).expect(200);
        budget["expected_pence"].as_i64().unwrap()
    };
    let mut sum = 0;
    for (day, pence) in [("2026-06-20", 7500), ("2026-07-02", 9000), ("2026-08-03", 7500)] {
        make::session(&app, &engaged.opportunity, &format!("{day}T09:00:00Z"), 180);
        sum += pence;
        assert_eq!(expected(), sum, "{day}");
    }
    // Somebody accepted, with no agreement yet, has the promise of the opportunity.
    let other = make::volunteer(&app, "Olive Other");
    make::accepted(&app, &engaged.opportunity, &other);
    assert_eq!(expected(), 2 * sum);
    // An agreement of today that names no better terms keeps those of the opportunity, which was published under them.
    let body = json!({ "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement",
        "role": "Member", "expectations": "Come.", "offer": make::offer(), "payment_route": "payroll",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-06-01" });
    let agreement = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    app.volunteer(&other).ask(&format!("/v1/agreements/{agreement}/accept")).expect(200);
    assert_eq!(expected(), 2 * sum);
}
