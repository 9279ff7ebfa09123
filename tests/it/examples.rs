//! The examples, played as a trust would: they take Python, so `.ci/run` plays them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::app::order_events;
use involvement::webhooks::send_all;
use serde_json::{Value, json};

use crate::support::app::{mint_defaults, token};
use crate::support::books::number;
use crate::support::paid::run;
use crate::support::{App, make, owed};

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(path)
}

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
#[ignore = "takes Python with standardwebhooks: played by .ci/run"]
fn the_example_receiver_checks_signatures_with_the_official_library() {
    let app = App::changed(|service| service.webhook_networks = "127.0.0.1".parse().expect("networks"));
    // The library takes a message only within minutes of its time.
    app.clock.set(involvement::clock::Clock::System.now());
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let url = format!("http://127.0.0.1:{free}/");
    let webhook =
        app.lead().post("/v1/webhooks", json!({ "url": url, "types": ["involvement.service.created.v1"] })).expect(201);
    let start = |secret: &str| {
        let mut receiver = Command::new("python3");
        receiver.arg(example("webhook-receiver/receiver.py")).arg(free.to_string()).env("WEBHOOK_SECRET", secret);
        let mut child = receiver.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("python3");
        let mut lines = BufReader::new(child.stdout.take().expect("what it says")).lines().map_while(Result::ok);
        assert!(lines.next().is_some_and(|line| line.starts_with("listening")), "it needs standardwebhooks from PyPI");
        (Running(child), lines)
    };
    let service = make::service(&app, "crisis-cafe");
    order_events(&app.running().service).expect("places");
    // With another secret it takes nothing.
    let (other, _) = start("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!(send_all(&app.running().service).expect("sent"), 0);
    drop(other);
    let (_receiver, mut lines) = start(webhook["secret"].as_str().unwrap());
    let later = app.clock.now().plus_minutes(1);
    app.clock.set(later);
    assert_eq!(send_all(&app.running().service).expect("sent"), 1);
    let line = lines.next().expect("a line");
    assert!(line.ends_with(&format!("involvement.service.created.v1 service/{service}")), "{line}");
}

/// Plays the exchange once; its exit status and its report.
fn exchange(app: &App, folder: &Path) -> (i32, Value) {
    exchange_with(app, folder, "webhooks:read payments:write")
}

/// The same, with a token of this scope.
fn exchange_with(app: &App, folder: &Path, scope: &str) -> (i32, Value) {
    let (roles, subject) = (vec![Role::Finance], "ledger.interface".to_owned());
    let scope = Some(scope.to_owned());
    let output = Command::new("python3")
        .arg(example("finance/exchange.py"))
        .arg(folder)
        .env("INVOLVEMENT_URL", format!("http://{}", app.address()))
        .env("INVOLVEMENT_TOKEN", token(Mint { roles, subject, scope, ..mint_defaults() }))
        .output()
        .expect("python3");
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().expect("a status"), report)
}

fn paid(app: &App) -> i64 {
    number(app, "SELECT count(*) FROM payments WHERE status = 'paid'")
}

#[test]
#[ignore = "takes Python: played by .ci/run"]
fn the_exchange_may_be_stopped_and_played_again_and_moves_nothing_twice() {
    let app = App::start();
    let folder = std::env::temp_dir().join(format!("involvement-exchange-{}", uuid::Uuid::now_v7()));
    owed::owed(&app, 3);
    let run = run(&app, "accounts_payable");
    let reference = run["reference"].as_str().unwrap();
    order_events(&app.running().service).expect("places");
    let first = exchange(&app, &folder);
    assert_eq!(first, (0, json!({ "fetched": [reference], "taken": [], "refused": [] })));
    let file = folder.join("out").join(format!("{reference}.csv"));
    let fetched = std::fs::read(&file).expect("the file");
    assert_eq!(exchange(&app, &folder).1["fetched"], json!([]), "once");
    // Stopped before the place was noted, or before the last file: fetched again, and the same.
    std::fs::remove_file(folder.join("state.json")).unwrap();
    std::fs::remove_file(folder.join("out").join(format!("{reference}.json"))).unwrap();
    assert_eq!(exchange(&app, &folder).1["fetched"], json!([reference]));
    assert_eq!(std::fs::read(&file).unwrap(), fetched);
    // A file that somebody changed is told, and left alone.
    std::fs::remove_file(folder.join("state.json")).unwrap();
    std::fs::remove_file(folder.join("out").join(format!("{reference}.json"))).unwrap();
    std::fs::write(&file, "changed").unwrap();
    let (status, report) = exchange(&app, &folder);
    assert!(status == 1 && report["wrong"][0].as_str().is_some_and(|why| why.contains("other contents")), "{report}");
    std::fs::write(&file, &fetched).unwrap();
    assert_eq!(exchange(&app, &folder).0, 0);

    let results = |rows: &str| format!("invoice_number,outcome,ledger_reference,reason\r\n{rows}");
    let written = |name: &str, rows: &str, ago: u64| {
        let file = folder.join("in").join(name);
        std::fs::write(&file, results(rows)).unwrap();
        let then = SystemTime::now() - Duration::from_secs(ago);
        File::options().write(true).open(file).and_then(|file| file.set_modified(then)).expect("an age");
    };
    let arrives = |name: &str, rows: &str| written(name, rows, 3_600);
    let name = format!("{reference}-1.csv");
    let rows = "CLM-2026-000001-A1,paid,AP-1,\r\nCLM-2026-000002-A1,failed,,No such account\r\n";
    written(&name, rows, 0);
    let left = (0, json!({ "fetched": [], "taken": [], "refused": [] }));
    assert_eq!((exchange(&app, &folder), paid(&app)), (left, 0), "perhaps still being written");
    arrives(&name, rows);
    // What the token may not do is no fault of the results: they stay.
    let (status, report) = exchange_with(&app, &folder, "webhooks:read payments:read");
    assert!(status == 1 && report["wrong"][0].as_str().is_some_and(|why| why.contains(": 403 ")), "{report}");
    assert_eq!(report["refused"], json!([]));
    assert_eq!(exchange(&app, &folder).1["taken"], json!([name]));
    assert_eq!(paid(&app), 1);
    // Stopped after it was sent and before it was moved: sent again under the same key.
    arrives(&name, rows);
    assert_eq!((exchange(&app, &folder).1["taken"].clone(), paid(&app)), (json!([name]), 1));
    let wrong = format!("{reference}-2.csv");
    arrives(&wrong, "CLM-2026-000003-A1,paid,AP-3,\r\nCLM-2026-999999-A1,paid,AP-4,\r\n");
    arrives("unknown.csv", "");
    let (status, report) = exchange(&app, &folder);
    assert_eq!((status, report["refused"].clone(), paid(&app)), (1, json!([wrong]), 1), "all or nothing");
    assert!(report["wrong"][0].as_str().is_some_and(|why| why.contains("unknown.csv")), "{report}");
    let problem = std::fs::read_to_string(folder.join("refused").join(format!("{reference}-2.answer.json"))).unwrap();
    assert!(problem.contains("unknown-invoice"), "{problem}");
    std::fs::remove_dir_all(folder).ok();
}
