//! Requests: headers, cursors, ids, methods, paths and broken HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::support::App;

#[test]
fn what_a_client_accepts_is_read_as_loosely_as_clients_write_it() {
    let app = App::start();
    let ask = |accept: &str| app.lead().send("GET", "/v1/services", &[("accept", accept)], None);
    for accept in [
        "",
        ",",
        "*/*",
        "application/*;q=0.1",
        "application/json; charset=utf-8",
        "text/html, , application/json",
        // What Java's client sent for twenty years.
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    ] {
        assert_eq!(ask(accept).status, 200, "{accept}");
    }
    for accept in ["image/png", "nonsense", "application/json;q=0", "*/*;q=0.0, text/csv"] {
        ask(accept).refused(406, "not-acceptable");
    }
}

#[test]
fn a_bad_cursor_is_told_together_with_every_other_fault() {
    let app = App::start();
    app.lead().get("/v1/services?cursor=x").refused(400, "invalid-cursor");
    let problem = app.lead().get("/v1/services?limit=0&order=sideways&cursor=x").refused(400, "invalid-parameter");
    let mut wrong: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().filter_map(|one| one["parameter"].as_str()).collect();
    wrong.sort_unstable();
    assert_eq!(wrong, ["cursor", "limit", "order"]);
}

#[test]
fn ids_methods_and_paths_that_are_not_are_told_apart() {
    let app = App::start();
    let bodies: Vec<Value> =
        ["x", "01a20584-22bc-75d3-8c29-8712c671022a", "%00", "..%2f..", "null", "01A20584-22BC-75D3-8C29-8712C671022Z"]
            .iter()
            .map(|id| {
                let mut problem = app.lead().get(&format!("/v1/plans/{id}")).refused(404, "not-found");
                problem["instance"] = Value::Null;
                problem["request_id"] = Value::Null;
                problem
            })
            .collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "one body for all: {bodies:?}");
    for (method, allow) in [
        ("PUT", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "GET, HEAD, OPTIONS, POST"),
    ] {
        let answer = app.lead().send("GET".replace("GET", method).as_str(), "/v1/plans", &[], None);
        assert_eq!(answer.header("allow"), Some(allow), "{method}");
        answer.refused(405, "method-not-allowed");
    }
    let options = app.public().send("OPTIONS", "/v1/plans", &[], None);
    assert_eq!((options.status, options.header("allow")), (204, Some("GET, HEAD, OPTIONS, POST")));
    let (head, get) = (app.lead().send("HEAD", "/v1/plans", &[], None), app.lead().get("/v1/plans"));
    assert_eq!(
        (head.status, head.text.as_str(), head.header("content-length")),
        (200, "", get.header("content-length"))
    );
    app.lead().get("/v1/nothing").refused(404, "not-found");
    app.lead().get("/v1/plans/").refused(404, "not-found");
}

#[test]
fn checks_come_in_the_order_that_clients_rely_on() {
    let app = App::start();
    let (path, bad) = ("/v1/services/x", Some("{".to_owned()));
    let plain = [("content-type", "text/plain")];
    app.public().send("PATCH", "/v1/services/x?y=1", &plain, bad.clone()).refused(401, "unauthenticated");
    app.finance().send("PATCH", "/v1/services/x?y=1", &plain, bad.clone()).refused(403, "forbidden");
    app.lead().send("PATCH", "/v1/services/x?y=1", &plain, bad.clone()).refused(400, "invalid-parameter");
    app.lead().send("PATCH", path, &plain, bad.clone()).refused(428, "precondition-required");
    let matched = ("if-match", "\"1\"");
    app.lead().send("PATCH", path, &[matched, plain[0]], bad.clone()).refused(415, "unsupported-media-type");
    app.lead().send("PATCH", path, &[matched], bad).refused(400, "malformed-body");
    app.lead().send("PATCH", path, &[matched], Some("{\"x\":1}".to_owned())).refused(422, "invalid");
    app.lead().send("PATCH", path, &[matched], Some("{}".to_owned())).refused(404, "not-found");
}

/// Sends raw bytes, and returns what the server sends until it closes the connection or the answer is complete.
fn raw(app: &App, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address()).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    stream.write_all(bytes).ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn broken_http_is_cut_or_refused_and_others_are_unharmed() {
    let app = App::start();
    let end = "connection: close\r\n\r\n";
    for bytes in [
        "GARBAGE\r\n\r\n".to_owned(),
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n{end}", "a".repeat(70_000)),
        format!("GET /v1/services HTTP/1.1\r\nhost: x\r\nx: {}\r\n{end}", "b".repeat(200_000)),
        format!("GET /v1/services HTTP/1.1\r\nhost: x\r\n{}{end}", "x: y\r\n".repeat(200)),
        format!(
            "POST /v1/services HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n{end}0\r\n\r\n"
        ),
        format!("POST /v1/services HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n{end}"),
    ] {
        let answer = raw(&app, bytes.as_bytes());
        let status = answer.split(' ').nth(1).unwrap_or("closed");
        assert!(answer.is_empty() || status.starts_with('4'), "{status} for {}", &bytes[..bytes.len().min(60)]);
    }
    app.lead().get("/v1/services").expect(200);
}

#[test]
fn a_server_whose_database_is_current_is_ready() {
    let app = App::start();
    assert_eq!(app.public().get("/health/live").expect(200)["status"], "live");
    assert_eq!(app.public().get("/health/ready").expect(200)["status"], "ready");
}
