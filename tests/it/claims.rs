//! Claims: drafted, calculated, submitted with every check, decided by another person, and shown to each role as
//! allowed.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::{App, make};

const YES: fn() -> Value = || json!({ "no_close_relationship": true });

fn told(problem: &Value) -> Vec<(String, String)> {
    faults(problem)
}

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

fn path(claim: &Value) -> String {
    format!("/v1/claims/{}", make::id(claim))
}

fn morning(app: &App, engaged: &Engaged) -> String {
    make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240)
}

fn time(session: &str) -> Value {
    json!([{ "kind": "time", "session_id": session }])
}

#[test]
fn a_draft_is_worked_out_at_every_write_and_keeps_its_lines() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let who = app.volunteer(&engaged.volunteer);
    let answer = who.post("/v1/claims", json!({ "agreement_id": engaged.agreement, "lines": time(&session) }));
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(answer.header("etag"), Some("\"1-own\""));
    let draft = answer.expect(201);
    assert_eq!(location, path(&draft));
    assert!(draft["reference"].as_str().unwrap().starts_with("CLM-2026-0"), "{draft}");
    for (name, value) in [
        ("status", json!("draft")),
        ("calculation", json!("provisional")),
        ("total_pence", json!(7500)),
        ("claim_by", json!("2026-09-08")),
        ("volunteer_id", json!(engaged.volunteer)),
        ("on_behalf", json!(false)),
        ("payments", json!([])),
        ("weekly_alert", json!([])),
    ] {
        assert_eq!(draft[name], value, "{name}");
    }
    let kept = draft["lines"][0]["id"].clone();
    let bus =
        json!({ "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." });
    let lines = json!([bus, { "id": kept, "kind": "time", "session_id": session, "elected_pence": 5000 }]);
    let changed = who.patch(&location, 1, json!({ "lines": lines })).expect(200);
    assert_eq!((&changed["total_pence"], &changed["lines"][1]["id"]), (&json!(5460), &kept));
    assert_eq!((&changed["version"], &changed["lines"][0]["kind"]), (&json!(2), &json!("public_transport")));
    let (first, second) = (changed["lines"][0]["id"].clone(), changed["lines"][1]["id"].clone());
    let swapped = json!([
        { "id": second, "kind": "time", "session_id": session, "elected_pence": 5000 },
        { "id": first, "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." },
    ]);
    let changed = who.patch(&location, 2, json!({ "lines": swapped })).expect(200);
    assert_eq!((&changed["lines"][0]["id"], &changed["lines"][1]["id"]), (&second, &first), "they keep the order sent");
    let same = who.patch(&location, 3, json!({ "lines": swapped })).expect(200);
    assert_eq!(same["version"], 3, "the same again changes nothing");
    who.patch(&location, 2, json!({ "lines": [] })).refused(412, "precondition-failed");
    let moved = who.patch(&location, 3, json!({ "agreement_id": engaged.service }));
    assert_eq!(told(&moved.refused(409, "not-editable")), pairs(&[("/agreement_id", "not-editable")]));
    let strange = json!([{ "id": engaged.service, "kind": "time", "session_id": session }]);
    let problem = who.patch(&location, 3, json!({ "lines": strange })).refused(409, "unknown-reference");
    assert_eq!(told(&problem), pairs(&[("/lines/0/id", "unknown-reference")]));
    let emptied = who.patch(&location, 3, json!({ "lines": [] })).expect(200);
    assert_eq!((&emptied["lines"], &emptied["total_pence"]), (&json!([]), &json!(0)));
}

#[test]
fn a_line_takes_the_inputs_of_its_own_kind_and_every_fault_is_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "time" },
        { "kind": "mileage", "session_id": session, "miles": 1.25, "vehicle": "horse" },
        { "kind": "parking", "session_id": session, "spent_pence": -1, "miles": 3, "payable_pence": 7 },
        { "kind": "gift", "session_id": session },
        { "session_id": session },
        { "kind": "care", "session_id": "x", "spent_pence": 1.5, "minutes": 14401 },
    ]);
    let body = json!({ "agreement_id": engaged.agreement, "lines": lines, "status": "paid", "late_reason": "a\u{0}b" });
    let mut found = told(&app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(422, "invalid"));
    found.sort();
    let wanted = pairs(&[
        ("/late_reason", "bad-format"),
        ("/lines/0/session_id", "required"),
        ("/lines/1/from", "required"),
        ("/lines/1/miles", "out-of-range"),
        ("/lines/1/to", "required"),
        ("/lines/1/vehicle", "not-one-of"),
        ("/lines/2/miles", "unknown-field"),
        ("/lines/2/payable_pence", "read-only"),
        ("/lines/2/spent_pence", "out-of-range"),
        ("/lines/3/kind", "not-one-of"),
        ("/lines/4/kind", "required"),
        ("/lines/5/minutes", "out-of-range"),
        ("/lines/5/session_id", "bad-format"),
        ("/lines/5/spent_pence", "wrong-type"),
        ("/status", "read-only"),
    ]);
    assert_eq!(found, wanted);
    let lines = json!([
        { "kind": "other", "spent_pence": 1 },
        { "kind": "mileage", "session_id": session, "miles": 1, "vehicle": "bicycle", "passengers": 1, "from": "A", "to": "B" },
    ]);
    let body = json!({ "agreement_id": engaged.agreement, "lines": lines });
    let problem = app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(422, "invalid");
    assert_eq!(told(&problem), pairs(&[("/lines/0/date", "required"), ("/lines/1/passengers", "not-allowed")]));
}

#[test]
fn an_id_that_names_nothing_is_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let other = make::volunteer(&app, "Olu Other");
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([
        { "kind": "time", "session_id": engaged.plan },
        { "kind": "parking", "session_id": session, "spent_pence": 1, "receipt_ids": [engaged.plan] },
    ]);
    let problem = who.post("/v1/claims", json!({ "agreement_id": engaged.agreement, "lines": lines }));
    let wanted = [("/lines/0/session_id", "unknown-reference"), ("/lines/1/receipt_ids/0", "unknown-reference")];
    assert_eq!(told(&problem.refused(409, "unknown-reference")), pairs(&wanted));
    for (body, pointer) in [
        (json!({ "agreement_id": engaged.plan }), "/agreement_id"),
        (json!({ "agreement_id": engaged.agreement, "volunteer_id": other }), "/volunteer_id"),
    ] {
        assert_eq!(told(&who.post("/v1/claims", body).refused(409, "unknown-reference"))[0].0, pointer);
    }
    let problem = app.volunteer(&other).post("/v1/claims", json!({ "agreement_id": engaged.agreement }));
    assert_eq!(told(&problem.refused(409, "unknown-reference"))[0].0, "/agreement_id");
    let problem = app.lead().post("/v1/claims", json!({ "agreement_id": engaged.agreement }));
    assert_eq!(told(&problem.refused(422, "invalid")), pairs(&[("/volunteer_id", "required")]));
    app.finance().post("/v1/claims", json!({ "agreement_id": engaged.agreement })).refused(403, "forbidden");
}

#[test]
fn every_failure_of_every_line_is_told_at_once() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({}), json!({ "starts_on": "2026-03-01" }));
    let session = morning(&app, &engaged);
    let missed = make::session(&app, &engaged.opportunity, "2026-06-09T09:00:00Z", 60);
    make::attend(&app, &missed, &engaged.volunteer, "no_show");
    let elsewhere = make::published(&app, &engaged.plan, json!({}));
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
fn what_is_written_on_a_line_stays_through_every_step() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let drive = json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 23.4, "from": "Ely", "to": "Fulbourn" });
    let parking =
        json!({ "kind": "parking", "session_id": session, "spent_pence": 350, "evidence_exception": "Lost." });
    let who = app.volunteer(&engaged.volunteer);
    let draft = make::claim(&who, &engaged.agreement, json!([drive, parking]));
    let at = path(&draft);
    let written = |claim: &Value| {
        let line =
            |line: &Value| ["from", "to", "evidence_exception", "approval_reason"].map(|name| line[name].clone());
        claim["lines"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let texts = |from: &str, lost: &str, reason: Value| {
        vec![
            [json!(from), json!("Fulbourn"), json!(null), reason],
            [json!(null), json!(null), json!(lost), json!(null)],
        ]
    };
    assert_eq!(written(&draft), texts("Ely", "Lost.", json!(null)));
    let (first, second) = (&draft["lines"][0]["id"], &draft["lines"][1]["id"]);
    let lines = json!([
        make::with(drive, json!({ "id": first, "from": "Soham" })),
        make::with(parking, json!({ "id": second, "evidence_exception": "No printer." })),
    ]);
    let changed = who.patch(&at, 1, json!({ "lines": lines })).expect(200);
    assert_eq!(written(&changed), texts("Soham", "No printer.", json!(null)));
    for _ in 0..2 {
        let submitted = who.ask(&format!("{at}/submit")).expect(200);
        assert_eq!(written(&submitted), texts("Soham", "No printer.", json!(null)));
        let again = app.lead().post(&format!("{at}/return"), json!({ "reason": "Please look again." })).expect(200);
        assert_eq!(written(&again), texts("Soham", "No printer.", json!(null)));
    }
    who.ask(&format!("{at}/submit")).expect(200);
    let lowered = json!([{ "id": first, "approved_pence": 1000, "reason": "The shorter way." }]);
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    let approved = app.lead().post(&format!("{at}/approve"), approval).expect(200);
    assert_eq!(written(&approved), texts("Soham", "No printer.", json!("The shorter way.")));
}

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
fn people_see_their_own_and_staff_their_services() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &engaged, lines);
    let at = path(&claim);
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).get(&at).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&at).refused(404, "not-found");
    let staff = app.staff(&["crisis-cafe"]).get(&at);
    assert_eq!(staff.header("etag"), Some("\"2-staff\""));
    let staff = staff.expect(200);
    assert!(staff.get("weekly_alert").is_none() && staff["lines"][0]["warnings"] == json!([]));
    app.staff(&["crisis-cafe"]).ask(&format!("{at}/withdraw")).refused(403, "forbidden");
    let lead = app.lead().get(&at).expect(200);
    assert_eq!(lead["lines"][0]["warnings"][0]["code"], "evidence-exception");
    assert_eq!(app.volunteer(&engaged.volunteer).get(&at).expect(200)["lines"][0]["warnings"], json!([]));
    let seen = |who: &crate::support::Client<'_>, query: &str| {
        who.get(&format!("/v1/claims{query}")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!([seen(&app.lead(), ""), seen(&app.volunteer(&stranger), ""), seen(&app.finance(), "")], [1, 0, 0]);
    assert_eq!([seen(&app.staff(&["crisis-cafe"]), ""), seen(&app.staff(&["elsewhere"]), "")], [1, 0]);
    let reference = claim["reference"].as_str().unwrap();
    for (query, wanted) in [
        (format!("?reference={reference}"), 1),
        ("?reference=CLM-2026-999999".to_owned(), 0),
        (
            format!(
                "?volunteer_id={}&agreement_id={}&service_id={}",
                engaged.volunteer, engaged.agreement, engaged.service
            ),
            1,
        ),
        (format!("?volunteer_id={stranger}"), 0),
        ("?status=draft,approved".to_owned(), 0),
    ] {
        assert_eq!(seen(&app.lead(), &query), wanted, "{query}");
    }
    app.lead().get("/v1/claims?reference=x").refused(400, "invalid-parameter");
    // Only the approver is told of another claim that looks the same.
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let again = make::submitted(&app, &engaged, lines);
    assert_eq!(again["lines"][0]["warnings"], json!([]));
    assert_eq!(app.lead().get(&path(&again)).expect(200)["lines"][0]["warnings"][0]["code"], "alike");
}

#[test]
fn a_person_is_warned_of_a_week_and_nobody_else_sees_it() {
    let app = App::start();
    let engaged = make::engaged(&app);
    app.volunteer(&engaged.volunteer)
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "weekly_alert_pence": 10_000 }))
        .expect(200);
    let monday = morning(&app, &engaged);
    let saturday = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-13T09:00:00Z", 60);
    let first = make::submitted(&app, &engaged, time(&monday));
    assert_eq!(first["weekly_alert"], json!([]));
    let second = make::submitted(&app, &engaged, time(&saturday));
    let alert = json!([{ "from": "2026-06-07", "to": "2026-06-13", "elected_pence": 15_000, "alert_pence": 10_000 }]);
    assert_eq!(second["weekly_alert"], alert);
    assert!(app.lead().get(&path(&second)).expect(200).get("weekly_alert").is_none());
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
