//! Payment statements for a tax year: by date of payment, time and expenses apart, and what the volunteer chose not to
//! take.

use serde_json::{Value, json};

use crate::support::make::Engaged;
use crate::support::{App, make, paid};

fn claim(app: &App, engaged: &Engaged, day: &str, more: Value) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 240);
    let mut lines = vec![make::with(json!({ "kind": "time", "session_id": session }), more)];
    lines.push(
        json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.5, "from": "A", "to": "B" }),
    );
    make::approved(app, engaged, json!(lines))
}

fn statement(app: &App, engaged: &Engaged, year: &str) -> Value {
    app.volunteer(&engaged.volunteer).get(&format!("/v1/me/statement?tax_year={year}")).expect(200)
}

/// The claim's reference with this suffix.
fn invoice(claim: &Value, tail: &str) -> String {
    format!("{}-{tail}", claim["reference"].as_str().unwrap())
}

#[test]
fn a_statement_goes_by_the_day_of_payment_from_6_april_to_5_april() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let first = claim(&app, &engaged, "2026-03-30", json!({}));
    paid::everything(&app, "accounts_payable", "2026-04-05");
    paid::everything(&app, "payroll", "2026-04-06");
    let (old, new) = (statement(&app, &engaged, "2025/26"), statement(&app, &engaged, "2026/27"));
    // 10.5 miles at 45p are 473 pence; the journey was in the previous tax year.
    for (view, wanted) in [(&old, [473, 0, 473]), (&new, [7500, 7500, 0])] {
        let told = ["total_pence", "time_pence", "expense_pence"].map(|name| view[name].as_i64().unwrap());
        assert_eq!(told, wanted, "{view}");
    }
    assert_eq!((&old["from"], &old["to"]), (&json!("2025-04-06"), &json!("2026-04-05")));
    assert_eq!((&old["car_miles"]["claimed"], &old["car_miles"]["left"]), (&json!(10.5), &json!(9989.5)));
    assert_eq!((&new["car_miles"]["claimed"], &new["car_miles"]["left"]), (&json!(0.0), &json!(10000.0)));
    assert_eq!(
        new["payments"],
        json!([{
            "paid_on": "2026-04-06", "claim_reference": first["reference"], "invoice_number": invoice(&first, "P1"),
            "route": "payroll", "service_name": "Service crisis-cafe", "work_from": "2026-03-30", "work_to": "2026-03-30",
            "time_pence": 7500, "expense_pence": 0, "taxable_excess_pence": 0, "amount_pence": 7500,
        }])
    );
    assert_eq!(
        old["explanation"],
        json!([
            "This is what we paid you from 6 April 2025 to 5 April 2026, by day of payment. Money that a bank returned is not included.",
            "£4.73 was to repay your expenses. This does not count as income.",
            "You claimed 10.5 miles by car from us, and told us of 0.0 miles for other organisations.",
            "9989.5 miles are left at the first rate in this tax year.",
        ])
    );
}

#[test]
fn what_the_bank_returned_was_never_paid_and_counts_once_it_is() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let claim = claim(&app, &engaged, "2026-03-30", json!({}));
    let run = paid::run_on(&app, "accounts_payable", "2026-04-01");
    let first = invoice(&claim, "A1");
    paid::results(&app, &run, &[(&first, "2026-04-01")]);
    assert_eq!(statement(&app, &engaged, "2025/26")["total_pence"], 473);
    paid::results(&app, &run, &[(&first, "returned")]);
    assert_eq!(statement(&app, &engaged, "2025/26")["total_pence"], 0);
    paid::everything(&app, "accounts_payable", "2026-04-20");
    let view = statement(&app, &engaged, "2026/27");
    assert_eq!(
        (&view["total_pence"], &view["payments"][0]["invoice_number"]),
        (&json!(473), &json!(invoice(&claim, "A2")))
    );
}

#[test]
fn what_a_person_did_not_take_is_told_and_never_counted_as_paid() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    claim(&app, &engaged, "2026-06-01", json!({ "elected_pence": 5000 }));
    claim(&app, &engaged, "2026-06-02", json!({ "elected_pence": 0 }));
    // An amount that an approver took off does not count as declined by the volunteer.
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-03T09:00:00Z", 240);
    let third =
        make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session, "elected_pence": 7000 }]));
    let lowered = json!([{ "id": third["lines"][0]["id"], "approved_pence": 1000, "reason": "Half of it." }]);
    let path = format!("/v1/claims/{}/approve", make::id(&third));
    app.lead().post(&path, json!({ "no_close_relationship": true, "lines": lowered })).expect(200);
    paid::everything(&app, "payroll", "2026-06-15");
    let view = statement(&app, &engaged, "2026/27");
    assert_eq!((&view["time_pence"], &view["declined_pence"]), (&json!(6000), &json!(10_500)));
    let said = view["explanation"].to_string();
    assert!(said.contains("We offered you £105.00 more for your time, and you chose not to take it."), "{said}");
    assert_eq!(statement(&app, &engaged, "2025/26")["declined_pence"], 0);
}

#[test]
fn the_part_of_mileage_above_the_approved_amounts_is_taxable_and_lowering_takes_it_off_first() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let mut terms: Value = serde_json::from_str(include_str!("../../src/policies/examples/2026-27.json")).unwrap();
    terms["name"] = json!("Sixty pence");
    terms["effective_from"] = json!("2026-06-01");
    terms["mileage"]["car"]["first_pence_per_mile"] = json!(60);
    terms["mileage_ceiling"]["car"]["first_pence_per_mile"] = json!(55);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", terms).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    let drive = |day: &str, approved: i64| {
        let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 60);
        let line = json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 100, "from": "A", "to": "B" }]);
        let claim = make::submitted(&app, &engaged, line);
        let lines = json!([{ "id": claim["lines"][0]["id"], "approved_pence": approved, "reason": "As agreed." }]);
        let path = format!("/v1/claims/{}/approve", make::id(&claim));
        app.lead().post(&path, json!({ "no_close_relationship": true, "lines": lines })).expect(200);
    };
    for (day, approved) in [("2026-06-01", 6000), ("2026-06-02", 5501), ("2026-06-03", 5500), ("2026-06-04", 100)] {
        drive(day, approved);
    }
    paid::everything(&app, "accounts_payable", "2026-06-15");
    let view = statement(&app, &engaged, "2026/27");
    let each: Vec<i64> = view["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| payment["taxable_excess_pence"].as_i64().unwrap())
        .collect();
    assert_eq!(each, [500, 1, 0, 0]);
    assert_eq!(view["taxable_excess_pence"], 501);
}

#[test]
fn miles_for_others_and_claims_that_were_taken_back_are_told_apart() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9990 }] });
    who.change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    claim(&app, &engaged, "2026-06-01", json!({}));
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-02T09:00:00Z", 60);
    let line =
        json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 70, "from": "A", "to": "B" }]);
    let taken_back = make::submitted(&app, &engaged, line);
    let miles = |view: Value| view["car_miles"].clone();
    let all =
        json!({ "claimed": 80.5, "at_first_rate": 10.0, "other_miles": 9990.0, "first_band": 10000.0, "left": 0.0 });
    assert_eq!(miles(who.get("/v1/me/statement").expect(200)), all);
    who.ask(&format!("/v1/claims/{}/withdraw", make::id(&taken_back))).expect(200);
    assert_eq!(miles(who.get("/v1/me/statement").expect(200))["claimed"], 10.5);
}

#[test]
fn a_statement_is_a_spreadsheet_too_in_pounds() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let body = json!({ "name": "=Café, \"late\"" });
    app.lead().change(&format!("/v1/services/{}", engaged.service), body).expect(200);
    let claim = claim(&app, &engaged, "2026-06-01", json!({}));
    paid::everything(&app, "accounts_payable", "2026-06-10");
    let answer = app.volunteer(&engaged.volunteer).get("/v1/me/statement?tax_year=2026/27&format=csv");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"statement-2026-27.csv\""));
    let reference = claim["reference"].as_str().unwrap();
    let wanted = format!(
        "paid_on,claim_reference,invoice_number,route,service_name,work_from,work_to,time_pounds,expense_pounds,taxable_excess_pounds,amount_pounds\r\n\
        2026-06-10,{reference},{reference}-A1,accounts_payable,\"'=Café, \"\"late\"\"\",2026-06-01,2026-06-01,0.00,5.78,0.00,5.78\r\n"
    );
    assert_eq!(answer.csv(), wanted);
}

#[test]
fn a_statement_is_for_the_person_alone_and_of_a_real_year() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    for bad in ["2026/28", "2026", "2026-27", "26/27", "2026/27x", "", "2026/27,2025/26"] {
        let problem = who.get(&format!("/v1/me/statement?tax_year={bad}")).refused(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "tax_year", "{bad}");
    }
    who.get("/v1/me/statement?year=2026").refused(400, "invalid-parameter");
    who.get("/v1/me/statement?format=xml").refused(400, "invalid-parameter");
    who.send("GET", "/v1/me/statement", &[("accept", "image/png")], None).refused(406, "not-acceptable");
    assert_eq!(who.send("GET", "/v1/me/statement?format=csv", &[("accept", "text/csv")], None).status, 200);
    let other = make::volunteer(&app, "Olu Other");
    claim(&app, &engaged, "2026-06-01", json!({}));
    assert_eq!(app.volunteer(&other).get("/v1/me/statement").expect(200)["car_miles"]["claimed"], 0.0);
    app.volunteer("01900000-0000-7000-8000-000000000000").get("/v1/me/statement").refused(404, "not-found");
    for client in [app.lead(), app.finance(), app.staff(&["crisis-cafe"])] {
        client.get("/v1/me/statement").refused(403, "forbidden");
    }
    app.public().get("/v1/me/statement").refused(401, "unauthenticated");
}
