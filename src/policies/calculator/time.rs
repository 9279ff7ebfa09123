//! What time comes to under each shape of tariff, by the session's scheduled minutes.
//! Not here: whether it is paid at all; that is `attendance`.

use crate::money::{Pence, Rate};
use crate::policies::terms::{Band, Tariff};

use super::CalculationError;
use super::exact::{Exact, not_negative};
use super::explain::{counted, hourly, hours_and_minutes};
use super::line_figures::Reckoned;

/// What so many scheduled minutes come to, or for a flat tariff so many pieces of work.
pub(super) fn work_out(tariff: &Tariff, scheduled_minutes: i64, quantity: i64) -> Reckoned {
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

/// The first band whose edge is open or not below the minutes.
fn banded(bands: &[Band], minutes: i64) -> Reckoned {
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

/// Every block of time or part of one.
fn in_blocks(block_minutes: i64, pence: Pence, minutes: i64) -> Reckoned {
    let blocks = units(minutes, block_minutes)?;
    let (scheduled, block) = (hours_and_minutes(minutes), hours_and_minutes(block_minutes));
    let words = format!("{scheduled} scheduled, {} of {block} or part at {pence}", counted(blocks, "block"));
    Ok((Exact::from(pence).times(blocks)?, words))
}

/// Minutes rounded up to the increment, at most the cap.
fn by_the_hour(rate: Rate, increment: i64, cap: Option<Pence>, minutes: i64) -> Reckoned {
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

/// How many of a unit so many minutes take, a part counting as one.
fn units(minutes: i64, unit: i64) -> Result<i64, CalculationError> {
    if unit <= 0 {
        return Err(CalculationError::OutOfRange);
    }
    Ok(minutes / unit + i64::from(minutes % unit != 0))
}
