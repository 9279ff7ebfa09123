//! A supplementary claim is decided and paid like any claim, and the first one stays.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{YES, approved, at_45p, car, comes_to, drive, path, rate, session, supplementary, top_up};
use crate::support::{App, make};

#[test]
fn a_back_dated_rate_is_paid_by_a_claim_of_its_own_and_the_first_one_stays() {
    let app = App::start();
    let engaged = at_45p(&app);
    make::payee(&app, &engaged.volunteer);
    let (first, second) = (session(&app, &engaged, "2026-04-20"), session(&app, &engaged, "2026-04-05"));
    let bus =
        json!({ "kind": "public_transport", "session_id": first, "spent_pence": 460, "evidence_exception": "Lost." });
    let lines = json!([
        bus,
        car(&first, 120.0),
        { "kind": "time", "session_id": first, "elected_pence": 5000 },
        car(&second, 10.0),
        make::with(car(&first, 10.0), json!({ "passengers": 1 })),
    ]);
    let claim = make::approved(&app, &engaged, lines);
    let viewers = [app.lead(), app.volunteer(&engaged.volunteer), app.finance(), app.staff(&["crisis-cafe"])];
    let seen = || viewers.each_ref().map(|who| who.get(&path(&claim)).text);
    let before = seen();
    let plan = format!("/v1/plans/{}/budget", engaged.plan);
    let budget = |member: &str| app.lead().get(&plan).expect(200)[member].as_i64().unwrap();
    let (committed, actual) = (budget("committed_pence"), budget("actual_pence"));

    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 2, 1200 + 100, 0));
    assert_eq!(budget("committed_pence"), committed + 1300, "the plan pays for both");
    let more = supplementary(&app, &engaged);
    let [more] = more.as_slice() else { panic!("one for each: {more:?}") };
    for (name, value) in [
        ("status", json!("submitted")),
        ("calculation", json!("frozen")),
        ("supplements_claim_id", claim["id"].clone()),
        ("total_pence", json!(1300)),
        ("submitted_by", json!("lead.ann")),
        ("created_by", json!("lead.ann")),
        ("agreement_id", json!(engaged.agreement)),
        ("plan_id", json!(engaged.plan)),
        ("late", json!(false)),
        ("claim_by", Value::Null),
        ("version", json!(2)),
        ("receipts", json!([])),
    ] {
        assert_eq!(more[name], value, "{name}");
    }
    assert!(more["reference"].as_str().unwrap().starts_with("CLM-2026-") && more["reference"] != claim["reference"]);
    let line = &more["lines"][0];
    for (name, value) in [
        ("kind", json!("mileage")),
        ("supplements_line_id", claim["lines"][1]["id"].clone()),
        ("session_id", json!(first)),
        ("date", json!("2026-04-20")),
        ("payable_pence", json!(1200)),
        ("policy_id", json!(policy)),
        ("route", json!("accounts_payable")),
        ("warnings", json!([])),
    ] {
        assert_eq!(line[name], value, "{name}");
    }
    let explained = [
        "Before: 120.0 miles at 45p: £54.00",
        "By the new rates: 120.0 miles at 55p: £66.00",
        "£66.00 less £54.00: £12.00",
    ];
    assert_eq!(line["explanation"], json!(explained));
    assert_eq!(more["lines"][1]["supplements_line_id"], claim["lines"][4]["id"]);
    assert_eq!(claim["lines"][0]["supplements_line_id"], Value::Null);
    let own = app.volunteer(&engaged.volunteer).get(&path(more)).expect(200);
    assert_eq!((&own["supplements_claim_id"], &own["lines"][0]["explanation"]), (&claim["id"], &json!(explained)));
    app.finance().get(&path(more)).refused(404, "not-found");

    approved(&app, more);
    assert_eq!(seen(), before, "the claim itself is, byte for byte, what it was");
    paid(&app, more);
    assert_eq!((budget("committed_pence"), budget("actual_pence")), (committed, actual + 1300));
    assert_eq!(app.lead().get(&path(&claim)).expect(200)["lines"], claim["lines"]);
}

/// Pays a top-up, on its own invoice.
fn paid(app: &App, more: &Value) {
    let list = app.finance().get(&format!("/v1/payments?claim_id={}", make::id(more))).expect(200);
    let invoice = format!("{}-A1", more["reference"].as_str().unwrap());
    let payment = &list["items"][0];
    assert_eq!((&payment["invoice_number"], &payment["amount_pence"]), (&json!(invoice), &json!(1300)));
    let finance = app.finance();
    let run = finance
        .post_once("/v1/payment-runs", "a-run-of-top-ups-01", json!({ "route": "accounts_payable" }))
        .expect(201);
    let run = format!("/v1/payment-runs/{}", make::id(&run));
    app.finance_called("finance.dan")
        .post_once(&format!("{run}/release"), "a-run-of-top-ups-02", json!({}))
        .expect(200);
    let paid = json!({ "invoice_number": invoice, "outcome": "paid", "paid_on": "2026-06-15" });
    finance.post_once(&format!("{run}/results"), "a-run-of-top-ups-03", json!({ "results": [paid] })).expect(200);
    assert_eq!(app.lead().get(&path(more)).expect(200)["status"], "paid");
}

#[test]
fn a_supplementary_claim_is_approved_or_rejected_and_nothing_else() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let first = rate(&app, "2026-04-06", 55);
    top_up(&app, &first);
    let more = supplementary(&app, &engaged).remove(0);
    let at = path(&more);
    let who = app.volunteer(&engaged.volunteer);
    let problem = app.lead_called("lead.bea").post(&format!("{at}/return"), json!({ "reason": "Mend it." }));
    assert_eq!(problem.refused(409, "invalid-transition")["allowed"], json!(["approve", "reject"]));
    for asker in [&who, &app.lead()] {
        asker.ask(&format!("{at}/withdraw")).refused(409, "invalid-transition");
        asker.ask(&format!("{at}/submit")).refused(409, "invalid-transition");
        asker.patch(&at, 2, json!({ "lines": [] })).refused(409, "not-editable");
    }
    assert_eq!(app.lead().get(&at).expect(200), more);

    // A rejected top-up is decided, and can't be rejected while a later one depends on it.
    let second = rate(&app, "2026-04-06", 60);
    assert_eq!(top_up(&app, &second), comes_to(1, 1, 500, 0));
    let no = json!({ "reason": "The rate does not apply here." });
    let problem = app.lead_called("lead.bea").post(&format!("{at}/reject"), no.clone());
    assert_eq!(problem.refused(409, "invalid-transition")["allowed"], json!(["approve"]));
    let later = path(&supplementary(&app, &engaged)[1]);
    app.lead_called("lead.bea").post(&format!("{later}/reject"), no.clone()).expect(200);
    app.lead_called("lead.bea").post(&format!("{at}/reject"), no).expect(200);
    assert_eq!(top_up(&app, &second), comes_to(0, 0, 0, 0), "what was rejected does not come back");
    let third = rate(&app, "2026-04-06", 62);
    assert_eq!(top_up(&app, &third), comes_to(1, 1, 1700, 0), "another version is another question: all of the way");
    assert_eq!(top_up(&app, &third), comes_to(0, 0, 0, 0));
    let told = who.get("/v1/deliveries").expect(200);
    let told = told["items"].as_array().unwrap().iter().filter(|told| told["about"] == "claim_rejected").count();
    assert_eq!(told, 2, "the person is told of a no");
}

#[test]
fn what_was_rejected_is_made_again_once_the_approval_is_given_anew() {
    let app = App::start();
    let engaged = at_45p(&app);
    let claim = drive(&app, &engaged, "2026-04-20", 100.0);
    let policy = rate(&app, "2026-04-06", 55);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 1000, 0));
    let more = path(&supplementary(&app, &engaged)[0]);
    let bea = app.lead_called("lead.bea");
    bea.post(&format!("{more}/reject"), json!({ "reason": "Not yet." })).expect(200);
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 0));
    app.now_is("2026-06-15T10:05:00Z");
    bea.post(&format!("{}/reopen", path(&claim)), json!({ "reason": "To look again." })).expect(200);
    bea.post(&format!("{}/approve", path(&claim)), YES()).expect(200);
    assert_eq!(top_up(&app, &policy), comes_to(1, 1, 1000, 0));
    assert_eq!(top_up(&app, &policy), comes_to(0, 0, 0, 0));
}

#[test]
fn the_database_refuses_what_no_top_up_does() {
    let app = App::start();
    let engaged = at_45p(&app);
    drive(&app, &engaged, "2026-04-20", 100.0);
    let policy = rate(&app, "2026-04-06", 55);
    top_up(&app, &policy);
    let first = drive(&app, &engaged, "2026-04-21", 10.0);
    let mut conn = app.database.as_service();
    let columns = "claim_id, volunteer_id, kind, session_id, on_day, inputs, live, route, payable_pence";
    let of = |line: &str, by: &str| {
        format!(
            "INSERT INTO claim_lines (id, position, supplements_line_id, policy_id, {columns})
            SELECT gen_random_uuid(), 9, {line}, {by}, {columns} FROM claim_lines WHERE supplements_line_id IS NOT NULL"
        )
    };
    let stranger = format!("'{}'", make::id(&first["lines"][0]));
    let another = "(SELECT id FROM reimbursement_policies WHERE effective_from = '2025-04-06')";
    for (attack, word) in [
        (of("supplements_line_id", "policy_id"), "claim_lines_topped_up_once"),
        (of(&stranger, "policy_id"), "its claim's original"),
        (of("id", another), "its claim's original"),
        (moved("status = 'draft', calculation = 'provisional'"), "claims_supplement_decided"),
        (moved("status = 'withdrawn'"), "claims_supplement_decided"),
        (moved("supplements_claim_id = NULL"), "whose claim"),
        (moved("approved_by = submitted_by, approved_at = now(), status = 'approved'"), "approver"),
        (mended("supplements_line_id = NULL"), "stays in its claim"),
        (mended("miles_first_rate = 10"), "never change"),
        (mended("live = false, miles_first_rate = 10"), "claim_lines_supplement_no_miles"),
        (mended("payable_pence = 1"), "never change"),
        ("UPDATE claim_lines SET payable_pence = 1 WHERE supplements_line_id IS NULL".to_owned(), "decided claim"),
    ] {
        let refused = conn.batch_execute(&attack).expect_err(&attack).to_string();
        assert!(refused.contains(word), "{attack}: {refused}");
    }
}

fn moved(to: &str) -> String {
    format!("UPDATE claims SET {to} WHERE supplements_claim_id IS NOT NULL")
}

fn mended(to: &str) -> String {
    format!("UPDATE claim_lines SET {to} WHERE supplements_line_id IS NOT NULL")
}
