//! The rules between a policy's terms.
//! Not here: fields and types, which the schema checks first.

use super::tariff::{COUNT_MAX, NAME_MAX};
use super::{Band, ExpenseKind, SubsistenceTier, Tariff, Terms};

/// One thing that is wrong with the terms, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsFault {
    /// JSON pointer (RFC 6901) from the root of the terms.
    pub pointer: String,
    /// Code of the fault, on which clients rely.
    pub code: &'static str,
    /// What is wrong, in words.
    pub detail: String,
}

type Faults = Vec<TermsFault>;

impl Terms {
    /// Every fault of the terms, in the order of the document; without a fault the calculator can use them.
    pub fn faults(&self) -> Vec<TermsFault> {
        let mut faults = Vec::new();
        within(&mut faults, "/claim_window/count", self.claim_window.count, 1, 3660);
        within(&mut faults, "/payment_target_days", self.payment_target_days, 1, 365);
        self.tariff_faults(&mut faults);
        within(&mut faults, "/cancellation/notice_hours", self.cancellation.notice_hours, 0, 8784);
        tier_faults(&mut faults, &self.subsistence);
        self.expense_faults(&mut faults);
        faults
    }

    fn tariff_faults(&self, faults: &mut Faults) {
        if self.tariffs.is_empty() {
            add(faults, "/tariffs", "too-short", "must have at least one tariff");
        }
        if self.tariffs.len() > COUNT_MAX {
            add(faults, "/tariffs", "too-long", "must have at most 50 tariffs");
        }
        for (name, tariff) in &self.tariffs {
            let pointer = format!("/tariffs/{}", name.replace('~', "~0").replace('/', "~1"));
            name_faults(faults, &pointer, name);
            shape_faults(faults, &pointer, tariff);
        }
    }

    fn expense_faults(&self, faults: &mut Faults) {
        for kind in ExpenseKind::ALL {
            if kind != ExpenseKind::Care && self.expenses.rule(kind).cap_pence_per_hour.is_some() {
                let pointer = format!("/expenses/{}/cap_pence_per_hour", kind.name());
                add(faults, &pointer, "not-for-kind", "is for care only; leave it out");
            }
        }
    }
}

fn add(faults: &mut Faults, pointer: &str, code: &'static str, detail: &str) {
    faults.push(TermsFault { pointer: pointer.to_owned(), code, detail: detail.to_owned() });
}

fn within(faults: &mut Faults, pointer: &str, value: i64, least: i64, most: i64) {
    if !(least..=most).contains(&value) {
        add(faults, pointer, "out-of-range", &format!("must lie between {least} and {most}"));
    }
}

fn name_faults(faults: &mut Faults, pointer: &str, name: &str) {
    if name.trim().is_empty() {
        add(faults, pointer, "too-short", "must have a name");
    }
    if name.chars().count() > NAME_MAX {
        add(faults, pointer, "too-long", "must have a name of at most 80 characters");
    }
    if name.chars().any(char::is_control) {
        add(faults, pointer, "bad-format", "must have a name without control characters");
    }
}

fn shape_faults(faults: &mut Faults, pointer: &str, tariff: &Tariff) {
    match tariff {
        Tariff::Bands { bands } => band_faults(faults, &format!("{pointer}/bands"), bands),
        Tariff::Blocks { block_minutes, .. } => {
            within(faults, &format!("{pointer}/block_minutes"), *block_minutes, 1, 14_400);
        }
        Tariff::Hourly { increment_minutes, .. } => {
            within(faults, &format!("{pointer}/increment_minutes"), *increment_minutes, 1, 14_400);
        }
        Tariff::Flat { .. } => {}
    }
}

fn band_faults(faults: &mut Faults, pointer: &str, bands: &[Band]) {
    let mut highest = None;
    for (position, band) in bands.iter().enumerate() {
        let here = format!("{pointer}/{position}/up_to_minutes");
        match band.up_to_minutes {
            None if position + 1 < bands.len() => {
                add(faults, &here, "overlapping", "must not be null: bands after this one would never be reached");
            }
            None => {}
            Some(minutes) => {
                within(faults, &here, minutes, 1, 14_400);
                ascending(faults, &here, highest, minutes);
                highest = highest.max(Some(minutes));
            }
        }
    }
    if bands.last().is_none_or(|band| band.up_to_minutes.is_some()) {
        let detail = "must end with a band whose up_to_minutes is null, so that a session of any length is paid";
        add(faults, pointer, "open-band-missing", detail);
    }
}

fn tier_faults(faults: &mut Faults, tiers: &[SubsistenceTier]) {
    let mut highest = None;
    for (position, tier) in tiers.iter().enumerate() {
        let here = format!("/subsistence/{position}/minimum_minutes_away");
        within(faults, &here, tier.minimum_minutes_away, 0, 14_400);
        ascending(faults, &here, highest, tier.minimum_minutes_away);
        highest = highest.max(Some(tier.minimum_minutes_away));
    }
}

/// Each length must be greater than all those before it.
fn ascending(faults: &mut Faults, pointer: &str, highest: Option<i64>, minutes: i64) {
    match highest {
        Some(before) if minutes == before => {
            add(faults, pointer, "overlapping", &format!("repeats {minutes} minutes"));
        }
        Some(before) if minutes < before => {
            add(faults, pointer, "unordered", &format!("must come before {before} minutes: list the shortest first"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
