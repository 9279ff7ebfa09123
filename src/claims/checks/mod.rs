//! The checks when a claim is submitted: every failure of every line at once. Pure.
//! The amounts are worked out in `calculate`; warnings for the approver are in `warning`.

use std::collections::BTreeSet;

use crate::claims::calculate::WorkedLine;
use crate::claims::line::LineKind;
use crate::claims::promise::Promise;
use crate::claims::receipts::{self, Spending};
use crate::claims::time_claimed::TimeClaimed;
use crate::claims::warning::WarningCode;
use crate::clock::Day;
use crate::policies::calculator::{Outcome, PaidBy};
use crate::policies::terms::ExpenseRule;
use crate::refusal::Fault;
use crate::vocabulary::offer::Offer;

/// What a submission is checked against, besides its lines.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// What was promised.
    pub promise: &'a Promise,
    /// Today in London.
    pub today: Day,
    /// Day of the first submission: today, or earlier where the claim was returned since.
    pub first_submitted_on: Day,
    /// Whether a reason for being late is given.
    pub late_reason: bool,
    /// Whether a declaration is needed and missing.
    pub undeclared: bool,
    /// Day on which the claimant declared the claim, where somebody else entered it.
    pub declared_on: Option<Day>,
    /// The time that other live claims of the person contain.
    pub taken: &'a [TimeClaimed],
    /// The claim's receipts.
    pub receipts: &'a [receipts::ReceiptAmount],
}

impl Submission<'_> {
    /// Every failure, with one entry for each failure of each line.
    #[must_use]
    pub fn faults(&self, lines: &[WorkedLine<'_>]) -> Vec<Fault> {
        let mut faults = Vec::new();
        if lines.is_empty() {
            faults.push(Fault::at("/lines", "no-lines", "must have at least one line"));
        }
        if self.undeclared {
            let detail = "must say when and how the claimant declared the claim, since somebody else entered it";
            faults.push(Fault::at("/declaration", "declaration-required", detail));
        }
        let newest = lines.iter().filter_map(|line| line.day).max();
        if self.declared_on.zip(newest).is_some_and(|(declared, newest)| declared < newest) {
            let detail = "must not be before the newest line, which nobody could have declared before it happened";
            faults.push(Fault::at("/declaration/made_on", "out-of-range", detail));
        }
        for (position, failures) in self.by_line(lines).into_iter().enumerate() {
            let fault = |(code, detail)| Fault::at(format!("/lines/{position}"), code, detail);
            faults.extend(failures.into_iter().map(fault));
        }
        faults
    }

    /// The failures of each line, in the order of the lines; each code once a line.
    #[must_use]
    pub fn by_line(&self, lines: &[WorkedLine<'_>]) -> Vec<Vec<Failure>> {
        let exceeded = self.exceeded(lines);
        let mut timed = BTreeSet::new();
        let mut of_line = |(position, line): (usize, &WorkedLine<'_>)| {
            let again = line.time_claimed().filter(|time| !timed.insert(*time)).map(duplicate);
            let failures = self.line(line).into_iter().chain(again);
            let failures = failures.chain(exceeded.contains(&position).then_some(EXCEEDED));
            let mut told = BTreeSet::new();
            failures.filter(|(code, _)| told.insert(*code)).collect()
        };
        lines.iter().enumerate().map(&mut of_line).collect()
    }

    /// The positions of lines that spend more than is left of their receipts.
    fn exceeded(&self, lines: &[WorkedLine<'_>]) -> Vec<usize> {
        let spent = lines.iter().map(|line| Spending {
            spent: line.given.spent_pence.unwrap_or_default(),
            receipts: line.given.receipt_ids.as_deref().unwrap_or_default(),
        });
        receipts::uncovered(&spent.collect::<Vec<_>>(), self.receipts)
    }

    /// Whether any line is claimed after its last day.
    #[must_use]
    pub fn is_late(&self, lines: &[WorkedLine<'_>]) -> bool {
        lines.iter().any(|line| self.is_after_its_window(line))
    }

    fn is_after_its_window(&self, line: &WorkedLine<'_>) -> bool {
        line.claim_by().is_some_and(|last| self.first_submitted_on > last)
    }

    fn line(&self, line: &WorkedLine<'_>) -> Vec<Failure> {
        let given = line.given;
        let day = |holds: fn(&Self, Day) -> bool| line.day.is_some_and(|day| holds(self, day));
        let taken = line.time_claimed().filter(|time| self.taken.contains(time)).map(duplicate);
        let elected_above = match (&line.worked, given.elected_pence) {
            (Ok(worked), Some(elected)) => elected > worked.payable,
            _ => false,
        };
        let mut failures: Vec<Failure> = taken.into_iter().collect();
        let mut check = |fails: bool, failure: Failure| failures.extend(fails.then_some(failure));
        check(!is_promised(self.promise.offer(), given.kind), NOT_PROMISED);
        check(line.policy.is_none(), NO_POLICY);
        check(line.worked.as_ref().err() == Some(&WarningCode::TariffNotInPolicy), NO_TARIFF);
        check(line.worked.as_ref().err() == Some(&WarningCode::TariffNotFlat), NOT_FLAT);
        check(line.policy.is_some() && line.worked.as_ref().err() == Some(&WarningCode::OutOfRange), OUT_OF_RANGE);
        if let Some((session, outcome)) = line.session {
            check(session.opportunity_id != self.promise.opportunity_id(), NOT_IN_AGREEMENT);
            check(!was_there(*outcome), NOT_ATTENDED);
        }
        check(day(|it, day| !it.promise.covers(day)), OUTSIDE);
        if let Some(rule) = rule(line) {
            check(needs_receipt(line, rule), RECEIPT);
            check(rule.prior_agreement && given.prior_agreement.is_none(), PRIOR_AGREEMENT);
        }
        check(day(|it, day| day > it.today), FUTURE);
        check(self.is_after_its_window(line) && !self.late_reason, WINDOW);
        check(elected_above, ELECTED);
        failures
    }
}

/// A failed check: its code, and the failure in words.
pub type Failure = (&'static str, &'static str);

/// What was not promised is not paid.
pub const NOT_PROMISED: Failure = ("not-promised", "is not covered by the agreement or the opportunity's offer");
const NO_POLICY: Failure = ("no-policy-in-force", "no reimbursement policy is in force on this date");
const NO_TARIFF: Failure =
    ("tariff-not-in-policy", "the policy in force on this date has no tariff with the name that the agreement uses");
const NOT_FLAT: Failure =
    ("tariff-not-flat", "the agreement's tariff pays by the length of a session; name one in session_id");
const OUT_OF_RANGE: Failure = ("out-of-range", "the figures are too large to be worked out");
const NOT_IN_AGREEMENT: Failure =
    ("session-not-in-agreement", "the session belongs to another opportunity than the agreement");
const NOT_ATTENDED: Failure = ("session-not-attended", "the person is not recorded as having attended the session");
const OUTSIDE: Failure = ("outside-agreement", "the date is before the agreement starts or after it ended");
const DUPLICATE: Failure = ("duplicate-time", "the time of this session is already claimed");
const DUPLICATE_WORK: Failure = ("duplicate-time", "work on this day is already claimed under this agreement");
const RECEIPT: Failure =
    ("receipt-required", "this amount needs a receipt; name one, or say in evidence_exception why there is none");
const EXCEEDED: Failure = ("receipt-exceeded", "the lines that name its receipts spend more than the receipts come to");
const PRIOR_AGREEMENT: Failure =
    ("prior-agreement-required", "must have been agreed beforehand; say in prior_agreement who agreed and when");
const FUTURE: Failure = ("future-dated", "the date is in the future");
const WINDOW: Failure = ("claim-window-passed", "the last day to claim has passed; give a late_reason");
const ELECTED: Failure = ("elected-above-payable", "the elected amount is more than the line comes to");

const fn duplicate(time: TimeClaimed) -> Failure {
    match time {
        TimeClaimed::Session(_) => DUPLICATE,
        TimeClaimed::Day(_) => DUPLICATE_WORK,
    }
}

/// Whether the offer covers a kind of line.
fn is_promised(offer: &Offer, kind: LineKind) -> bool {
    match kind {
        LineKind::Time => offer.tariff.is_some(),
        LineKind::Mileage | LineKind::PublicTransport | LineKind::Taxi | LineKind::Parking => offer.travel,
        LineKind::Subsistence => offer.subsistence,
        LineKind::Care => offer.care,
        LineKind::AccessSupport => offer.access_support,
        LineKind::Consumables | LineKind::Other => offer.other,
    }
}

/// Attended, left early, excused, or cancelled by the trust; the calculator decides what each is paid. Where nothing is
/// recorded, the person did not attend.
fn was_there(outcome: Option<Outcome>) -> bool {
    outcome.is_some_and(|outcome| outcome != Outcome::NoShow)
}

/// The rule for an expense that the person paid; what the trust paid itself needs no receipt and no prior agreement.
fn rule<'a>(line: &WorkedLine<'a>) -> Option<&'a ExpenseRule> {
    if line.given.payer() == PaidBy::Trust {
        return None;
    }
    let kind = line.given.kind.expense()?;
    line.policy.map(|policy| policy.terms.expenses.rule(kind))
}

fn needs_receipt(line: &WorkedLine<'_>, rule: &ExpenseRule) -> bool {
    let given = line.given;
    let proven = given.evidence_exception.is_some() || given.receipt_ids.as_ref().is_some_and(|ids| !ids.is_empty());
    !proven && given.spent_pence.is_some_and(|spent| rule.needs_receipt(spent))
}

#[cfg(test)]
mod tests;
