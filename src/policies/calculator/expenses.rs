//! What was spent, at most what the policy allows.
//! Not here: receipts and prior agreement, which decide whether a claim may be submitted.

use crate::money::Pence;
use crate::policies::terms::{ExpenseRule, Terms};

use super::exact::{Exact, not_negative};
use super::explain::{hourly, hours_and_minutes};
use super::line_figures::Reckoned;

/// The least of what was spent and the cap, if there is one.
pub(super) fn spent(rule: &ExpenseRule, spent: Pence) -> Reckoned {
    capped(rule, spent, Exact::from(spent), format!("Spent {spent}"))
}

/// The least of what was spent and the cap by the hour, by the minute.
pub(super) fn care(rule: &ExpenseRule, spent: Pence, minutes: i64) -> Reckoned {
    let allowed = rule.cap_pence_per_hour.map(|rate| Exact::by_the_hour(rate, not_negative(minutes)?)).transpose()?;
    let words = format!("Spent {spent} for {}", hours_and_minutes(not_negative(minutes)?));
    match (allowed, rule.cap_pence_per_hour) {
        (Some(allowed), Some(rate)) if allowed < Exact::from(spent) => {
            capped(rule, spent, allowed, format!("{words}, at most {}", hourly(rate)))
        }
        _ => capped(rule, spent, Exact::from(spent), words),
    }
}

/// The least of what was spent and the cap of the highest tier reached; below the lowest, nothing.
pub(super) fn subsistence(terms: &Terms, spent: Pence, minutes_away: i64) -> Reckoned {
    let minutes = not_negative(minutes_away)?;
    let words = format!("Spent {spent}, away {}", hours_and_minutes(minutes));
    let reached = terms.subsistence.iter().filter(|tier| tier.minimum_minutes_away <= minutes);
    let Some(tier) = reached.max_by_key(|tier| tier.minimum_minutes_away) else {
        not_negative(spent.get())?;
        let lowest = terms.subsistence.iter().map(|tier| tier.minimum_minutes_away).min();
        let why = lowest.map_or_else(String::new, |lowest| format!(", less than {}", hours_and_minutes(lowest)));
        return Ok((Exact::ZERO, words + &why));
    };
    let from = hours_and_minutes(tier.minimum_minutes_away);
    let exact = Exact::from(spent.min(tier.cap_pence));
    let words = format!("{words}, at most {} from {from}", tier.cap_pence);
    capped(&terms.expenses.subsistence, spent, exact, words)
}

/// At most the rule's own cap.
fn capped(rule: &ExpenseRule, spent: Pence, exact: Exact, words: String) -> Reckoned {
    not_negative(spent.get())?;
    match rule.cap_pence {
        Some(cap) if Exact::from(cap) < exact => Ok((Exact::from(cap), format!("{words}, at most {cap}"))),
        _ => Ok((exact, words)),
    }
}
