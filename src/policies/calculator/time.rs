//! Amounts for time under each kind of tariff, by the session's scheduled minutes: of the policy in force and of what was
//! promised, the greater. Not here: whether time is paid at all; that is `attendance`.

use jiff::civil::Date;

use crate::money::{Pence, Rate};
use crate::policies::terms::{Band, Tariff};

use super::exact::{Exact, Explained, not_negative};
use super::explain::{counted, day, hourly, hours_and_minutes, total};
use super::{CalculationError, PayForTime, Promiser, Worked};

/// The time that was given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) scheduled_minutes: Option<i64>,
    pub(super) quantity: i64,
    pub(super) day: Date,
}

/// What time comes to by one tariff, and how.
type Paid = (Pence, String);

impl Given {
    /// The greater of what the policy in force gives and what was promised. Where they are the same, the promise is not
    /// mentioned.
    pub(super) fn work_out(self, pay: &PayForTime<'_>) -> Result<Worked, CalculationError> {
        let given = self.by(pay.policy)?;
        let promised = self.by(pay.promise.map(|promise| promise.terms))?;
        let (payable, explanation) = match (given, promised) {
            (None, None) => return Err(CalculationError::NoTariff),
            (Some((pence, words)), None) => (pence, vec![words]),
            (Some((pence, words)), Some((other, _))) if pence == other => (pence, vec![words]),
            (given, Some((pence, words))) => self.greater(pay, given, (pence, words)),
        };
        Ok(Worked { payable, explanation, ..Worked::default() })
    }

    /// The greater of the two, and which of them it is.
    fn greater(self, pay: &PayForTime<'_>, given: Option<Paid>, promised: Paid) -> (Pence, Vec<String>) {
        let (whose, on) = pay.promise.map_or(("Your agreement", self.day), |promise| {
            let whose = match promise.by {
                Promiser::Agreement => "Your agreement",
                Promiser::Opportunity => "The opportunity",
            };
            (whose, promise.on)
        });
        let gives = match (&given, pay.policy) {
            (Some((pence, _)), _) => format!("gives {pence}"),
            (None, Some(_)) => "pays by the length of a session".to_owned(),
            (None, None) => "has no tariff of this name".to_owned(),
        };
        let (on, from) = (day(on, self.day), day(pay.policy_from, self.day));
        let said = format!("{whose} of {on} promises {}; the policy of {from} {gives}", promised.0);
        let (payable, words) = match given {
            Some(given) if given.0 > promised.0 => given,
            _ => promised,
        };
        (payable, vec![words, format!("{said}: {payable}")])
    }

    /// What it comes to by a tariff; none where there is none, or where work has no length to go by.
    fn by(self, tariff: Option<&Tariff>) -> Result<Option<Paid>, CalculationError> {
        let Some(tariff) = tariff.filter(|tariff| self.scheduled_minutes.is_some() || tariff.is_flat()) else {
            return Ok(None);
        };
        let (exact, words) = by_tariff(tariff, self.scheduled_minutes.unwrap_or_default(), self.quantity)?;
        let payable = exact.rounded()?;
        Ok(Some((payable, total(&words, exact, payable))))
    }
}

/// The amount for the scheduled minutes, or for a flat tariff the amount for the pieces of work.
pub(super) fn by_tariff(tariff: &Tariff, scheduled_minutes: i64, quantity: i64) -> Explained {
    let minutes = not_negative(scheduled_minutes)?;
    match tariff {
        Tariff::Bands { bands } => banded(bands, minutes),
        Tariff::Blocks { block_minutes, pence } => in_blocks(*block_minutes, *pence, minutes),
        Tariff::Hourly { pence_per_hour, increment_minutes, cap_pence } => {
            by_the_hour(*pence_per_hour, *increment_minutes, *cap_pence, minutes)
        }
        Tariff::Flat { pence } => {
            let exact = Exact::from(*pence).times(not_negative(quantity)?)?;
            Ok((exact, format!("{quantity} at {pence}")))
        }
    }
}

/// The first band without an upper limit, or whose upper limit is at least the minutes.
fn banded(bands: &[Band], minutes: i64) -> Explained {
    let within = |band: &Band| band.up_to_minutes.is_none_or(|edge| minutes <= edge);
    let position = bands.iter().position(within).ok_or(CalculationError::NoBand)?;
    let below = position.checked_sub(1).and_then(|before| bands.get(before)).and_then(|band| band.up_to_minutes);
    let band = bands.get(position).ok_or(CalculationError::NoBand)?;
    let length = match (band.up_to_minutes, below) {
        (Some(edge), _) => format!("up to {}", hours_and_minutes(edge)),
        (None, Some(edge)) => format!("over {}", hours_and_minutes(edge)),
        (None, None) => "any length".to_owned(),
    };
    Ok((Exact::from(band.pence), format!("{} scheduled, {length}", hours_and_minutes(minutes))))
}

/// Counts every block of time; part of a block counts as a whole block.
fn in_blocks(block_minutes: i64, pence: Pence, minutes: i64) -> Explained {
    let blocks = units(minutes, block_minutes)?;
    let (scheduled, block) = (hours_and_minutes(minutes), hours_and_minutes(block_minutes));
    let words = format!("{scheduled} scheduled, {} of {block} or part at {pence}", counted(blocks, "block"));
    Ok((Exact::from(pence).times(blocks)?, words))
}

/// Minutes rounded up to the increment, paid up to the cap.
fn by_the_hour(rate: Rate, increment: i64, cap: Option<Pence>, minutes: i64) -> Explained {
    let counted = units(minutes, increment)?.checked_mul(increment).ok_or(CalculationError::OutOfRange)?;
    let exact = Exact::by_the_hour(rate, counted)?;
    let mut words = format!("{} scheduled", hours_and_minutes(minutes));
    if counted != minutes {
        words = format!("{words}, counted as {}", hours_and_minutes(counted));
    }
    words = format!("{words} at {}", hourly(rate));
    match cap {
        Some(cap) if Exact::from(cap) < exact => Ok((Exact::from(cap), format!("{words}, at most {cap}"))),
        _ => Ok((exact, words)),
    }
}

/// How many units the minutes take; part of a unit counts as a whole unit.
fn units(minutes: i64, unit: i64) -> Result<i64, CalculationError> {
    if unit <= 0 {
        return Err(CalculationError::OutOfRange);
    }
    Ok(minutes / unit + i64::from(minutes % unit != 0))
}
