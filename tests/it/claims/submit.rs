//! Submission: every check, and what is late.

use serde_json::{Value, json};

use super::{YES, morning, pairs, path, time, told};
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn every_failure_of_every_line_is_told_at_once() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({}), json!({ "starts_on": "2026-03-01" }));
    let session = morning(&app, &engaged);
    let missed = make::session(&app, &engaged.opportunity, "2026-06-09T09:00:00Z", 60);
    make::attend(&app, &missed, &engaged.volunteer, "no_show");
    let elsewhere = make::published(&app, &engaged.plan, json!({}));
    let unseen = make::session(&app, &elsewhere, "2026-06-10T09:00:00Z", 60);
    // A session that the volunteer can't see is unknown; its day is not shown.
    let line = json!([{ "kind": "time", "session_id": unseen }]);
    let body = json!({ "agreement_id": engaged.agreement, "lines": line });
    let refused = app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(409, "unknown-reference");
    assert_eq!(faults(&refused), [("/lines/0/session_id".to_owned(), "unknown-reference".to_owned())]);
    make::accepted(&app, &elsewhere, &engaged.volunteer);
    let foreign = make::session(&app, &elsewhere, "2026-06-09T09:00:00Z", 60);
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([
        { "kind": "time", "session_id": missed },
        { "kind": "taxi", "session_id": session, "spent_pence": 900 },
        { "kind": "time", "session_id": foreign },
        { "kind": "time", "session_id": session, "elected_pence": 7501 },
        { "kind": "time", "session_id": session },
        { "kind": "other", "date": "2026-06-16", "spent_pence": 0 },
        { "kind": "consumables", "date": "2026-03-14", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-02-28", "spent_pence": 1 },
        { "kind": "consumables", "date": "2025-04-05", "spent_pence": 900 },
    ]);
    let claim = make::claim(&who, &engaged.agreement, lines);
    assert_eq!(claim["total_pence"], Value::Null, "a line without a policy has no figure");
    assert_eq!(claim["lines"][8]["warnings"][0]["code"], "no-policy-in-force");
    assert_eq!(claim["lines"][3]["warnings"][0]["code"], "elected-above-payable");
    let problem = who.ask(&format!("{}/submit", path(&claim))).refused(409, "claim-not-submittable");
    let wanted = pairs(&[
        ("/lines/0", "session-not-attended"),
        ("/lines/1", "receipt-required"),
        ("/lines/1", "prior-agreement-required"),
        ("/lines/2", "session-not-in-agreement"),
        ("/lines/2", "session-not-attended"),
        ("/lines/3", "elected-above-payable"),
        ("/lines/4", "duplicate-time"),
        ("/lines/5", "prior-agreement-required"),
        ("/lines/5", "future-dated"),
        ("/lines/6", "claim-window-passed"),
        ("/lines/7", "outside-agreement"),
        ("/lines/7", "claim-window-passed"),
        ("/lines/8", "no-policy-in-force"),
        ("/lines/8", "outside-agreement"),
    ]);
    assert_eq!(told(&problem), wanted);
    assert_eq!(who.get(&path(&claim)).expect(200), claim, "a refusal changes nothing");
    let empty = make::claim(&who, &engaged.agreement, json!([]));
    let problem = who.ask(&format!("{}/submit", path(&empty))).refused(409, "claim-not-submittable");
    assert_eq!(told(&problem), pairs(&[("/lines", "no-lines")]));
}

#[test]
fn what_was_not_promised_is_refused() {
    let app = App::start();
    let nothing = json!({ "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": null, "statement": "Nothing is reimbursed." });
    let expenses = json!({ "basis": "expenses_only", "offer": nothing });
    let terms = json!({ "basis": "expenses_only", "offer": nothing, "payment_route": null });
    let engaged = make::engaged_with(&app, expenses, terms);
    let session = morning(&app, &engaged);
    let kinds = ["time", "mileage", "public_transport", "subsistence", "care", "access_support", "consumables"];
    let lines: Vec<Value> = kinds
        .iter()
        .map(|kind| {
            let line = json!({ "kind": kind, "session_id": session });
            make::with(
                line,
                match *kind {
                    "time" => json!({}),
                    "mileage" => json!({ "vehicle": "bicycle", "miles": 1, "from": "A", "to": "B" }),
                    "subsistence" => json!({ "spent_pence": 0, "minutes_away": 0 }),
                    "care" => json!({ "spent_pence": 0, "minutes": 0 }),
                    _ => json!({ "spent_pence": 0 }),
                },
            )
        })
        .collect();
    let who = app.volunteer(&engaged.volunteer);
    let claim = make::claim(&who, &engaged.agreement, json!(lines));
    let problem = who.ask(&format!("{}/submit", path(&claim))).refused(409, "claim-not-submittable");
    let wanted: Vec<(String, String)> =
        (0..kinds.len()).map(|position| (format!("/lines/{position}"), "not-promised".to_owned())).collect();
    assert_eq!(told(&problem), wanted);
}

#[test]
fn late_claims_need_a_reason_and_an_approver_who_accepts_it() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let who = app.volunteer(&engaged.volunteer);
    let claim = make::claim(&who, &engaged.agreement, time(&session));
    let at = path(&claim);
    app.now_is("2026-09-08T23:30:00Z");
    let problem = who.ask(&format!("{at}/submit")).refused(409, "claim-not-submittable");
    assert_eq!(told(&problem), pairs(&[("/lines/0", "claim-window-passed")]));
    who.change(&at, json!({ "late_reason": "I was in hospital." })).expect(200);
    assert_eq!(who.ask(&format!("{at}/submit")).expect(200)["late"], true);
    let count =
        |query: &str| app.lead().get(&format!("/v1/claims?{query}")).expect(200)["items"].as_array().unwrap().len();
    assert_eq!([count("late=true"), count("late=false"), count("status=submitted&late=true")], [1, 0, 1]);
    app.lead().post(&format!("{at}/approve"), YES()).refused(409, "late-not-accepted");
    let accepted = json!({ "no_close_relationship": true, "accept_late": true });
    app.lead().post(&format!("{at}/approve"), accepted).expect(200);
}

#[test]
fn a_returned_claim_is_measured_by_its_first_submission() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let claim = make::submitted(&app, &engaged, time(&session));
    app.lead().post(&format!("{}/return", path(&claim)), json!({ "reason": "Why?" })).expect(200);
    app.now_is("2026-10-01T10:00:00Z");
    let again = app.volunteer(&engaged.volunteer).ask(&format!("{}/submit", path(&claim))).expect(200);
    assert_eq!(again["late"], false);
}
