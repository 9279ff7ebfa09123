//! Who sends a request, and whether they may send it now: counted before anything else of it is looked at, also where
//! its token is bad, or nothing has its path or method.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderName};

use crate::access::Actor;
use crate::access::proxies::counted_as;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::service::limit::Limit;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How the addresses begin that people without a token may write to.
const OPEN: &str = "/v1/public/";

/// What came of counting a request.
pub(super) struct Counted {
    /// Whether it may be sent now; `too-many-requests` otherwise.
    pub outcome: Result<(), Refusal>,
    /// What its caller is told of the limits (draft-ietf-httpapi-ratelimit-headers).
    pub headers: Vec<(String, String)>,
}

/// Nothing is limited.
impl Default for Counted {
    fn default() -> Self {
        Self { outcome: Ok(()), headers: Vec::new() }
    }
}

impl Service {
    /// Counts a request of the person behind a token, else of the address that it comes from.
    pub(super) fn count(&self, request: &HttpRequest, verified: Result<Option<&Actor>, &Refusal>) -> Counted {
        // What needs a token writes nothing without one: it is refused with 401, however often it is sent.
        let open = request.match_info().as_str().starts_with(OPEN);
        let writes = open && !request.method().is_safe() && !matches!(verified, Ok(Some(_)));
        let limits = [self.limit.as_ref(), self.anonymous_writes.as_ref().filter(|_| writes)];
        let limits: Vec<&Limit> = limits.into_iter().flatten().collect();
        if limits.is_empty() {
            return Counted::default();
        }
        let caller = match verified {
            Ok(Some(actor)) => format!("{}\n{}", actor.issuer, actor.subject),
            _ => counted_as(self.origin(request)).to_string(),
        };
        let (now, mut outcome, mut standing) = (self.clock.now(), Ok(()), Vec::new());
        for limit in &limits {
            let counted = limit.count(&caller, now);
            standing.push(limit.standing(*counted.as_ref().unwrap_or(&0), now));
            outcome = outcome.and(counted.map(drop));
        }
        let policies: Vec<String> = limits.iter().map(|limit| limit.policy()).collect();
        let told = [("ratelimit-policy", policies.join(", ")), ("ratelimit", standing.join(", "))];
        Counted { outcome, headers: told.map(|(name, value)| (name.to_owned(), value)).to_vec() }
    }

    /// The address that a request comes from.
    fn origin(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let values = |name| request.headers().get_all(name).filter_map(|value| value.to_str().ok());
        self.proxies.origin(peer, values(FORWARDED_FOR), values(FORWARDED))
    }
}
