//! The steps of an expression of interest: decided by the service, answered by the person, ended by time.
//! Whoever is offered a place or declined is told in the same transaction.

use serde_json::json;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::{ExpressionId, OpportunityId, PlanId, VolunteerId};
use crate::db::json::Json;
use crate::db::{Change, Changed, Writer};
use crate::deliveries::{self, About};
use crate::expressions::routes::read_expression;
use crate::expressions::rules;
use crate::expressions::status::{BY_ITSELF, ExpressionStatus, ExpressionVerb, LIFE};
use crate::expressions::store::{self, Row, Step};
use crate::expressions::views::{Decline, DeclineReason, ExpressionView, PlaceOffer};
use crate::http::{Nothing, Routes};
use crate::opportunities::{self, Facts};
use crate::refusal::{Done, Kind, Refusal};
use crate::{agreements, clearances, plans, volunteers};

/// How many lapse at once when time has come.
const MOST_AT_ONCE: i64 = 100;

/// Declares the verbs.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("/v1/expressions-of-interest/{id}/shortlist", Action::DecideExpressions, shortlist_expression)
        .says("Shortlist", "The person is engaged from here on.")
        .verb(&LIFE, ExpressionVerb::Shortlist);
    routes
        .post("/v1/expressions-of-interest/{id}/offer", Action::DecideExpressions, offer_place)
        .says("Offer a place", "The person is told in their format. An offer may have to be answered by a moment, and may wait for clearances.")
        .verb(&LIFE, ExpressionVerb::Offer)
        .refuses(&["volunteer-not-active"])
        .example("with a week to answer", json!({ "respond_by": "2026-12-11T17:00:00Z", "conditional_on": ["dbs_enhanced"] }));
    routes
        .post("/v1/expressions-of-interest/{id}/decline", Action::DecideExpressions, decline_expression)
        .says("Decline", "With a reason and a message, which reaches the person in their format.")
        .verb(&LIFE, ExpressionVerb::Decline)
        .example("filled", json!({ "reason_code": "places_filled", "message": "Thank you for offering. All six places are taken; we would like to ask you again in spring." }));
    routes
        .post("/v1/expressions-of-interest/{id}/clear-conflict", Action::ClearConflicts, clear_conflict)
        .says(
            "Let somebody take part who declared a conflict of interest",
            "A lead has looked at it, and asked where nothing was said; while it is received, shortlisted or offered. Where \
             the conflict stands in the way, it is declined with `conflict_of_interest`. For interview panels nobody takes a \
             place who has not said that there is none, or was not let in like this.",
        )
        .refuses(&["not-editable"]);
    routes
        .post("/v1/expressions-of-interest/{id}/accept", Action::AnswerExpressions, accept_offer)
        .says("Accept an offer", "Takes a place. Where the plan needs no agreement of its own, it also makes the short one, active at once; then every clearance must be in date. A declared conflict of interest waits until an involvement lead has looked at it.")
        .verb(&LIFE, ExpressionVerb::Accept)
        .refuses(&["no-places-left", "conflict-undecided", "not-issuable", "clearance-missing", "volunteer-not-active", "agreement-exists", "not-editable"]);
    routes
        .post("/v1/expressions-of-interest/{id}/turn-down", Action::AnswerExpressions, turn_down_offer)
        .says("Turn an offer down", "")
        .verb(&LIFE, ExpressionVerb::TurnDown);
    routes
        .post("/v1/expressions-of-interest/{id}/withdraw", Action::AnswerExpressions, withdraw_expression)
        .says("Withdraw", "One that was accepted gives its place back, once no agreement is in force.")
        .verb(&LIFE, ExpressionVerb::Withdraw)
        .refuses(&["agreement-exists"]);
}

fn shortlist_expression(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Done<Changed<ExpressionView>> {
    let row = store::lock(writer, id)?;
    stepped(writer, &row, ExpressionVerb::Shortlist, &Step::default())
}

fn offer_place(writer: &mut Writer<'_>, id: ExpressionId, offer: PlaceOffer) -> Done<Changed<ExpressionView>> {
    rules::answerable(offer.respond_by, writer.now())?;
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Offer)?;
    rules::can_engage(volunteers::facts(writer.conn, row.volunteer_id)?.map(|person| person.status))?;
    let message = offer.respond_by.map(|by| format!("Please answer by {}.", by.london_words()));
    tell(writer, &row, About::Offer, message.as_deref())?;
    let conditional_on = Some(Json(offer.conditional_on)).filter(|kinds| !kinds.0.is_empty());
    let step = Step { respond_by: offer.respond_by, conditional_on, ..Step::default() };
    stepped(writer, &row, ExpressionVerb::Offer, &step)
}

fn decline_expression(writer: &mut Writer<'_>, id: ExpressionId, decline: Decline) -> Done<Changed<ExpressionView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Decline)?;
    overtaken(writer, &[row.id])?;
    tell(writer, &row, About::Decline, Some(&decline.message))?;
    stepped(writer, &row, ExpressionVerb::Decline, &declined(decline.reason_code, &decline.message))
}

fn accept_offer(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Done<Changed<ExpressionView>> {
    let of = store::opportunity_of(writer.conn, id)?;
    let opportunity = opportunities::lock_places(writer, of)?.facts;
    let row = store::lock(writer, id)?;
    plans::hold_open(writer, opportunity.plan_id, None)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Accept)?;
    rules::can_engage(volunteers::facts(writer.conn, row.volunteer_id)?.map(|person| person.status))?;
    rules::unconflicted(opportunity.kind, row.conflict_declared, row.conflict_cleared_at.is_some())?;
    opportunities::take_place(writer, of)?;
    let changed = stepped(writer, &row, ExpressionVerb::Accept, &Step::default())?;
    if is_enough(writer, &opportunity)? {
        start(writer, &opportunity, &row)?;
    }
    Ok(changed)
}

fn clear_conflict(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Done<Changed<ExpressionView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    rules::conflict_open(row.status_at(writer.now()))?;
    if row.conflict_cleared_at.is_some() {
        let view = read_expression(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::clear_conflict(writer, &row)?;
    let view = read_expression(writer, id)?;
    let change = Change::new(LIFE.resource, id, row.version + 1, "clear-conflict", "clear_conflicted")
        .fields(["conflict_cleared_at"]);
    Ok(writer.changed(change, view))
}

fn turn_down_offer(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Done<Changed<ExpressionView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::TurnDown)?;
    overtaken(writer, &[row.id])?;
    stepped(writer, &row, ExpressionVerb::TurnDown, &Step::default())
}

fn withdraw_expression(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Done<Changed<ExpressionView>> {
    let of = store::opportunity_of(writer.conn, id)?;
    opportunities::lock_places(writer, of)?;
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Withdraw)?;
    if row.status == ExpressionStatus::Accepted {
        if store::is_engaged(writer.conn, of, row.volunteer_id)? {
            return Err(Refusal::new(Kind::AgreementExists, "An agreement is in force; end it first.").into());
        }
        opportunities::free_place(writer, of)?;
    }
    overtaken(writer, &[row.id])?;
    stepped(writer, &row, ExpressionVerb::Withdraw, &Step::default())
}

/// Whether accepting is all that the plan asks for, without an agreement of its own.
fn is_enough(writer: &mut Writer<'_>, opportunity: &Facts) -> Done<bool> {
    Ok(plans::facts(writer.conn, opportunity.plan_id)?.is_some_and(|plan| !plan.agreement_needed))
}

/// Starts the involvement with the short agreement, where every clearance is in date.
fn start(writer: &mut Writer<'_>, opportunity: &Facts, row: &Row) -> Done<()> {
    let required = rules::all_required(&opportunity.clearances_required, &row.conditional_on.0);
    let day = rules::starting_day(opportunity.starts_on, writer.today());
    let missing = clearances::missing(writer, row.volunteer_id, &required, &opportunity.training_required, day)?;
    rules::cleared(&missing)?;
    agreements::make_short_form(writer, opportunity, row.volunteer_id, row.id)?;
    Ok(())
}

fn stepped(writer: &mut Writer<'_>, row: &Row, verb: ExpressionVerb, step: &Step) -> Done<Changed<ExpressionView>> {
    let from = row.status_at(writer.now());
    let to = writer.step(&LIFE, row.version, from, verb)?;
    store::step(writer, &[row.id], to, step)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (from, verb, to)).fields(step.fields());
    let view = read_expression(writer, row.id)?;
    Ok(writer.changed(change, view))
}

fn tell(writer: &mut Writer<'_>, row: &Row, about: About, message: Option<&str>) -> Done<()> {
    deliveries::tell(writer, row.volunteer_id, row.service_id, about, (LIFE.resource, row.id.into()), message)
}

/// What people were still to be told of these no longer holds.
fn overtaken(writer: &mut Writer<'_>, ids: &[ExpressionId]) -> Done<()> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| (*id).into()).collect();
    deliveries::overtaken(writer, LIFE.resource, &ids)
}

fn declined(reason: DeclineReason, message: &str) -> Step {
    Step { decline_reason_code: Some(reason), decline_message: Some(message.to_owned()), ..Step::default() }
}

/// Declines all that is undecided because the opportunity is called off, and tells everyone, also those who have accepted.
/// Called under the opportunity's lock.
///
/// # Errors
/// Those of the database.
pub fn decline_all(writer: &mut Writer<'_>, opportunity: OpportunityId, message: &str) -> Done<()> {
    let rows = store::undecided(writer, opportunity)?;
    let (lapsed, rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.status_at(writer.now()) == ExpressionStatus::Lapsed);
    lapse(writer, &lapsed)?;
    let step = declined(DeclineReason::OpportunityCancelled, message);
    let ids: Vec<ExpressionId> = rows.iter().map(|row| row.id).collect();
    overtaken(writer, &ids)?;
    store::step(writer, &ids, ExpressionStatus::Declined, &step)?;
    for row in &rows {
        let path = (row.status, ExpressionVerb::Decline, ExpressionStatus::Declined);
        writer.note(Change::step(&LIFE, row.id, row.version + 1, path).fields(step.fields()));
        tell(writer, row, About::Decline, Some(message))?;
    }
    for (volunteer, service) in store::accepted(writer, opportunity)? {
        let subject = ("opportunity", opportunity.into());
        deliveries::tell(writer, volunteer, service, About::Decline, subject, Some(message))?;
    }
    Ok(())
}

/// How many of a plan wait for an answer.
///
/// # Errors
/// Those of the database.
pub fn undecided_on_plan(conn: &mut diesel::PgConnection, plan: PlanId, now: Instant) -> Done<i64> {
    store::undecided_on_plan(conn, plan, now)
}

/// Lets offers lapse whose `respond_by` has passed, a hundred at most; answers how many.
///
/// # Errors
/// Those of the database.
pub fn lapse_due(writer: &mut Writer<'_>) -> Done<usize> {
    let rows = store::overdue(writer, None, MOST_AT_ONCE)?;
    lapse(writer, &rows)?;
    Ok(rows.len())
}

/// Lets a person's overdue offer lapse, so that they can express interest anew.
pub(super) fn settle_overdue(writer: &mut Writer<'_>, opportunity: OpportunityId, volunteer: VolunteerId) -> Done<()> {
    let rows = store::overdue(writer, Some((opportunity, volunteer)), 1)?;
    lapse(writer, &rows)
}

fn lapse(writer: &mut Writer<'_>, rows: &[Row]) -> Done<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<ExpressionId> = rows.iter().map(|row| row.id).collect();
    overtaken(writer, &ids)?;
    store::step(writer, &ids, ExpressionStatus::Lapsed, &Step::default())?;
    for row in rows {
        writer.note(Change::step(&LIFE, row.id, row.version + 1, BY_ITSELF));
    }
    Ok(())
}
