//! What the lines of a claim are worked out from, loaded from the other features.
//! The arithmetic stands in `calculate`.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreements::AgreementFacts;
use crate::claims::line::NewLine;
use crate::claims::promise::{Promise, TariffPromise};
use crate::claims::receipts::{AttachedReceipt, ReceiptAmount};
use crate::claims::row::ClaimRow;
use crate::claims::store::{self, About, Basis, BasisAsked, Elsewhere};
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, ReceiptId, SessionId};
use crate::money::Miles;
use crate::people::volunteers::ClaimantFacts;
use crate::plans::PlanStatus;
use crate::policies::calculator::{TaxYear, in_force};
use crate::policies::{self, Published, Versions};
use crate::refusal::{Failure, Fault, Refusal, Result, refuse_unknown};
use crate::services::ServiceLabel;
use crate::sessions::{self, AttendedSession};
use crate::work::{Reader, Writer};

/// What the lines of a claim are worked out from.
#[derive(Clone, Debug)]
pub struct ClaimContext {
    /// What was promised.
    pub promise: Promise,
    /// The terms of its tariff that were promised.
    pub promised: Option<TariffPromise>,
    /// Every session that a line names.
    pub sessions: Vec<AttendedSession>,
    /// Every published policy.
    pub policies: Versions,
    /// The claim's receipts, oldest first.
    pub receipts: Vec<AttachedReceipt>,
    /// Car miles used up before, by tax year: those declared by the person and those of live claims.
    pub miles_used: BTreeMap<TaxYear, Miles>,
    /// What the claimant's profile says.
    pub claimant: ClaimantFacts,
    /// Code and cost centre of the service; none where it isn't there.
    pub service: Option<ServiceLabel>,
    /// Status of the claim's plan, where it is held.
    pub plan: Option<PlanStatus>,
}

/// What lines rest on, before it is looked at.
#[derive(Debug)]
pub struct Found {
    basis: Basis,
    /// The tax years of which the miles were counted.
    years: Vec<TaxYear>,
}

/// What a claim that is submitted rests on, under the locks that keep it true.
#[derive(Debug)]
pub struct Submitted {
    /// What its lines are worked out from.
    pub context: ClaimContext,
    /// What the claimant claims elsewhere.
    pub elsewhere: Elsewhere,
}

impl ClaimContext {
    /// Loads what these lines rest on before there is an agreement, or a claim.
    ///
    /// # Errors
    /// `unknown-reference` for sessions that are not there; database errors.
    pub fn load(reader: &mut Reader<'_>, promise: Promise, lines: &[NewLine]) -> Result<Self> {
        let years = likely_years(lines, reader.today());
        let asked = BasisAsked {
            volunteer: promise.volunteer_id(),
            sessions: &session_ids(lines),
            years: &years,
            service: promise.service_id(),
        };
        let basis = store::basis(reader.conn, asked)?;
        Self::of(reader, promise, lines, Found { basis, years })
    }

    /// What these lines of a new claim rest on, with the agreement that they are for, if the caller may see it.
    ///
    /// # Errors
    /// Database errors.
    pub fn find(
        reader: &mut Reader<'_>,
        agreement: AgreementId,
        lines: &[NewLine],
    ) -> Result<Option<(AgreementFacts, Found)>> {
        let years = likely_years(lines, reader.today());
        let about = About { sessions: session_ids(lines), years: years.clone() };
        let found = store::agreement_with_basis(reader, agreement, about)?;
        Ok(found.map(|(agreement, basis)| (agreement, Found { basis, years })))
    }

    /// What these lines of a claim rest on that is there and locked. Its plan is held until the transaction ends, so that it
    /// isn't completed at the same moment.
    ///
    /// # Errors
    /// `unknown-reference` for sessions and receipts that are not there; database errors.
    pub fn of_claim(writer: &mut Writer<'_>, claim: &ClaimRow, lines: &[NewLine]) -> Result<Self> {
        let years = likely_years(lines, writer.today());
        let about = About { sessions: session_ids(lines), years: years.clone() };
        let (agreement, basis) = store::basis_of_claim(writer.conn, claim, about, None)?;
        Self::of(writer, agreement.into(), lines, Found { basis, years })
    }

    /// The same for a claim that is submitted, under the locks that keep it true until the transaction ends: on the sessions,
    /// and on the person's tax years. The days of its lines follow from when their sessions begin. That can change until
    /// attendance is recorded, so they are compared once the sessions are locked.
    ///
    /// # Errors
    /// As for `of_claim`.
    pub fn locked(
        writer: &mut Writer<'_>,
        claim: &ClaimRow,
        lines: &[NewLine],
        begin: impl Fn(SessionId) -> Option<Instant>,
    ) -> Result<Submitted> {
        let day = |line: &NewLine| line.own_day().or_else(|| Some(begin(line.session_id?)?.london_day()));
        let days: Vec<Day> = lines.iter().filter_map(day).collect();
        let years: Vec<TaxYear> = days.iter().map(|day| TaxYear::of(day.date())).collect();
        let about = About { sessions: session_ids(lines), years };
        store::lock_basis(writer.conn, claim.volunteer_id, &about)?;
        let years = about.years.clone();
        let (agreement, mut basis) = store::basis_of_claim(writer.conn, claim, about, Some(days.clone()))?;
        let elsewhere =
            basis.elsewhere.take().ok_or_else(|| Failure::broken("a submission without what is claimed elsewhere"))?;
        let context = Self::of(writer, agreement.into(), lines, Found { basis, years })?;
        if lines.iter().filter_map(|line| context.day_of(line)).ne(days) {
            return Err(Failure::Collided("a session of the claim moved while it was submitted".to_owned()));
        }
        Ok(Submitted { context, elsewhere })
    }

    /// Of what was found for these lines.
    ///
    /// # Errors
    /// `unknown-reference` for sessions and receipts that are not there; database errors.
    pub fn of(reader: &mut Reader<'_>, promise: Promise, lines: &[NewLine], found: Found) -> Result<Self> {
        let Found { basis, years } = found;
        let miles_used = basis.miles();
        let mut context = Self {
            promised: promise.promised(),
            promise,
            sessions: basis.sessions.unwrap_or_default(),
            policies: policies::published_at_stamp(reader.conn, basis.policies.as_deref())?,
            receipts: basis.receipts.unwrap_or_default(),
            miles_used,
            claimant: basis.claimant.unwrap_or_default(),
            service: basis.service,
            plan: basis.plan,
        };
        let seen = context.seen_elsewhere(reader)?;
        let own = context.promise.opportunity_id();
        let is_known = |id| {
            context
                .sessions
                .iter()
                .any(|(known, _)| known.id == id && (known.opportunity_id == own || seen.contains(&id)))
        };
        refuse_unknown_ids(lines, is_known, &context.receipts)?;
        let needed = context.car_years(lines);
        if needed.iter().all(|year| years.contains(year)) {
            context.count_declared(&needed)?;
        } else {
            context.load_miles_used(reader, lines)?;
        }
        Ok(context)
    }

    /// The sessions of other opportunities than the agreement's that the caller may see: the day of any other is not theirs
    /// to know.
    fn seen_elsewhere(&self, reader: &mut Reader<'_>) -> Result<BTreeSet<SessionId>> {
        let own = self.promise.opportunity_id();
        let elsewhere: Vec<SessionId> =
            self.sessions.iter().filter(|(known, _)| known.opportunity_id != own).map(|(known, _)| known.id).collect();
        if elsewhere.is_empty() { Ok(BTreeSet::new()) } else { sessions::visible_among(reader, &elsewhere) }
    }

    /// The amounts of the claim's receipts.
    #[must_use]
    pub fn amounts(&self) -> Vec<ReceiptAmount> {
        self.receipts.iter().map(ReceiptAmount::from).collect()
    }

    /// The session of a line.
    #[must_use]
    pub fn session_of(&self, line: &NewLine) -> Option<&AttendedSession> {
        line.session_id.and_then(|id| self.sessions.iter().find(|(session, _)| session.id == id))
    }

    /// The day that a line is for: its own, or its session's.
    #[must_use]
    pub fn day_of(&self, line: &NewLine) -> Option<Day> {
        line.own_day().or_else(|| self.session_of(line).map(|(session, _)| session.starts_at.london_day()))
    }

    /// The policy in force on a day.
    #[must_use]
    pub fn policy_on(&self, day: Day) -> Option<&Published> {
        in_force(&self.policies, day.date())
    }

    fn tax_years<'l>(&self, lines: impl Iterator<Item = &'l NewLine>) -> Vec<TaxYear> {
        lines.filter_map(|line| self.day_of(line)).map(|day| TaxYear::of(day.date())).collect()
    }

    /// The tax years of lines by car.
    fn car_years(&self, lines: &[NewLine]) -> Vec<TaxYear> {
        self.tax_years(lines.iter().filter(|line| line.is_by_car()))
    }

    fn load_miles_used(&mut self, reader: &mut Reader<'_>, lines: &[NewLine]) -> Result<()> {
        let years = self.car_years(lines);
        let volunteer = self.promise.volunteer_id().filter(|_| !years.is_empty());
        self.miles_used = match volunteer {
            Some(volunteer) => store::miles_used(reader.conn, volunteer, &years)?,
            None => BTreeMap::new(),
        };
        self.count_declared(&years)
    }

    /// Adds the car miles that the claimant declared for others; without lines by car, none count.
    fn count_declared(&mut self, years: &[TaxYear]) -> Result<()> {
        if years.is_empty() || self.promise.volunteer_id().is_none() {
            self.miles_used.clear();
            return Ok(());
        }
        for (year, miles) in self.claimant.other_miles() {
            let so_far = self.miles_used.entry(year).or_default();
            *so_far = so_far.checked_add(miles).ok_or_else(|| Failure::broken("miles beyond range"))?;
        }
        Ok(())
    }
}

/// The tax years that lines by car are most likely in, before their sessions are known: those of their dates, this one and the
/// one before. None where no line is by car.
fn likely_years(lines: &[NewLine], today: Day) -> Vec<TaxYear> {
    let mut by_car = lines.iter().filter(|line| line.is_by_car()).peekable();
    if by_car.peek().is_none() {
        return Vec::new();
    }
    let dates = by_car.filter_map(|line| line.date).chain([today, today.plus_days(-365)]);
    let years: BTreeSet<TaxYear> = dates.map(|day| TaxYear::of(day.date())).collect();
    years.into_iter().collect()
}

/// Refuses lines that name sessions or receipts which are not known.
///
/// # Errors
/// `unknown-reference` with every place.
pub fn refuse_unknown_ids(
    lines: &[NewLine],
    is_known: impl Fn(SessionId) -> bool,
    receipts: &[AttachedReceipt],
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
