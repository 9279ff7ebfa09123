//! Decisions: by another person, and frozen once they are made.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{YES, morning, pairs, path, time, told};
use crate::support::app::{faults, mint_defaults};
use crate::support::{App, make};

#[test]
fn a_claim_goes_from_draft_to_paid_and_everybody_sees_their_side() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 23.4, "from": "Ely", "to": "Fulbourn" },
        { "kind": "taxi", "session_id": session, "spent_pence": 1500, "paid_by": "trust" },
    ]);
    let claim = make::submitted(&app, &engaged, lines);
    assert_eq!((&claim["status"], &claim["calculation"]), (&json!("submitted"), &json!("frozen")));
    assert_eq!((&claim["total_pence"], &claim["lines"][2]["payable_pence"]), (&json!(8787), &json!(0)));
    let at = path(&claim);
    app.finance().get(&at).refused(404, "not-found");
    let who = app.volunteer(&engaged.volunteer);
    who.post(&format!("{at}/approve"), YES()).refused(403, "forbidden");
    let problem = who.patch(&at, 2, json!({ "lines": [] })).refused(409, "not-editable");
    assert_eq!(told(&problem), pairs(&[("/lines", "not-editable")]));
    who.ask(&format!("{at}/submit")).refused(409, "invalid-transition");
    let close = app.lead().post(&format!("{at}/approve"), json!({ "no_close_relationship": false }));
    assert_eq!(told(&close.refused(422, "invalid")), pairs(&[("/no_close_relationship", "not-allowed")]));
    let mileage = &claim["lines"][1]["id"];
    let above = json!({ "no_close_relationship": true, "lines": [{ "id": mileage, "approved_pence": 1288, "reason": "More." }] });
    let problem = app.lead().post(&format!("{at}/approve"), above).refused(409, "approved-above-payable");
    assert_eq!(told(&problem), pairs(&[("/lines/0/approved_pence", "approved-above-payable")]));
    let lowered = json!({ "no_close_relationship": true, "lines": [{ "id": mileage, "approved_pence": 1000, "reason": "The shorter way." }] });
    let approved = app.lead().post(&format!("{at}/approve"), lowered).expect(200);
    assert_eq!((&approved["status"], &approved["total_pence"]), (&json!("approved"), &json!(8500)));
    assert_eq!(
        (&approved["approved_by"], &approved["lines"][1]["approval_reason"]),
        (&json!("lead.ann"), &json!("The shorter way."))
    );
    assert_eq!(approved["payments"].as_array().unwrap().len(), 2);

    let money = app.finance().get(&at).expect(200);
    let mut names: Vec<&String> = money.as_object().unwrap().keys().collect();
    names.sort();
    let wanted = [
        "approved_at",
        "cost_centre",
        "created_at",
        "id",
        "lines",
        "paid_at",
        "payee_name",
        "payments",
        "reference",
        "status",
        "submitted_at",
        "total_pence",
        "updated_at",
        "version",
        "view",
    ];
    assert_eq!(names, wanted);
    assert_eq!((&money["payee_name"], &money["cost_centre"]), (&json!("Vera Volunteer"), &json!("C20417")));
    let mut names: Vec<&String> = money["lines"][1].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["approved_pence", "date", "id", "kind", "miles", "route", "spent_pence"]);
    let item = &app.finance().get("/v1/claims").expect(200)["items"][0];
    assert!(
        item.get("lines").is_none() && item.get("volunteer_id").is_none() && item["payee_name"] == "Vera Volunteer"
    );

    for (route, total) in [("accounts_payable", 1000), ("payroll", 7500)] {
        let run = app
            .finance()
            .post_once("/v1/payment-runs", &format!("make-a-run-{route}"), json!({ "route": route }))
            .expect(201);
        assert_eq!(run["total_pence"], total);
        let run = format!("/v1/payment-runs/{}", make::id(&run));
        app.finance_called("finance.dev")
            .post_once(&format!("{run}/release"), &format!("release-it-{route}"), json!({}))
            .expect(200);
        let invoice =
            format!("{}-{}1", approved["reference"].as_str().unwrap(), if route == "payroll" { "P" } else { "A" });
        let results = json!({ "results": [{ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" }] });
        app.finance().post_once(&format!("{run}/results"), &format!("the-results-{route}"), results).expect(200);
        let status = if route == "payroll" { "paid" } else { "part_paid" };
        assert_eq!(who.get(&at).expect(200)["status"], status);
    }
    let paid = who.get(&at).expect(200);
    assert!(paid["paid_at"].is_string() && paid["payments"][0]["paid_on"] == "2026-06-15", "{paid}");
    let deliveries = app.lead().get("/v1/deliveries").expect(200);
    assert!(deliveries["items"].as_array().unwrap().iter().any(|told| told["about"] == "claim_paid"), "{deliveries}");
}

#[test]
fn a_claim_of_nothing_is_paid_at_once() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let lines = json!([{ "kind": "time", "session_id": session, "elected_pence": 0 }]);
    let claim = make::approved(&app, &engaged, lines);
    assert_eq!((&claim["status"], &claim["version"], &claim["payments"]), (&json!("paid"), &json!(4), &json!([])));
}

#[test]
fn a_claim_is_returned_mended_rejected_and_withdrawn() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let who = app.volunteer(&engaged.volunteer);
    let claim = make::submitted(&app, &engaged, time(&session));
    let at = path(&claim);
    app.lead().post(&format!("{at}/return"), json!({})).refused(422, "invalid");
    let back = app.lead().post(&format!("{at}/return"), json!({ "reason": "Which session?" })).expect(200);
    assert_eq!(
        (&back["status"], &back["calculation"], &back["submitted_by"]),
        (&json!("draft"), &json!("provisional"), &Value::Null)
    );
    assert_eq!(back["reason"], "Which session?");
    let told = who.get("/v1/deliveries").expect(200);
    assert_eq!(
        (&told["items"][0]["about"], &told["items"][0]["message"], &told["items"][0]["subject_name"]),
        (&json!("claim_returned"), &json!("Which session?"), &claim["reference"])
    );
    // The time can be claimed again, in another claim.
    let other = make::submitted(&app, &engaged, time(&session));
    let problem = who.ask(&format!("{at}/submit")).refused(409, "claim-not-submittable");
    assert_eq!(faults(&problem), pairs(&[("/lines/0", "duplicate-time")]));
    let rejected = app.lead().post(&format!("{}/reject", path(&other)), json!({ "reason": "Not yours." })).expect(200);
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("Not yours.")));
    who.ask(&format!("{}/withdraw", path(&other))).refused(409, "invalid-transition");
    who.ask(&format!("{at}/submit")).expect(200);
    assert_eq!(who.ask(&format!("{at}/withdraw")).expect(200)["status"], "withdrawn");
    make::submitted(&app, &engaged, time(&session));
}

#[test]
fn nobody_approves_what_they_submitted_typed_or_are_paid() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    // Entered by a lead: another lead must approve.
    let body = json!({ "agreement_id": engaged.agreement, "volunteer_id": engaged.volunteer, "lines": time(&session) });
    let claim = app.lead().post("/v1/claims", body).expect(201);
    assert_eq!(claim["on_behalf"], true);
    let at = path(&claim);
    app.lead_called("lead.zoe").ask(&format!("{at}/submit")).refused(403, "forbidden");
    let problem = app.lead().ask(&format!("{at}/submit")).refused(409, "claim-not-submittable");
    assert_eq!(told(&problem), pairs(&[("/declaration", "declaration-required")]));
    app.lead().change(&at, json!({ "declaration": { "made_on": "2026-06-10", "how": "phone" } })).expect(200);
    app.lead().ask(&format!("{at}/submit")).expect(200);
    let codes = |problem: Value| told(&problem).into_iter().map(|(_, code)| code).collect::<Vec<_>>();
    let problem = app.lead().post(&format!("{at}/approve"), YES()).refused(409, "segregation-of-duties");
    assert_eq!(codes(problem), ["approver-is-submitter"]);
    // The volunteer in another role: known by the token's `volunteer_id`, whatever the login.
    let volunteer_id = Some(engaged.volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::InvolvementLead, Role::Volunteer];
    let both = app.with(Mint { roles, subject: "lead.vera".to_owned(), volunteer_id, ..mint_defaults() });
    let problem = both.post(&format!("{at}/approve"), YES()).refused(409, "segregation-of-duties");
    assert_eq!(codes(problem), ["approver-is-claimant"]);
    // The same login with a token that no longer has the `volunteer_id`.
    let plain = app.lead_called("lead.vera");
    assert_eq!(
        codes(plain.post(&format!("{at}/approve"), YES()).refused(409, "segregation-of-duties")),
        ["approver-is-claimant"]
    );
    // Known by what a lead recorded: the volunteer is also staff.
    app.lead()
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "staff_subject": "nurse.vera" }))
        .expect(200);
    let nurse = app.lead_called("nurse.vera");
    assert_eq!(
        codes(nurse.post(&format!("{at}/approve"), YES()).refused(409, "segregation-of-duties")),
        ["approver-is-claimant"]
    );
    // The database refuses, too, whatever the service does.
    let mut conn = app.database.as_service();
    let attack = |who: &str| {
        format!(
            "UPDATE claims SET status = 'approved', approved_at = now(), approved_by = (SELECT id FROM actors WHERE subject = '{who}'), version = version + 1"
        )
    };
    for who in ["lead.ann", "lead.vera", "nurse.vera"] {
        assert!(conn.batch_execute(&attack(who)).is_err(), "{who}");
    }
    app.lead_called("lead.zoe").post(&format!("{at}/approve"), YES()).expect(200);
}

#[test]
fn what_is_decided_is_frozen_in_the_database() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    make::approved(&app, &engaged, time(&session));
    let mut conn = app.database.as_service();
    for attack in [
        "UPDATE claim_lines SET payable_pence = 1",
        "UPDATE claim_lines SET approved_pence = 0",
        "UPDATE claim_lines SET live = false",
        "DELETE FROM claim_lines",
        "UPDATE claims SET total_pence = 1",
        "UPDATE claims SET status = 'draft'",
        "UPDATE claims SET status = 'submitted'",
        "DELETE FROM claims",
    ] {
        assert!(conn.batch_execute(attack).is_err(), "{attack}");
    }
}

#[test]
fn whoever_typed_a_claim_cannot_approve_it_under_another_log_in() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 240);
    let typist = make::volunteer(&app, "Tess Typist").parse::<uuid::Uuid>().unwrap();
    let as_lead = |subject: &str| {
        app.with(involvement::access::token::Mint {
            roles: vec![involvement::access::Role::InvolvementLead],
            subject: subject.to_owned(),
            volunteer_id: Some(typist.into()),
            ..crate::support::app::mint_defaults()
        })
    };
    let body = json!({
        "volunteer_id": engaged.volunteer, "agreement_id": engaged.agreement,
        "declaration": { "made_on": "2026-06-12", "how": "paper" },
        "lines": [{ "kind": "time", "session_id": session }],
    });
    let claim = format!("/v1/claims/{}", make::id(&as_lead("tess.one").post("/v1/claims", body).expect(201)));
    as_lead("tess.one").post(&format!("{claim}/submit"), json!({})).expect(200);
    let approval = json!({ "no_close_relationship": true });
    as_lead("tess.two").post(&format!("{claim}/approve"), approval.clone()).refused(409, "segregation-of-duties");
    app.lead_called("lead.zoe").post(&format!("{claim}/approve"), approval).expect(200);
}
