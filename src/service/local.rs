//! Requests from within the process, with the same checks as requests over HTTP.
//! The demonstration data is loaded in this way, so that it obeys every rule.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::access::Actor;
use crate::db::budget::Budget;
use crate::http::answer::Answer;
use crate::http::call::{self, Head};
use crate::http::operation::{Method, Operation, Work};
use crate::refusal::{Failure, Refusal, Result};
use crate::service::{Job, Service};

/// A request from within the process.
#[derive(Debug)]
pub struct Local<'r> {
    /// HTTP method.
    pub method: Method,
    /// Path, with a query string if there is one.
    pub target: &'r str,
    /// Headers other than `Content-Type`.
    pub headers: &'r [(&'static str, String)],
    /// Body, as JSON.
    pub body: Option<String>,
}

impl Service {
    /// Answers a request from within the process; blocks.
    ///
    /// # Errors
    /// Errors of the request.
    pub fn call(&self, actor: Option<Actor>, request: &Local<'_>) -> Result<Answer> {
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let (operation, parts) = self.operation(request.method, path).ok_or_else(Refusal::not_found)?;
        let mut headers = HeaderMap::new();
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in request.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).map_err(Failure::broken)?);
        }
        let head = Head {
            path,
            parts,
            query,
            headers: &headers,
            request_id: self.ids.next(),
            client_request_id: None,
            now: self.clock.now(),
            home: Arc::clone(&self.public_url),
            trust: Arc::clone(&self.trust),
        };
        let admitted = call::admit(operation, head, actor)?;
        let read = call::media(operation, &headers, request.body.is_some())?;
        let body = request.body.as_deref().unwrap_or_default();
        let (asked, prepared) = admitted.take(operation, body.as_bytes(), read)?;
        let job = match &operation.work {
            Work::Read(prepare) => Job::Read(prepare(prepared)?),
            Work::Write(prepare) => Job::Write(prepare(prepared)?),
            Work::Upload(_) => return Err(Failure::broken("files can only be uploaded over HTTP")),
            Work::System(_, answer) => return answer(self, &prepared.path),
        };
        self.run(&asked, &job, &Budget::unattended())
    }

    /// The operation of a path, with the values of the path's parameters.
    fn operation(&self, method: Method, path: &str) -> Option<(&Operation, Vec<String>)> {
        let sent: Vec<&str> = path.split('/').collect();
        self.routes.operations.iter().filter(|operation| operation.method == method).find_map(|operation| {
            let known: Vec<&str> = operation.path.split('/').collect();
            let fits = known.len() == sent.len()
                && known.iter().zip(&sent).all(|(known, sent)| known.starts_with('{') || known == sent);
            let named = || {
                known.iter().zip(&sent).filter(|(known, _)| known.starts_with('{')).map(|(_, sent)| (*sent).to_owned())
            };
            fits.then(|| (operation, named().collect()))
        })
    }
}
