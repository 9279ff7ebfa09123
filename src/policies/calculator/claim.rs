//! A whole claim: its lines in the order of date and position, each taking what is left of the first band of car miles.
//! What was used before the claim, over the tax year, is read under a lock in `claims::store::ledger`.

use std::collections::BTreeMap;

use crate::money::Miles;
use crate::policies::terms::Terms;

use super::{CalculationError, FirstBand, LineInput, TaxYear, Worked, work_line};

/// A line, and the terms in force on its date.
#[derive(Debug, Clone, Copy)]
pub struct ClaimLine<'a> {
    /// The line's inputs.
    pub input: LineInput<'a>,
    /// The terms in force on the line's date.
    pub terms: &'a Terms,
}

/// The line that could not be worked out, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {position}: {cause}")]
pub struct ClaimError {
    /// Position of the line in the list, from 0.
    pub position: usize,
    /// Why it could not be worked out.
    pub cause: CalculationError,
}

/// Works out a claim's lines and returns them in the order given.
///
/// `used` holds the miles of the first band used before this claim, by tax year; in a year left out none were used.
pub fn work_claim(lines: &[ClaimLine<'_>], used: &BTreeMap<TaxYear, Miles>) -> Result<Vec<Worked>, ClaimError> {
    let mut used = used.clone();
    let mut by_date: Vec<_> = lines.iter().enumerate().collect();
    by_date.sort_by_key(|(position, line)| (line.input.date, *position));
    let mut worked = Vec::with_capacity(lines.len());
    for (position, line) in by_date {
        let used_so_far = used.entry(TaxYear::of(line.input.date)).or_default();
        let one = next_line(line, used_so_far).map_err(|cause| ClaimError { position, cause })?;
        worked.push((position, one));
    }
    worked.sort_by_key(|(position, _)| *position);
    Ok(worked.into_iter().map(|(_, line)| line).collect())
}

fn next_line(line: &ClaimLine<'_>, used: &mut Miles) -> Result<Worked, CalculationError> {
    let worked = work_line(&line.input, line.terms, FirstBand::Open { used_so_far: *used })?;
    *used = used.checked_add(worked.miles_at_first_rate).ok_or(CalculationError::OutOfRange)?;
    Ok(worked)
}
