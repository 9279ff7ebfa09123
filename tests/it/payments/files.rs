//! The files of a payment run: stored in parts, never changed, streamed, and complete or visibly incomplete; slow
//! readers block nobody.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{at, key, released, run};
use crate::support::App;
use crate::support::owed::owed;

/// How a file is stored in the database.
#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Kept {
    #[diesel(sql_type = Text)]
    sha256: String,
    #[diesel(sql_type = Array<BigInt>)]
    sizes: Vec<i64>,
    #[diesel(sql_type = Bool)]
    is_whole: bool,
}

fn kept(app: &App, format: &str) -> Kept {
    diesel::sql_query(
        "SELECT e.sha256, array_agg(octet_length(p.body)::bigint ORDER BY p.number) AS sizes,
            encode(sha256(string_agg(p.body, ''::bytea ORDER BY p.number)), 'hex') = e.sha256
                AND count(*) = e.part_count AND sum(octet_length(p.body)) = e.length AS is_whole
         FROM payment_run_exports e JOIN payment_run_export_parts p USING (run_id, format) WHERE e.format = $1 GROUP BY e.run_id, e.format",
    )
    .bind::<Text, _>(format)
    .get_result(&mut app.database.as_owner())
    .expect("a file")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A run whose JSON file is larger than the buffers of a socket.
fn large(app: &App) -> Value {
    owed(app, 2_000);
    let long = "UPDATE volunteer_profiles SET legal_name = legal_name || repeat(' Featherstonehaugh', 300)";
    app.database.as_owner().batch_execute(long).expect("long names");
    released(app)
}

/// Sends a request on a socket and does not read the answer.
fn asking(app: &App, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
    let token = app.finance().token.expect("a token");
    let ask = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).expect("a request");
    stream
}

/// The declared length, and the body that was received.
fn taken(answer: &[u8]) -> (usize, &[u8]) {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).expect("a length");
    (length, &answer[end..])
}

#[test]
fn a_file_of_several_parts_is_sent_whole_with_its_length_hash_and_sums() {
    let app = App::start();
    owed(&app, 3_000);
    let run = released(&app);
    for (format, lines) in [("ap-csv", 3_001), ("json", 1)] {
        let path = at(&run, &format!("export?format={format}"));
        let file = app.finance().get(&path);
        let kept = kept(&app, format);
        assert!(kept.is_whole && kept.sizes.len() > 2, "{kept:?}");
        let (last, full) = kept.sizes.split_last().expect("parts");
        assert!(full.iter().all(|size| size == &full[0]) && *last > 0 && *last <= full[0], "{kept:?}");
        assert_eq!((hex(file.text.as_bytes()), file.text.lines().count()), (kept.sha256.clone(), lines));
        assert_eq!(file.header("content-length"), Some(file.text.len().to_string().as_str()));
        let tag = format!("\"{}\"", kept.sha256);
        assert_eq!(file.header("etag"), Some(tag.as_str()));
        assert_eq!((file.header("control-count"), file.header("control-total-pence")), (Some("3000"), Some("7501500")));
        assert_eq!(file.header("cache-control"), Some("no-store, no-transform"));
        assert_eq!(app.finance().get(&path).text, file.text);
        let head = app.finance().send("HEAD", &path, &[], None);
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        for name in ["content-length", "content-digest", "control-total-pence", "etag"] {
            assert_eq!(head.header(name), file.header(name), "{name}");
        }
        let known = app.finance().send("GET", &path, &[("if-none-match", &tag)], None);
        assert_eq!((known.status, known.text.as_str()), (304, ""));
        assert_eq!(app.finance().send("GET", &path, &[("if-none-match", "\"1\"")], None).status, 200);
    }
    let whole = app.finance().get(&at(&run, "export?format=json")).expect(200);
    assert_eq!(whole["control"], json!({ "count": 3000, "total_pence": 7_501_500 }));
    let payments = whole["payments"].as_array().expect("payments");
    let sum: Option<i64> = payments.iter().map(|payment| payment["amount_pence"].as_i64()).sum();
    assert_eq!(sum, Some(7_501_500));
    assert_eq!(whole["run"]["export_sha256"], run["export_sha256"]);
}

#[test]
fn a_hundred_readers_who_stop_half_way_hold_no_connection_of_a_pool_of_two() {
    let app = App::with_pool(2);
    let run = large(&app);
    let path = at(&run, "export?format=json");
    let mut readers: Vec<TcpStream> = (0..100).map(|_| asking(&app, &path)).collect();
    let mut first = [0_u8; 1024];
    for reader in &mut readers {
        reader.read_exact(&mut first).expect("a beginning");
    }
    // All downloads are half way. As soon as their sockets are full, none of them uses a database connection.
    let db = &app.running().service.db;
    let began = Instant::now();
    while db.in_use() > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "{} connections are held", db.in_use());
        std::thread::yield_now();
    }
    app.finance().get("/v1/payment-runs").expect(200);
    let whole = app.finance().get(&path);
    assert_eq!(hex(whole.text.as_bytes()), kept(&app, "json").sha256);
    // A client that goes on reading gets the whole file, however late.
    let mut late = readers.pop().expect("a reader");
    let mut rest = Vec::new();
    late.read_to_end(&mut rest).expect("the rest");
    let answer = [&first[..], &rest[..]].concat();
    let (length, body) = taken(&answer);
    assert_eq!((length, hex(body)), (whole.text.len(), hex(whole.text.as_bytes())));
    // The others really were half way: they miss the parts that are deleted now, and notice it.
    let lose = "SET session_replication_role = replica; DELETE FROM payment_run_export_parts WHERE format = 'json' AND number > 60";
    app.database.as_owner().batch_execute(lose).expect("a loss");
    let mut rest = Vec::new();
    readers.pop().expect("a reader").read_to_end(&mut rest).ok();
    assert!(first.len() + rest.len() < whole.text.len(), "nothing was on its way any more");
    drop(readers);
    app.finance().get("/v1/payment-runs").expect(200);
}

#[test]
fn an_answer_whose_part_is_gone_breaks_off_and_is_never_silently_short() {
    let app = App::start();
    let run = large(&app);
    let lose = "SET session_replication_role = replica; DELETE FROM payment_run_export_parts WHERE format = 'json' AND number = 40";
    app.database.as_owner().batch_execute(lose).expect("a loss");
    let mut answer = Vec::new();
    let ending = asking(&app, &at(&run, "export?format=json")).read_to_end(&mut answer);
    let (length, body) = taken(&answer);
    assert!(body.len() < length, "{} of {length} bytes, {ending:?}", body.len());
    let csv = app.finance().get(&at(&run, "export"));
    assert_eq!(hex(csv.text.as_bytes()), run["export_sha256"]);
}

#[test]
fn the_service_itself_can_not_change_a_file() {
    let app = App::start();
    owed(&app, 3);
    let run = released(&app);
    let before = app.finance().get(&at(&run, "export")).text;
    let mut service = app.database.as_service();
    for (attempt, said) in [
        ("UPDATE payment_run_export_parts SET body = 'x'", "permission denied"),
        ("DELETE FROM payment_run_export_parts", "is fixed"),
        ("INSERT INTO payment_run_export_parts SELECT run_id, format, 1, 'x' FROM payment_run_exports", "is fixed"),
        ("UPDATE payment_run_exports SET sha256 = 'x'", "is fixed"),
        ("UPDATE payment_run_exports SET part_count = 0, length = 0", "is fixed"),
        ("DELETE FROM payment_run_exports", "permission denied"),
        ("TRUNCATE payment_run_export_parts", "permission denied"),
        // A file with a missing part, and a file of a run that is already released.
        (
            "INSERT INTO payment_run_exports SELECT run_id, 'payroll-csv', sha256, 7, 1 FROM payment_run_exports LIMIT 1",
            "not all there",
        ),
    ] {
        let refused = service.batch_execute(attempt).expect_err(attempt);
        assert!(refused.to_string().contains(said), "{attempt}: {refused}");
    }
    let late =
        "INSERT INTO payment_run_export_parts SELECT run_id, 'payroll-csv', 0, 'x' FROM payment_run_exports LIMIT 1;
        INSERT INTO payment_run_exports SELECT run_id, 'payroll-csv', sha256, 1, 1 FROM payment_run_exports LIMIT 1";
    let refused = service.batch_execute(late).expect_err("a refusal");
    assert!(refused.to_string().contains("at its release"), "{refused}");
    // Parts without a file are refused at the commit, even for the owner of the tables.
    let stray =
        "INSERT INTO payment_run_export_parts SELECT run_id, 'payroll-csv', 0, 'x' FROM payment_run_exports LIMIT 1";
    let refused = app.database.as_owner().batch_execute(stray).expect_err("a refusal");
    assert!(refused.to_string().contains("payment_run_export_parts_of_a_file"), "{refused}");
    for attempt in ["UPDATE payment_run_export_parts SET body = 'x'", "DELETE FROM payment_run_exports"] {
        let refused = app.database.as_owner().batch_execute(attempt).expect_err(attempt);
        assert!(refused.to_string().contains("payment_run") || refused.to_string().contains("file"), "{refused}");
    }
    assert_eq!(app.finance().get(&at(&run, "export")).text, before);
}

#[test]
fn an_erasure_clears_a_file_for_good_and_leaves_its_hash() {
    let app = App::start();
    owed(&app, 2);
    let run = released(&app);
    let mut service = app.database.as_service();
    let whole = service.batch_execute("UPDATE payment_run_exports SET cleared_at = now()");
    assert!(whole.is_err(), "it names nobody who was erased");
    service
        .batch_execute(
            "UPDATE volunteers SET status = 'erased' WHERE id = (SELECT volunteer_id FROM payments LIMIT 1);
             UPDATE payment_run_exports SET cleared_at = now() WHERE format = 'ap-csv';
             DELETE FROM payment_run_export_parts WHERE format = 'ap-csv'",
        )
        .expect("an erasure");
    let gone = app.finance().get(&at(&run, "export")).refused(410, "erased");
    let hash = run["export_sha256"].as_str().expect("a hash");
    assert!(gone["detail"].as_str().is_some_and(|detail| detail.contains(hash)), "{gone}");
    app.finance().get(&at(&run, "export?format=json")).expect(200);
    let back = service.batch_execute("UPDATE payment_run_exports SET cleared_at = NULL").expect_err("a refusal");
    assert!(back.to_string().contains("is fixed"), "{back}");
}

#[test]
fn a_release_that_is_refused_leaves_no_file_and_a_later_one_makes_them() {
    let app = App::with_pool(1);
    owed(&app, 600);
    let run = run(&app);
    // Past the rules: nothing that anybody may do takes a change of numbers back.
    let numbers = |version: i32| {
        let one = format!(
            "SET session_replication_role = replica;
            UPDATE payees SET numbers_version = {version}, confirmed_at = now(), confirmed_by = a.id, changed_by = b.id
            FROM actors a, actors b WHERE a.subject < b.subject AND payroll_number = 'P600';
            UPDATE payments SET numbers_version = 1 WHERE invoice_number LIKE '%600-A1'"
        );
        app.database.as_owner().batch_execute(&one).expect("a number");
    };
    let release = || app.finance_called("finance.dan").post_once(&at(&run, "release"), &key(), json!({}));
    numbers(2);
    release().refused(409, "payee-changed");
    app.finance().get(&at(&run, "export")).refused(409, "run-not-released");
    numbers(1);
    release().expect(200);
    assert_eq!(app.finance().get(&at(&run, "export")).text.lines().count(), 601);
}
