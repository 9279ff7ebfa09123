//! Pages beside the API, such as the start page: read alone, from nothing that the database keeps.
//! They have the headers, methods and problems of every other answer.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use crate::http::answer::Answer;
use crate::refusal::Result;
use crate::service::request_id::RequestId;
use crate::service::server::wrong_method;
use crate::service::wire::{on_the_wire, spare_what_is_known};
use crate::service::{Service, Shared};

/// Makes a page, from the part of its path that is called `file`.
pub type Page = fn(&Service, &str) -> Result<Answer>;

/// Registers a page.
pub fn page(service: &Shared, path: &str, read: Page) -> Resource {
    let service = Arc::clone(service);
    web::resource(path).route(web::route().to(move |request: HttpRequest| {
        let service = Arc::clone(&service);
        async move { answer(&service, &request, read).await }
    }))
}

async fn answer(service: &Shared, request: &HttpRequest, read: Page) -> HttpResponse {
    let id = RequestId::of(request.headers());
    let known = || vec!["GET", "HEAD", "OPTIONS"];
    let outcome = match *request.method() {
        Method::GET | Method::HEAD => read(service, request.match_info().query("file")),
        Method::OPTIONS => Ok(Answer { status: 204, ..Answer::default() }.header("allow", known().join(", "))),
        _ => Err(wrong_method(known()).into()),
    };
    let mut answer = outcome.unwrap_or_else(|failure| service.problem(failure, request, id));
    spare_what_is_known(request, &mut answer);
    on_the_wire(service, answer, request, id, true).await
}
