//! What the service says about itself: its health, its document, its problems, its figures.
//! Nothing of the trust's data passes here.

use diesel::prelude::*;

use crate::db::migrate;
use crate::http::Routes;
use crate::http::answer::Answer;
use crate::http::operation::System;
use crate::http::problem;
use crate::refusal::{Done, Failure, Kind, Refusal};
use crate::service::Service;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Service", "The service itself: health, document, problems, figures.");
    routes
        .itself("/health/live", "is_live", &["application/json"], false, live)
        .says("Whether the process lives", "Answers at once, whatever the database does.");
    routes.itself("/health/ready", "is_ready", &["application/json"], true, ready).says(
        "Whether work can be sent here",
        "`503` while the database is away or behind, and before the service stops.",
    );
    routes
        .itself("/metrics", "show_metrics", &["text/plain"], false, metrics)
        .says("Figures for Prometheus", "In OpenMetrics text. Answered on `METRICS_BIND` alone where that is set.");
    routes
        .itself("/openapi.json", "show_document", &["application/json"], false, document)
        .says("This document", "OpenAPI 3.1.0.");
    routes
        .itself("/problems/{code}", "show_problem", &["text/html"], false, problem_page)
        .path_parts(&["The code of a problem, as errors name it in `code`."])
        .says("What a problem is", "A page for each `type` of problem: what, why, what to do.");
}

fn live(_: &dyn System, _: &[String]) -> Done<Answer> {
    Answer::json(200, &serde_json::json!({ "status": "live" }))
}

fn ready(system: &dyn System, _: &[String]) -> Done<Answer> {
    system.ready()?;
    Answer::json(200, &serde_json::json!({ "status": "ready" }))
}

fn metrics(system: &dyn System, _: &[String]) -> Done<Answer> {
    let text = system.metrics().ok_or_else(Refusal::not_found)?;
    Ok(Answer::of(200, text.into_bytes()).header("content-type", "text/plain; version=0.0.4; charset=utf-8"))
}

fn document(system: &dyn System, _: &[String]) -> Done<Answer> {
    Ok(Answer::of(200, system.document().to_vec()).header("content-type", "application/json"))
}

fn problem_page(_: &dyn System, path: &[String]) -> Done<Answer> {
    let kind: Kind = path.first().and_then(|code| code.parse().ok()).ok_or_else(Refusal::not_found)?;
    let body = page(kind).into_bytes();
    Ok(Answer::of(200, body).header("content-type", "text/html; charset=utf-8"))
}

/// The page at a problem's `type`: what, why, what to do.
fn page(kind: Kind) -> String {
    let about = problem::of(kind);
    format!(
        "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1><p>Code <code>{code}</code>, status {status}.</p>\
         <h2>Why</h2><p>{why}</p><h2>What to do</h2><p>{remedy}</p></main></body></html>\n",
        title = about.title,
        code = kind.as_str(),
        status = about.status,
        why = about.why,
        remedy = about.remedy,
    )
}

impl System for Service {
    fn ready(&self) -> Done<()> {
        if self.is_stopping() {
            return Err(Failure::Unavailable("the service is about to stop".to_owned()));
        }
        let current = self.db.with(|conn| {
            diesel::sql_query("SELECT 1").execute(conn)?;
            migrate::is_current(conn).map_err(|error| Failure::Unavailable(error.to_string()))
        })?;
        if current { Ok(()) } else { Err(Failure::Unavailable("the database is not migrated".to_owned())) }
    }

    fn metrics(&self) -> Option<String> {
        self.metrics_here.then(|| self.metrics.text(self.db.in_use()))
    }

    fn document(&self) -> &[u8] {
        &self.document
    }
}
