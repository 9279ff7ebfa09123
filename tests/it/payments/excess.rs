//! The taxable excess of mileage: payroll is told of it once for each claim, and pays none of it.

use serde_json::{Value, json};

use crate::support::{App, books, make, paid};

/// A trust that pays 60p a mile, 5p above the HMRC approved amount.
fn generous(app: &App) {
    let mut body: Value =
        serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).expect("an example");
    body["name"] = json!("A generous policy");
    body["effective_from"] = json!("2026-05-01");
    body["mileage"]["car"]["first_pence_per_mile"] = json!(60);
    body["mileage_ceiling"]["car"]["first_pence_per_mile"] = json!(55);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
}

fn column(app: &App, run: &Value) -> Vec<String> {
    let file = app.finance().get(&format!("/v1/payment-runs/{}/export", run["id"].as_str().unwrap())).text;
    file.lines().map(|row| row.rsplit(',').next().unwrap().to_owned()).collect()
}

#[test]
fn payroll_is_told_once_of_mileage_above_the_approved_amount() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    generous(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 60);
    let mileage =
        json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 100, "from": "A", "to": "B" });
    let claim = make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }, mileage]));
    let reference = claim["reference"].as_str().unwrap().to_owned();
    let excess = || -> Vec<(String, i64)> {
        let all = app.finance().get("/v1/payments?order=oldest").expect(200);
        let all = all["items"].as_array().unwrap().iter();
        all.map(|one| {
            (
                one["invoice_number"].as_str().unwrap().replace(&reference, ""),
                one["taxable_excess_pence"].as_i64().unwrap(),
            )
        })
        .collect()
    };
    let of =
        |pairs: &[(&str, i64)]| -> Vec<(String, i64)> { pairs.iter().map(|(n, p)| ((*n).to_owned(), *p)).collect() };
    assert_eq!(excess(), of(&[("-A1", 0), ("-P1", 500)]));
    let first = paid::run(&app, "payroll");
    assert_eq!(
        (column(&app, &first), &first["total_pence"]),
        (vec!["TAXABLE_EXCESS".to_owned(), "5.00".to_owned()], &json!(7500))
    );
    let number = |attempt: u32| format!("{reference}-P{attempt}");
    // Payroll could not process it: told again. It was paid, and came back: payroll has reported it.
    paid::results(&app, &first, &[(&number(1), "failed")]);
    let second = paid::run(&app, "payroll");
    assert_eq!(column(&app, &second)[1], "5.00");
    paid::results(&app, &second, &[(&number(2), "2026-06-15")]);
    paid::results(&app, &second, &[(&number(2), "returned")]);
    let third = paid::run(&app, "payroll");
    assert_eq!(column(&app, &third)[1], "0.00");
    assert_eq!(excess(), of(&[("-A1", 0), ("-P1", 500), ("-P2", 500), ("-P3", 0)]));
    let json = app
        .finance()
        .get(&format!("/v1/payment-runs/{}/export?format=json", third["id"].as_str().unwrap()))
        .expect(200);
    assert_eq!(
        (&json["payments"][0]["taxable_excess_pence"], &json["control"]["total_pence"]),
        (&json!(0), &json!(7500))
    );
    books::balance(&app);
}
