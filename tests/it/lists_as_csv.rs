//! Lists as CSV: every row that matches, as far as the reader sees it, in a file that no spreadsheet runs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::app::routes;
use serde_json::{Value, json};

use crate::support::app::{mint_defaults, token};
use crate::support::owed::owed;
use crate::support::{App, Client, books, make, paid};

/// The rows of a CSV, each as its cells by the names of their columns.
pub fn rows(who: &Client<'_>, path: &str) -> Vec<BTreeMap<String, String>> {
    let answer = who.get(path);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/csv; charset=utf-8")),
        "{}",
        answer.text
    );
    let mut reader = csv::Reader::from_reader(answer.csv().as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

pub fn column(who: &Client<'_>, path: &str, name: &str) -> Vec<String> {
    rows(who, path).into_iter().map(|row| row[name].clone()).collect()
}

/// Somebody whose name is a formula, with a comma and a quote in it, who claimed and was paid.
pub fn formula(app: &App) -> (make::Engaged, Value) {
    let it = make::engaged(app);
    make::payee(app, &it.volunteer);
    let name = json!({ "legal_name": "=HYPERLINK(\"http://x.example\"), Vera" });
    app.lead().change(&format!("/v1/volunteers/{}", it.volunteer), name).expect(200);
    let session = make::attended(app, &it.opportunity, &it.volunteer, "2026-06-10T09:00:00Z", 240);
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 1234, "evidence_exception": "Lost." }]);
    // At half past midnight in London it is yesterday in UTC.
    app.now_is("2026-06-15T23:30:00Z");
    let claim = make::approved(app, &it, lines);
    (it, claim)
}

#[test]
fn finance_gets_claims_and_payments_in_pounds_and_london_dates() {
    let app = App::start();
    let (it, claim) = formula(&app);
    let reference = claim["reference"].as_str().unwrap();
    let answer = app.finance().get("/v1/claims?format=csv");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"claims-2026-06-16.csv\""));
    let id = make::id(&claim);
    assert_eq!(
        answer.csv(),
        format!(
            "reference,status,payee_name,cost_centre,total_pounds,submitted_on,approved_on,paid_on,created_on,updated_on,id\r\n\
             {reference},approved,\"'=HYPERLINK(\"\"http://x.example\"\"), Vera\",C20417,12.34,2026-06-16,2026-06-16,,2026-06-16,2026-06-16,{id}\r\n"
        )
    );
    let answer = app.finance().get("/v1/payments?format=csv");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"payments-2026-06-16.csv\""));
    let [row] = <[_; 1]>::try_from(rows(&app.finance(), "/v1/payments?format=csv")).unwrap();
    for (name, cell) in [
        ("invoice_number", format!("{reference}-A1")),
        ("payee_name", "'=HYPERLINK(\"http://x.example\"), Vera".to_owned()),
        ("supplier_number", "S10023".to_owned()),
        ("amount_pounds", "12.34".to_owned()),
        ("taxable_excess_pounds", "0.00".to_owned()),
        ("created_on", "2026-06-16".to_owned()),
        ("paid_on", String::new()),
    ] {
        assert_eq!(row[name], cell, "{name}");
    }
    let lead = &rows(&app.lead(), "/v1/payments?format=csv")[0];
    assert!(!lead.contains_key("supplier_number") && !lead.contains_key("payee_changed_on"), "{lead:?}");
    // A credit is less than nothing, as a number.
    paid::everything(&app, "accounts_payable", "2026-06-20");
    app.now_is("2026-06-20T10:00:00Z");
    let body = json!({ "reason": "Twice.", "method": "offset", "lines": [{ "id": claim["lines"][0]["id"], "pence": 1200 }],
        "agreed_with_person": { "on": "2026-06-20", "how": "By telephone" } });
    let made = app.lead().post(&format!("/v1/claims/{id}/recoveries"), body).expect(201);
    app.finance().ask(&format!("/v1/recoveries/{}/confirm", make::id(&made))).expect(200);
    let amounts = column(&app.finance(), "/v1/payments?format=csv", "amount_pounds");
    assert_eq!(amounts, ["-12.00", "12.34"]);
    // Whoever is shown is in the access log, as by the list.
    let looked = format!(
        "SELECT count(DISTINCT l.volunteer_id) FROM access_log l JOIN actors a ON a.id = l.actor_id WHERE a.subject = 'finance.fay' AND l.volunteer_id = '{}'",
        it.volunteer
    );
    app.finance_called("finance.fay").get("/v1/payments?format=csv");
    assert_eq!(books::number(&app, &looked), 1);
}

#[test]
fn a_csv_has_every_row_that_matches_however_many_in_the_order_of_the_list() {
    let app = App::start();
    owed(&app, 1203);
    let all = column(&app.finance(), "/v1/payments?format=csv", "invoice_number");
    let newest: Vec<String> = (1..=1203).rev().map(|n| format!("CLM-2026-{n:06}-A1")).collect();
    assert_eq!(all, newest);
    let oldest = column(&app.finance(), "/v1/claims?format=csv&order=oldest", "reference");
    assert_eq!(oldest.len(), 1203);
    assert_eq!((&*oldest[0], &*oldest[1202]), ("CLM-2026-000001", "CLM-2026-001203"));
    // Exactly one block, one more and one less; and filters are those of the list.
    for (from, rows) in [(1704, 500), (1703, 501), (1705, 499), (2203, 1), (2204, 0)] {
        let found = column(&app.finance(), &format!("/v1/payments?format=csv&amount_from={from}"), "amount_pounds");
        assert_eq!(found.len(), rows, "{from}");
    }
    assert_eq!(column(&app.lead(), "/v1/claims?format=csv&q=CLM-2026-00120", "reference").len(), 4);
    // Everybody in it was looked at, not only those of the first block.
    app.finance_called("finance.fay").get("/v1/payments?format=csv");
    let looked = "SELECT count(DISTINCT l.volunteer_id) FROM access_log l JOIN actors a ON a.id = l.actor_id WHERE a.subject = 'finance.fay'";
    assert_eq!(books::number(&app, looked), 1203);
    let head = app.finance().send("HEAD", "/v1/payments?format=csv", &[], None);
    assert_eq!((head.status, &*head.text), (200, ""));
    // Packed on its way, block by block.
    let packed = app.finance().send("GET", "/v1/payments?format=csv", &[("accept-encoding", "gzip")], None);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let plain = app.finance().get("/v1/payments?format=csv").text;
    assert_eq!(packed.unpacked(), plain);
    assert!(packed.bytes.len() * 4 < plain.len(), "{} of {}", packed.bytes.len(), plain.len());
}

#[test]
fn rights_are_those_of_the_list_and_a_page_of_a_csv_can_not_be_asked_for() {
    let app = App::start();
    let (it, claim) = formula(&app);
    let reference = claim["reference"].as_str().unwrap().to_owned();
    let references = |who: &Client<'_>| column(who, "/v1/claims?format=csv", "reference");
    assert_eq!(references(&app.volunteer(&it.volunteer)), [reference.clone()]);
    let stranger = make::volunteer(&app, "Somebody Else");
    assert!(references(&app.volunteer(&stranger)).is_empty());
    assert_eq!(references(&app.staff(&["crisis-cafe"])), [reference.clone()]);
    make::service(&app, "elsewhere");
    assert!(references(&app.staff(&["elsewhere"])).is_empty());
    for who in [app.volunteer(&it.volunteer), app.staff(&["crisis-cafe"])] {
        who.get("/v1/payments?format=csv").refused(403, "forbidden");
    }
    app.finance().get("/v1/claims?format=csv&late=false").refused(403, "forbidden");
    app.finance().get("/v1/claims?format=pdf").refused(400, "invalid-parameter");
    for (query, at) in [("limit=5", "limit"), ("cursor=AAAA", "cursor")] {
        for list in ["claims", "payments"] {
            let problem =
                app.finance().get(&format!("/v1/{list}?format=csv&{query}")).refused(400, "invalid-parameter");
            let fault = &problem["errors"][0];
            assert_eq!((&fault["parameter"], &fault["code"]), (&json!(at), &json!("not-with-csv")), "{problem}");
        }
    }
    let told = app.finance().send("GET", "/v1/claims?format=csv", &[("accept", "application/json")], None);
    told.refused(406, "not-acceptable");
    app.finance().send("GET", "/v1/claims?format=csv", &[("accept", "text/csv")], None);
    // Who is both sees both sides: their own claim in full, and those of others as money.
    let volunteer_id = Some(it.volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::Finance, Role::Volunteer];
    let both = app.with(Mint { roles, subject: "finance.vera".to_owned(), volunteer_id, ..mint_defaults() });
    let row = &rows(&both, "/v1/claims?format=csv")[0];
    assert_eq!((&*row["agreement_id"], &*row["payee_name"]), (&*it.agreement, ""));
}

#[test]
fn every_column_is_a_member_of_the_list_and_every_plain_member_is_a_column() {
    let app = App::start();
    let (it, _) = formula(&app);
    let said =
        json!({ "plan_id": it.plan, "you_said": "Open later.", "source": "session", "contributors": [it.volunteer] });
    app.lead().post("/v1/feedback", said).expect(201);
    let lists: Vec<&str> = routes()
        .operations
        .iter()
        .filter(|it| it.paged() && it.formats.iter().any(|(word, _)| *word == "csv"))
        .map(|it| it.path)
        .collect();
    let wanted = ["agreements", "claims", "feedback", "opportunities", "payments", "sessions", "volunteers"];
    assert!(wanted.iter().all(|list| lists.contains(&&*format!("/v1/{list}"))), "{lists:?}");
    // The text of an agreement is a document, and no cell.
    let no_columns = ["version", "view", "declaration", "body", "body_sha256"];
    // Records in records, where there are none.
    let records =
        ["acts_with", "contact", "emergency_contact", "employment_status", "guardian", "link_person", "next_session"];
    let records = [&records[..], &["offer", "panel", "possible_duplicate", "promised", "update_preferences"]].concat();
    for list in lists {
        for who in [app.lead(), app.finance(), app.staff(&["crisis-cafe"]), app.volunteer(&it.volunteer)] {
            let item = match who.get(list) {
                told if told.status == 403 => continue,
                told => told.expect(200)["items"][0].clone(),
            };
            let plain = item.as_object().unwrap().iter().filter(|(name, value)| {
                !value.is_object()
                    && !value.is_array()
                    && ![&no_columns[..], &records].concat().contains(&name.as_str())
            });
            let mut wanted: BTreeSet<String> = plain.map(|(name, _)| name.clone()).collect();
            let told = who.get(&format!("{list}?format=csv"));
            let heading = told.csv().lines().next().unwrap().to_owned();
            for column in heading.split(',') {
                if let Some(what) = column.strip_suffix("_time") {
                    assert!(item.get(format!("{what}_at")).is_some(), "{list}: {column}");
                    continue;
                }
                if item[column].is_array() {
                    continue;
                }
                // A member of a member: `possible_duplicate_name`.
                let within = |(name, value): (&String, &serde_json::Value)| {
                    let rest = column.strip_prefix(name).and_then(|rest| rest.strip_prefix('_'));
                    records.contains(&name.as_str())
                        && rest.is_some()
                        && (value.is_null() || value.get(rest.unwrap()).is_some())
                };
                if item.as_object().unwrap().iter().any(within) {
                    continue;
                }
                let pence = column.replace("_pounds", "_pence");
                let at = column.strip_suffix("_on").map(|what| format!("{what}_at")).unwrap_or_default();
                let known = [column.to_owned(), pence, at].into_iter().find(|name| wanted.remove(name));
                assert!(known.is_some(), "{list}: {column} is in no item");
            }
            assert!(wanted.is_empty(), "{list}: no column for {wanted:?}");
        }
    }
}

/// An answer as it comes over the wire, headers and all.
fn raw(app: &App, path: &str) -> String {
    let bearer = token(Mint { roles: vec![Role::Finance], subject: "finance.fay".to_owned(), ..mint_defaults() });
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    let asked =
        format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\nconnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).expect("sent");
    let mut told = Vec::new();
    _ = stream.read_to_end(&mut told);
    String::from_utf8_lossy(&told).into_owned()
}

#[test]
fn a_csv_that_breaks_off_is_not_taken_for_the_whole() {
    let app = App::start();
    owed(&app, 601);
    let path = "/v1/payments?format=csv&order=oldest";
    let whole = raw(&app, path);
    assert!(whole.contains("CLM-2026-000601-A1") && whole.ends_with("\r\n0\r\n\r\n"), "{}", &whole[..500]);
    // A row of the second block that can't be read.
    let broken = "ALTER TABLE payments DROP CONSTRAINT payments_status_check; SET session_replication_role = replica;
        UPDATE payments SET status = 'nonsense' WHERE invoice_number = 'CLM-2026-000600-A1'";
    app.database.as_owner().batch_execute(broken).expect("broken");
    let part = raw(&app, path);
    assert!(part.starts_with("HTTP/1.1 200") && part.contains("CLM-2026-000500-A1"), "{}", &part[..500]);
    assert!(
        !part.contains("CLM-2026-000501-A1") && !part.ends_with("0\r\n\r\n"),
        "it must not end as a whole one does"
    );
}
