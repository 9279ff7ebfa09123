//! Results of payments from the ledger: accepted as a whole or not at all, applied once, and followed by another
//! attempt if money is still owed.

use serde_json::{Value, json};

use super::{at, each, key, payments, released, run};
use crate::support::app::faults;
use crate::support::owed::{invoice, owed};
use crate::support::{App, make, paid as ledger};

fn paid(n: u32) -> Value {
    json!({ "invoice_number": invoice(n), "outcome": "paid", "paid_on": "2026-06-15", "ledger_reference": format!("BACS {n}") })
}

fn failed(n: u32) -> Value {
    json!({ "invoice_number": invoice(n), "outcome": "failed", "reason": "account closed" })
}

fn returned(n: u32) -> Value {
    json!({ "invoice_number": invoice(n), "outcome": "returned", "reason": "no such account" })
}

fn claim_status(app: &App, n: u32) -> String {
    let claim = app.finance().get(&format!("/v1/claims/{n:08x}-0000-7000-8000-000000000003")).expect(200);
    claim["status"].as_str().expect("a status").to_owned()
}

#[test]
fn what_is_paid_settles_and_what_failed_is_due_again() {
    let app = App::start();
    owed(&app, 2);
    let run = released(&app);
    let take = |results: Value| app.finance().post_once(&at(&run, "results"), &key(), json!({ "results": results }));
    let first = take(json!([paid(1)])).expect(200);
    assert_eq!((first["status"].as_str(), first["version"].as_i64()), (Some("released"), Some(3)));
    assert_eq!(claim_status(&app, 1), "paid");
    let second = take(json!([failed(2)])).expect(200);
    assert_eq!((second["status"].as_str(), second["settled_at"].is_null()), (Some("settled"), false));
    assert_eq!(claim_status(&app, 2), "approved");
    let due = payments(&app.finance(), "status=due");
    assert_eq!(each(&due, "invoice_number"), ["CLM-2026-000002-A2"]);
    let failed_one = &payments(&app.finance(), "status=failed")[0];
    assert_eq!(due[0]["retry_of_id"], failed_one["id"]);
    assert_eq!((due[0]["due_on"].as_str(), &due[0]["amount_pence"]), (Some("2026-06-15"), &failed_one["amount_pence"]));
    assert_eq!(failed_one["failure_reason"], "account closed");
    // The bank may return money long after the run was settled.
    let third = take(json!([returned(1)])).expect(200);
    assert_eq!((third["status"].as_str(), third["version"].as_i64()), (Some("settled"), Some(5)));
    assert_eq!(claim_status(&app, 1), "approved");
    let due = payments(&app.finance(), "status=due");
    assert_eq!(each(&due, "invoice_number"), ["CLM-2026-000002-A2", "CLM-2026-000001-A2"]);
}

#[test]
fn the_same_result_again_changes_nothing() {
    let app = App::start();
    owed(&app, 2);
    let run = released(&app);
    let take = |results: Value| app.finance().post_once(&at(&run, "results"), &key(), json!({ "results": results }));
    let once = take(json!([paid(1), failed(2)])).expect(200);
    let again = take(json!([failed(2), paid(1)])).expect(200);
    assert_eq!(once, again);
    assert_eq!(payments(&app.finance(), "claim_id=00000002-0000-7000-8000-000000000003").len(), 2);
    take(json!([returned(1)])).expect(200);
    take(json!([returned(1)])).expect(200);
    assert_eq!(payments(&app.finance(), "claim_id=00000001-0000-7000-8000-000000000003").len(), 2);
}

#[test]
fn results_are_taken_whole_or_not_at_all() {
    let app = App::start();
    owed(&app, 3);
    let run = released(&app);
    let take = |results: Value| app.finance().post_once(&at(&run, "results"), &key(), json!({ "results": results }));
    take(json!([paid(3)])).expect(200);
    let told = take(json!([paid(1), paid(77), failed(3), returned(2)])).refused(409, "results-refused");
    let wanted = [("/results/1", "unknown-invoice"), ("/results/2", "already-settled"), ("/results/3", "not-paid")];
    assert_eq!(faults(&told), wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    assert_eq!(each(&payments(&app.finance(), "status=paid"), "invoice_number"), [invoice(3)]);
    let told = take(
        json!([paid(1), paid(1), { "invoice_number": invoice(2), "outcome": "failed", "paid_on": "2026-06-15" }, { "outcome": "lost" }]),
    );
    let told = faults(&told.refused(422, "invalid"));
    assert_eq!(
        told,
        [("/results/3/invoice_number".into(), "required".into()), ("/results/3/outcome".into(), "not-one-of".into())]
    );
    let told =
        take(json!([paid(1), paid(1), { "invoice_number": invoice(2), "outcome": "failed", "paid_on": "2026-06-15" }]));
    let told = faults(&told.refused(422, "invalid"));
    assert_eq!(
        told,
        [("/results/1/invoice_number".into(), "repeated".into()), ("/results/2/paid_on".into(), "not-allowed".into())]
    );
}

#[test]
fn an_open_run_takes_no_results() {
    let app = App::start();
    owed(&app, 1);
    let run = run(&app);
    let told = app.finance().post_once(&at(&run, "results"), &key(), json!({ "results": [paid(1)] }));
    assert_eq!(told.refused(409, "invalid-transition")["allowed"], json!(["release", "cancel"]));
}

#[test]
fn a_ledgers_csv_is_read_like_json() {
    let app = App::start();
    owed(&app, 2);
    let run = released(&app);
    let send = |csv: &str| {
        let headers = [("idempotency-key", &*key()), ("content-type", "text/csv; charset=utf-8")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()));
        let headers: Vec<(&str, &str)> = headers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        app.finance().send_bytes("POST", &at(&run, "results"), &headers, csv.as_bytes().to_vec())
    };
    send("invoice_number,outcome\r\na,b,c\r\n").refused(400, "malformed-body");
    let told =
        faults(&send("invoice_number,outcome,colour\r\nCLM-2026-000001-A1,paid,red\r\n").refused(422, "invalid"));
    assert_eq!(told, [("/results/0/colour".into(), "unknown-field".into())]);
    let told = faults(&send("invoice,result\r\nCLM-2026-000001-A1,paid\r\n").refused(422, "invalid"));
    assert!(told.contains(&("/results/0/invoice_number".into(), "required".into())), "{told:?}");
    assert!(told.contains(&("/results/0/result".into(), "unknown-field".into())), "{told:?}");
    // Spreadsheets in some countries separate columns by semicolons.
    let told = faults(&send("invoice_number;outcome\r\nCLM-2026-000001-A1;paid\r\n").refused(422, "invalid"));
    assert!(told.contains(&("/results/0/outcome".into(), "required".into())), "{told:?}");
    let told =
        faults(&send("invoice_number,outcome,paid_on\nCLM-2026-000001-A1,PAID,14/06/2026\n").refused(422, "invalid"));
    let wanted = [("/results/0/outcome", "not-one-of"), ("/results/0/paid_on", "bad-format")];
    assert_eq!(told, wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    send("invoice_number,invoice_number\r\na,b\r\n").refused(400, "malformed-body");
    let utf16: Vec<u8> = "\u{feff}invoice_number,outcome\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let headers = [("idempotency-key", "a-key-for-two-byte-text"), ("content-type", "text/csv")];
    app.finance().send_bytes("POST", &at(&run, "results"), &headers, utf16).refused(400, "malformed-body");
    assert!(payments(&app.finance(), "status=paid,failed").is_empty());
    let settled = send(
        "\u{feff}invoice_number,outcome,paid_on,ledger_reference,reason\r\n\
         CLM-2026-000001-A1,paid,2026-06-15,\"BACS, 1\",\r\nCLM-2026-000002-A1,failed,,,account closed\r\n",
    );
    assert_eq!(settled.expect(200)["status"], "settled");
    let one = &payments(&app.finance(), "status=paid")[0];
    assert_eq!((one["paid_on"].as_str(), one["ledger_reference"].as_str()), (Some("2026-06-15"), Some("BACS, 1")));
}

#[test]
fn of_one_payment_only_what_happened_last_waits_to_be_told() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." },
    ]);
    let reference = make::approved(&app, &it, lines)["reference"].as_str().unwrap().to_owned();
    let one =
        |run: &Value, number: &str, what: &str| ledger::results(&app, run, &[(&format!("{reference}-{number}"), what)]);
    // What waits to be told, with what it says of the payroll.
    let waits = || {
        let list = app.volunteer(&it.volunteer).get("/v1/deliveries?limit=100&status=pending").expect(200);
        let about = |one: &Value| one["about"].as_str().unwrap().to_owned();
        let payments = list["items"].as_array().unwrap().iter().filter(|one| about(one).starts_with("payment_"));
        let mut waits: Vec<(String, bool)> =
            payments.map(|one| (about(one), one["message"].as_str().unwrap().contains("payroll"))).collect();
        waits.sort();
        waits
    };
    let (failed, returned) = ("payment_failed".to_owned(), "payment_returned".to_owned());
    one(&ledger::run(&app, "accounts_payable"), "A1", "failed");
    one(&ledger::run(&app, "accounts_payable"), "A2", "failed");
    assert_eq!(waits(), [(failed.clone(), false)]);
    one(&ledger::run(&app, "payroll"), "P1", "failed");
    assert_eq!(waits(), [(failed.clone(), false), (failed.clone(), true)], "two routes stay apart");
    let third = ledger::run(&app, "accounts_payable");
    one(&third, "A3", "2026-06-15");
    one(&third, "A3", "returned");
    assert_eq!(waits(), [(failed.clone(), true), (returned, false)]);
    one(&ledger::run(&app, "accounts_payable"), "A4", "failed");
    assert_eq!(waits(), [(failed.clone(), false), (failed, true)]);
}
