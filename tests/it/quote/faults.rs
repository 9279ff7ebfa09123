//! What a submission would refuse, and what is wrong with the question.

use serde_json::{Value, json};

use super::{PATH, by, codes, offered, pence, planned, quote, under};
use crate::support::app::faults;
use crate::support::{App, make};

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

    // A tariff that the policy of that day has no more is paid as it was promised.
    let mut body: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    body["name"] = json!("Without meetings");
    body["effective_from"] = json!("2026-09-01");
    body["tariffs"].as_object_mut().unwrap().remove("meeting");
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    let told = quote(&who, under(&engaged.agreement, json!([planned("2026-09-01", 60), planned("2026-08-31", 60)])));
    assert_eq!((codes(&told["lines"][0]), pence(&told)), (vec![], vec![Some(7500), Some(7500)]));
    // One that no policy ever had, and an offer that was not made yet.
    let unknown = make::with(
        make::opportunity_body(&engaged.plan),
        json!({ "offer": make::with(make::offer(), json!({ "tariff": "tea" })) }),
    );
    let unknown = make::id(&app.lead().post("/v1/opportunities", unknown).expect(201));
    let told = quote(&app.lead(), offered(&unknown, json!([planned("2026-07-20", 60)])));
    assert_eq!((codes(&told["lines"][0]), pence(&told)), (vec!["tariff-not-in-policy"], vec![None]));
    let bare = json!({ "plan_id": engaged.plan, "title": "An idea", "kind": "workshop", "places": 1 });
    let idea = make::id(&app.lead().post("/v1/opportunities", bare).expect(201));
    let told = quote(&app.lead(), offered(&idea, json!([planned("2026-07-20", 60), by("car", "2026-07-20", 1.0)])));
    assert_eq!([codes(&told["lines"][0]), codes(&told["lines"][1])], [["not-promised"], ["not-promised"]]);
    assert_eq!((&told["total_pence"], &told["by_route"]), (&json!(0), &json!([])));
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
