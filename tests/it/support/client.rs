//! Clients that send JSON to a test's server, and what every answer must have.

use std::io::Read as _;

use serde_json::Value;

use super::app::App;

/// A client of the server.
#[derive(Clone)]
pub struct Client<'a> {
    pub app: &'a App,
    pub token: Option<String>,
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
    pub text: String,
    pub json: Value,
    asked: String,
}

impl Client<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], Some(body.to_string()))
    }

    /// A POST without a body.
    pub fn ask(&self, path: &str) -> Answer {
        self.send("POST", path, &[], None)
    }

    /// A POST with an `Idempotency-Key`.
    pub fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send("POST", path, &[("idempotency-key", key)], Some(body.to_string()))
    }

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[], Some(body.to_string()))
    }

    /// A merge patch with this version in `If-Match`.
    pub fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send("PATCH", path, &[("if-match", &format!("\"{version}\""))], Some(body.to_string()))
    }

    /// A merge patch of the current version.
    pub fn change(&self, path: &str, body: Value) -> Answer {
        let version = self.get(path).expect(200)["version"].as_i64().expect("a version");
        self.patch(path, version, body)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Answer {
        let mut all = headers.to_vec();
        if body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            all.push(("content-type", "application/json"));
        }
        self.send_bytes(method, path, &all, body.map(String::into_bytes).unwrap_or_default())
    }

    /// A request with exactly these headers and bytes, and the token.
    pub fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let url = format!("http://{}{path}", self.app.address());
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sends = !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH");
        let asked = format!("{method} {path} {}", String::from_utf8_lossy(&body[..body.len().min(2_000)]));
        let answer = if sends {
            self.app.agent.run(request.body(body).expect("a request"))
        } else {
            self.app.agent.run(request.body(()).expect("a request"))
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let status = answer.status().as_u16();
        let answered = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let bytes = answer.body_mut().with_config().limit(200 << 20).read_to_vec().expect("a whole answer");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { status, headers: answered, bytes, text, json, asked };
        // A browser may be shown a page in place of a problem.
        let browses = headers.iter().any(|(name, value)| *name == "accept" && value.starts_with("text/html"));
        if !browses || answer.header("content-type") != Some("text/html; charset=utf-8") {
            answer.must_be_well_formed(method);
        }
        answer
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A CSV for spreadsheets, without the byte order mark that it must begin with.
    #[track_caller]
    pub fn csv(&self) -> &str {
        self.text.strip_prefix('\u{FEFF}').expect("a byte order mark")
    }

    /// The text of an answer that came packed.
    #[track_caller]
    pub fn unpacked(&self) -> String {
        let mut text = String::new();
        flate2::read::GzDecoder::new(self.bytes.as_slice()).read_to_string(&mut text).expect("a whole answer, packed");
        text
    }

    /// The body; panics unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text);
        self.json
    }

    /// The problem; panics unless it has this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str().unwrap_or_default()),
            (status, code),
            "{}\n{}",
            self.asked,
            self.text
        );
        self.json
    }

    /// Checks what every answer and every problem must have.
    #[track_caller]
    fn must_be_well_formed(&self, method: &str) {
        assert!(self.header("x-request-id").is_some() || self.status == 400, "no request id: {}", self.asked);
        assert_ne!(self.status, 500, "{}\n{}", self.asked, self.text);
        if self.status >= 400 && method != "HEAD" && self.header("x-request-id").is_some() {
            assert_eq!(self.header("content-type"), Some("application/problem+json"), "{} {}", self.asked, self.text);
            assert_eq!(self.json["status"].as_u64(), Some(u64::from(self.status)), "{}", self.text);
            for member in ["type", "title", "detail", "instance", "code", "request_id"] {
                assert!(self.json[member].is_string(), "a problem without {member}: {}", self.text);
            }
        }
    }
}

/// The `(pointer, code)` pairs of a problem's errors.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    problem["errors"]
        .as_array()
        .map(|errors| errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect())
        .unwrap_or_default()
}
