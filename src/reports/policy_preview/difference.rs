//! How the terms of a version differ from those before it: tariffs by what they pay, rates and limits one by one, the rest by
//! where it stands. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::money::{Pence, Rate};
use crate::policies::calculator::pays_at_least;
use crate::policies::terms::{ExpenseKind, MileageRates, Tariff, Terms};
use crate::refusal::{Failure, Result};

crate::text_enum! {
    /// How a rate or tariff moves.
    pub enum Movement {
        /// It pays more.
        Rises = "rises",
        /// It pays less.
        Falls = "falls",
        /// It pays more for some lengths and less for others.
        RisesAndFalls = "rises_and_falls",
        /// There was none of this name.
        New = "new",
        /// There is none of this name any more.
        Missing = "missing",
    }
}

/// A tariff that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TariffChange {
    /// Name of the tariff.
    #[schema(example = "meeting")]
    pub name: String,
    /// How it moves.
    pub change: Movement,
    /// Its terms before; null if it is new.
    pub before: Option<Tariff>,
    /// Its terms in this version; null if it is missing.
    pub after: Option<Tariff>,
}

/// A rate or limit that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RateChange {
    /// JSON pointer to it in the policy that has it.
    #[schema(example = "/mileage/car/first_pence_per_mile")]
    pub pointer: String,
    /// How it moves.
    pub change: Movement,
    /// Rate or limit before, in pence; null for no limit, or where there was none.
    pub before: Option<Rate>,
    /// Rate or limit in this version, in pence; null for no limit, or where there is none.
    pub after: Option<Rate>,
}

/// The tariffs that differ, by name. Without a version before, every one is new.
pub(super) fn tariffs(before: Option<&Terms>, after: &Terms) -> Vec<TariffChange> {
    let none = BTreeMap::new();
    let old = before.map_or(&none, |before| &before.tariffs);
    let names: BTreeSet<&String> = old.keys().chain(after.tariffs.keys()).collect();
    let change = |name: &String| {
        let (before, after) = (old.get(name), after.tariffs.get(name));
        let change = match (before, after) {
            (Some(before), Some(after)) if before == after => return None,
            (Some(before), Some(after)) => moved(pays_at_least(after, before), pays_at_least(before, after))?,
            (None, _) => Movement::New,
            (_, None) => Movement::Missing,
        };
        Some(TariffChange { name: name.clone(), change, before: before.cloned(), after: after.cloned() })
    };
    names.into_iter().filter_map(change).collect()
}

/// How it moves, by whether it is at least, and at most, what it was; none where it stays.
const fn moved(at_least: bool, at_most: bool) -> Option<Movement> {
    match (at_least, at_most) {
        (true, true) => None,
        (true, false) => Some(Movement::Rises),
        (false, true) => Some(Movement::Falls),
        (false, false) => Some(Movement::RisesAndFalls),
    }
}

/// A rate, or a limit of which null is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    Rate(Rate),
    Limit(Option<Rate>),
}

impl Figure {
    fn rate(self) -> Option<Rate> {
        match self {
            Self::Rate(rate) => Some(rate),
            Self::Limit(limit) => limit,
        }
    }

    /// Greater is more for people; no limit is most.
    fn rank(self) -> i64 {
        self.rate().map_or(i64::MAX, Rate::hundredths)
    }
}

/// The rates and limits that differ, in the order of their pointers. Without a version before, none does.
pub(super) fn rates(before: Option<&Terms>, after: &Terms) -> Vec<RateChange> {
    let Some(before) = before else { return Vec::new() };
    let (old, new) = (figures(before), figures(after));
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |key: &String| {
        let (before, after) = (old.get(key), new.get(key));
        let change = match (before, after) {
            (Some((_, before)), Some((_, after))) => {
                let (before, after) = (before.rank(), after.rank());
                moved(after >= before, after <= before)?
            }
            (None, _) => Movement::New,
            (_, None) => Movement::Missing,
        };
        let pointer = after.or(before).map(|(pointer, _)| pointer.clone())?;
        let rate = |figure: Option<&(String, Figure)>| figure.and_then(|(_, figure)| figure.rate());
        Some(RateChange { pointer, change, before: rate(before), after: rate(after) })
    };
    keys.into_iter().filter_map(change).collect()
}

fn pence(pence: Pence) -> Rate {
    Rate::from_hundredths(pence.get().saturating_mul(100))
}

/// Rates and limits with their pointers, by what they are the same as in another version: tiers go by their minutes.
fn figures(terms: &Terms) -> BTreeMap<String, (String, Figure)> {
    let mut figures = BTreeMap::new();
    let mut add = |key: String, pointer: String, figure| figures.insert(key, (pointer, figure));
    for (name, rates) in [("mileage", &terms.mileage), ("mileage_ceiling", &terms.mileage_ceiling)] {
        for (part, rate) in by_mile(rates) {
            let pointer = format!("/{name}/{part}");
            add(pointer.clone(), pointer, Figure::Rate(rate));
        }
    }
    for (position, tier) in terms.subsistence.iter().enumerate() {
        let key = format!("/subsistence from {:06}", tier.minimum_minutes_away);
        add(key, format!("/subsistence/{position}/cap_pence"), Figure::Rate(pence(tier.cap_pence)));
    }
    for kind in ExpenseKind::ALL {
        let rule = terms.expenses.rule(kind);
        let caps = [("cap_pence", rule.cap_pence.map(pence)), ("cap_pence_per_hour", rule.cap_pence_per_hour)];
        for (part, cap) in caps {
            let pointer = format!("/expenses/{}/{part}", kind.name());
            add(pointer.clone(), pointer, Figure::Limit(cap));
        }
    }
    figures
}

fn by_mile(rates: &MileageRates) -> [(&'static str, Rate); 5] {
    [
        ("car/first_pence_per_mile", rates.car.first_pence_per_mile),
        ("car/then_pence_per_mile", rates.car.then_pence_per_mile),
        ("motorcycle/pence_per_mile", rates.motorcycle.pence_per_mile),
        ("bicycle/pence_per_mile", rates.bicycle.pence_per_mile),
        ("passenger/pence_per_mile", rates.passenger.pence_per_mile),
    ]
}

/// Where other terms differ, as JSON pointers: neither tariffs nor rates and limits.
pub(super) fn others(before: Option<&Terms>, after: &Terms) -> Result<Vec<String>> {
    let Some(before) = before else { return Ok(Vec::new()) };
    let leaves = |terms: &Terms| -> Result<BTreeMap<String, Value>> {
        let mut leaves = BTreeMap::new();
        let value = serde_json::to_value(terms).map_err(Failure::broken)?;
        collect(&value, String::new(), &mut leaves);
        let told: BTreeSet<String> = figures(terms).into_values().map(|(pointer, _)| pointer).collect();
        leaves.retain(|pointer, _| {
            let tier = pointer.starts_with("/subsistence/");
            !pointer.starts_with("/tariffs/") && !tier && !told.contains(pointer)
        });
        Ok(leaves)
    };
    let (before, after) = (leaves(before)?, leaves(after)?);
    let pointers: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    Ok(pointers.into_iter().filter(|pointer| before.get(*pointer) != after.get(*pointer)).cloned().collect())
}

fn collect(value: &Value, pointer: String, leaves: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(member, format!("{pointer}/{name}"), leaves);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{position}"), leaves);
            }
        }
        leaf => {
            leaves.insert(pointer, leaf.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn terms(change: impl Fn(&mut Value)) -> Terms {
        let mut terms = serde_json::from_str(include_str!("../../policies/examples/2026-27.json")).expect("JSON");
        change(&mut terms);
        serde_json::from_value(terms).expect("terms")
    }

    #[test]
    fn tariffs_differ_by_what_they_pay() {
        let before = terms(|_| {});
        let after = terms(|terms| {
            terms["tariffs"]["meeting"]["bands"][0]["pence"] = json!(5000);
            terms["tariffs"]["hourly"]["pence_per_hour"] = json!(2600);
            terms["tariffs"]["block"]["block_minutes"] = json!(170);
            terms["tariffs"].as_object_mut().expect("tariffs").remove("document_review");
            terms["tariffs"]["chair"] = json!({ "kind": "flat", "pence": 1 });
            // In other words, the same.
            terms["tariffs"]["meeting"]["bands"].as_array_mut().expect("bands")[1]["pence"] = json!(15_000);
        });
        let found: Vec<(String, Movement)> =
            tariffs(Some(&before), &after).into_iter().map(|tariff| (tariff.name, tariff.change)).collect();
        let wanted = [
            ("block", Movement::Rises),
            ("chair", Movement::New),
            ("document_review", Movement::Missing),
            ("hourly", Movement::Rises),
            ("meeting", Movement::Falls),
        ];
        assert_eq!(found, wanted.map(|(name, change)| (name.to_owned(), change)));
        assert_eq!(tariffs(Some(&before), &before), []);
        assert_eq!(tariffs(None, &before).len(), 4, "the first version has new ones alone");
    }

    #[test]
    fn rates_and_limits_rise_and_fall() {
        let before = terms(|_| {});
        let after = terms(|terms| {
            terms["mileage"]["car"]["first_pence_per_mile"] = json!(54.5);
            terms["expenses"]["consumables"]["cap_pence"] = Value::Null;
            terms["expenses"]["parking"]["cap_pence"] = json!(1000);
            terms["subsistence"] = json!([
                { "minimum_minutes_away": 240, "cap_pence": 300 }, { "minimum_minutes_away": 300, "cap_pence": 600 },
                { "minimum_minutes_away": 900, "cap_pence": 2500 },
            ]);
            terms["claim_window"]["count"] = json!(4);
            terms["mileage"]["car"]["first_miles"] = json!(9000);
        });
        let found: Vec<(String, Movement, Option<Rate>)> =
            rates(Some(&before), &after).into_iter().map(|rate| (rate.pointer, rate.change, rate.after)).collect();
        let rate = |hundredths: i64| Some(Rate::from_hundredths(hundredths));
        let wanted = [
            ("/expenses/consumables/cap_pence", Movement::Rises, None),
            ("/expenses/parking/cap_pence", Movement::Falls, rate(100_000)),
            ("/mileage/car/first_pence_per_mile", Movement::Falls, rate(5450)),
            ("/subsistence/0/cap_pence", Movement::New, rate(30_000)),
            ("/subsistence/1/cap_pence", Movement::Rises, rate(60_000)),
            ("/subsistence/1/cap_pence", Movement::Missing, None),
        ];
        assert_eq!(found, wanted.map(|(pointer, change, after)| (pointer.to_owned(), change, after)));
        assert_eq!(
            others(Some(&before), &after).expect("pointers"),
            ["/claim_window/count", "/mileage/car/first_miles"]
        );
    }
}
