//! Payment runs from creation to release: what a run includes, who may release it, and its files.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{at, each, key, payments, released, run};
use crate::support::app::{faults, mint_defaults};
use crate::support::owed::{APPROVER, owed};
use crate::support::{App, make};

/// Removes the finance numbers of this claim's volunteer.
fn without_number(app: &App, n: u32) {
    app.database
        .as_owner()
        .batch_execute(&format!(
            "SET session_replication_role = replica; UPDATE payees SET supplier_number = NULL WHERE volunteer_id = '{n:08x}-0000-7000-8000-000000000001'"
        ))
        .expect("no number");
}

#[test]
fn finance_sees_numbers_leads_see_what_is_blocked() {
    let app = App::start();
    owed(&app, 3);
    without_number(&app, 2);
    let seen = payments(&app.finance(), "blocked=true");
    assert_eq!(each(&seen, "blocked"), ["supplier-number-missing"]);
    assert_eq!((seen[0]["payee_name"].as_str(), seen[0]["supplier_site"].as_str()), (Some("Person 2"), Some("HOME")));
    assert!(seen[0]["supplier_number"].is_null() && seen[0].get("supplier_number").is_some());
    let lead = payments(&app.lead(), "status=due");
    assert_eq!(each(&lead, "blocked"), ["null", "supplier-number-missing", "null"]);
    for number in ["supplier_number", "supplier_site", "payroll_number"] {
        assert!(lead.iter().all(|payment| payment.get(number).is_none()), "{number}");
    }
    let unblocked = payments(&app.finance(), "blocked=false&route=accounts_payable,payroll&cost_centre=C20417");
    assert_eq!(each(&unblocked, "invoice_number"), ["CLM-2026-000001-A1", "CLM-2026-000003-A1"]);
    assert!(payments(&app.finance(), "route=payroll").is_empty());
    assert!(payments(&app.finance(), "cost_centre=C999").is_empty());
    app.finance().get("/v1/payments?blocked=maybe").refused(400, "invalid-parameter");
    app.staff(&["crisis-cafe"]).get("/v1/payments").refused(403, "forbidden");
    app.lead().get("/v1/payment-runs").refused(403, "forbidden");
}

#[test]
fn a_run_takes_what_is_due_fits_and_is_not_blocked() {
    let app = App::start();
    owed(&app, 4);
    without_number(&app, 4);
    let finance = app.finance();
    let create = |body| finance.post_once("/v1/payment-runs", &key(), body);
    finance.post("/v1/payment-runs", json!({ "route": "payroll" })).refused(400, "idempotency-key-required");
    create(json!({ "route": "payroll" })).refused(409, "nothing-due");
    create(json!({ "route": "accounts_payable", "cut_off": "2026-05-31" })).refused(409, "nothing-due");
    create(json!({ "route": "accounts_payable", "cost_centre": "C999" })).refused(409, "nothing-due");
    create(json!({ "route": "cash", "total_pence": 5 })).refused(422, "invalid");
    let run =
        create(json!({ "route": "accounts_payable", "cut_off": "2026-06-01", "cost_centre": "C20417" })).expect(201);
    assert_eq!((run["payment_count"].as_i64(), run["left_out_count"].as_i64()), (Some(3), Some(1)));
    assert_eq!((run["total_pence"].as_i64(), run["status"].as_str()), (Some(3006), Some("open")));
    let reference = run["reference"].as_str().expect("a reference");
    assert!(reference.starts_with("RUN-2026-") && reference.len() == 15, "{reference}");
    assert!(run["export_sha256"].is_null() && run["released_by"].is_null());
    assert_eq!(run["created_by"], "finance.cara");
    let taken = payments(&finance, &format!("payment_run_id={}", run["id"].as_str().expect("an id")));
    assert_eq!(each(&taken, "status"), ["in_run"; 3]);
    create(json!({ "route": "accounts_payable" })).refused(409, "nothing-due");
}

#[test]
fn a_cancelled_runs_payments_are_due_again() {
    let app = App::start();
    owed(&app, 2);
    let first = run(&app);
    app.finance().get(&at(&first, "export")).refused(409, "run-not-released");
    let cancelled = app.finance().ask(&at(&first, "cancel")).expect(200);
    assert_eq!((cancelled["status"].as_str(), cancelled["version"].as_i64()), (Some("cancelled"), Some(2)));
    assert_eq!(each(&payments(&app.finance(), "status=due"), "payment_run_id"), ["null"; 2]);
    let refused = app.finance().ask(&at(&first, "cancel")).refused(409, "invalid-transition");
    assert_eq!(refused["allowed"], json!([]));
    assert_eq!(run(&app)["payment_count"], 2);
}

#[test]
fn a_run_is_released_by_a_person_without_a_hand_in_it() {
    let app = App::start();
    owed(&app, 2);
    // The approver of the claims also works in finance, and creates the run.
    let made =
        app.finance_called(APPROVER).post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" }));
    let run = made.expect(201);
    let release = |who: &str| app.finance_called(who).post_once(&at(&run, "release"), &key(), json!({}));
    let told = release(APPROVER).refused(409, "segregation-of-duties");
    let codes: Vec<String> = faults(&told).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["releaser-is-creator", "releaser-is-approver"]);
    app.finance_called("finance.dan").ask(&at(&run, "release")).refused(400, "idempotency-key-required");
    let released = release("finance.dan").expect(200);
    assert_eq!(
        (released["status"].as_str(), released["released_by"].as_str()),
        (Some("released"), Some("finance.dan"))
    );
    let refused = release("finance.eve").refused(409, "invalid-transition");
    assert_eq!(refused["allowed"], json!(["results"]));
    app.finance().ask(&at(&run, "cancel")).refused(409, "invalid-transition");
}

#[test]
fn a_person_stays_one_under_another_log_in() {
    let app = App::start();
    owed(&app, 1);
    let volunteer = make::volunteer(&app, "Cara Also");
    let also = |subject: &str| {
        app.with(Mint {
            roles: vec![Role::Finance, Role::Volunteer],
            subject: subject.to_owned(),
            volunteer_id: Some(volunteer.parse::<uuid::Uuid>().expect("an id").into()),
            ..mint_defaults()
        })
    };
    let run =
        also("cara.one").post_once("/v1/payment-runs", &key(), json!({ "route": "accounts_payable" })).expect(201);
    let told =
        also("cara.two").post_once(&at(&run, "release"), &key(), json!({})).refused(409, "segregation-of-duties");
    assert_eq!(faults(&told)[0].1, "releaser-is-creator");
    // The database refuses, too, whatever the service does.
    let id = run["id"].as_str().expect("an id");
    let by_sql = format!(
        "UPDATE payment_runs SET status = 'released', released_at = now(), export_sha256 = 'x', released_by =
            (SELECT id FROM actors WHERE subject = 'cara.two') WHERE id = '{id}'"
    );
    let refused = app.database.as_service().batch_execute(&by_sql).expect_err("a refusal");
    assert!(refused.to_string().contains("created the run"), "{refused}");
}

#[test]
fn the_files_of_a_run_are_fixed_and_hashed_at_its_release() {
    let app = App::start();
    owed(&app, 2);
    let run = released(&app);
    let csv = app.finance().get(&at(&run, "export?format=ap-csv"));
    let again = app.finance().get(&at(&run, "export"));
    let expected = "INVOICE_NUM,INVOICE_DATE,VENDOR_NUM,VENDOR_SITE_CODE,VENDOR_NAME,INVOICE_AMOUNT,INVOICE_CURRENCY_CODE,SOURCE,\
        DESCRIPTION,LINE_NUMBER,LINE_AMOUNT,DIST_CODE\r\n\
        CLM-2026-000001-A1,2026/06/15,S1,HOME,Person 1,10.01,GBP,INVOLVEMENT,Involvement expenses,1,10.01,C20417.73105\r\n\
        CLM-2026-000002-A1,2026/06/15,S2,HOME,Person 2,10.02,GBP,INVOLVEMENT,Involvement expenses,1,10.02,C20417.73105\r\n";
    assert_eq!((csv.text.as_str(), again.text.as_str()), (expected, expected));
    let hash = Sha256::digest(csv.text.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(run["export_sha256"], hex);
    use base64::Engine;
    let digest = format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(hash));
    assert_eq!(csv.header("content-digest"), Some(digest.as_str()));
    let reference = run["reference"].as_str().expect("a reference");
    let disposition = format!("attachment; filename=\"{reference}-ap.csv\"");
    assert_eq!(csv.header("content-disposition"), Some(disposition.as_str()));
    let json = app.finance().get(&at(&run, "export?format=json")).expect(200);
    assert_eq!(json["control"], json!({ "count": 2, "total_pence": 2003 }));
    assert_eq!(
        (json["run"]["reference"].as_str(), json["payments"].as_array().map(Vec::len)),
        (Some(reference), Some(2))
    );
    app.finance().get(&at(&run, "export?format=payroll-csv")).refused(409, "wrong-route");
    app.finance().get(&at(&run, "export?format=pdf")).refused(400, "invalid-parameter");
    let headers = [csv.header("control-count"), csv.header("control-total-pence")];
    assert_eq!(headers, [Some("2"), Some("2003")]);
}

#[test]
fn a_run_is_not_released_once_the_numbers_of_a_payee_changed() {
    let app = App::start();
    owed(&app, 3);
    let person = |n: u32| format!("{n:08x}-0000-7000-8000-000000000001");
    let release = |run: &Value| app.finance_called("finance.dan").post_once(&at(run, "release"), &key(), json!({}));
    for number in [json!("S-NEW"), json!(null)] {
        let run = run(&app);
        // What is only proposed changes nothing.
        app.finance()
            .change(&format!("/v1/volunteers/{}/payee", person(1)), json!({ "supplier_number": "S-NO" }))
            .expect(200);
        make::numbers(&app, &person(2), json!({ "supplier_number": number }));
        let told = release(&run).refused(409, "payee-changed");
        assert_eq!(faults(&told), [(String::new(), "payee-changed".to_owned())]);
        assert!(told["errors"][0]["detail"].as_str().unwrap().contains("CLM-2026-000002-A1"), "{told}");
        assert_eq!(app.finance().ask(&at(&run, "cancel")).expect(200)["status"], "cancelled");
        app.finance().post(&format!("/v1/volunteers/{}/payee/discard", person(1)), json!({})).expect(200);
    }
    make::numbers(&app, &person(2), json!({ "supplier_number": "S-NEW" }));
    let run = run(&app);
    assert_eq!((&run["payment_count"], &run["payees_changed_count"]), (&json!(3), &json!(1)));
    assert_eq!(release(&run).expect(200)["payees_changed_count"], 1);
    let csv = app.finance().get(&at(&run, "export")).text;
    assert!(csv.contains(",S-NEW,") && csv.contains(",S1,") && !csv.contains("S-NO"), "{csv}");
}
