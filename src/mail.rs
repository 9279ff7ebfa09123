//! Sending email: one message to one person over SMTP, and whether the mail server accepted it.
//! Who is told what, and when a failed message is sent again, is decided by the caller.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, Message, SmtpTransport, Transport};
use url::Url;

use crate::machine::is_own_host;

/// The longest wait for one answer of the mail server.
const PATIENCE: Duration = Duration::from_secs(10);
/// Status codes for a failed login (RFC 4954). They say nothing about the recipient.
const ABOUT_US: [&str; 4] = ["530", "534", "535", "538"];

/// The connection to the mail server.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    host: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The transport is left out because it holds a password.
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

/// A message to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Unique identifier. A message that is sent twice keeps its `Message-ID`, so that mail programs can drop the copy.
    pub id: uuid::Uuid,
    /// Address of the recipient.
    pub to: String,
    /// Address for replies.
    pub reply_to: String,
    /// Subject line. It must not reveal anything, because other people may see a list of messages.
    pub subject: String,
    /// Body as plain text.
    pub text: String,
    /// Body as HTML.
    pub html: String,
    /// Address for those who want no more of the kind; none where it is no series.
    pub unsubscribe: Option<String>,
}

/// Says that no person wrote the message, so that no absence note answers it (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// How to get no more of these messages (RFC 2369, section 3.2), by a message to an address.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<mailto:{}?subject=No%20more%20updates>", self.0))
    }
}

/// An address as every server knows it: an internationalised domain as its A-label (RFC 5891).
fn written_out(address: &str) -> Option<Address> {
    let (user, domain) = address.rsplit_once('@')?;
    Address::new(user, idna::domain_to_ascii(domain).ok()?).ok()
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The server refuses it permanently: sending again is pointless.
    Refused,
    /// It could not be written, because its address is none: the mail server was not asked.
    NotWritten,
    /// The server refuses it for now: it may accept the message later.
    Later,
    /// The server does not answer, or rejects the login.
    Unreachable,
}

impl Mailer {
    /// A mailer for `smtp://` or `smtps://`, with `?from=` for the sender's address and `?tls=required`.
    /// Without `from`, the sender is `involvement` at the host of `PUBLIC_URL`.
    ///
    /// # Errors
    /// What is wrong with the address; the password is never repeated.
    pub fn open(url: &Url, public_url: &str) -> Result<Self, String> {
        requires_tls(url)?;
        let from = url.query_pairs().find(|(name, _)| name == "from").map(|(_, value)| value.into_owned());
        let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let host = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(_) => "localhost".to_owned(),
            Err(_) => host,
        };
        let from = from.unwrap_or_else(|| format!("involvement@{host}"));
        // In ASCII, as not every server takes more in the sender's address.
        let from = from
            .parse::<Address>()
            .ok()
            .and_then(|from| written_out(from.as_ref()))
            .ok_or("has a ?from= that is not an email address; set it like ?from=involvement@trust.example")?;
        if !from.to_string().is_ascii() {
            return Err(
                "has a ?from= with letters beyond ASCII before the @, which not every mail server takes".to_owned()
            );
        }
        let mut plain = url.clone();
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| name != "from")
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        plain.set_query(None);
        if !kept.is_empty() {
            plain.query_pairs_mut().extend_pairs(kept);
        }
        let transport = SmtpTransport::from_url(plain.as_str())
            .map_err(|_| "must be smtp://host:port or smtps://host:port, optionally with ?tls=required".to_owned())?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(2))
            .build();
        Ok(Self { transport, from: Mailbox::new(Some("Involvement".to_owned()), from), host })
    }

    /// Sends a message; blocks until the server has accepted it.
    ///
    /// # Errors
    /// Why it was not sent.
    pub fn send(&self, letter: &Letter) -> Result<(), Unsent> {
        let message = self.written(letter).ok_or(Unsent::NotWritten)?;
        self.transport.send(&message).map(|_| ()).map_err(|error| {
            // The client's own refusal: only a server of the new kind takes an address that is not ASCII.
            if error.is_client() && message.envelope().to().iter().any(|to| !to.to_string().is_ascii()) {
                log::warn!("email not sent (Refused): the mail server takes no address beyond ASCII (SMTPUTF8)");
                return Unsent::Refused;
            }
            let why = judged(&error);
            log::warn!("email not sent ({why:?}): {}", told(&error));
            why
        })
    }

    fn written(&self, letter: &Letter) -> Option<Message> {
        let to = written_out(&letter.to)?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .header(AutoSubmitted)
            .subject(&letter.subject);
        // Without a server of the new kind, no header may hold more than ASCII.
        let plain = |address: &str| written_out(address).filter(|address| address.to_string().is_ascii());
        if let Some(reply_to) = plain(&letter.reply_to) {
            message = message.reply_to(Mailbox::new(None, reply_to));
        }
        if let Some(address) = letter.unsubscribe.as_deref().and_then(plain) {
            message = message.header(ListUnsubscribe(address.to_string()));
        }
        message.multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone())).ok()
    }
}

/// Messages are about people, so they go over TLS to any other machine; a password goes nowhere without it.
fn requires_tls(url: &Url) -> Result<(), String> {
    let tls = url.scheme() == "smtps" || url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    if tls {
        return Ok(());
    }
    if url.password().is_some() {
        return Err("has a password but does not require TLS: write smtps://, or add ?tls=required".to_owned());
    }
    if !url.host_str().is_some_and(is_own_host) {
        return Err("names another machine but does not require TLS: write smtps://, or add ?tls=required".to_owned());
    }
    Ok(())
}

fn judged(error: &SmtpError) -> Unsent {
    match error.status() {
        Some(code) if ABOUT_US.contains(&code.to_string().as_str()) => Unsent::Unreachable,
        Some(_) if error.is_permanent() => Unsent::Refused,
        Some(_) => Unsent::Later,
        None => Unsent::Unreachable,
    }
}

/// The part of an error that may be logged: its kind and code. The server's own text may contain an address.
fn told(error: &SmtpError) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server took too long to answer".to_owned(),
        None if error.is_tls() => "TLS with the mail server failed".to_owned(),
        None => "no connection to the mail server".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer(url: &str, public_url: &str) -> Result<Mailer, String> {
        Mailer::open(&Url::parse(url).unwrap(), public_url)
    }

    #[test]
    fn the_sender_is_as_set_or_of_the_services_own_host() {
        for (url, public_url, wanted) in [
            ("smtp://localhost:25", "https://involve.trust.example", "involvement@involve.trust.example"),
            ("smtp://localhost:25", "http://127.0.0.1:8080", "involvement@localhost"),
            ("smtp://localhost:25", "http://[::1]:8080", "involvement@localhost"),
            ("smtps://u:p@mail.example?from=ppi@trust.example", "http://a.example", "ppi@trust.example"),
            ("smtp://mail.example?tls=required&from=a.b%2Bc@trust.example", "http://a.example", "a.b+c@trust.example"),
            ("smtp://localhost?from=ppi@b%C3%BCcher.example", "http://a.example", "ppi@xn--bcher-kva.example"),
        ] {
            assert_eq!(mailer(url, public_url).unwrap().from.email.to_string(), wanted, "{url}");
        }
        for (url, why) in [
            ("http://localhost", "must be smtp://"),
            ("smtp://localhost?from=nobody", "not an email"),
            ("smtp://localhost?from=zo%C3%AB@trust.example", "beyond ASCII"),
        ] {
            assert!(mailer(url, "http://a.example").unwrap_err().contains(why), "{url}");
        }
    }

    #[test]
    fn nothing_goes_to_another_machine_without_tls_and_no_password_anywhere() {
        for (url, good) in [
            ("smtp://localhost:25", true),
            ("smtp://127.0.0.1:25?tls=opportunistic", true),
            ("smtp://[::1]:25", true),
            ("smtps://mail.example", true),
            ("smtps://u:p@mail.example", true),
            ("smtp://u:p@mail.example:587?tls=required", true),
            ("smtp://u:p@localhost?tls=required", true),
            ("smtp://mail.example:25", false),
            ("smtp://mail.example:25?tls=opportunistic", false),
            ("smtp://10.0.0.7", false),
            ("smtp://u:p@mail.example", false),
            ("smtp://u:p@localhost:25", false),
            ("smtp://u:p@localhost:25?tls=opportunistic", false),
        ] {
            let opened = mailer(url, "http://a.example");
            assert_eq!(opened.as_ref().err().is_none_or(|why| !why.contains("TLS")), good, "{url}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let shown = format!("{:?}", mailer("smtps://user:hunter2@mail.example", "http://a.example").unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn an_internationalised_domain_goes_as_its_a_label() {
        for (address, wanted) in [
            ("jo@bücher.example", Some("jo@xn--bcher-kva.example")),
            ("jo@BÜCHER.example", Some("jo@xn--bcher-kva.example")),
            ("jo@example.org", Some("jo@example.org")),
            ("jö@bücher.example", Some("jö@xn--bcher-kva.example")),
            ("nobody", None),
        ] {
            assert_eq!(written_out(address).map(|address| address.to_string()).as_deref(), wanted, "{address}");
        }
    }

    #[test]
    fn a_line_break_adds_no_header() {
        let mailer = mailer("smtp://localhost:25", "http://a.example").unwrap();
        let letter = Letter {
            id: uuid::Uuid::nil(),
            to: "vera@volunteer.example".to_owned(),
            reply_to: "a@trust.example\r\nBcc: b@trust.example".to_owned(),
            subject: "Hello\r\nBcc: everyone@trust.example".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            unsubscribe: None,
        };
        let message = mailer.written(&letter).unwrap();
        let head = String::from_utf8(message.formatted()).unwrap();
        let head = head.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("Message-ID: <00000000-0000-0000-0000-000000000000@a.example>"), "{head}");
        let bad = Letter { to: "a@trust.example\r\nRCPT TO:<b@trust.example>".to_owned(), ..letter };
        assert!(mailer.written(&bad).is_none());
        assert_eq!(mailer.send(&bad), Err(Unsent::NotWritten), "the mail server is not asked");
    }
}
