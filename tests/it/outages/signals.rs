//! The end of the process: not ready first, then no longer there, and never held up by what hangs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use involvement::mail::Mailer;
use serde_json::json;

use crate::support::{App, make};

/// The service in a process of its own.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// Starts it on the database of a test.
    fn start(app: &App, more: &[(&str, &str)]) -> Self {
        let url = app.database.url();
        let mut child = Command::new(env!("CARGO_BIN_EXE_involvement"))
            .arg("serve")
            .env_clear()
            .envs([("DATABASE_URL", url.as_str()), ("BIND", "127.0.0.1:0"), ("METRICS_BIND", "127.0.0.1:0")])
            .env("JWT_HS256_SECRET", crate::support::app::SECRET)
            .env("RECEIPTS_URL", format!("file://{}", app.files.display()))
            .envs(more.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let address = lines
            .find_map(|line| line.expect("a line").split_once("listening on ").map(|(_, address)| address.to_owned()))
            .expect("an address");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// The answer to a request on a connection of its own; none where nobody listens.
    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).ok()?;
        let mut answer = vec![0; 1024];
        let read = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(answer.get(..read)?).to_lowercase())
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    }

    /// Waits for the end; says how long it took.
    fn ends(&mut self) -> Duration {
        let began = Instant::now();
        assert!(self.child.wait().expect("the end").success(), "status 0");
        began.elapsed()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn after_sigterm_it_is_not_ready_still_answers_and_then_closes_its_port() {
    let app = App::start();
    let mut process = Process::start(&app, &[("STOP_DELAY", "3")]);
    let ready = || process.get("/health/ready").unwrap_or_default();
    let began = Instant::now();
    while !ready().contains("200 ok") {
        assert!(began.elapsed() < Duration::from_secs(10), "ready");
    }
    process.terminate();
    let told = Instant::now();
    while !ready().contains("503") {
        assert!(told.elapsed() < Duration::from_secs(2), "not ready any more: {}", ready());
    }
    let answer = process.get("/health/live").expect("requests are still taken");
    assert!(answer.contains("200 ok") && answer.contains("connection: close"), "{answer}");
    process.ends();
    let took = told.elapsed();
    assert!((2_900..8_000).contains(&took.as_millis()), "{took:?}");
    assert!(process.get("/health/live").is_none(), "the port is closed");
}

#[test]
fn a_mail_server_that_hangs_does_not_hold_up_the_end() {
    // It takes connections and never says a word.
    let hangs = TcpListener::bind("127.0.0.1:0").expect("a port");
    let smtp = format!("smtp://{}", hangs.local_addr().expect("its number"));
    let url = smtp.parse().expect("an address");
    let app = App::changed(|service| service.mail = Some(Mailer::open(&url, "http://test").expect("a mailer")));
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let body = json!({ "legal_name": "Vera", "preferred_contact": "email", "email": "vera@example.org" });
    let member = make::id(&app.lead().post("/v1/volunteers", body).expect(201));
    app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": member })).expect(201);
    let update = json!({ "title": "News", "text": "The date changed." });
    app.lead().post(&format!("/v1/plans/{plan}/updates"), update).expect(201);
    let mut process = Process::start(&app, &[("STOP_DELAY", "0"), ("SMTP_URL", &smtp)]);
    hangs.accept().expect("the service sends e-mail");
    process.terminate();
    let took = process.ends();
    assert!(took < Duration::from_secs(8), "{took:?}");
}
