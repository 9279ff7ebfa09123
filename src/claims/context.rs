//! What the lines of a claim are worked out from, loaded from the other features.
//! The arithmetic stands in `calculate`.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::claims::line::NewLine;
use crate::claims::promise::Promise;
use crate::claims::receipts::ReceiptAmount;
use crate::claims::store;
use crate::clock::Day;
use crate::db::ids::{ReceiptId, SessionId, VolunteerId};
use crate::money::Miles;
use crate::people::volunteers;
use crate::policies::calculator::{Outcome, TaxYear, in_force};
use crate::policies::{self, Published};
use crate::refusal::{Failure, Fault, Refusal, Result, refuse_unknown};
use crate::sessions;
use crate::work::{Reader, Writer};

/// A session, and how the person attended it; none where nothing is recorded.
pub type AttendedSession = (sessions::SessionFacts, Option<Outcome>);

/// What the lines of a claim are worked out from.
#[derive(Clone, Debug)]
pub struct ClaimContext {
    /// What was promised.
    pub promise: Promise,
    /// Every session that a line names.
    pub sessions: Vec<AttendedSession>,
    /// Every published policy.
    pub policies: Vec<Published>,
    /// The claim's receipts.
    pub receipts: Vec<ReceiptAmount>,
    /// Car miles used up before, by tax year: those declared by the person and those of live claims.
    pub miles_used: BTreeMap<TaxYear, Miles>,
}

impl ClaimContext {
    /// Loads what these lines rest on; `receipts` are those of the claim.
    ///
    /// # Errors
    /// `unknown-reference` for sessions and receipts that are not there; database errors.
    pub fn load(
        reader: &mut Reader<'_>,
        promise: Promise,
        lines: &[NewLine],
        receipts: Vec<ReceiptAmount>,
    ) -> Result<Self> {
        let person = promise.volunteer_id().unwrap_or_else(|| Uuid::nil().into());
        let sessions = sessions::attended(reader.conn, &session_ids(lines), person)?;
        refuse_unknown_ids(lines, |id| sessions.iter().any(|(known, _)| known.id == id), &receipts)?;
        let policies = policies::published(reader.conn)?;
        let mut context = Self { promise, sessions, policies, receipts, miles_used: BTreeMap::new() };
        context.miles_used = context.load_miles_used(reader, lines)?;
        Ok(context)
    }

    /// The same under the locks that keep it true until the transaction ends: on the sessions, and on the person's tax years.
    ///
    /// # Errors
    /// As for `load`.
    pub fn load_locked(
        writer: &mut Writer<'_>,
        promise: Promise,
        lines: &[NewLine],
        receipts: Vec<ReceiptAmount>,
    ) -> Result<Self> {
        sessions::lock_attendance(writer.conn, &session_ids(lines))?;
        let mut context = Self::load(writer, promise, lines, receipts)?;
        let years = context.tax_years(lines.iter());
        if let Some(person) = context.promise.volunteer_id() {
            store::lock_years(writer.conn, person, &years)?;
        }
        context.miles_used = context.load_miles_used(writer, lines)?;
        Ok(context)
    }

    /// The session of a line.
    #[must_use]
    pub fn session_of(&self, line: &NewLine) -> Option<&AttendedSession> {
        line.session_id.and_then(|id| self.sessions.iter().find(|(session, _)| session.id == id))
    }

    /// The day that a line is for: its own date, or its session's.
    #[must_use]
    pub fn day_of(&self, line: &NewLine) -> Option<Day> {
        line.date.or_else(|| self.session_of(line).map(|(session, _)| session.starts_at.london_day()))
    }

    /// The policy in force on a day.
    #[must_use]
    pub fn policy_on(&self, day: Day) -> Option<&Published> {
        in_force(&self.policies, day.date())
    }

    fn tax_years<'l>(&self, lines: impl Iterator<Item = &'l NewLine>) -> Vec<TaxYear> {
        lines.filter_map(|line| self.day_of(line)).map(|day| TaxYear::of(day.date())).collect()
    }

    fn load_miles_used(&self, reader: &mut Reader<'_>, lines: &[NewLine]) -> Result<BTreeMap<TaxYear, Miles>> {
        let mut by_car = lines.iter().filter(|line| line.is_by_car()).peekable();
        let Some(volunteer) = self.promise.volunteer_id().filter(|_| by_car.peek().is_some()) else {
            return Ok(BTreeMap::new());
        };
        let years = self.tax_years(by_car);
        let used = store::miles_used(reader.conn, volunteer, &years)?;
        with_declared(used, reader, volunteer)
    }
}

/// Adds the car miles that a person declared for others.
fn with_declared(
    mut used: BTreeMap<TaxYear, Miles>,
    reader: &mut Reader<'_>,
    volunteer: VolunteerId,
) -> Result<BTreeMap<TaxYear, Miles>> {
    let declared = volunteers::facts(reader.conn, volunteer)?.map(|person| person.other_miles).unwrap_or_default();
    for (year, miles) in declared {
        let so_far = used.entry(year).or_default();
        *so_far = so_far.checked_add(miles).ok_or_else(|| Failure::broken("miles beyond range"))?;
    }
    Ok(used)
}

/// Refuses lines that name sessions or receipts which are not known.
///
/// # Errors
/// `unknown-reference` with every place.
pub fn refuse_unknown_ids(
    lines: &[NewLine],
    is_known: impl Fn(SessionId) -> bool,
    receipts: &[ReceiptAmount],
) -> Result<(), Refusal> {
    let has_receipt = |id: &ReceiptId| receipts.iter().any(|receipt| receipt.id == *id);
    let mut unknown = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if line.session_id.is_some_and(|id| !is_known(id)) {
            unknown.push(Fault::unknown(format!("/lines/{position}/session_id")));
        }
        for (number, _) in line.receipt_ids.iter().flatten().enumerate().filter(|(_, id)| !has_receipt(id)) {
            unknown.push(Fault::unknown(format!("/lines/{position}/receipt_ids/{number}")));
        }
    }
    refuse_unknown(unknown)
}

/// The sessions that lines name, each once, in order.
#[must_use]
pub fn session_ids(lines: &[NewLine]) -> Vec<SessionId> {
    let mut ids: Vec<SessionId> = lines.iter().filter_map(|line| line.session_id).collect();
    ids.sort();
    ids.dedup();
    ids
}
