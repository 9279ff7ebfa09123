//! Numbers at and beyond their limits, impossible dates, records of somebody else, and wrong files of results:
//! each is refused with its line and field, and nothing changes.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::make::{self, Engaged};
use crate::support::owed::{invoice, owed};
use crate::support::{Answer, App, books};

/// A volunteer with a draft claim of one line.
struct Ground {
    app: App,
    engaged: Engaged,
    session: String,
    draft: String,
}

impl Ground {
    fn new(agreement: Value) -> Self {
        let app = App::start();
        let engaged = make::engaged_with(&app, json!({ "places": 9 }), agreement);
        let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
        let lines = json!([{ "kind": "time", "session_id": session }]);
        let draft = make::id(&make::claim(&app.volunteer(&engaged.volunteer), &engaged.agreement, lines));
        Self { draft: format!("/v1/claims/{draft}"), app, engaged, session }
    }

    /// Sends the draft a body as text, because JSON allows numbers that Rust's types don't.
    fn change(&self, lines: &str) -> Answer {
        let headers = [("if-match", "\"1\""), ("content-type", "application/json")];
        let who = self.app.volunteer(&self.engaged.volunteer);
        who.send_bytes("PATCH", &self.draft, &headers, format!("{{\"lines\":[{lines}]}}").into_bytes())
    }

    /// A mileage line with every input, one of them changed.
    fn mileage(&self, field: &str, value: &str) -> String {
        let line = format!(
            "{{\"kind\":\"mileage\",\"session_id\":\"{}\",\"vehicle\":\"car\",\"from\":\"A\",\"to\":\"B\",\"miles\":1,\"passengers\":0}}",
            self.session
        );
        let mut of: serde_json::Map<String, Value> = serde_json::from_str(&line).unwrap();
        of.remove(field);
        let rest = Value::Object(of).to_string();
        format!("{},\"{field}\":{value}}}", rest.trim_end_matches('}'))
    }

    fn care(&self, field: &str, value: &str) -> String {
        self.mileage("kind", "\"care\"")
            .replace("\"from\":\"A\",", "")
            .replace("\"miles\":1,", "")
            .replace("\"passengers\":0,", "")
            .replace("\"to\":\"B\",", "")
            .replace("\"vehicle\":\"car\",", &format!("\"{field}\":{value},"))
            .replace(
                "\"session_id\"",
                if field == "minutes" { "\"spent_pence\":1,\"session_id\"" } else { "\"minutes\":1,\"session_id\"" },
            )
    }
}

/// How many rows there are that a refusal must not change, and a hash of what they say.
fn rows(app: &App) -> Value {
    let tables = "claims claim_lines payments payment_runs recoveries recovery_lines repayments payees audit_records \
                  histories events idempotency_keys deliveries";
    let of_each = tables.split(' ').map(|table| {
        format!("(SELECT count(*) || ' ' || md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t) AS {table}")
    });
    let of_each: Vec<String> = of_each.collect();
    books::ask(app, &format!("SELECT {}", of_each.join(", ")))[0].clone()
}

/// Has something asked that is refused, and checks that nothing changed.
#[track_caller]
pub fn changes_nothing<T>(app: &App, ask: impl FnOnce() -> T) -> T {
    let before = rows(app);
    let answered = ask();
    assert_eq!(rows(app), before, "nothing changed");
    answered
}

#[test]
fn numbers_at_the_edge_are_taken_or_told_by_line_and_field() {
    let ground = Ground::new(json!({}));
    let before = rows(&ground.app);
    let refused = [
        ("miles", "12.34", "out-of-range"),
        ("miles", "-0.1", "out-of-range"),
        ("miles", "100000", "out-of-range"),
        ("miles", "9223372036854775808", "out-of-range"),
        ("miles", "\"NaN\"", "wrong-type"),
        ("miles", "\"12.3\"", "wrong-type"),
        ("miles", "true", "wrong-type"),
        ("miles", "[1]", "wrong-type"),
        ("miles", "null", "required"),
        ("passengers", "-1", "out-of-range"),
        ("passengers", "21", "out-of-range"),
        ("passengers", "0.5", "wrong-type"),
        ("passengers", "1e30", "out-of-range"),
        ("vehicle", "\"rocket\"", "not-one-of"),
        ("vehicle", "1", "wrong-type"),
        ("date", "\"2026-02-30\"", "bad-format"),
        ("date", "\"1899-12-31\"", "out-of-range"),
        ("date", "\"10000-01-01\"", "bad-format"),
        ("date", "\"2026-6-8\"", "bad-format"),
        ("date", "20260608", "wrong-type"),
        ("from", "\"\"", "too-short"),
        ("from", "\"a\\u0000b\"", "bad-format"),
    ];
    let care = [
        ("spent_pence", "-1", "out-of-range"),
        ("spent_pence", "9223372036854775808", "out-of-range"),
        ("spent_pence", "-9223372036854775809", "out-of-range"),
        ("spent_pence", "1e300", "out-of-range"),
        ("spent_pence", "0.5", "wrong-type"),
        ("spent_pence", "\"NaN\"", "wrong-type"),
        ("spent_pence", "100000000001", "out-of-range"),
        ("minutes", "-1", "out-of-range"),
        ("minutes", "14401", "out-of-range"),
    ];
    let lines = refused.iter().map(|(field, value, code)| (*field, *value, *code, ground.mileage(field, value)));
    let lines = lines.chain(care.iter().map(|(field, value, code)| (*field, *value, *code, ground.care(field, value))));
    for (field, value, code, line) in lines {
        let answer = ground.change(&format!("{{\"kind\":\"time\",\"session_id\":\"{}\"}},{line}", ground.session));
        let problem = answer.refused(422, "invalid");
        assert_eq!(faults(&problem), [(format!("/lines/1/{field}"), code.to_owned())], "{field} {value}");
    }
    for number in ["1e400", "-1e400", "NaN", "Infinity", "01", "1.", ".5", "+1", "0x10"] {
        ground.change(&ground.mileage("miles", number)).refused(400, "malformed-body");
    }
    assert_eq!(rows(&ground.app), before, "nothing changed");
    let edges = [
        ground.mileage("miles", "0"),
        ground.mileage("miles", "99999.9"),
        ground.mileage("miles", "12.30"),
        ground.mileage("passengers", "20"),
        ground.care("spent_pence", "0"),
        ground.care("spent_pence", "100000000000"),
        ground.care("minutes", "14400"),
    ];
    assert_eq!(ground.change(&edges.join(",")).expect(200)["lines"].as_array().unwrap().len(), edges.len());
}

#[test]
fn what_is_somebody_elses_or_outside_is_told_at_its_line() {
    let ground = Ground::new(json!({ "starts_on": "2026-02-01" }));
    let (app, engaged) = (&ground.app, &ground.engaged);
    let other = make::volunteer(app, "Olu Other");
    make::agreement(app, &engaged.opportunity, &other, json!({}));
    let theirs = make::attended(app, &engaged.opportunity, &other, "2026-05-20T09:00:00Z", 60);
    let elsewhere = make::published(app, &engaged.plan, json!({}));
    make::accepted(app, &elsewhere, &engaged.volunteer);
    let foreign = make::session(app, &elsewhere, "2026-05-21T09:00:00Z", 60);
    let who = app.volunteer(&engaged.volunteer);
    let end = json!({ "reason": "The work is done.", "on": "2026-06-09" });
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), end).expect(200);
    let lines = json!([
        { "kind": "time", "session_id": theirs },
        { "kind": "mileage", "session_id": foreign, "vehicle": "car", "miles": 1, "from": "A", "to": "B" },
        { "kind": "consumables", "date": "2026-06-09", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-06-10", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-02-01", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-01-31", "spent_pence": 1 },
        { "kind": "consumables", "date": "2025-04-05", "spent_pence": 1 },
        { "kind": "consumables", "date": "1999-12-31", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-06-15", "spent_pence": 1 },
        { "kind": "consumables", "date": "2026-06-16", "spent_pence": 1 },
    ]);
    let body = json!({ "lines": lines, "late_reason": "I was in hospital." });
    let draft = who.patch(&ground.draft, 1, body).expect(200);
    let no_policy: Vec<bool> =
        draft["lines"].as_array().unwrap().iter().map(|line| line["policy_id"].is_null()).collect();
    assert_eq!(
        no_policy,
        [false, false, false, false, false, false, true, true, false, false],
        "the first policy is of 6 April 2025"
    );
    let before = rows(app);
    let problem = who.ask(&format!("{}/submit", ground.draft)).refused(409, "claim-not-submittable");
    let wanted = [
        ("/lines/0", "session-not-attended"),
        ("/lines/1", "session-not-in-agreement"),
        ("/lines/1", "session-not-attended"),
        ("/lines/3", "outside-agreement"),
        ("/lines/5", "outside-agreement"),
        ("/lines/6", "no-policy-in-force"),
        ("/lines/6", "outside-agreement"),
        ("/lines/7", "no-policy-in-force"),
        ("/lines/7", "outside-agreement"),
        ("/lines/8", "outside-agreement"),
        ("/lines/9", "outside-agreement"),
        ("/lines/9", "future-dated"),
    ];
    assert_eq!(faults(&problem), wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    assert_eq!(rows(app), before, "nothing changed");
    assert!(!problem.to_string().contains("Olu"), "nothing of the other person is told");
}

#[test]
fn a_file_of_results_that_is_wrong_changes_nothing() {
    let app = App::start();
    owed(&app, 3);
    let made =
        app.finance().post_once("/v1/payment-runs", "a-run-for-bad-files", json!({ "route": "accounts_payable" }));
    let run = format!("/v1/payment-runs/{}", make::id(&made.expect(201)));
    app.finance_called("finance.dan")
        .post_once(&format!("{run}/release"), "release-for-bad-files", json!({}))
        .expect(200);
    let send = |number: usize, csv: &[u8]| {
        let key = format!("a-file-of-results-{number}");
        let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
        app.finance().send_bytes("POST", &format!("{run}/results"), &headers, csv.to_vec())
    };
    let (one, two) = (invoice(1), invoice(2));
    let before = rows(&app);
    let malformed = [
        "invoice_number,outcome\r\na,b,c\r\n",
        "invoice_number,outcome\r\na",
        "outcome,outcome\r\npaid,paid\r\n",
        "invoice_number,outcome\r\n\"a,paid\r\n",
    ];
    let mut number = 0..;
    send(number.next().unwrap(), b"").refused(400, "malformed-body");
    for csv in malformed.into_iter().map(str::as_bytes).chain([&b"invoice_number,outcome\r\n\xff,paid\r\n"[..]]) {
        send(number.next().unwrap(), csv).refused(400, "malformed-body");
    }
    let told = [
        ("invoice_number,outcome\r\n".to_owned(), 422, vec![("/results", "too-short")]),
        (
            format!("invoice_number,outcome,amount\r\n{one},paid,5\r\n"),
            422,
            vec![("/results/0/amount", "unknown-field")],
        ),
        (
            format!("invoice;outcome\r\n{one};paid\r\n"),
            422,
            vec![
                ("/results/0/invoice;outcome", "unknown-field"),
                ("/results/0/invoice_number", "required"),
                ("/results/0/outcome", "required"),
            ],
        ),
        (format!("invoice_number\r\n{one}\r\n"), 422, vec![("/results/0/outcome", "required")]),
        (
            format!("invoice_number,outcome\r\n{one},paid\r\n{two},lost\r\n"),
            422,
            vec![("/results/1/outcome", "not-one-of")],
        ),
        (
            format!("invoice_number,outcome\r\n{one},paid\r\n{one},paid\r\n"),
            422,
            vec![("/results/1/invoice_number", "repeated")],
        ),
        (
            format!("invoice_number,outcome,paid_on\r\n{one},paid,2026-02-30\r\n"),
            422,
            vec![("/results/0/paid_on", "bad-format")],
        ),
        (
            format!("invoice_number,outcome,paid_on\r\n{one},failed,2026-06-15\r\n"),
            422,
            vec![("/results/0/paid_on", "not-allowed")],
        ),
        (
            format!("invoice_number,outcome\r\n{one},paid\r\nCLM-2026-999999-A1,paid\r\n"),
            409,
            vec![("/results/1", "unknown-invoice")],
        ),
        (format!("invoice_number,outcome\r\n{one},paid\r\n{two},returned\r\n"), 409, vec![("/results/1", "not-paid")]),
    ];
    for (csv, status, wanted) in told {
        let code = if status == 409 { "results-refused" } else { "invalid" };
        let problem = send(number.next().unwrap(), csv.as_bytes()).refused(status, code);
        let mut found = faults(&problem);
        found.sort();
        assert_eq!(
            found,
            wanted.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect::<Vec<_>>(),
            "{csv}"
        );
    }
    assert_eq!(rows(&app), before, "nothing changed");
    // As Windows and spreadsheets write it: with a byte order mark, CRLF line ends, quotes, an empty line and spaces.
    let good =
        format!("\u{feff}\"invoice_number\",outcome , paid_on\r\n\"{one}\",paid,2026-06-15\r\n\r\n{two}, failed ,\r\n");
    assert_eq!(send(number.next().unwrap(), good.as_bytes()).expect(200)["status"], "released");
    let after = rows(&app);
    let problem = send(number.next().unwrap(), format!("invoice_number,outcome\r\n{one},failed\r\n").as_bytes());
    assert_eq!(
        faults(&problem.refused(409, "results-refused")),
        [("/results/0".to_owned(), "already-settled".to_owned())]
    );
    let again = send(number.next().unwrap(), format!("invoice_number,outcome\n{one},paid\n{two},failed\n").as_bytes())
        .expect(200);
    assert_eq!(again["status"], "released");
    // Sending the same again changes nothing; only the new key is stored.
    let kept = |rows: &Value| make::with(rows.clone(), json!({ "idempotency_keys": 0 }));
    assert_eq!(kept(&rows(&app)), kept(&after));
}
