//! Amounts for time under each kind of tariff, by the session's scheduled minutes.
//! Not here: whether time is paid at all; that is `attendance`.

use crate::money::{Pence, Rate};
use crate::policies::terms::{Band, Tariff};

use super::CalculationError;
use super::exact::{Exact, Explained, not_negative};
use super::explain::{counted, hourly, hours_and_minutes};

/// The amount for the scheduled minutes, or for a flat tariff the amount for the pieces of work.
pub(super) fn work_out(tariff: &Tariff, scheduled_minutes: i64, quantity: i64) -> Explained {
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
