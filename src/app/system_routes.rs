//! The operations of the service itself: health, metrics, the OpenAPI document, pages on problems.
//! They show none of the trust's data.

use crate::db::migrate;
use crate::db::pool::Db;
use crate::http::Routes;
use crate::http::answer::Answer;
use crate::http::operation::System;
use crate::http::problem;
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::service::Service;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Service", "Operations of the service itself: health, metrics, this document, pages on problems.");
    routes
        .itself("/health/live", "is_live", &["application/json"], false, live)
        .describe("Check whether the process is alive", "Answers at once, without asking the database.");
    routes.itself("/health/ready", "is_ready", &["application/json"], true, ready).describe(
        "Check whether the service is ready",
        "Answers `503` while the database is unavailable or not migrated, and before the service stops.",
    );
    routes.itself("/metrics", "show_metrics", &["text/plain"], false, metrics).describe(
        "Get metrics",
        "Metrics in Prometheus text format. Where `METRICS_BIND` is set, they are available on that address only; where it is not, only if the service listens on a loopback address.",
    );
    routes
        .itself("/openapi.json", "show_document", &["application/json"], false, document)
        .shows(&[("ETag", "A tag of this very document.")])
        .describe("Get this document", "The description of the API in OpenAPI 3.1.0.");
    routes
        .itself("/problems/{code}", "show_problem", &["text/html"], false, problem_page)
        .path_parts(&["The code of a problem, as errors name it in `code`."])
        .describe(
            "Get the page of a problem",
            "The page at the `type` of a problem: what it means, why it happens, what to do.",
        );
}

fn live(_: &dyn System, _: &[String]) -> Result<Answer> {
    Ok(Answer::json(200, &serde_json::json!({ "status": "live" }))?.header("cache-control", "no-store"))
}

fn ready(system: &dyn System, _: &[String]) -> Result<Answer> {
    system.ready()?;
    Ok(Answer::json(200, &serde_json::json!({ "status": "ready" }))?.header("cache-control", "no-store"))
}

fn metrics(system: &dyn System, _: &[String]) -> Result<Answer> {
    let text = system.metrics().ok_or_else(Refusal::not_found)?;
    let answer = Answer::of(200, text.into_bytes()).header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    Ok(answer.header("cache-control", "no-store"))
}

fn document(system: &dyn System, _: &[String]) -> Result<Answer> {
    Ok(system.document())
}

fn problem_page(_: &dyn System, path: &[String]) -> Result<Answer> {
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

/// Whether the database is there, is one database, takes writes and is migrated.
fn database_is_ready(db: &Db) -> Result<()> {
    db.look()?;
    let unavailable = |why: &str| Failure::Unavailable(why.to_owned());
    db.with(|conn| {
        if !migrate::can_write(conn)? {
            return Err(unavailable("the database only answers reads: it is a standby, or made so"));
        }
        let current = migrate::is_current(conn).map_err(|error| unavailable(&error.to_string()))?;
        if current { Ok(()) } else { Err(unavailable("the database is not migrated to what this build needs")) }
    })
}

impl System for Service {
    fn ready(&self) -> Result<()> {
        if self.is_stopping() {
            return Err(Failure::Unavailable("the service is about to stop".to_owned()));
        }
        let lost = self.db.lost();
        match database_is_ready(&self.db) {
            // One dead connection says nothing about the next.
            Err(Failure::Unavailable(_)) if self.db.lost() != lost => database_is_ready(&self.db),
            outcome => outcome,
        }
    }

    fn metrics(&self) -> Option<String> {
        self.metrics_here.then(|| self.metrics_text())
    }

    fn document(&self) -> Answer {
        self.document.answer()
    }
}
