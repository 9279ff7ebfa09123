//! The answer for what failed: a problem, with the headers that belong to it.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use crate::http::accept::likes_pages;
use crate::http::answer::Answer;
use crate::http::operation::ProblemPage;
use crate::http::problem;
use crate::refusal::{Failure, Kind, Refusal};
use crate::service::Service;
use crate::service::limit::Limit;
use crate::service::request_id::RequestId;

/// How to authenticate (RFC 6750). Libraries fetch a new token by the error that may follow it.
const CHALLENGE: &str = "Bearer realm=\"involvement\"";

/// The part of a path that is a secret.
const SECRET: &str = "{secret}";

impl Service {
    /// The address that a problem names: where the path ends with a secret, it is left out.
    fn instance<'r>(&self, request: &'r HttpRequest) -> &'r str {
        // As it was routed: `/v1/public/%72eplies` is `/v1/public/replies`.
        let routed = request.match_info().as_str();
        let mut beginnings = self.routes.operations.iter().filter_map(|it| Some(it.path.split_once(SECRET)?.0));
        match beginnings.find(|beginning| routed.starts_with(beginning)) {
            Some(beginning) => routed.get(..beginning.len() - 1).unwrap_or_default(),
            None => request.path(),
        }
    }

    /// The page in place of a problem, where the operation has one and the client likes pages better.
    pub(super) fn problem_for_people(
        &self,
        page: Option<ProblemPage>,
        request: &HttpRequest,
        problem: Answer,
    ) -> Answer {
        let Some(page) = page.filter(|_| likes_pages(request.headers())) else { return problem };
        let Ok(content) = page(&self.trust, problem.status, self.clock.now().london_day()) else { return problem };
        let mut answer = Answer { body: content.body, ..problem };
        answer.headers.retain(|(name, _)| name != "content-type");
        answer.headers.extend(content.headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
        answer.header("content-type", content.media_type)
    }

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
        let body = problem::body(&refusal, &self.public_url, self.instance(request), &id.shown().to_string());
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
