//! The steps of an opportunity: propose, publish, close, reopen, cancel, and closing automatically at `closes_at`.
//! What publication needs is in `readiness`.

use serde_json::json;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{OpportunityId, PlanId};
use crate::http::{Nothing, Routes};
use crate::opportunities::cautions;
use crate::opportunities::publication::{Publication, Reopening};
use crate::opportunities::readiness::Assessment;
use crate::opportunities::row::OpportunityRow;
use crate::opportunities::show::{read_opportunity, view};
use crate::opportunities::status::{CLOSES, LIFE, OpportunityStatus, OpportunityVerb};
use crate::opportunities::store::{self, OpportunityStep};
use crate::opportunities::views::{OpportunityContent, OpportunityView};
use crate::plans;
use crate::refusal::Result;
use crate::work::{Change, Changed, Writer};

/// How many opportunities are closed automatically in one transaction.
const MOST_AT_ONCE: u16 = 100;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("/v1/opportunities/{id}/propose", Action::WriteOpportunities, propose_opportunity)
        .describe(
            "Propose an opportunity for publication",
            "Puts a draft on the work list of the involvement leads, who publish. It can still be changed. Proposed again, \
             it stays as it is.",
        )
        .verb(&LIFE, OpportunityVerb::Propose);
    routes
        .post("/v1/opportunities/{id}/publish", Action::PublishOpportunities, publish_opportunity)
        .describe(
            "Publish an opportunity",
            "The plan needs an approved version in force and a link person. The opportunity needs an explicit offer, \
             a contact, a closing date in the future and every field that people need to decide. `errors` lists \
             everything that is missing. Where time is paid, the terms of the tariff in the policy in force are kept in \
             `promised`: agreements made from the opportunity promise no less. Each caution in `GET …/readiness` needs an \
             answer in `cautions`, which is kept.",
        )
        .verb(&LIFE, OpportunityVerb::Publish)
        .refuses(&["not-publishable", "cautions-unanswered"])
        .example(
            "fewer checks than usual",
            json!({ "cautions": [{ "code": "checks-missing", "reason": "People visit the garden with a member of staff and are never alone with patients." }] }),
        );
    routes
        .post("/v1/opportunities/{id}/close", Action::CloseOpportunities, close_opportunity)
        .describe(
            "Close an opportunity",
            "No more expressions of interest can be made; those received so far continue. At `closes_at` this happens \
             automatically.",
        )
        .verb(&LIFE, OpportunityVerb::Close);
    routes
        .post("/v1/opportunities/{id}/reopen", Action::PublishOpportunities, reopen_opportunity)
        .describe(
            "Reopen an opportunity",
            "Takes expressions of interest again until a new closing date. Everything that publication needs must be \
             there, and cautions that were not answered before need an answer.",
        )
        .verb(&LIFE, OpportunityVerb::Reopen)
        .refuses(&["not-publishable", "cautions-unanswered"])
        .example("two weeks more", json!({ "closes_at": "2026-12-18T17:00:00Z" }));
}

fn propose_opportunity(writer: &mut Writer<'_>, id: OpportunityId, _: Nothing) -> Result<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), OpportunityVerb::Propose)?;
    if row.proposed_at.is_some() {
        let view = read_opportunity(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let step = OpportunityStep { proposed_at: Some(writer.now()), ..OpportunityStep::default() };
    stepped(writer, &row, OpportunityVerb::Propose, &step)
}

fn publish_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    publication: Publication,
) -> Result<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), OpportunityVerb::Publish)?;
    plans::hold(writer, row.content.plan_id)?;
    let (promised, cautions) = Assessment::of(writer, &row.content, None)?.publishable(publication.cautions)?;
    let step = OpportunityStep {
        published_at: Some(writer.now()),
        promised: promised.map(Json),
        cautions: Some(Json(cautions)),
        ..OpportunityStep::default()
    };
    stepped(writer, &row, OpportunityVerb::Publish, &step)
}

fn close_opportunity(writer: &mut Writer<'_>, id: OpportunityId, _: Nothing) -> Result<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), OpportunityVerb::Close)?;
    stepped(writer, &row, OpportunityVerb::Close, &OpportunityStep::default())
}

fn reopen_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    reopening: Reopening,
) -> Result<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), OpportunityVerb::Reopen)?;
    let row = settled(writer, row)?;
    let new = OpportunityContent { closes_at: Some(reopening.closes_at), ..row.content.clone() };
    plans::hold(writer, new.plan_id)?;
    let answers = cautions::over(&row.cautions, reopening.cautions);
    let (promised, cautions) = Assessment::of(writer, &new, row.promised.as_deref())?.publishable(answers)?;
    let step = OpportunityStep {
        published_at: Some(writer.now()),
        promised: promised.map(Json),
        cautions: Some(Json(cautions)),
        closes_at: new.closes_at,
        ..OpportunityStep::default()
    };
    stepped(writer, &row, OpportunityVerb::Reopen, &step)
}

pub(crate) fn stepped(
    writer: &mut Writer<'_>,
    row: &OpportunityRow,
    verb: OpportunityVerb,
    step: &OpportunityStep,
) -> Result<Changed<OpportunityView>> {
    let to = LIFE.step(row.status, verb)?;
    let stepped = store::step(writer, row, to, step)?;
    let mut fields = Vec::new();
    fields.extend(step.promised.as_ref().map(|_| "promised"));
    fields.extend(step.closes_at.map(|_| "closes_at"));
    fields.extend(step.proposed_at.map(|_| "proposed_at"));
    fields.extend(step.cautions.as_ref().filter(|answers| !answers.is_empty()).map(|_| "cautions"));
    fields.extend(step.cancel_reason.as_ref().map(|_| "cancel_reason"));
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to)).fields(fields);
    let view = view(writer, stepped);
    Ok(writer.changed(change, view))
}

/// Records a closing at `closes_at`, if it is due, before anything else happens to the row.
pub(crate) fn settled(writer: &mut Writer<'_>, row: OpportunityRow) -> Result<OpportunityRow> {
    if row.status_at(writer.now()) == row.status {
        return Ok(row);
    }
    close_by_itself(writer, row)
}

/// Records that an opportunity closed automatically at `closes_at`.
pub(super) fn close_by_itself(writer: &mut Writer<'_>, row: OpportunityRow) -> Result<OpportunityRow> {
    let now: Instant = writer.now();
    close_all(writer, std::slice::from_ref(&row), CLOSES)?;
    Ok(OpportunityRow { version: row.version + 1, status: OpportunityStatus::Closed, updated_at: now, ..row })
}

/// Closes locked opportunities, by one step of the life cycle for all of them.
fn close_all(
    writer: &mut Writer<'_>,
    rows: &[OpportunityRow],
    step: (OpportunityStatus, OpportunityVerb, OpportunityStatus),
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    store::close_all(writer, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    for row in rows {
        writer.note(Change::step(&LIFE, row.id, row.version + 1, step));
    }
    Ok(())
}

/// Closes the published opportunities of a plan that is withdrawn or completed.
///
/// # Errors
/// Database errors.
pub fn close_under(writer: &mut Writer<'_>, plan: PlanId) -> Result<()> {
    let rows = store::published_under(writer, plan)?;
    close_all(writer, &rows, (OpportunityStatus::Published, OpportunityVerb::Close, OpportunityStatus::Closed))
}

/// Closes opportunities whose `closes_at` has passed, at most a hundred; returns how many.
///
/// # Errors
/// Database errors.
pub fn close_due(writer: &mut Writer<'_>) -> Result<usize> {
    let due = store::due(writer, MOST_AT_ONCE)?;
    close_all(writer, &due, CLOSES)?;
    Ok(due.len())
}
