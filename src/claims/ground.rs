//! What the lines of a claim rest on, gathered from other features, and their rows as they come of it.
//! The arithmetic stands in `work`.

use std::collections::BTreeMap;

use crate::agreements::{self, PaymentRoute};
use crate::claims::line::{LineKind, NewLine};
use crate::claims::receipts;
use crate::claims::row::{Basis, Inputs, LineRow, part};
use crate::claims::store::{self, Sums};
use crate::claims::warning::for_the_claimant;
use crate::claims::work::{Ground, WorkedLine};
use crate::db::Writer;
use crate::db::ids::{ClaimId, ReceiptId, SessionId};
use crate::money::{Miles, Pence};
use crate::policies::calculator::TaxYear;
use crate::refusal::{Done, Failure, Fault, Kind, refuse_if_any};
use crate::{policies, sessions, volunteers};

/// Gathers what these lines rest on; `receipts` are those of the claim.
///
/// # Errors
/// `unknown-reference` for sessions and receipts that are not there; those of the database.
pub fn gather(
    writer: &mut Writer<'_>,
    agreement: agreements::Facts,
    lines: &[NewLine],
    receipts: Vec<receipts::Facts>,
) -> Done<Ground> {
    let sessions = sessions::attended(writer.conn, &named(lines), agreement.volunteer_id)?;
    let missing = |line: &NewLine| line.session_id.filter(|id| !sessions.iter().any(|(known, _)| known.id == *id));
    let mut unknown = Vec::new();
    let detail = "names nothing that you can see";
    for (position, line) in lines.iter().enumerate() {
        if missing(line).is_some() {
            unknown.push(Fault::at(format!("/lines/{position}/session_id"), "unknown-reference", detail));
        }
        let known = |id: &ReceiptId| receipts.iter().any(|receipt| receipt.id == *id);
        for (number, _) in line.receipt_ids.iter().flatten().enumerate().filter(|(_, id)| !known(id)) {
            unknown.push(Fault::at(format!("/lines/{position}/receipt_ids/{number}"), "unknown-reference", detail));
        }
    }
    refuse_if_any(Kind::UnknownReference, "An id in the body names nothing that you can see.", unknown)?;
    let policies = policies::published(writer.conn)?;
    let mut ground = Ground { agreement, sessions, policies, receipts, used: BTreeMap::new() };
    ground.used = miles_used(writer, &ground, lines)?;
    Ok(ground)
}

/// The same under the locks that make it true until the transaction ends: the sessions as they are, and the person's miles.
///
/// # Errors
/// As for `gather`.
pub fn gather_locked(
    writer: &mut Writer<'_>,
    agreement: agreements::Facts,
    lines: &[NewLine],
    receipts: Vec<receipts::Facts>,
) -> Done<Ground> {
    store::hold_sessions(writer.conn, &named(lines))?;
    let mut ground = gather(writer, agreement, lines, receipts)?;
    let years = years(&ground.work(lines));
    store::lock_years(writer.conn, ground.agreement.volunteer_id, &years)?;
    ground.used = miles_used(writer, &ground, lines)?;
    Ok(ground)
}

/// The sessions that lines name, each once, in order.
#[must_use]
pub fn named(lines: &[NewLine]) -> Vec<SessionId> {
    let mut ids: Vec<SessionId> = lines.iter().filter_map(|line| line.session_id).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Car miles used up before: those declared for others and those of live claims.
fn miles_used(writer: &mut Writer<'_>, ground: &Ground, lines: &[NewLine]) -> Done<BTreeMap<TaxYear, Miles>> {
    let by_car: Vec<NewLine> = lines.iter().filter(|line| line.is_by_car()).cloned().collect();
    if by_car.is_empty() {
        return Ok(BTreeMap::new());
    }
    let volunteer = ground.agreement.volunteer_id;
    let years = years(&ground.work(&by_car));
    let mut used = store::miles_used(writer.conn, volunteer, &years)?;
    let declared = volunteers::facts(writer.conn, volunteer)?.map(|person| person.other_miles).unwrap_or_default();
    for (year, miles) in declared {
        let so_far = used.entry(year).or_default();
        *so_far = so_far.checked_add(miles).ok_or_else(|| Failure::broken("miles beyond range"))?;
    }
    Ok(used)
}

/// The tax years that lines lie in.
#[must_use]
pub fn years(lines: &[WorkedLine<'_>]) -> Vec<TaxYear> {
    lines.iter().filter_map(|line| line.day).map(|day| TaxYear::of(day.date())).collect()
}

/// What lines come to together.
#[must_use]
pub fn sums(lines: &[WorkedLine<'_>]) -> Sums {
    let due: Option<Vec<Pence>> = lines.iter().map(WorkedLine::due).collect();
    Sums { total: due.and_then(Pence::checked_sum), claim_by: lines.iter().filter_map(WorkedLine::claim_by).min() }
}

/// The rows of worked lines, in their order; a line with an id keeps it.
pub fn rows(writer: &Writer<'_>, claim: ClaimId, ground: &Ground, lines: &[WorkedLine<'_>]) -> Done<Vec<LineRow>> {
    lines.iter().enumerate().map(|(position, line)| row(writer, claim, ground, position, line)).collect()
}

fn row(writer: &Writer<'_>, claim: ClaimId, ground: &Ground, position: usize, line: &WorkedLine<'_>) -> Done<LineRow> {
    let (given, texts) = part(line.given);
    let worked = line.worked.as_ref().ok();
    let by_car = line.given.is_by_car();
    let miles = worked.map(|worked| worked.miles_at_first_rate).unwrap_or_default();
    let time_route = ground.agreement.payment_route.unwrap_or(PaymentRoute::AccountsPayable);
    Ok(LineRow {
        id: line.given.id.unwrap_or_else(|| writer.new_id()),
        claim_id: claim,
        volunteer_id: ground.agreement.volunteer_id,
        position: i16::try_from(position).map_err(Failure::broken)?,
        kind: given.kind,
        session_id: line.given.session_id,
        on_day: line.day,
        inputs: Inputs { basis: basis(ground, line), given },
        live: false,
        policy_id: line.policy.map(|policy| policy.id),
        route: if line.given.kind == LineKind::Time { time_route } else { PaymentRoute::AccountsPayable },
        tax_year: line.day.filter(|_| by_car).map(|day| TaxYear::of(day.date())),
        miles_first_rate: miles.tenths(),
        payable_pence: worked.map(|worked| worked.payable),
        elected_pence: line.given.elected_pence,
        approved_pence: None,
        taxable_excess_pence: worked.map(|worked| worked.taxable_excess),
        trust_cost_pence: worked.map(|worked| worked.trust_cost).unwrap_or_default(),
        explanation: worked.map(|worked| worked.explanation.clone()).unwrap_or_default(),
        warnings: for_the_claimant(line),
        supplements_line_id: None,
        texts,
    })
}

fn basis(ground: &Ground, line: &WorkedLine<'_>) -> Basis {
    let time = line.given.kind == LineKind::Time;
    let session = line.session.map(|(session, _)| session);
    Basis {
        tariff: ground.agreement.offer.tariff.as_ref().filter(|_| time).map(ToString::to_string),
        scheduled_minutes: session.map(crate::sessions::Facts::minutes),
        outcome: line.session.and_then(|(_, outcome)| *outcome),
        notice_minutes: session.and_then(crate::sessions::Facts::notice_minutes),
        miles_used_before: line.worked.as_ref().map(|worked| worked.miles_used_before).unwrap_or_default(),
    }
}
