//! The operation that quotes a reimbursement, and which fields of the answer each caller sees.

use serde_json::json;
use uuid::Uuid;

use crate::access::{Action, Viewer, Viewers};
use crate::claims::calculate::{WorkedLine, calculate};
use crate::claims::checks::{Failure, NOT_PROMISED};
use crate::claims::context::{ClaimContext, refuse_unknown_ids, session_ids};
use crate::claims::line::NewLine;
use crate::claims::promise::{Promise, TariffPromise};
use crate::claims::quote::bodies::{PlannedLine, QuoteRequest};
use crate::claims::quote::planned;
use crate::claims::quote::views::{Quote, QuoteWarning, QuotedLine, QuotedRoute};
use crate::claims::store;
use crate::db::ids::{AgreementId, OpportunityId};
use crate::http::{Routes, Sent};
use crate::money::Pence;
use crate::opportunities::{self, OpportunityFacts};
use crate::policies;
use crate::policies::calculator::{Promiser, paid};
use crate::refusal::{Failure as Fault, Refusal, Result};
use crate::vocabulary::offer::Offer;
use crate::work::Reader;
use crate::{agreements, sessions};

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    routes
        .ask("/v1/reimbursements/quote", Action::Quote, quote_reimbursement)
        .describe(
            "Quote a reimbursement",
            "Works out lines under an agreement, or under an opportunity before there is an agreement, by the policies \
             in force, and explains them like a claim's lines. Nothing is stored. Future sessions count as attended; a \
             line without a session needs its `date`, and for time `scheduled_minutes`, or `work` at a flat tariff. The miles already used in the \
             tax year count: those of the agreement's volunteer, or of the volunteer who asks about an opportunity. \
             `warnings` says what a submission would be refused for. Finance can ask for any agreement or opportunity, \
             but gets figures only and can't name sessions.",
        )
        .refuses(&["unknown-reference"])
        .example("an evening that is planned, by car", json!({
            "agreement_id": "019d5fdf-edbf-7000-8000-000000000001",
            "lines": [
                { "kind": "time", "date": "2026-12-10", "scheduled_minutes": 150 },
                { "kind": "mileage", "date": "2026-12-10", "vehicle": "car", "miles": 23.5, "from": "Ely", "to": "Fulbourn Hospital" },
                { "kind": "parking", "date": "2026-12-10", "spent_pence": 350 },
            ],
        }))
        .example("before there is an agreement", json!({
            "opportunity_id": "019d5fdf-e954-7000-8000-000000000001",
            "lines": [{ "kind": "time", "date": "2026-12-10", "scheduled_minutes": 150 }],
        }));
}

/// What decides which fields of a quote a caller sees.
#[derive(Clone, Copy, Debug)]
struct QuoteVisibility {
    /// Whom the caller is to it.
    viewer: Viewers,
    /// Whether they see the agreement or opportunity, not only its figures.
    visible: bool,
}

fn quote_reimbursement(reader: &mut Reader<'_>, (): (), Sent(asked): &Sent<QuoteRequest>) -> Result<Quote> {
    reader.snapshot(|reader| {
        let (promise, shown) = promised(reader, asked)?;
        let mut lines: Vec<NewLine> = asked.lines.iter().map(|planned| planned.line.clone()).collect();
        let seen = sessions::visible_among(reader, &session_ids(&lines))?;
        refuse_unknown_ids(&lines, |id| seen.contains(&id), &[])?;
        let mut context = ClaimContext::load(reader, promise, &lines)?;
        let minutes: Vec<Option<i64>> =
            asked.lines.iter().map(|PlannedLine { scheduled_minutes, .. }| *scheduled_minutes).collect();
        planned::sessions(&mut context, &mut lines, &minutes, reader.today());
        let worked = calculate(&context, &lines);
        let failures = judged(reader, &context, &worked)?;
        quote(&context, worked, failures, shown)
    })
}

/// What was promised or is offered, and what the caller may see of a quote for it.
fn promised(reader: &mut Reader<'_>, asked: &QuoteRequest) -> Result<(Promise, QuoteVisibility)> {
    let (promise, visible) = match (asked.agreement_id, asked.opportunity_id) {
        (Some(id), _) => agreement(reader, id)?,
        (None, Some(id)) => opportunity(reader, id)?,
        (None, None) => return Err(Fault::broken("neither an agreement nor an opportunity")),
    };
    let own = promise.volunteer_id().is_some() && promise.volunteer_id() == reader.grant().own();
    let viewer = reader.grant().viewer().only_if(Viewer::Own, own);
    Ok((promise, QuoteVisibility { viewer, visible }))
}

/// An agreement that the caller can see, or whose figures they may know.
fn agreement(reader: &mut Reader<'_>, id: AgreementId) -> Result<(Promise, bool)> {
    let visible = agreements::visible(reader, id)?;
    let seen = visible.is_some();
    let facts = match visible {
        None if reader.grant().money() => agreements::facts(reader.conn, id)?,
        visible => visible,
    };
    let mut facts = facts.ok_or_else(|| Refusal::unknown_reference("/agreement_id"))?;
    facts.promised = agreements::promised(reader, &facts)?;
    Ok((planned::promise(facts, reader.today()), seen))
}

/// The same for an opportunity; one without an offer yet promises nothing.
fn opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Result<(Promise, bool)> {
    let visible = opportunities::visible(reader, id)?;
    let (now, seen) = (reader.now(), visible.is_some());
    let facts = match visible {
        None if reader.grant().money() => opportunities::facts(reader.conn, id, now)?,
        visible => visible,
    };
    let facts = facts.ok_or_else(|| Refusal::unknown_reference("/opportunity_id"))?;
    let promised = promised_by(reader, &facts)?;
    let promise = Promise::Opportunity {
        id: facts.id,
        service_id: facts.service_id,
        promised,
        offer: facts.offer.unwrap_or_else(Offer::nothing),
        caller: reader.grant().own(),
    };
    Ok((promise, seen))
}

/// What an agreement for the opportunity would promise today.
fn promised_by(reader: &mut Reader<'_>, facts: &OpportunityFacts) -> Result<Option<TariffPromise>> {
    let Some(tariff) = facts.offer.as_ref().and_then(|offer| offer.tariff.as_ref()) else { return Ok(None) };
    let today = reader.today();
    let promised = facts.promise(&policies::published(reader.conn)?, tariff, today);
    let on = facts.published_on.filter(|_| promised == facts.promised).unwrap_or(today);
    Ok(promised.map(|promised| TariffPromise { by: Promiser::Opportunity, on, promised }))
}

/// The checks that each line would fail at submission.
fn judged(reader: &mut Reader<'_>, context: &ClaimContext, worked: &[WorkedLine<'_>]) -> Result<Vec<Vec<Failure>>> {
    let timed: Vec<_> = worked.iter().filter_map(WorkedLine::time_claimed).collect();
    let agreement = context.promise.agreement_id();
    let taken = match context.promise.volunteer_id() {
        // No claim has this id, so the time of every claim counts as taken.
        Some(person) => store::time_taken(reader.conn, Uuid::nil().into(), (person, agreement), &timed)?,
        None => Vec::new(),
    };
    Ok(planned::submission(context, worked, &taken, reader.today()).by_line(worked))
}

fn quote(
    context: &ClaimContext,
    worked: Vec<WorkedLine<'_>>,
    failures: Vec<Vec<Failure>>,
    shown: QuoteVisibility,
) -> Result<Quote> {
    let mut by_route: Vec<QuotedRoute> = Vec::new();
    let mut lines = Vec::new();
    for (line, failures) in worked.into_iter().zip(failures) {
        let line = quoted(context, line, failures, shown);
        if let Some(payable) = line.payable_pence {
            let due = paid(payable, line.elected_pence);
            add(&mut by_route, QuotedRoute { route: line.route, total_pence: due })?;
        }
        lines.push(line);
    }
    let total_pence = Pence::checked_sum(by_route.iter().map(|part| part.total_pence)).ok_or_else(beyond_range)?;
    Ok(Quote { total_pence, by_route, lines })
}

fn quoted(context: &ClaimContext, line: WorkedLine<'_>, failures: Vec<Failure>, shown: QuoteVisibility) -> QuotedLine {
    let worked = line.worked.ok().filter(|_| !failures.contains(&NOT_PROMISED));
    QuotedLine {
        kind: line.given.kind,
        date: line.day,
        payable_pence: worked.as_ref().map(|worked| worked.payable),
        elected_pence: line.given.elected_pence,
        route: context.promise.route(line.given.kind),
        policy_id: line.policy.map(|policy| policy.id),
        taxable_excess_pence: shown
            .viewer
            .shown(QuotedLine::TAXABLE_EXCESS, || worked.as_ref().map(|worked| worked.taxable_excess)),
        explanation: worked.map(|worked| worked.explanation).unwrap_or_default(),
        warnings: shown
            .viewer
            .shown(QuotedLine::WARNINGS, || failures.into_iter().map(QuoteWarning::from).collect())
            .filter(|_| shown.visible),
    }
}

fn add(by_route: &mut Vec<QuotedRoute>, part: QuotedRoute) -> Result<()> {
    match by_route.iter_mut().find(|known| known.route == part.route) {
        Some(known) => {
            known.total_pence = known.total_pence.checked_add(part.total_pence).ok_or_else(beyond_range)?;
        }
        None => by_route.push(part),
    }
    Ok(())
}

fn beyond_range() -> Fault {
    Fault::broken("a quote beyond range")
}
