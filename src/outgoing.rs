//! Requests that the service itself sends over HTTP: with a time-out, a bounded answer, no redirect and no proxy.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::Url;

use crate::machine::is_own_host;

/// Whether the service may send requests to an address at all: https, or http to this machine.
#[must_use]
pub fn is_guarded(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host_str().is_some_and(is_own_host),
        _ => false,
    }
}

/// What all requests of the service have in common.
fn careful(within: Duration) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("involvement/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(within)
        .timeout(within)
        .pool_max_idle_per_host(0)
}

/// Reads what is at an address, `most` bytes at most. Must run where tokio does.
///
/// # Errors
/// Why it can't be read, without the address.
pub async fn read(url: &Url, most: usize, within: Duration) -> Result<Vec<u8>, String> {
    if !is_guarded(url) {
        return Err("the address is neither https nor of this machine".to_owned());
    }
    let client = careful(within).build().map_err(|error| why(&error))?;
    let mut answer = client.get(url.clone()).send().await.map_err(|error| why(&error))?;
    if !answer.status().is_success() {
        return Err(format!("the answer was {}", answer.status()));
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| why(&error))? {
        if bytes.len() + piece.len() > most {
            return Err(format!("the answer has more than {most} bytes"));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The head of an answer; its body is not read.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where it is given in seconds.
    pub retry_after: Option<i64>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It did not come in time.
    TimedOut,
    /// Nobody was there, or who was there spoke otherwise.
    Unreachable,
}

/// Sends bytes to an address that the caller has checked. Where its host has a name, the connection goes to these addresses
/// and the name is not looked up again. Must run where tokio does.
///
/// # Errors
/// Why there is no answer.
pub async fn post(
    url: &Url,
    pinned: Option<(&str, &[SocketAddr])>,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
    within: Duration,
) -> Result<Answered, Unanswered> {
    let mut client = careful(within);
    if let Some((name, addresses)) = pinned {
        client = client.resolve_to_addrs(name, addresses);
    }
    let failed =
        |error: reqwest::Error| if error.is_timeout() { Unanswered::TimedOut } else { Unanswered::Unreachable };
    let mut request = client.build().map_err(failed)?.post(url.clone()).body(body);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.map_err(failed)?;
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    Ok(Answered { status: answer.status().as_u16(), retry_after })
}

/// What is at the bottom of an error: the first one repeats the address.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut deepest: &dyn Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if error.source().is_none() { "the request can't be sent".to_owned() } else { deepest.to_string() }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn whoever_says_nothing_is_not_waited_for_beyond_the_limit() {
        // The system takes the connection, and nobody reads or answers.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/", silent.local_addr().expect("an address"));
        let (url, limit) = (Url::parse(&url).expect("an address"), Duration::from_millis(20));
        let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let asked = async { (post(&url, None, &[], Vec::new(), limit).await, read(&url, 100, limit).await) };
        // Without a limit of its own, neither would ever end.
        let ends = waiting.block_on(async { tokio::time::timeout(Duration::from_secs(60), asked).await });
        let (posted, read) = ends.expect("an end");
        assert_eq!(posted.map(|answer| answer.status), Err(Unanswered::TimedOut));
        assert_eq!(read, Err("no answer in time".to_owned()));
    }

    #[test]
    fn only_https_and_this_machine_are_guarded() {
        for (address, guarded) in [
            ("https://login.example/keys", true),
            ("http://127.0.0.1:8081/keys", true),
            ("http://[::1]/keys", true),
            ("http://localhost/keys", true),
            ("http://login.example/keys", false),
            ("http://127.0.0.1.example/keys", false),
            ("file:///etc/passwd", false),
            ("ftp://localhost/keys", false),
        ] {
            assert_eq!(Url::parse(address).is_ok_and(|url| is_guarded(&url)), guarded, "{address}");
        }
    }
}
