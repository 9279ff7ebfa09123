//! Bodies: malformed, of another type, too large, and with hostile values.

use serde_json::{Value, json};

use crate::support::app::faults;
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
