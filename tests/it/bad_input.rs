//! No request gets a 500: malformed, oversized, out of range, with bad tokens and wrong methods; and nothing changes.

use std::io::{Read, Write};
use std::net::TcpStream;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults, token};
use crate::support::{App, make};

const SERVICE: &str = r#"{"code":"one","name":"N","domain":"community","cost_centre":"C1","subjective_expense":"1","subjective_payment":"2","contact_email":"a@b.example"}"#;

fn count(app: &App) -> usize {
    app.lead().get("/v1/services").expect(200)["items"].as_array().unwrap().len()
}

#[test]
fn a_body_that_is_not_json_is_malformed() {
    let app = App::start();
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let repeated = SERVICE.replace("\"name\":\"N\"", "\"name\":\"N\",\"name\":\"M\"");
    let bodies: [&[u8]; 10] = [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        deep.as_bytes(),
        &deep.as_bytes()[..5_000],
        repeated.as_bytes(),
        br#"{"name":"\ud800"}"#,
        b"{} {}",
        br#"{"a":1e999}"#,
        br#"{"a":01}"#,
    ];
    for body in bodies {
        let answer =
            app.lead().send_bytes("POST", "/v1/services", &[("content-type", "application/json")], body.to_vec());
        answer.refused(400, "malformed-body");
    }
    app.lead()
        .send_bytes("POST", "/v1/services", &[("content-type", "application/json")], Vec::new())
        .refused(400, "malformed-body");
    assert_eq!(count(&app), 0);
}

#[test]
fn a_body_of_another_type_or_size_is_refused_before_it_is_read() {
    let app = App::start();
    for kind in ["text/plain", "application/xml", "application/json; charset=latin1", "multipart/form-data", "nonsense"]
    {
        app.lead()
            .send("POST", "/v1/services", &[("content-type", kind)], Some(SERVICE.to_owned()))
            .refused(415, "unsupported-media-type");
    }
    app.lead()
        .send("POST", "/v1/services", &[("content-encoding", "gzip")], Some(SERVICE.to_owned()))
        .refused(415, "unsupported-media-type");
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(3 << 20));
    app.lead().send("POST", "/v1/services", &[], Some(large)).refused(413, "too-large");
    let fits = format!("{{\"name\":\"{}\"}}", "x".repeat(200 << 10));
    app.lead().send("POST", "/v1/services", &[], Some(fits)).refused(422, "invalid");
    assert_eq!(count(&app), 0);
}

#[test]
fn a_body_of_a_known_type_is_read_however_its_type_is_written() {
    let app = App::start();
    let kinds = [
        "application/json",
        "APPLICATION/JSON",
        "application/json;",
        "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/json; profile=x; charset=utf-8",
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        let service = SERVICE.replace("\"one\"", &format!("\"one-{n}\""));
        let answer = app.lead().send("POST", "/v1/services", &[("content-type", kind)], Some(service));
        assert_eq!(answer.status, 201, "{kind}");
    }
    assert_eq!(count(&app), kinds.len());
}

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
fn hostile_texts_and_numbers_are_told_where_they_stand() {
    let app = App::start();
    let service = make::service(&app, "one");
    let good = || json!({ "service_id": service, "title": "T", "period_start": "2026-01-01", "period_end": "2026-12-31", "budget_pence": 0 });
    let with = |name: &str, value: Value| {
        let mut body = good();
        body[name] = value;
        body
    };
    for (name, value, code) in [
        ("title", json!("a\u{0}b"), "bad-format"),
        ("title", json!("a\u{85}b"), "bad-format"),
        ("title", json!("line\nbreak"), "bad-format"),
        ("title", json!(" "), "too-short"),
        ("title", json!("x".repeat(201)), "too-long"),
        ("title", json!(5), "wrong-type"),
        ("title", json!(null), "required"),
        ("period_start", json!("0000-01-01"), "out-of-range"),
        ("period_start", json!("10000-01-01"), "bad-format"),
        ("period_start", json!("2026-02-30"), "bad-format"),
        ("period_end", json!("2025-12-31"), "unordered"),
        ("budget_pence", json!(-1), "out-of-range"),
        ("budget_pence", json!(9_223_372_036_854_775_808_u64), "out-of-range"),
        ("budget_pence", json!(1e30), "out-of-range"),
        ("budget_pence", json!(1.5), "wrong-type"),
        ("budget_pence", json!("NaN"), "wrong-type"),
        ("service_id", json!("not-a-uuid"), "bad-format"),
        ("activities", json!([{ "kind": "dance" }]), "not-one-of"),
        ("approach", json!([]), "wrong-type"),
        ("status", json!("approved"), "read-only"),
        ("colour", json!("red"), "unknown-field"),
    ] {
        let problem = app.lead().post("/v1/plans", with(name, value.clone())).refused(422, "invalid");
        let found = faults(&problem);
        assert!(
            found.iter().any(|(pointer, found)| pointer.starts_with(&format!("/{name}")) && found == code),
            "{name} {value}: {found:?}"
        );
    }
    app.lead()
        .post("/v1/plans", with("service_id", json!("01a20584-22bc-75d3-8c29-8712c671022a")))
        .refused(409, "unknown-reference");
    let multi = with("approach", json!({ "rationale": "first\r\nsecond\tthird \u{65}\u{301}" }));
    assert_eq!(app.lead().post("/v1/plans", multi).expect(201)["approach"]["rationale"], "first\nsecond\tthird \u{e9}");
    assert_eq!(app.lead().post("/v1/plans", with("budget_pence", json!(5.0))).expect(201)["budget_pence"], 5);
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
fn bad_tokens_of_every_kind_are_one_refusal() {
    let app = App::start();
    let lead = || Mint { roles: vec![Role::InvolvementLead], ..mint_defaults() };
    let good = token(lead());
    let parts: Vec<&str> = good.split('.').collect();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    let wrong_key = involvement::access::token::mint(
        &lead(),
        crate::support::app::ISSUER,
        crate::support::app::AUDIENCE,
        "another-secret-of-more-than-32-bytes-here",
    )
    .unwrap();
    let wrong_issuer = involvement::access::token::mint(
        &lead(),
        "https://evil.test",
        crate::support::app::AUDIENCE,
        crate::support::app::SECRET,
    )
    .unwrap();
    let wrong_audience =
        involvement::access::token::mint(&lead(), crate::support::app::ISSUER, "else", crate::support::app::SECRET)
            .unwrap();
    let long = token(Mint { name: Some("x".repeat(190)), services: vec!["y".repeat(9_000)], ..lead() });
    let bad = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        none,
        wrong_key,
        wrong_issuer,
        wrong_audience,
        long,
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1].replace('e', "f"), parts[2]),
        token(Mint { subject: String::new(), ..lead() }),
        token(Mint { subject: "a\u{0}b".to_owned(), ..lead() }),
    ];
    for token in bad {
        for path in ["/v1/services", "/health/live"] {
            let answer = app.bearer(token.clone()).get(path);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token}");
            answer.refused(401, "unauthenticated");
        }
    }
    app.public().get("/v1/services").refused(401, "unauthenticated");
    app.public()
        .send("GET", "/v1/services", &[("authorization", &format!("Basic {good}"))], None)
        .refused(401, "unauthenticated");
    app.bearer(good.clone())
        .send("GET", "/v1/services", &[("authorization", &format!("Bearer {good}"))], None)
        .refused(401, "unauthenticated");
    app.with(Mint { roles: vec![], ..mint_defaults() }).get("/v1/services").refused(403, "forbidden");
    app.with(Mint { scope: Some("claims:read".to_owned()), ..lead() }).get("/v1/services").refused(403, "forbidden");
    app.with(Mint { scope: Some("plans:read claims:read".to_owned()), ..lead() }).get("/v1/services").expect(200);
    app.with(Mint { scope: Some("plans:read".to_owned()), ..lead() })
        .post("/v1/services", json!({}))
        .refused(403, "forbidden");
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

#[test]
fn a_year_beyond_those_known_is_out_of_range_and_another_form_is_bad_format() {
    let app = App::start();
    let service = make::service(&app, "one");
    for (day, code) in [("1899-12-31", "out-of-range"), ("2200-01-01", "out-of-range"), ("2026-13-01", "bad-format")] {
        let plan = json!({ "service_id": service, "title": "T", "period_start": day, "period_end": "2199-12-31", "budget_pence": 0 });
        let refused = app.lead().post("/v1/plans", plan).refused(422, "invalid");
        assert!(faults(&refused).contains(&("/period_start".to_owned(), code.to_owned())), "{day}: {refused}");
    }
}

#[test]
fn a_fault_that_only_the_type_finds_has_a_pointer_like_any_other() {
    let app = App::start();
    let miles = json!([{ "tax_year": "2026/27", "miles": 1 }, { "tax_year": "2026/28", "miles": 1 }]);
    let person = json!({ "legal_name": "Jo Bell", "preferred_contact": "letter", "other_miles": miles });
    let refused = app.lead().post("/v1/volunteers", person).refused(422, "invalid");
    assert_eq!(faults(&refused), [("/other_miles/1/tax_year".to_owned(), "bad-format".to_owned())]);
}
