//! Accepting a place: it is taken in the opportunity, the expression is accepted, and where the plan needs no agreement of
//! its own the short one is made, active at once, with its induction.

use crate::access::Action;
use crate::db::ids::ExpressionId;
use crate::expressions::{self, ExpressionRow, ExpressionStep, ExpressionVerb, ExpressionView, LIFE, rules};
use crate::http::{Nothing, Routes};
use crate::opportunities::{self, OpportunityFacts};
use crate::people::{clearances, volunteers};
use crate::plans::{self, PlanFacts};
use crate::refusal::Result;
use crate::work::{Changed, Writer};
use crate::{agreements, sessions, support};

/// Why an offer can't be accepted, by the person's own log-in or at a secret address.
pub(super) const REFUSES: &[&str] = &[
    "no-places-left",
    "conflict-undecided",
    "not-issuable",
    "clearance-missing",
    "guardian-consent-missing",
    "volunteer-not-active",
    "agreement-exists",
    "not-editable",
];

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Expressions of interest")
        .post("/v1/expressions-of-interest/{id}/accept", Action::AnswerExpressions, accept_offer)
        .describe(
            "Accept an offer",
            "Takes one of the places. If the plan needs no written agreement, this also creates a short agreement \
             that is active at once; then every required clearance must be in date. If the person declared a conflict \
             of interest, an involvement lead must clear it first.",
        )
        .verb(&LIFE, ExpressionVerb::Accept)
        .refuses(REFUSES);
}

pub(super) fn accept_offer(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Result<Changed<ExpressionView>> {
    let opportunity = expressions::lock_places(writer, id)?.facts;
    let of = opportunity.id;
    let row = expressions::lock(writer, id)?;
    plans::hold_open(writer, opportunity.plan_id, None)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Accept)?;
    let person = volunteers::facts(writer.conn, row.volunteer_id)?;
    rules::can_engage(person.as_ref().map(|person| person.status))?;
    // Somebody may have been found to be under 18 after the offer.
    rules::consented(person.is_some_and(|person| person.lacks_consent))?;
    rules::unconflicted(opportunity.kind, row.content.conflict_declared, row.conflict_cleared_at.is_some())?;
    opportunities::take_place(writer, of)?;
    expressions::supersede(writer, &[row.id])?;
    let changed = expressions::stepped(writer, &row, ExpressionVerb::Accept, &ExpressionStep::default())?;
    if let Some(plan) = is_enough(writer, &opportunity)? {
        start(writer, (&opportunity, &plan), &row)?;
    }
    sessions::tell_person(writer, of, row.volunteer_id)?;
    Ok(changed)
}

/// The plan, where accepting is all that it asks for, without an agreement of its own.
fn is_enough(writer: &mut Writer<'_>, opportunity: &OpportunityFacts) -> Result<Option<PlanFacts>> {
    Ok(plans::facts(writer.conn, opportunity.plan_id)?.filter(|plan| !plan.agreement_needed))
}

/// Starts the involvement with the short agreement, where every clearance is in date.
fn start(
    writer: &mut Writer<'_>,
    (opportunity, plan): (&OpportunityFacts, &PlanFacts),
    row: &ExpressionRow,
) -> Result<()> {
    let required = rules::all_required(&opportunity.clearances_required, &row.conditional_on.0);
    let day = rules::starting_day(opportunity.starts_on, writer.today());
    let missing = clearances::missing(writer, row.volunteer_id, &required, &opportunity.training_required, day)?;
    rules::cleared(&missing)?;
    let (id, starts_on) = agreements::make_short_form(writer, opportunity, row.volunteer_id)?;
    if plan.induction {
        support::begin_induction(writer, id, starts_on, None)?;
    }
    Ok(())
}
