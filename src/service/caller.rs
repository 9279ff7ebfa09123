//! Who sends a request, and whether they may send it now: counted before anything else of it is looked at, also where
//! its token is bad, or nothing has its path or method.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderName};

use crate::access::Actor;
use crate::access::proxies::counted_as;
use crate::refusal::Refusal;
use crate::service::Service;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Service {
    /// Counts a request of the person behind a token, else of the address that it comes from.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub(super) fn count(
        &self,
        request: &HttpRequest,
        verified: Result<Option<&Actor>, &Refusal>,
    ) -> Result<(), Refusal> {
        let writes = !request.method().is_safe() && !matches!(verified, Ok(Some(_)));
        let limits = [self.limit.as_ref(), self.anonymous_writes.as_ref().filter(|_| writes)];
        let mut limits = limits.into_iter().flatten().peekable();
        if limits.peek().is_none() {
            return Ok(());
        }
        let caller = match verified {
            Ok(Some(actor)) => format!("{}\n{}", actor.issuer, actor.subject),
            _ => counted_as(self.origin(request)).to_string(),
        };
        limits.try_for_each(|limit| limit.count(&caller, self.clock.now()))
    }

    /// The address that a request comes from.
    fn origin(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let values = |name| request.headers().get_all(name).filter_map(|value| value.to_str().ok());
        self.proxies.origin(peer, values(FORWARDED_FOR), values(FORWARDED))
    }
}
