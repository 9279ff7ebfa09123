//! Addresses of a volunteer whose record was merged into another record of theirs: a read is led to the same address there,
//! and a change is told where the record is now. Nobody is told of a record that they may not see.

use actix_web::HttpRequest;

use crate::db::budget::Budget;
use crate::db::ids::VolunteerId;
use crate::http::answer::Answer;
use crate::http::operation::{Method, Operation};
use crate::http::path::PathIds;
use crate::refusal::{Failure, Fault, Kind, Refusal, Result};
use crate::service::Shared;
use crate::service::blocking::at_database;
use crate::work::RequestContext;

/// Whether nothing was found.
pub(super) fn is_missing(outcome: &Result<Answer>) -> bool {
    matches!(outcome, Err(Failure::Refused(refusal)) if refusal.kind == Kind::NotFound)
}

/// The answer for a volunteer who was not found under an id, if their record was merged into one that the caller may see;
/// else what was to be answered.
pub(super) async fn instead(
    service: &Shared,
    operation: &Operation,
    asked: RequestContext,
    request: &HttpRequest,
    outcome: Result<Answer>,
) -> Result<Answer> {
    let Some(merged_into) = service.routes.merged_into else { return outcome };
    let id = request.match_info().query("id").to_owned();
    let old = VolunteerId::from_path(std::slice::from_ref(&id));
    let budget = Budget::of_read();
    let found = at_database(service, budget, move |service| {
        service.read(&asked, &|reader| merged_into(reader, old), &Budget::of_read())
    });
    let Some(into) = found.await? else { return outcome };
    if operation.method != Method::Get {
        return Err(refusal(into).into());
    }
    let path = request.path().replacen(&id, &into.to_string(), 1);
    // An id that is written in another way, such as with percent signs, leads nowhere.
    if path == request.path() {
        return outcome;
    }
    let query = request.query_string();
    let location = if query.is_empty() { path } else { format!("{path}?{query}") };
    Ok(Answer { status: 301, ..Answer::default() }.header("location", location))
}

fn refusal(into: VolunteerId) -> Refusal {
    let detail =
        format!("This record was merged into the volunteer {into}, another record of the same person. Use that one.");
    let see = Some(format!("/v1/volunteers/{into}"));
    let fault = Fault::whole("merged", "everything of this record stands under the other one");
    Refusal::new(Kind::Merged, detail).with(vec![Fault { see, ..fault }])
}
