//! The rows of lines that were worked out, and what they come to together.
//! The arithmetic stands in `calculate`, the SQL in `store`.

use crate::claims::calculate::WorkedLine;
use crate::claims::context::ClaimContext;
use crate::claims::line::LineKind;
use crate::claims::line_warnings::for_the_claimant;
use crate::claims::row::{ClaimLineRow, LineBasis, LineInputs, split};
use crate::claims::store::{OfLines, Sums};
use crate::db::Json;
use crate::db::ids::{ClaimId, VolunteerId};
use crate::money::Pence;
use crate::policies::calculator::TaxYear;
use crate::refusal::{Failure, Result};
use crate::sessions;
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// What lines come to together, and what lists show of their rows.
///
/// # Errors
/// Where there are more than a claim may have.
pub fn sums(lines: &[WorkedLine<'_>], rows: &[ClaimLineRow]) -> Result<Sums> {
    let due: Option<Vec<Pence>> = lines.iter().map(WorkedLine::due).collect();
    Ok(Sums {
        total: due.and_then(Pence::checked_sum),
        claim_by: lines.iter().filter_map(WorkedLine::claim_by).min(),
        of_lines: OfLines::of(rows)?,
    })
}

/// A claim and its claimant.
type ClaimOf = (ClaimId, VolunteerId);

/// The rows of worked lines, in their order; a line with an id keeps it.
pub fn rows(
    writer: &Writer<'_>,
    claim: ClaimOf,
    context: &ClaimContext,
    lines: &[WorkedLine<'_>],
) -> Result<Vec<ClaimLineRow>> {
    lines.iter().enumerate().map(|(position, line)| row(writer, claim, context, position, line)).collect()
}

fn row(
    writer: &Writer<'_>,
    (claim_id, volunteer_id): ClaimOf,
    context: &ClaimContext,
    position: usize,
    line: &WorkedLine<'_>,
) -> Result<ClaimLineRow> {
    let (given, texts) = split(line.given);
    let worked = line.worked.as_ref().ok();
    let by_car = line.given.is_by_car();
    Ok(ClaimLineRow {
        id: line.given.id.unwrap_or_else(|| writer.new_id()),
        claim_id,
        volunteer_id,
        position: i16::try_from(position).map_err(Failure::broken)?,
        kind: given.kind,
        session_id: line.given.session_id,
        on_day: line.day,
        inputs: Json(LineInputs { basis: basis(context, line), given }),
        live: false,
        policy_id: line.policy.map(|policy| policy.id),
        route: context.promise.route(line.given.kind).unwrap_or(PaymentRoute::AccountsPayable),
        tax_year: line.day.filter(|_| by_car).map(|day| TaxYear::of(day.date())),
        miles_first_rate: worked.map(|worked| worked.miles_at_first_rate).unwrap_or_default(),
        payable_pence: worked.map(|worked| worked.payable),
        elected_pence: line.given.elected_pence,
        approved_pence: None,
        taxable_excess_pence: worked.map(|worked| worked.taxable_excess),
        trust_cost_pence: worked.map(|worked| worked.trust_cost).unwrap_or_default(),
        explanation: Json(worked.map(|worked| worked.explanation.clone()).unwrap_or_default()),
        warnings: Json(for_the_claimant(line)),
        supplements_line_id: None,
        texts,
    })
}

fn basis(context: &ClaimContext, line: &WorkedLine<'_>) -> LineBasis {
    let time = line.given.kind == LineKind::Time;
    let session = line.session.map(|(session, _)| session);
    LineBasis {
        tariff: context.promise.offer().tariff.as_ref().filter(|_| time).map(ToString::to_string),
        scheduled_minutes: session.map(sessions::SessionFacts::minutes),
        outcome: line.session.and_then(|(_, outcome)| *outcome),
        notice_minutes: session.and_then(sessions::SessionFacts::notice_minutes),
        miles_used_before: line.worked.as_ref().map(|worked| worked.miles_used_before).unwrap_or_default(),
        promised: context.promised.clone().filter(|_| time),
    }
}
