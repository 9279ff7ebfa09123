//! What a top-up comes to, by the rate, the days, the bands and what was reached before.

use serde_json::{Value, json};

use super::{YES, at_45p, car, comes_to, drive, path, rate, session, supplementary, top_up};
use crate::support::{App, make, paid};

#[test]
fn a_line_that_was_lowered_is_counted_and_left_alone() {
    let app = App::start();
    let engaged = at_45p(&app);
    let session = session(&app, &engaged, "2026-04-20");
    let bus =
        json!({ "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." });
    let claim = make::submitted(&app, &engaged, json!([car(&session, 120.0), car(&session, 20.0), bus]));
    let lowered: Vec<Value> = [(0, 5000), (2, 400)]
        .map(|(line, pence)| json!({ "id": claim["lines"][line]["id"], "approved_pence": pence, "reason": "The shorter way." }))
        .into();
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    app.lead().post(&format!("{}/approve", path(&claim)), approval).expect(200);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 200, 1), "the bus would have come to no more");
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 1), "told again, and left alone again");
    // An amount that was lowered in a top-up is not added to the next one.
    let more = supplementary(&app, &engaged).remove(0);
    let lowered =
        json!([{ "id": more["lines"][0]["id"], "approved_pence": 100, "reason": "Half of it was for others." }]);
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), approval).expect(200);
    let next = rate(&app, "2026-04-06", 60);
    assert_eq!(top_up(&app, &next), comes_to(0, 0, 0, 2));
}

/// Proposes that this much of the first line of a claim comes back; answers the recovery's path.
fn recover(app: &App, claim: &Value, pence: i64) -> String {
    let body = json!({ "reason": "The journey was shorter.", "method": "repayment",
        "lines": [{ "id": claim["lines"][0]["id"], "pence": pence }] });
    format!("/v1/recoveries/{}", make::id(&app.lead().post(&format!("{}/recoveries", path(claim)), body).expect(201)))
}

#[test]
fn a_line_of_which_something_comes_back_is_counted_and_left_alone() {
    let app = App::start();
    let engaged = at_45p(&app);
    make::payee(&app, &engaged.volunteer);
    let session = session(&app, &engaged, "2026-04-20");
    let claim = make::approved(&app, &engaged, json!([car(&session, 120.0), car(&session, 10.0)]));
    paid::everything(&app, "accounts_payable", "2026-06-15");
    let recovery = recover(&app, &claim, 100);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 100, 1));
    app.lead().post(&format!("{recovery}/waive"), json!({ "reason": "It was not." })).expect(200);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 1200, 0));
    // Nor is a line whose top-up comes back.
    let more = supplementary(&app, &engaged).pop().unwrap();
    app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), YES()).expect(200);
    paid::everything(&app, "accounts_payable", "2026-06-15");
    recover(&app, &more, 1);
    let next = rate(&app, "2026-04-06", 60);
    assert_eq!(top_up(&app, &next), comes_to(1, 1, 50, 1));
}

#[test]
fn a_drive_across_the_first_band_keeps_its_share_and_uses_no_more() {
    let app = App::start();
    let engaged = at_45p(&app);
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_950.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    assert_eq!(drive(&app, &engaged, "2026-04-20", 80.0)["total_pence"], 2250 + 750);
    // Miles used elsewhere are corrected afterwards, but a frozen line keeps its share of the first band.
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_949.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 500, 0));
    let more = &supplementary(&app, &engaged)[0];
    assert_eq!(more["lines"][0]["explanation"][1], "By the new rates: 50.0 miles at 55p, then 30.0 at 25p: £35.00");
    // One mile of the first band is left, whatever was topped up before.
    assert_eq!(drive(&app, &engaged, "2026-04-21", 20.0)["total_pence"], 55 + 19 * 25);
}

#[test]
fn only_the_days_of_a_version_are_topped_up_by_it() {
    let app = App::start();
    let engaged = at_45p(&app);
    for day in ["2026-04-05", "2026-04-06", "2026-04-30", "2026-05-01"] {
        drive(&app, &engaged, day, 10.0);
    }
    let april = rate(&app, "2026-04-06", 55);
    let may = rate(&app, "2026-05-01", 60);
    let superseded = rate(&app, "2026-05-01", 65);
    let last = rate(&app, "2026-05-01", 70);
    assert_eq!(top_up(&app, &april), comes_to(2, 2, 200, 0), "from its day to the day before the next");
    assert_eq!(top_up(&app, &may), comes_to(0, 0, 0, 0), "superseded on all of its days");
    assert_eq!(top_up(&app, &last), comes_to(1, 1, 250, 0));
    assert_eq!(top_up(&app, &superseded), comes_to(0, 0, 0, 0), "in the other order, too");
    assert_eq!(top_up(&app, &april), comes_to(0, 0, 0, 0));
}

#[test]
fn a_later_version_adds_to_what_was_reached_and_takes_nothing_back() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let mut added = Vec::new();
    for pence in [55, 50, 57, 57, 60] {
        let policy = rate(&app, "2026-04-06", pence);
        added.push(top_up(&app, &policy)["total_pence"].as_i64().unwrap());
    }
    assert_eq!(added, [1000, 0, 200, 0, 300]);
    let last = supplementary(&app, &engaged).pop().unwrap();
    assert_eq!(last["lines"][0]["explanation"][2], "£60.00 less £45.00 and £12.00 of an earlier top-up: £3.00");
    let lower = rate(&app, "2026-04-06", 10);
    assert_eq!(top_up(&app, &lower), comes_to(0, 0, 0, 0));
    assert_eq!(supplementary(&app, &engaged).len(), 3);
}

#[test]
fn time_is_topped_up_to_what_was_elected_and_goes_by_its_own_route() {
    let app = App::start();
    let engaged = at_45p(&app);
    for (day, elected) in [("2026-04-20", json!(null)), ("2026-04-21", json!(5000)), ("2026-04-22", json!(7500))] {
        let session = session(&app, &engaged, day);
        make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session, "elected_pence": elected }]));
    }
    let mut body: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("More for time");
    body["effective_from"] = json!("2026-04-06");
    body["tariffs"]["meeting"]["bands"][0]["pence"] = json!(8000);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 500, 0), "whoever elected a figure gets that figure");
    let more = supplementary(&app, &engaged).remove(0);
    assert_eq!((&more["lines"][0]["route"], &more["lines"][0]["elected_pence"]), (&json!("payroll"), &Value::Null));
    let approved = app.lead_called("lead.bea").post(&format!("{}/approve", path(&more)), YES()).expect(200);
    assert_eq!(approved["payments"][0]["route"], "payroll");
    // A top-up does not let the session's time be claimed again, and attendance stays fixed.
    let session = more["lines"][0]["session_id"].as_str().unwrap();
    let attendance = format!("/v1/sessions/{session}/attendance/{}", engaged.volunteer);
    app.lead().put(&attendance, json!({ "outcome": "no_show" })).refused(409, "claimed");
}
