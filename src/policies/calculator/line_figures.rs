//! Works out the figures of one line from its inputs.
//! Not here: the order of lines and the miles they share (`claim`), and each kind's own arithmetic.

use crate::policies::terms::{ExpenseKind, Terms};

use super::attendance::Payable;
use super::exact::not_negative;
use super::{CalculationError, FirstBand, LineInput, PaidBy, Work, Worked};
use super::{attendance, expenses, explain, mileage, time};

/// Works out one line.
pub fn work_line(line: &LineInput<'_>, terms: &Terms, first_band: FirstBand) -> Result<Worked, CalculationError> {
    if let (PaidBy::Trust, Some(spent)) = (line.paid_by, line.work.spent()) {
        not_negative(spent.get())?;
        return Ok(charged_to_the_plan(Worked { payable: spent, ..Worked::default() }));
    }
    let time = matches!(line.work, Work::Time { .. });
    let (standing, mut explanation) = attendance::standing(line.attendance, terms.cancellation, time);
    if standing == Payable::Nothing {
        return Ok(Worked { explanation, ..Worked::default() });
    }
    let by_trust = line.paid_by == PaidBy::Trust;
    let mut worked = work_out(line, terms, if by_trust { first_band.as_found() } else { first_band })?;
    explanation.append(&mut worked.explanation);
    worked.explanation = explanation;
    Ok(if by_trust { charged_to_the_plan(worked) } else { worked })
}

fn work_out(line: &LineInput<'_>, terms: &Terms, first_band: FirstBand) -> Result<Worked, CalculationError> {
    let (exact, words) = match line.work {
        Work::Mileage { vehicle, miles, passengers } => {
            return mileage::Journey { vehicle, miles, passengers }.work_out(terms, first_band);
        }
        Work::Time { scheduled_minutes, quantity, pay } => {
            return time::Given { scheduled_minutes, quantity, day: line.date }.work_out(&pay);
        }
        Work::Subsistence { spent, minutes_away } => expenses::subsistence(terms, spent, minutes_away)?,
        Work::Care { spent, minutes } => expenses::care(&terms.expenses.care, spent, minutes)?,
        Work::Expense { kind: ExpenseKind::Care | ExpenseKind::Subsistence, .. } => {
            return Err(CalculationError::MinutesMissing);
        }
        Work::Expense { kind, spent } => expenses::spent(terms.expenses.rule(kind), spent)?,
    };
    let payable = exact.rounded()?;
    Ok(Worked { payable, explanation: vec![explain::total(&words, exact, payable)], ..Worked::default() })
}

/// A line that the trust paid: the person is paid nothing and uses none of their miles.
fn charged_to_the_plan(worked: Worked) -> Worked {
    let mut explanation = worked.explanation;
    let (trust_cost, miles_used_before) = (worked.payable, worked.miles_used_before);
    explanation.push(format!("Paid by the trust ({trust_cost}): nothing to reimburse"));
    Worked { trust_cost, miles_used_before, explanation, ..Worked::default() }
}
