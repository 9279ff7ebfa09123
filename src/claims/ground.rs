//! What the lines of a claim rest on, gathered from other features, and their rows as they come of it.
//! The arithmetic stands in `work`.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::claims::line::{LineKind, NewLine};
use crate::claims::promise::Promise;
use crate::claims::receipts;
use crate::claims::row::{Basis, Inputs, LineRow, part};
use crate::claims::store::{self, Sums};
use crate::claims::warning::for_the_claimant;
use crate::claims::work::{Ground, WorkedLine};
use crate::db::ids::{ClaimId, ReceiptId, SessionId, VolunteerId};
use crate::money::{Miles, Pence};
use crate::people::volunteers;
use crate::policies::calculator::TaxYear;
use crate::refusal::{Done, Failure, Fault, Kind, Refusal, refuse_if_any};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Reader, Writer};
use crate::{policies, sessions};

/// Gathers what these lines rest on; `receipts` are those of the claim.
///
/// # Errors
/// `unknown-reference` for sessions and receipts that are not there; those of the database.
pub fn gather(
    reader: &mut Reader<'_>,
    promise: Promise,
    lines: &[NewLine],
    receipts: Vec<receipts::Facts>,
) -> Done<Ground> {
    let person = promise.volunteer_id().unwrap_or_else(|| Uuid::nil().into());
    let sessions = sessions::attended(reader.conn, &named(lines), person)?;
    known(lines, |id| sessions.iter().any(|(known, _)| known.id == id), &receipts)?;
    let policies = policies::published(reader.conn)?;
    let mut ground = Ground { promise, sessions, policies, receipts, used: BTreeMap::new() };
    ground.used = miles_used(reader, &ground, lines)?;
    Ok(ground)
}

/// The same under the locks that make it true until the transaction ends: the sessions as they are, and the person's miles.
///
/// # Errors
/// As for `gather`.
pub fn gather_locked(
    writer: &mut Writer<'_>,
    promise: Promise,
    lines: &[NewLine],
    receipts: Vec<receipts::Facts>,
) -> Done<Ground> {
    store::hold_sessions(writer.conn, &named(lines))?;
    let mut ground = gather(writer, promise, lines, receipts)?;
    let years = years(&ground.work(lines));
    if let Some(person) = ground.promise.volunteer_id() {
        store::lock_years(writer.conn, person, &years)?;
    }
    ground.used = miles_used(writer, &ground, lines)?;
    Ok(ground)
}

/// Refuses lines that name sessions or receipts which are not known.
///
/// # Errors
/// `unknown-reference` with every place.
pub fn known(
    lines: &[NewLine],
    session: impl Fn(SessionId) -> bool,
    receipts: &[receipts::Facts],
) -> Result<(), Refusal> {
    let detail = "names nothing that you can see";
    let receipt = |id: &ReceiptId| receipts.iter().any(|receipt| receipt.id == *id);
    let mut unknown = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if line.session_id.is_some_and(|id| !session(id)) {
            unknown.push(Fault::at(format!("/lines/{position}/session_id"), "unknown-reference", detail));
        }
        for (number, _) in line.receipt_ids.iter().flatten().enumerate().filter(|(_, id)| !receipt(id)) {
            unknown.push(Fault::at(format!("/lines/{position}/receipt_ids/{number}"), "unknown-reference", detail));
        }
    }
    refuse_if_any(Kind::UnknownReference, "An id in the body names nothing that you can see.", unknown)
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
fn miles_used(reader: &mut Reader<'_>, ground: &Ground, lines: &[NewLine]) -> Done<BTreeMap<TaxYear, Miles>> {
    let by_car: Vec<NewLine> = lines.iter().filter(|line| line.is_by_car()).cloned().collect();
    let Some(volunteer) = ground.promise.volunteer_id().filter(|_| !by_car.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let years = years(&ground.work(&by_car));
    let mut used = store::miles_used(reader.conn, volunteer, &years)?;
    let declared = volunteers::facts(reader.conn, volunteer)?.map(|person| person.other_miles).unwrap_or_default();
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

/// Which claim, and whose.
type Whose = (ClaimId, VolunteerId);

/// The rows of worked lines, in their order; a line with an id keeps it.
pub fn rows(writer: &Writer<'_>, claim: Whose, ground: &Ground, lines: &[WorkedLine<'_>]) -> Done<Vec<LineRow>> {
    lines.iter().enumerate().map(|(position, line)| row(writer, claim, ground, position, line)).collect()
}

fn row(writer: &Writer<'_>, whose: Whose, ground: &Ground, position: usize, line: &WorkedLine<'_>) -> Done<LineRow> {
    let (given, texts) = part(line.given);
    let worked = line.worked.as_ref().ok();
    let by_car = line.given.is_by_car();
    let miles = worked.map(|worked| worked.miles_at_first_rate).unwrap_or_default();
    Ok(LineRow {
        id: line.given.id.unwrap_or_else(|| writer.new_id()),
        claim_id: whose.0,
        volunteer_id: whose.1,
        position: i16::try_from(position).map_err(Failure::broken)?,
        kind: given.kind,
        session_id: line.given.session_id,
        on_day: line.day,
        inputs: Inputs { basis: basis(ground, line), given },
        live: false,
        policy_id: line.policy.map(|policy| policy.id),
        route: ground.promise.route(line.given.kind).unwrap_or(PaymentRoute::AccountsPayable),
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
        tariff: ground.promise.offer().tariff.as_ref().filter(|_| time).map(ToString::to_string),
        scheduled_minutes: session.map(crate::sessions::SessionFacts::minutes),
        outcome: line.session.and_then(|(_, outcome)| *outcome),
        notice_minutes: session.and_then(crate::sessions::SessionFacts::notice_minutes),
        miles_used_before: line.worked.as_ref().map(|worked| worked.miles_used_before).unwrap_or_default(),
    }
}
