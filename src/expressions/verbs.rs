//! The steps of an expression of interest: decisions by the service, answers by the person, and lapsed offers.
//! Notices about an offer or a decline are written in the same transaction.

use serde_json::json;

use crate::access::Action;
use crate::clock::Instant;
use crate::db::ids::{ExpressionId, OpportunityId, PlanId, VolunteerId};
use crate::db::json::Json;
use crate::deliveries::{self, About, Recipient};
use crate::expressions::facts;
use crate::expressions::offers::invitation;
use crate::expressions::rules;
use crate::expressions::show::{read_expression, shown};
use crate::expressions::status::{ENDS, ExpressionStatus, ExpressionVerb, LAPSES, LIFE};
use crate::expressions::store::{self, ExpressionRow};
use crate::expressions::views::{Decline, DeclineReason, ExpressionView, PlaceOffer};
use crate::expressions::write::{self, ExpressionStep};
use crate::http::{Nothing, Routes};
use crate::opportunities;
use crate::people::volunteers;
use crate::plans;
use crate::refusal::Result;
use crate::work::{Change, Changed, Writer};

/// How many offers lapse automatically in one transaction.
const MOST_AT_ONCE: u16 = 100;

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    deciding(routes);
    answering(routes);
}

fn deciding(routes: &mut Routes) {
    routes
        .post("/v1/expressions-of-interest/{id}/shortlist", Action::DecideExpressions, shortlist_expression)
        .describe(
            "Shortlist an expression of interest",
            "The person is considered for a place. From now on, staff of the service can see the person's record.",
        )
        .verb(&LIFE, ExpressionVerb::Shortlist)
        .refuses(&["segregation-of-duties"]);
    routes
        .post("/v1/expressions-of-interest/{id}/reserve", Action::DecideExpressions, reserve_expression)
        .describe(
            "Put an expression of interest on the reserve list",
            "For a person who fits while all places are taken or offered. They are told, and can be offered a place that \
             becomes free. `reserved_at` gives the order of the list.",
        )
        .verb(&LIFE, ExpressionVerb::Reserve)
        .refuses(&["volunteer-not-active", "segregation-of-duties"]);
    routes
        .post("/v1/expressions-of-interest/{id}/offer", Action::DecideExpressions, offer_place)
        .describe(
            "Offer a place",
            "The person is told in a format that they can read. The offer can have a time by which it must be \
             answered, and can depend on clearances that the person must still get. The place is kept for them until they \
             answer or the offer lapses, so one must be free: accepted places and open offers are never more than the \
             places of the opportunity.",
        )
        .verb(&LIFE, ExpressionVerb::Offer)
        .refuses(&[
            "no-places-left",
            "guardian-consent-missing",
            "volunteer-not-active",
            "not-editable",
            "segregation-of-duties",
        ])
        .example(
            "with a week to answer",
            json!({ "respond_by": "2026-12-11T17:00:00Z", "conditional_on": ["dbs_enhanced"] }),
        );
    routes
        .post("/v1/expressions-of-interest/{id}/decline", Action::DecideExpressions, decline_expression)
        .describe("Decline an expression of interest", "The message is sent to the person in a format that they can read.")
        .verb(&LIFE, ExpressionVerb::Decline)
        .refuses(&["segregation-of-duties"])
        .example("filled", json!({ "reason_code": "places_filled", "message": "Thank you for offering. All six places are taken; we would like to ask you again in spring." }));
    routes
        .post("/v1/expressions-of-interest/{id}/clear-conflict", Action::ClearConflicts, clear_conflict)
        .describe(
            "Clear a conflict of interest",
            "An involvement lead confirms that the person can take part, after considering the declared conflict, or after \
             asking if nothing was declared. Possible while the expression of interest is received, shortlisted or offered. \
             If the conflict is an obstacle, decline with `conflict_of_interest` instead. People can accept a place on an \
             interview panel only if they declared that there is no conflict, or if it was cleared.",
        )
        .refuses(&["not-editable", "segregation-of-duties"]);
}

fn answering(routes: &mut Routes) {
    routes
        .post("/v1/expressions-of-interest/{id}/turn-down", Action::AnswerExpressions, turn_down_offer)
        .describe("Turn down an offer", "The person does not want the place. It stays free for others.")
        .verb(&LIFE, ExpressionVerb::TurnDown);
}

fn shortlist_expression(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Result<Changed<ExpressionView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Shortlist)?;
    volunteers::not_oneself(own)?;
    stepped(writer, &row, ExpressionVerb::Shortlist, &ExpressionStep::default())
}

fn offer_place(writer: &mut Writer<'_>, id: ExpressionId, offer: PlaceOffer) -> Result<Changed<ExpressionView>> {
    rules::answerable(offer.respond_by, writer.now())?;
    let held = facts::lock_places(writer, id)?;
    let of = held.facts.id;
    let (row, own) = store::lock_and_ask(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Offer)?;
    volunteers::not_oneself(own)?;
    // Nobody could accept it where the plan is over.
    plans::hold_open(writer, held.facts.plan_id, None)?;
    let person = volunteers::facts(writer.conn, row.volunteer_id)?;
    rules::can_engage(person.as_ref().map(|person| person.status))?;
    rules::consented(person.is_some_and(|person| person.lacks_consent))?;
    // An offer that lapsed keeps no place, whether that is stored already or not.
    let overdue = store::overdue(writer, Some((of, None)), MOST_AT_ONCE)?;
    lapse(writer, &overdue)?;
    rules::place_free(held.facts.places, held.taken, store::offered(writer.conn, of)?)?;
    let message = invitation(&held.facts, offer.respond_by);
    notify(writer, &row, About::Offer, Some(&message))?;
    let conditional_on = Some(Json(offer.conditional_on)).filter(|kinds| !kinds.0.is_empty());
    let step = ExpressionStep { respond_by: offer.respond_by, conditional_on, ..ExpressionStep::default() };
    stepped(writer, &row, ExpressionVerb::Offer, &step)
}

fn reserve_expression(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Result<Changed<ExpressionView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Reserve)?;
    volunteers::not_oneself(own)?;
    rules::can_engage(volunteers::facts(writer.conn, row.volunteer_id)?.map(|person| person.status))?;
    notify(writer, &row, About::Reserved, None)?;
    let step = ExpressionStep { reserved_at: Some(writer.now()), ..ExpressionStep::default() };
    stepped(writer, &row, ExpressionVerb::Reserve, &step)
}

/// Frees the places that somebody has in these opportunities, because their agreements have ended. The opportunities must be
/// locked.
///
/// # Errors
/// Database errors.
pub fn end_places(writer: &mut Writer<'_>, within: &[OpportunityId], volunteer: VolunteerId) -> Result<()> {
    let rows = store::taken(writer, within, volunteer)?;
    if rows.is_empty() {
        return Ok(());
    }
    opportunities::free_places(writer, &rows.iter().map(|row| row.opportunity_id).collect::<Vec<_>>())?;
    let ids: Vec<ExpressionId> = rows.iter().map(|row| row.id).collect();
    supersede(writer, &ids)?;
    write::step(writer, &ids, ExpressionStatus::Ended, &ExpressionStep::default())?;
    for row in rows {
        writer.note(Change::step(&LIFE, row.id, row.version + 1, ENDS));
    }
    Ok(())
}

fn decline_expression(writer: &mut Writer<'_>, id: ExpressionId, decline: Decline) -> Result<Changed<ExpressionView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Decline)?;
    volunteers::not_oneself(own)?;
    notify(writer, &row, About::Decline, Some(&decline.message))?;
    stepped(writer, &row, ExpressionVerb::Decline, &declined(decline.reason_code, &decline.message))
}

fn clear_conflict(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Result<Changed<ExpressionView>> {
    let (row, own) = store::lock_and_ask(writer, id)?;
    writer.matches(row.version)?;
    rules::conflict_open(row.status_at(writer.now()))?;
    if row.conflict_cleared_at.is_some() {
        let view = read_expression(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    volunteers::not_oneself(own)?;
    let cleared = write::clear_conflict(writer, &row)?;
    let view = shown(writer, cleared)?;
    let change = Change::new(LIFE.resource, id, row.version + 1, "clear-conflict", "conflict_cleared")
        .fields(["conflict_cleared_at"]);
    Ok(writer.changed(change, view))
}

pub(crate) fn turn_down_offer(
    writer: &mut Writer<'_>,
    id: ExpressionId,
    _: Nothing,
) -> Result<Changed<ExpressionView>> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::TurnDown)?;
    supersede(writer, &[row.id])?;
    stepped(writer, &row, ExpressionVerb::TurnDown, &ExpressionStep::default())
}

pub(crate) fn stepped(
    writer: &mut Writer<'_>,
    row: &ExpressionRow,
    verb: ExpressionVerb,
    step: &ExpressionStep,
) -> Result<Changed<ExpressionView>> {
    let from = row.status_at(writer.now());
    let to = writer.step(&LIFE, row.version, from, verb)?;
    let stepped = write::step_one(writer, row, to, step)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (from, verb, to)).fields(step.fields());
    let view = shown(writer, stepped)?;
    Ok(writer.changed(change, view))
}

fn notify(writer: &mut Writer<'_>, row: &ExpressionRow, about: About, message: Option<&str>) -> Result<()> {
    deliveries::notify(writer, row.volunteer_id, row.service_id, about, (LIFE.resource, row.id.into()), message)
}

/// Cancels notices about these that were not sent yet and are no longer true.
///
/// # Errors
/// Database errors.
pub fn supersede(writer: &mut Writer<'_>, ids: &[ExpressionId]) -> Result<()> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| (*id).into()).collect();
    deliveries::supersede(writer, LIFE.resource, &ids)
}

fn declined(reason: DeclineReason, message: &str) -> ExpressionStep {
    ExpressionStep {
        decline_reason_code: Some(reason),
        decline_message: Some(message.to_owned()),
        ..ExpressionStep::default()
    }
}

/// Declines all undecided expressions of interest because the opportunity is cancelled, and tells everyone: those who have a
/// place, that the opportunity is cancelled. The opportunity must be locked.
///
/// # Errors
/// Database errors.
pub fn decline_all(writer: &mut Writer<'_>, opportunity: OpportunityId, message: &str) -> Result<()> {
    let undecided = store::undecided(writer, &[opportunity])?;
    decline_each(writer, undecided, (DeclineReason::OpportunityCancelled, message))?;
    let accepted = store::accepted(writer, opportunity)?;
    supersede(writer, &accepted.iter().map(|(id, ..)| *id).collect::<Vec<_>>())?;
    let told = |(_, volunteer, service)| Recipient {
        volunteer,
        service: Some(service),
        subject: opportunity.into(),
        route: None,
    };
    let told: Vec<Recipient> = accepted.into_iter().map(told).collect();
    deliveries::notify_all(writer, About::OpportunityCancelled, "opportunity", &told, Some(message))
}

/// What people are told who waited for an answer when the plan ended.
const PLAN_WITHDRAWN: &str = "The plan that this was part of has been withdrawn, so it will not take place.";

/// Declines all undecided expressions of interest in these opportunities because their plan is withdrawn, and tells everyone: no
/// place can be offered under it any more. They must be locked.
///
/// # Errors
/// Database errors.
pub fn decline_under(writer: &mut Writer<'_>, under: &[OpportunityId]) -> Result<()> {
    let undecided = store::undecided(writer, under)?;
    decline_each(writer, undecided, (DeclineReason::Other, PLAN_WITHDRAWN))
}

/// Declines these, but lets offers lapse whose time has passed.
fn decline_each(
    writer: &mut Writer<'_>,
    rows: Vec<ExpressionRow>,
    (reason, message): (DeclineReason, &str),
) -> Result<()> {
    let (lapsed, rows): (Vec<ExpressionRow>, Vec<ExpressionRow>) =
        rows.into_iter().partition(|row| row.status_at(writer.now()) == ExpressionStatus::Lapsed);
    lapse(writer, &lapsed)?;
    if rows.is_empty() {
        return Ok(());
    }
    let step = declined(reason, message);
    let ids: Vec<ExpressionId> = rows.iter().map(|row| row.id).collect();
    write::step(writer, &ids, ExpressionStatus::Declined, &step)?;
    for row in &rows {
        let path = (row.status, ExpressionVerb::Decline, ExpressionStatus::Declined);
        writer.note(Change::step(&LIFE, row.id, row.version + 1, path).fields(step.fields()));
    }
    let told = |row: &ExpressionRow| Recipient {
        volunteer: row.volunteer_id,
        service: Some(row.service_id),
        subject: row.id.into(),
        route: None,
    };
    let told: Vec<Recipient> = rows.iter().map(told).collect();
    deliveries::notify_all(writer, About::Decline, LIFE.resource, &told, Some(message))
}

/// How many expressions of interest under a plan wait for an answer.
///
/// # Errors
/// Database errors.
pub fn undecided_on_plan(conn: &mut diesel::PgConnection, plan: PlanId, now: Instant) -> Result<i64> {
    facts::undecided_on_plan(conn, plan, now)
}

/// Lets offers lapse whose `respond_by` has passed, at most a hundred; returns how many.
///
/// # Errors
/// Database errors.
pub fn lapse_due(writer: &mut Writer<'_>) -> Result<usize> {
    let rows = store::overdue(writer, None, MOST_AT_ONCE)?;
    lapse(writer, &rows)?;
    Ok(rows.len())
}

/// Lets a person's overdue offer lapse, so that they can express interest again.
pub(super) fn settle_overdue(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
    volunteer: VolunteerId,
) -> Result<()> {
    let rows = store::overdue(writer, Some((opportunity, Some(volunteer))), 1)?;
    lapse(writer, &rows)
}

fn lapse(writer: &mut Writer<'_>, rows: &[ExpressionRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<ExpressionId> = rows.iter().map(|row| row.id).collect();
    supersede(writer, &ids)?;
    write::step(writer, &ids, ExpressionStatus::Lapsed, &ExpressionStep::default())?;
    for row in rows {
        writer.note(Change::step(&LIFE, row.id, row.version + 1, LAPSES));
    }
    Ok(())
}
