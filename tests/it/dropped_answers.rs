//! A network that loses answers: every third connection is cut after the server has answered, and no byte of the answer
//! arrives. Clients send again with the same key. In the end every request had its effect exactly once.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::support::{App, Client, books, make};

/// A proxy that counts the connections that it cut.
struct Proxy {
    address: SocketAddr,
    cut: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    running: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy in front of this server that cuts every third connection, beginning with this one.
    fn before(server: SocketAddr, first: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (cut, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let address = listener.local_addr().unwrap();
        let (counts, ended) = (Arc::clone(&cut), Arc::clone(&ends));
        let running = std::thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let lost = number % 3 == first;
                passed_on(client.unwrap(), server, lost);
                counts.fetch_add(usize::from(lost), Ordering::SeqCst);
            }
        });
        Self { address, cut, ends, running: Some(running) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
        if let Some(running) = self.running.take() {
            running.join().ok();
        }
    }
}

/// Forwards one request to the server, and its whole answer back, unless this connection is cut.
fn passed_on(mut client: TcpStream, server: SocketAddr, lost: bool) {
    let mut server = TcpStream::connect(server).unwrap();
    server.write_all(&request_of(&mut client)).unwrap();
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 "), "the server has answered");
    if !lost {
        client.write_all(&answer).unwrap();
    }
}

/// Reads a head, and the body that its `Content-Length` declares.
fn request_of(client: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        assert_eq!(client.read(&mut byte).unwrap(), 1, "a whole head");
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    client.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

/// An answer that came through the proxy.
struct Arrived {
    status: u16,
    replayed: bool,
    json: Value,
}

/// A client that sends each request with a key, again and again, until an answer arrives.
struct Patient<'a> {
    proxy: &'a Proxy,
    keys: &'a AtomicUsize,
    replayed: &'a AtomicUsize,
    who: Client<'a>,
}

impl Patient<'_> {
    fn post(&self, path: &str, body: &Value) -> Value {
        let key = format!("patient-{:06}-of-the-journey", self.keys.fetch_add(1, Ordering::SeqCst));
        loop {
            let Some(arrived) = self.try_once(path, &key, body) else { continue };
            assert!(arrived.status < 300, "{path} {body}: {} {}", arrived.status, arrived.json);
            self.replayed.fetch_add(usize::from(arrived.replayed), Ordering::SeqCst);
            return arrived.json;
        }
    }

    fn ask(&self, path: &str) -> Value {
        self.post(path, &json!({}))
    }

    /// One try on its own connection; `None` if the answer was lost.
    fn try_once(&self, path: &str, key: &str, body: &Value) -> Option<Arrived> {
        let body = body.to_string();
        let token = self.who.token.as_deref().unwrap_or_default();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.proxy.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some(Arrived {
            status: head.split(' ').nth(1)?.parse().ok()?,
            replayed: head.to_lowercase().contains("idempotency-replayed: true"),
            json: serde_json::from_str(body).expect("a whole answer"),
        })
    }
}

/// From a session to a paid claim, and to a part of it that is paid back: with an approval that is undone, a payment that
/// is held for a while, one that fails, and one that is returned and then paid by hand. Each step has its key.
fn journey(app: &App, proxy: &Proxy, engaged: &make::Engaged, (keys, replayed): (&AtomicUsize, &AtomicUsize)) {
    let as_they = |who| Patient { proxy, keys, replayed, who };
    let (volunteer, lead) = (as_they(app.volunteer(&engaged.volunteer)), as_they(app.lead()));
    let (cara, dan) = (as_they(app.finance()), as_they(app.finance_called("finance.dan")));
    let times = json!({ "starts_at": "2026-06-08T09:00:00Z", "ends_at": "2026-06-08T13:00:00Z", "venue": "Room 1" });
    let session = make::id(&lead.post(&format!("/v1/opportunities/{}/sessions", engaged.opportunity), &times));
    make::attend(app, &session, &engaged.volunteer, "attended");
    let parking =
        json!({ "kind": "parking", "session_id": session, "spent_pence": 650, "evidence_exception": "Lost." });
    let lines = json!([{ "kind": "time", "session_id": session }, parking]);
    let claim = volunteer.post("/v1/claims", &json!({ "agreement_id": engaged.agreement, "lines": lines }));
    let path = format!("/v1/claims/{}", make::id(&claim));
    volunteer.ask(&format!("{path}/submit"));
    lead.post(&format!("{path}/return"), &json!({ "reason": "Which car park?" }));
    volunteer.ask(&format!("{path}/submit"));
    let approve = || lead.post(&format!("{path}/approve"), &json!({ "no_close_relationship": true }));
    approve();
    let held = due(app, &claim);
    cara.post(&format!("{held}/hold"), &json!({ "reason": "The supplier number is being checked." }));
    cara.ask(&format!("{held}/resume"));
    lead.post(&format!("{path}/reopen"), &json!({ "reason": "The receipt was not looked at." }));
    let approved = approve();
    let reference = claim["reference"].as_str().unwrap();
    let paid_at = |route: &str, number: String, outcomes: &[&str]| {
        let run = make::id(&cara.post("/v1/payment-runs", &json!({ "route": route })));
        let at = |verb: &str| format!("/v1/payment-runs/{run}/{verb}");
        dan.ask(&at("release"));
        for outcome in outcomes {
            let result = json!({ "invoice_number": number, "outcome": outcome });
            let run = cara.post(&at("results"), &json!({ "results": [result] }));
            assert_eq!(run["status"], "settled");
        }
    };
    let dropped = make::id(&cara.post("/v1/payment-runs", &json!({ "route": "payroll" })));
    cara.ask(&format!("/v1/payment-runs/{dropped}/cancel"));
    paid_at("payroll", format!("{reference}-P2"), &["paid"]);
    paid_at("accounts_payable", format!("{reference}-A2"), &["failed"]);
    paid_at("accounts_payable", format!("{reference}-A3"), &["paid", "returned"]);
    let cash =
        json!({ "how": "petty_cash", "on": "2026-06-15", "reference": "PC 0417", "received_by": "Vera Volunteer" });
    cara.post(&format!("{}/pay-by-hand", due(app, &claim)), &cash);
    assert_eq!(app.lead().get(&path).expect(200)["status"], "paid");
    let lines = json!([{ "id": approved["lines"][1]["id"], "pence": 100 }]);
    let proposal = json!({ "reason": "One hour was free.", "method": "repayment", "lines": lines });
    let recovery = format!("/v1/recoveries/{}", make::id(&lead.post(&format!("{path}/recoveries"), &proposal)));
    cara.ask(&format!("{recovery}/confirm"));
    let repaid = json!({ "on": "2026-06-15", "pence": 100, "ledger_reference": "REC 4711" });
    assert_eq!(cara.post(&format!("{recovery}/repaid"), &repaid)["status"], "recovered");
}

/// The payment of a claim that is due by accounts payable, as its path.
fn due(app: &App, claim: &Value) -> String {
    let filters = format!("status=due&route=accounts_payable&claim_id={}", make::id(claim));
    let list = app.finance().get(&format!("/v1/payments?{filters}")).expect(200);
    format!("/v1/payments/{}", make::id(&list["items"][0]))
}

#[test]
fn every_third_answer_lost_nothing_is_doubled_and_everything_arrives() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let (keys, replayed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // Three journeys, so that every step loses its first answer once.
    let mut cut = 0;
    for first in 0..3 {
        let proxy = Proxy::before(app.address(), first);
        journey(&app, &proxy, &engaged, (&keys, &replayed));
        // The next journey uses another session, so that its time can be claimed.
        cut += proxy.cut.load(Ordering::SeqCst);
    }
    let sent = keys.load(Ordering::SeqCst);
    assert!(cut >= sent / 3, "{cut} answers of {sent} requests were lost");
    assert_eq!(replayed.load(Ordering::SeqCst), cut, "each lost answer was given again");
    for (what, count) in [
        ("sessions", 3),
        ("claims", 3),
        ("claims WHERE status = 'paid' AND total_pence = 8150 AND version = 11", 3),
        ("payments", 3 * 6),
        ("payments WHERE status = 'paid'", 3 * 2),
        ("payments WHERE status = 'void'", 3 * 2),
        ("payments WHERE status = 'paid' AND by_hand_how = 'petty_cash'", 3),
        ("payment_runs", 3 * 4),
        ("payment_runs WHERE status = 'settled'", 3 * 3),
        ("recoveries WHERE status = 'recovered' AND total_pence = 100 AND version = 3", 3),
        ("recovery_lines", 3),
        ("repayments WHERE pence = 100", 3),
        ("histories WHERE resource_type = 'claim' AND action = 'reopen'", 3),
        ("histories WHERE resource_type = 'payment' AND action = 'hold'", 3),
        ("histories WHERE resource_type = 'payment' AND action = 'resume'", 3),
        ("histories WHERE resource_type = 'payment' AND action = 'pay-by-hand'", 3),
        ("deliveries WHERE about = 'claim_reopened'", 3),
        ("deliveries WHERE about = 'recovery_proposed'", 3),
        ("deliveries WHERE about = 'recovery_settled'", 3),
        ("idempotency_keys", i64::try_from(sent).unwrap()),
    ] {
        assert_eq!(books::number(&app, &format!("SELECT count(*) FROM {what}")), count, "{what}");
    }
    books::balance(&app);
}
