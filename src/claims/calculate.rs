//! Works out what the lines of a claim come to under its agreement, its sessions and the policies: pure.
//! Whether the claim may be submitted stands in `checks`; how a policy's terms are applied, in the calculator.

use crate::claims::context::ClaimContext;
use crate::claims::line::{LineKind, NewLine};
use crate::claims::promise::TariffPromise;
use crate::claims::row::{ClaimLineRow, LineInputs};
use crate::claims::time_claimed::TimeClaimed;
use crate::claims::warning::WarningCode;
use crate::clock::Day;
use crate::money::Pence;
use crate::policies::Published;
use crate::policies::calculator::{
    Attendance, CalculationError, ClaimLine, FirstBand, LineInput, PayForTime, Work, Worked, paid, window, work_claim,
    work_line,
};
use crate::sessions::AttendedSession;

/// A line with what it rests on and what it comes to.
#[derive(Clone, Debug)]
pub struct WorkedLine<'a> {
    /// The line as it was written.
    pub given: &'a NewLine,
    /// Its session.
    pub session: Option<&'a AttendedSession>,
    /// The day it is for.
    pub day: Option<Day>,
    /// The policy in force on that day.
    pub policy: Option<&'a Published>,
    /// What it comes to, or why it can't be worked out.
    pub worked: Result<Worked, WarningCode>,
}

impl WorkedLine<'_> {
    /// The last day on which it can be claimed; none where no policy is in force.
    #[must_use]
    pub fn claim_by(&self) -> Option<Day> {
        Some(window::claim_by(self.day?.date(), self.policy?.terms.claim_window).into())
    }

    /// What the person is due: what it comes to, or what they elected where that is lower.
    #[must_use]
    pub fn due(&self) -> Option<Pence> {
        let payable = self.worked.as_ref().ok()?.payable;
        Some(paid(payable, self.given.elected_pence))
    }

    /// What the line claims time for; none where it claims something else.
    #[must_use]
    pub fn time_claimed(&self) -> Option<TimeClaimed> {
        let time = self.given.kind == LineKind::Time;
        TimeClaimed::of_row(self.given.session_id, self.day).filter(|_| time)
    }

    /// Whether its date is more than a day away from its session.
    #[must_use]
    pub fn is_off_its_session(&self) -> bool {
        let (Some(day), Some((session, _))) = (self.day, self.session) else { return false };
        day < session.starts_at.london_day().plus_days(-1) || day > session.ends_at.london_day().plus_days(1)
    }
}

/// Works out every line, in the order given; car miles are used up by date, then position.
#[must_use]
pub fn calculate<'a>(context: &'a ClaimContext, lines: &'a [NewLine]) -> Vec<WorkedLine<'a>> {
    let mut worked: Vec<WorkedLine<'a>> = lines.iter().map(|line| unworked(context, line)).collect();
    let inputs: Vec<_> = worked.iter().map(|line| input(context, line)).collect();
    let mut able: Vec<(usize, ClaimLine<'_>)> = Vec::new();
    for (position, (line, input)) in worked.iter_mut().zip(inputs).enumerate() {
        match input {
            Ok(input) => able.push((position, input)),
            Err(code) => line.worked = Err(code),
        }
    }
    loop {
        let claim: Vec<ClaimLine<'_>> = able.iter().map(|(_, line)| *line).collect();
        match work_claim(&claim, &context.miles_used) {
            Ok(figures) => {
                for ((position, _), figures) in able.iter().zip(figures) {
                    worked[*position].worked = Ok(figures);
                }
                return worked;
            }
            // A line that can't be worked out takes nothing from the others.
            Err(error) if error.position < able.len() => {
                let (position, _) = able.remove(error.position);
                worked[position].worked = Err(WarningCode::OutOfRange);
            }
            Err(_) => return worked,
        }
    }
}

/// A line with its session, day and policy, not worked out yet.
fn unworked<'a>(context: &'a ClaimContext, given: &'a NewLine) -> WorkedLine<'a> {
    let day = context.day_of(given);
    let policy = day.and_then(|day| context.policy_on(day));
    WorkedLine { given, session: context.session_of(given), day, policy, worked: Err(WarningCode::OutOfRange) }
}

fn input<'a>(context: &'a ClaimContext, line: &WorkedLine<'a>) -> Result<ClaimLine<'a>, WarningCode> {
    if line.session.is_some_and(|(session, _)| session.opportunity_id != context.promise.opportunity_id()) {
        return Err(WarningCode::SessionNotInAgreement);
    }
    let (Some(day), Some(policy)) = (line.day, line.policy) else { return Err(WarningCode::NoPolicyInForce) };
    let by = TimeTerms {
        tariff: context.promise.offer().tariff.as_deref(),
        minutes: line.session.map(|(session, _)| session.minutes()),
        promised: context.promised.as_ref(),
    };
    let work = claimed(line.given, by, policy)?;
    let attendance = line.session.and_then(|(session, outcome)| {
        outcome.map(|outcome| Attendance { outcome, notice_minutes: session.notice_minutes() })
    });
    let input = LineInput { date: day.date(), work, paid_by: line.given.payer(), attendance };
    Ok(ClaimLine { input, terms: &policy.terms })
}

/// Works out a frozen line again by another policy: with its own inputs, what it rested on, and its share of the first band.
///
/// # Errors
/// Why this policy can't work it out.
pub fn recalculate(line: &ClaimLineRow, policy: &Published) -> Result<Worked, WarningCode> {
    let LineInputs { given, basis } = &line.inputs.0;
    let date = line.on_day.ok_or(WarningCode::NoPolicyInForce)?.date();
    let by = TimeTerms {
        tariff: basis.tariff.as_deref(),
        minutes: basis.scheduled_minutes,
        promised: basis.promised.as_ref(),
    };
    let work = claimed(given, by, policy)?;
    let attendance = basis.outcome.map(|outcome| Attendance { outcome, notice_minutes: basis.notice_minutes });
    let input = LineInput { date, work, paid_by: given.payer(), attendance };
    let first_band = FirstBand::Frozen { used_so_far: basis.miles_used_before, share: line.miles_first_rate };
    work_line(&input, &policy.terms, first_band).map_err(|_| WarningCode::OutOfRange)
}

/// What time goes by: the name of the tariff, the scheduled minutes, and what was promised.
#[derive(Clone, Copy)]
struct TimeTerms<'t> {
    tariff: Option<&'t str>,
    minutes: Option<i64>,
    promised: Option<&'t TariffPromise>,
}

/// What a line claims.
fn claimed<'t>(given: &NewLine, by: TimeTerms<'t>, policy: &'t Published) -> Result<Work<'t>, WarningCode> {
    if given.kind != LineKind::Time {
        return spent(given).map_err(|_| WarningCode::OutOfRange);
    }
    let pay = PayForTime {
        policy: policy.terms.tariff(by.tariff.ok_or(WarningCode::NotPromised)?),
        policy_from: policy.effective_from.date(),
        promise: by.promised.map(TariffPromise::to_pay),
    };
    if pay.is_nothing() {
        return Err(WarningCode::TariffNotInPolicy);
    }
    if by.minutes.is_none() && !pay.takes_pieces() {
        return Err(WarningCode::TariffNotFlat);
    }
    Ok(Work::Time { scheduled_minutes: by.minutes, quantity: given.quantity.unwrap_or(1), pay })
}

/// What a line claims that is not time.
fn spent(line: &NewLine) -> Result<Work<'static>, CalculationError> {
    let missing = CalculationError::MinutesMissing;
    let spent = line.spent_pence.ok_or(missing);
    Ok(match line.kind {
        LineKind::Time | LineKind::Mileage => Work::Mileage {
            vehicle: line.vehicle.ok_or(missing)?,
            miles: line.miles.ok_or(missing)?,
            passengers: line.passengers.unwrap_or_default(),
        },
        LineKind::Subsistence => Work::Subsistence { spent: spent?, minutes_away: line.minutes_away.ok_or(missing)? },
        LineKind::Care => Work::Care { spent: spent?, minutes: line.minutes.ok_or(missing)? },
        kind => Work::Expense { kind: kind.expense().ok_or(missing)?, spent: spent? },
    })
}
