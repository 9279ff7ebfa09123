//! The whole thread through the API: from a plan to a paid claim and a published "you said, we did".

use serde_json::json;

use crate::support::{App, make};

#[test]
fn from_a_plan_to_a_paid_claim_and_you_said_we_did() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let (opportunity, volunteer) = (&engaged.opportunity, &engaged.volunteer);
    let session = make::attended(&app, opportunity, volunteer, "2026-06-10T09:00:00Z", 360);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 64.2, "passengers": 0, "from": "Home", "to": "Fulbourn" },
        { "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "The machine gave none." },
        { "kind": "subsistence", "session_id": session, "spent_pence": 620, "minutes_away": 420, "evidence_exception": "Lost." },
    ]);
    let claim = make::submitted(&app, &engaged, lines);
    assert_eq!(claim["total_pence"], 19_681, "worked example 20");
    let path = format!("/v1/claims/{}", make::id(&claim));
    app.volunteer(volunteer)
        .post(&format!("{path}/approve"), json!({ "no_close_relationship": true }))
        .refused(403, "forbidden");
    let approved = app.lead().post(&format!("{path}/approve"), json!({ "no_close_relationship": true })).expect(200);
    let reference = approved["reference"].as_str().unwrap().to_owned();
    make::payee(&app, volunteer);

    for (route, invoice, pence) in [("payroll", "P1", 15_000), ("accounts_payable", "A1", 4_681)] {
        let key = |verb: &str| format!("journey-{route}-{verb}");
        let run = app.finance().post_once("/v1/payment-runs", &key("create"), json!({ "route": route })).expect(201);
        assert_eq!((run["payment_count"].as_i64(), run["total_pence"].as_i64()), (Some(1), Some(pence)));
        let run = format!("/v1/payment-runs/{}", make::id(&run));
        app.finance().get(&format!("{run}/export?format=json")).refused(409, "run-not-released");
        let own = app.finance().post_once(&format!("{run}/release"), &key("release-own"), json!({}));
        own.refused(409, "segregation-of-duties");
        app.finance_called("finance.dan").post_once(&format!("{run}/release"), &key("release"), json!({})).expect(200);
        let file = app
            .finance()
            .get(&format!("{run}/export?format={}", if route == "payroll" { "payroll-csv" } else { "ap-csv" }));
        assert!(file.text.contains(&format!("{reference}-{invoice}")), "{}", file.text);
        let result =
            json!({ "invoice_number": format!("{reference}-{invoice}"), "outcome": "paid", "paid_on": "2026-06-15" });
        let settled = app
            .finance()
            .post_once(&format!("{run}/results"), &key("results"), json!({ "results": [result] }))
            .expect(200);
        assert_eq!(settled["status"], "settled");
    }
    assert_eq!(app.volunteer(volunteer).get(&path).expect(200)["status"], "paid");

    let said = json!({ "plan_id": engaged.plan, "you_said": "Open later in the evening.", "source": "session", "contributors": [volunteer] });
    let feedback = format!("/v1/feedback/{}", make::id(&app.lead().post("/v1/feedback", said).expect(201)));
    app.lead()
        .post(&format!("{feedback}/respond"), json!({ "decision": "done", "we_did": "Open until midnight." }))
        .expect(200);
    make::published_feedback(&app, &feedback);
    let published = app.public().get("/v1/public/you-said-we-did").expect(200);
    assert_eq!(published["items"][0]["we_did"], "Open until midnight.");
    assert!(!published.to_string().contains(volunteer.as_str()), "nobody is named in public");

    let done = json!({ "achieved_level": "co_produce", "reflection": "Evenings matter." });
    let complete = format!("/v1/plans/{}/complete", engaged.plan);
    app.lead().post(&complete, done.clone()).refused(409, "plan-has-open-items");
    app.lead()
        .post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "The work is done." }))
        .expect(200);
    let completed = app.lead().post(&complete, done).expect(200);
    assert_eq!((&completed["status"], &completed["planned_level"]), (&json!("completed"), &json!("co_design")));
}
