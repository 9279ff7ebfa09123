//! The end of the process: not ready first, then no longer there, and never held up by what hangs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use involvement::mail::Mailer;
use serde_json::json;

use crate::commands::secret;
use crate::support::books::number;
use crate::support::process::signal;
use crate::support::{App, make};

/// The service in a process of its own.
struct Process {
    child: Child,
    /// Every line of its log, once it has ended.
    log: Option<JoinHandle<Vec<String>>>,
    listens: Receiver<String>,
    address: String,
}

impl Process {
    /// Starts it on the database of a test.
    fn start(app: &App, more: &[(&str, &str)]) -> Self {
        let url = app.database.url();
        let mut child = Command::new(env!("CARGO_BIN_EXE_involvement"))
            .arg("serve")
            .env_clear()
            .envs([("DATABASE_URL", url.as_str()), ("BIND", "127.0.0.1:0"), ("METRICS_BIND", "127.0.0.1:0"), secret()])
            .env("RECEIPTS_URL", format!("file://{}", app.files.display()))
            .envs(more.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service");
        let (tell, listens) = channel();
        let lines = BufReader::new(child.stderr.take().expect("its log")).lines().map_while(Result::ok);
        let told = lines.inspect(move |line| {
            if let Some((_, address)) = line.split_once("listening on ") {
                tell.send(address.to_owned()).ok();
            }
        });
        let log = Some(std::thread::spawn(move || told.collect()));
        Self { child, log, listens, address: String::new() }
    }

    /// Waits until it listens.
    fn listening(mut self) -> Self {
        self.address = self.listens.recv().expect("an address");
        self
    }

    /// The answer to a request on a connection of its own; none where nobody listens.
    fn get(&self, path: &str) -> Option<String> {
        self.sent(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"))
    }

    fn sent(&self, request: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = vec![0; 1024];
        let read = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(answer.get(..read)?).to_lowercase())
    }

    fn terminate(&self) {
        assert!(signal("TERM", self.child.id().into()), "there is such a process");
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
    let mut process = Process::start(&app, &[("STOP_DELAY", "3")]).listening();
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
    let mut process = Process::start(&app, &[("STOP_DELAY", "0"), ("SMTP_URL", &smtp)]).listening();
    hangs.accept().expect("the service sends e-mail");
    process.terminate();
    let took = process.ends();
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[test]
fn a_database_that_can_t_be_prepared_does_not_hold_up_the_end() {
    let app = App::start();
    let mut holder = app.database.as_owner();
    holder.batch_execute("SELECT pg_advisory_lock(4683683665)").expect("the lock of whoever migrates");
    let owner = app.database.owner_url();
    let mut process = Process::start(&app, &[("MIGRATE", "true"), ("DATABASE_OWNER_URL", &owner)]);
    while number(
        &app,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    ) == 0
    {
        assert!(process.child.try_wait().expect("its state").is_none(), "it waits");
    }
    process.terminate();
    let took = process.ends();
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn an_entry_of_the_log_is_one_line_whatever_postgresql_s_library_says() {
    let app = App::start();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let away = format!("postgresql://nobody@{closed}/none?sslmode=disable");
    let mut process = Process::start(&app, &[("STOP_DELAY", "0"), ("DATABASE_URL", &away)]).listening();
    assert!(process.get("/health/ready").expect("an answer").contains("503"));
    process.terminate();
    process.ends();
    let log = process.log.take().expect("its log").join().expect("its lines");
    assert!(log.iter().any(|line| line.contains("Connection refused")), "{log:#?}");
    assert!(log.iter().all(|line| line.starts_with('[')), "{log:#?}");
}

#[test]
fn the_program_limits_what_is_written_without_a_token_unless_it_is_set_otherwise() {
    let app = App::start();
    let request = "POST /v1/public/opportunities/01890000-0000-7000-8000-000000000000/expressions-of-interest HTTP/1.1\r\n\
        host: test\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    for (more, allowed) in [(&[][..], 60), (&[("ANONYMOUS_WRITE_LIMIT", "5")][..], 5)] {
        let mut process = Process::start(&app, &[more, &[("STOP_DELAY", "0")]].concat()).listening();
        let answer = process.sent(request).expect("an answer");
        assert!(answer.contains(&format!("ratelimit-policy: \"unsigned-writes\";q={allowed};w=60")), "{answer}");
        process.terminate();
        process.ends();
    }
}
