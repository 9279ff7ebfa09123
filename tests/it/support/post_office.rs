//! A mail server on loopback that stores what it receives. It uses another SMTP library than the service.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use mailin::{Action, Handler, Response, SessionBuilder, response};

/// How the server treats messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Accepts every message.
    #[default]
    Kind,
    /// Rejects every recipient permanently.
    KnowsNobody,
    /// Rejects every message temporarily: no room.
    Full,
    /// Accepts a message, but closes the connection before saying so.
    HangsUp,
    /// Demands a login.
    WantsLogIn,
    /// Closes the connection when it hears of one address, and is kind to all others.
    Dreads(&'static str),
}

/// A message as received.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub raw: String,
}

impl Received {
    /// A header, with its lines joined.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let found = head.lines().find_map(|line| {
            line.split_once(": ")
                .filter(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
        });
        found.unwrap_or_else(|| panic!("no {name} in\n{head}"))
    }

    /// The part with this media type, decoded.
    pub fn part(&self, media_type: &str) -> String {
        let of_type = format!("Content-Type: {media_type}");
        let part = self.raw.split("\r\n--").find(|part| part.contains(&of_type)).expect("a part of that type");
        let (head, body) = part.split_once("\r\n\r\n").expect("a body");
        if head.contains("quoted-printable") {
            let bytes = quoted_printable::decode(body, quoted_printable::ParseMode::Robust).expect("quoted printable");
            return String::from_utf8(bytes).expect("text");
        }
        assert!(head.contains("7bit"), "{head}");
        body.to_owned()
    }

    pub fn text(&self) -> String {
        self.part("text/plain").replace("\r\n", "\n")
    }
}

#[derive(Default)]
struct Office {
    received: Mutex<Vec<Received>>,
    mood: Mutex<Mood>,
    closed: AtomicBool,
}

impl Office {
    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }
}

/// The running mail server; it stops with the test.
pub struct PostOffice {
    address: SocketAddr,
    office: Arc<Office>,
}

impl PostOffice {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let office = Arc::new(Office::default());
        let known = Arc::clone(&office);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if known.closed.load(Ordering::Relaxed) {
                    break;
                }
                let office = Arc::clone(&known);
                std::thread::spawn(move || serve(&office, stream.expect("a connection")).ok());
            }
        });
        Self { address, office }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}?from=involvement@trust.example", self.address)
    }

    pub fn mood(&self, mood: Mood) {
        *self.office.mood.lock().unwrap() = mood;
    }

    pub fn received(&self) -> Vec<Received> {
        self.office.received.lock().unwrap().clone()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.office.closed.store(true, Ordering::Relaxed);
        TcpStream::connect(self.address).ok();
    }
}

struct Clerk {
    office: Arc<Office>,
    now: Received,
}

impl Handler for Clerk {
    fn mail(&mut self, _: std::net::IpAddr, _: &str, from: &str) -> Response {
        self.now = Received { from: from.to_owned(), ..Received::default() };
        if self.office.mood() == Mood::WantsLogIn { response::AUTHENTICATION_REQUIRED } else { response::OK }
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.now.to.push(to.to_owned());
        match self.office.mood() {
            Mood::KnowsNobody => response::NO_MAILBOX,
            Mood::Full => response::OUT_OF_SPACE,
            _ => response::OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.now.raw.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.office.received.lock().unwrap().push(std::mem::take(&mut self.now));
        response::OK
    }
}

fn serve(office: &Arc<Office>, stream: TcpStream) -> std::io::Result<()> {
    let remote = stream.peer_addr()?.ip();
    let clerk = Clerk { office: Arc::clone(office), now: Received::default() };
    let mut session = SessionBuilder::new("post.example").build(remote, clerk);
    let mut out = stream.try_clone()?;
    session.greeting().write_to(&mut out)?;
    let (mut lines, mut line) = (BufReader::new(stream), Vec::new());
    while lines.read_until(b'\n', &mut line)? > 0 {
        let before = office.received.lock().unwrap().len();
        let answer = session.process(&line);
        if let Mood::Dreads(address) = office.mood()
            && String::from_utf8_lossy(&line).contains(address)
        {
            return Ok(());
        }
        line.clear();
        if office.mood() == Mood::HangsUp && office.received.lock().unwrap().len() > before {
            return Ok(());
        }
        if answer.action != Action::NoReply {
            answer.write_to(&mut out)?;
            out.flush()?;
        }
        if answer.action == Action::Close {
            break;
        }
    }
    Ok(())
}
