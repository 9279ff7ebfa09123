//! The answer for what failed: a problem, with the headers that belong to it.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::http::answer::Answer;
use crate::http::problem;
use crate::refusal::{Failure, Kind, Refusal};
use crate::service::Service;
use crate::service::limit::Limit;
use crate::service::request_id::RequestId;

/// How to authenticate (RFC 6750). Libraries fetch a new token by the error that may follow it.
const CHALLENGE: &str = "Bearer realm=\"involvement\"";

impl Service {
    /// The answer for a failure. The details of an internal fault are only logged.
    #[must_use]
    pub fn problem(&self, failure: Failure, request: &HttpRequest, id: RequestId) -> Answer {
        let refusal = match failure {
            Failure::Refused(refusal) => *refusal,
            Failure::Unavailable(why) | Failure::Collided(why) => {
                log::warn!(request_id:% = id.own; "not available: {why}");
                Refusal::new(Kind::Unavailable, "The service can't do this at the moment. Try again in a few seconds.")
            }
            Failure::Broken(why) | Failure::Outdated(why) => {
                log::error!(request_id:% = id.own; "internal fault: {why}");
                Refusal::new(Kind::Internal, "Something went wrong. Try again, or report it with the `request_id`.")
            }
        };
        let status = problem::of(refusal.kind).status;
        let body = problem::body(&refusal, &self.public_url, request.path(), &id.shown().to_string());
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut answer = Answer::of(status, body).header("content-type", problem::PROBLEM_JSON);
        match refusal.kind {
            Kind::Unauthenticated if request.headers().contains_key(AUTHORIZATION) => {
                answer = answer.header("www-authenticate", format!("{CHALLENGE}, error=\"invalid_token\""));
            }
            Kind::Unauthenticated => answer = answer.header("www-authenticate", CHALLENGE),
            Kind::InsufficientScope => {
                answer = answer.header("www-authenticate", format!("{CHALLENGE}, error=\"insufficient_scope\""));
            }
            Kind::MethodNotAllowed => answer = answer.header("allow", refusal.allowed.unwrap_or_default().join(", ")),
            Kind::TooManyRequests => {
                answer = answer.header("retry-after", Limit::seconds_left(self.clock.now()).to_string());
            }
            Kind::Unavailable => answer = answer.header("retry-after", "1"),
            _ => {}
        }
        answer
    }
}
