//! The real service in a process of its own: started, asked, looked at from outside, stopped.
//! What it is asked, and whether it answered right, is decided in `main`.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use involvement::access::Role;
use involvement::access::token::{Mint, mint};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A secret of this run alone: `serve` refuses those that stand in the repository.
static SECRET: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", uuid::Uuid::now_v7().simple(), uuid::Uuid::now_v7().simple()));

/// The service.
pub struct Service {
    child: Child,
    address: String,
    agent: ureq::Agent,
}

/// A file as it arrived.
pub struct Fetched {
    /// Headers and bytes.
    pub headers: ureq::http::HeaderMap,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
    /// From the request to the last byte.
    pub took: Duration,
}

/// An answer and how long it took.
pub struct Answered {
    /// Its status.
    pub status: u16,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// From the request to the last byte.
    pub took: Duration,
}

impl Answered {
    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("JSON")
    }
}

/// What the header `Authorization` says for somebody.
pub fn bearer(who: &Mint) -> String {
    format!("Bearer {}", mint(who, "involvement", "involvement", &SECRET).expect("a token"))
}

impl Service {
    /// Starts this source's build on this database, with no more than warnings in its log.
    pub fn start(database_url: &str, folder: &Path) -> Self {
        Self::run(env!("CARGO_BIN_EXE_involvement").as_ref(), database_url, folder, |command| {
            command.env("RUST_LOG", "warn");
        })
    }

    /// Starts a build on this database as it runs in production: every setting as it is when not set, and a log in JSON,
    /// which goes to a file.
    pub fn start_build(binary: &Path, database_url: &str, folder: &Path, log: &Path) -> Self {
        let log = std::fs::File::create(log).expect("a log");
        Self::run(binary, database_url, folder, |command| {
            command.env("LOG_FORMAT", "json").stderr(log);
        })
    }

    fn run(binary: &Path, database_url: &str, folder: &Path, more: impl FnOnce(&mut Command)) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", database_url)
            .env("BIND", &address)
            .env("JWT_HS256_SECRET", &*SECRET)
            .env("RECEIPTS_URL", url::Url::from_directory_path(folder).expect("a folder").as_str())
            .stdin(Stdio::null());
        more(&mut command);
        let child = command.spawn().expect("the service");
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let service = Self { child, address, agent: config.into() };
        let began = Instant::now();
        while service.agent.get(service.at("/health/ready")).call().map_or(0, |answer| answer.status().as_u16()) != 200
        {
            assert!(began.elapsed() < Duration::from_secs(60), "the service does not become ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    /// Its address and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn token(who: &str) -> String {
        let what = Mint { roles: vec![Role::Finance], subject: who.to_owned(), ttl_seconds: 3600, ..Mint::default() };
        bearer(&what)
    }

    /// Asks, as somebody or nobody.
    pub fn get(&self, who: Option<&Mint>, path: &str) -> Answered {
        let mut request = self.agent.get(self.at(path));
        if let Some(who) = who {
            request = request.header("authorization", bearer(who));
        }
        let began = Instant::now();
        let mut answer = request.call().expect("an answer");
        let bytes = answer.body_mut().read_to_vec().expect("a whole answer");
        Answered { status: answer.status().as_u16(), bytes, took: began.elapsed() }
    }

    /// A POST under a key of its own; answers the resource and the time it took.
    pub fn post(&self, who: &str, path: &str, media: &str, body: &str) -> (Value, Duration) {
        let began = Instant::now();
        let request = self.agent.post(self.at(path)).header("authorization", Self::token(who));
        let request = request.header("idempotency-key", format!("benchmark-{}", uuid::Uuid::now_v7()));
        let mut answer = request.header("content-type", media).send(body).expect("an answer");
        let said: Value = answer.body_mut().read_json().expect("JSON");
        assert!(answer.status().is_success(), "POST {path}: {said}");
        (said, began.elapsed())
    }

    /// Fetches a file.
    pub fn fetch(&self, path: &str) -> Fetched {
        let began = Instant::now();
        let request = self.agent.get(self.at(path)).header("authorization", Self::token("finance.cara"));
        let mut answer = request.call().expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "GET {path}");
        let mut bytes = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut bytes).expect("a whole file");
        let took = began.elapsed();
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Fetched { headers: answer.headers().clone(), bytes, sha256, took }
    }

    /// Kilobytes of its memory, by the name that Linux gives the figure: `VmRSS` now, `VmHWM` at most so far. None
    /// where the system does not say.
    pub fn memory(&self, figure: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
