//! The object store lacks a file, or hangs: said with a status, not by breaking off.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use involvement::files::Files;
use serde_json::json;

use crate::support::form::{Form, PDF};
use crate::support::{App, Client, make};

/// A claim with a receipt: the path of the receipt's file.
fn receipt(app: &App) -> String {
    let engaged = make::engaged(app);
    let who = app.volunteer(&engaged.volunteer);
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300 }]);
    let claim = make::claim(&who, &engaged.agreement, lines);
    let path = format!("/v1/claims/{}/receipts", make::id(&claim));
    let receipt = make::id(&who.send_form(&path, &Form::receipt(PDF, 300)).expect(201));
    format!("/v1/receipts/{receipt}/content")
}

#[test]
fn a_receipt_whose_file_is_gone_is_a_problem_and_not_half_an_answer() {
    let app = App::start();
    let path = receipt(&app);
    app.lead().get(&path).expect(200);
    std::fs::remove_dir_all(&app.files).expect("the folder of files");
    app.lead().get(&path).refused(404, "not-found");
}

#[test]
fn a_store_that_hangs_is_unavailable() {
    let app = App::start();
    let path = receipt(&app);
    // It takes connections and never answers.
    let hangs = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", hangs.local_addr().expect("its number"));
    let options = [
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_REGION", "eu-west-2"),
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let files = Files::open(&"s3://receipts/x".parse().expect("an address"), options).expect("a store");
    let other = app.another_with(|service| service.files = files);
    let began = Instant::now();
    let lead: Client<'_> = other.lead();
    lead.get(&path).refused(503, "unavailable");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}
