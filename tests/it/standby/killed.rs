//! The program itself beside a standby that is killed and comes back.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use super::pair::{Pair, until};
use crate::support::process::signal;

/// The program as an operator starts it; its log goes to a file.
struct Program {
    child: Child,
    address: String,
    log: std::path::PathBuf,
}

impl Program {
    fn start(pair: &Pair) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let log = pair.folder().join("service.log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_involvement"));
        command
            .arg("serve")
            .env_clear()
            .env("BIND", format!("127.0.0.1:{port}"))
            .env("DATABASE_URL", pair.primary.url())
            .env("DATABASE_READ_URL", pair.standby.url())
            .env("DATABASE_READ_MAX_AGE", "60")
            .env("JWT_HS256_SECRET", uuid::Uuid::now_v7().simple().to_string())
            .env("RECEIPTS_URL", format!("file://{}", pair.folder().join("receipts").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).expect("a log"));
        Self { child: command.spawn().expect("the program"), address: format!("http://127.0.0.1:{port}"), log }
    }

    fn get(&self, path: &str) -> Option<(u16, String)> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let mut answer = ureq::Agent::from(config).get(format!("{}{path}", self.address)).call().ok()?;
        Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
    }

    fn is(&self, state: &str) -> bool {
        let sign = format!("involvement_standby_state{{state=\"{state}\"}} 1");
        self.get("/metrics").is_some_and(|(_, text)| text.contains(&sign))
    }

    /// How many lines of the log say this.
    fn said(&self, what: &str) -> usize {
        let log = std::fs::read_to_string(&self.log).expect("a log");
        log.lines().filter(|line| line.contains("WARN") && line.contains(what)).count()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        signal("TERM", self.child.id().into());
        self.child.wait().ok();
    }
}

#[test]
fn while_a_standby_is_killed_and_comes_back_every_answer_is_right() {
    let mut pair = Pair::start();
    let program = Program::start(&pair);
    until("the standby to be used", || program.is("fresh"));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(|| read_until(&over, &program))).collect();
        pair.standby.kill();
        until("the outage to be seen", || program.is("away"));
        until("the outage to be told", || program.said("the standby is not used") == 1);
        assert_eq!(program.get("/health/ready").expect("an answer").0, 200, "the service does not need it");
        pair.standby.start();
        until("the standby to be used again", || program.is("fresh"));
        over.store(true, Ordering::Relaxed);
        for reader in readers {
            let read = reader.join().expect("right answers");
            assert!(read > 0);
        }
    });
    until("the end to be told", || program.said("the standby is used again") == 1);
    assert_eq!(program.said("standby"), 2, "{}", std::fs::read_to_string(&program.log).unwrap_or_default());
}

/// Reads until it is over; returns how often.
fn read_until(over: &AtomicBool, program: &Program) -> usize {
    let mut read = 0;
    while !over.load(Ordering::Relaxed) {
        for path in ["/v1/public/guidance", "/v1/public/opportunities", "/v1/public/you-said-we-did/feed"] {
            let (status, text) = program.get(path).expect("an answer");
            assert_eq!(status, 200, "{path}: {text}");
            read += 1;
        }
    }
    read
}
