//! The operations of the service itself: health, metrics, the OpenAPI document, pages on problems.
//! They show none of the trust's data.

use diesel::prelude::*;

use crate::db::migrate;
use crate::http::Routes;
use crate::http::answer::Answer;
use crate::http::problem;
use crate::refusal::{Done, Failure, Kind, Refusal};
use crate::service::Service;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Service", "Operations of the service itself: health, metrics, this document, pages on problems.");
    routes
        .itself("/health/live", "is_live", &["application/json"], false, live)
        .says("Check whether the process is alive", "Answers at once, without asking the database.");
    routes.itself("/health/ready", "is_ready", &["application/json"], true, ready).says(
        "Check whether the service is ready",
        "Answers `503` while the database is unavailable or not migrated, and before the service stops.",
    );
    routes.itself("/metrics", "show_metrics", &["text/plain"], false, metrics).says(
        "Get metrics",
        "Metrics in Prometheus text format. Where `METRICS_BIND` is set, they are available on that address only.",
    );
    routes
        .itself("/openapi.json", "show_document", &["application/json"], false, document)
        .says("Get this document", "The description of the API in OpenAPI 3.1.0.");
    routes.itself("/problems/{code}", "show_problem", &["text/html"], false, problem_page).says(
        "Get the page of a problem",
        "The page at the `type` of a problem: what it means, why it happens, what to do.",
    );
}

fn live(_: &Service, _: &[String]) -> Done<Answer> {
    Answer::json(200, &serde_json::json!({ "status": "live" }))
}

fn ready(service: &Service, _: &[String]) -> Done<Answer> {
    if service.is_stopping() {
        return Err(Failure::Unavailable("the service is about to stop".to_owned()));
    }
    let current = service.db.with(|conn| {
        diesel::sql_query("SELECT 1").execute(conn)?;
        migrate::is_current(conn).map_err(|error| Failure::Unavailable(error.to_string()))
    })?;
    if !current {
        return Err(Failure::Unavailable("the database is not migrated".to_owned()));
    }
    Answer::json(200, &serde_json::json!({ "status": "ready" }))
}

fn metrics(service: &Service, _: &[String]) -> Done<Answer> {
    if !service.metrics_here {
        return Err(Refusal::not_found().into());
    }
    let body = service.metrics.text(service.db.in_use()).into_bytes();
    Ok(Answer::of(200, body).header("content-type", "text/plain; version=0.0.4; charset=utf-8"))
}

fn document(service: &Service, _: &[String]) -> Done<Answer> {
    Ok(Answer::of(200, service.document.clone()).header("content-type", "application/json"))
}

fn problem_page(_: &Service, path: &[String]) -> Done<Answer> {
    let kind: Kind = path.first().and_then(|code| code.parse().ok()).ok_or_else(Refusal::not_found)?;
    let body = problem::page(kind).into_bytes();
    Ok(Answer::of(200, body).header("content-type", "text/html; charset=utf-8"))
}
