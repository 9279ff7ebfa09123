//! The terms of a reimbursement policy as data: tariffs, mileage, subsistence, expenses, time limits.
//! Not here: when a version is in force, and what anything comes to.

mod expenses;
mod faults;
mod tariff;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Miles, Pence, Rate};

pub use expenses::{ExpenseKind, ExpenseRule, ExpenseRules};
pub use faults::TermsFault;
pub use tariff::{Band, Tariff, TariffsByName};

/// What a policy version pays and asks. Its name and dates are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    /// How long after a line's date it can be claimed.
    pub claim_window: ClaimWindow,
    /// Days from a claim's first submission within which it should be paid.
    #[schema(minimum = 1, maximum = 365)]
    pub payment_target_days: i64,
    /// What time is paid, by the name that an agreement refers to.
    #[schema(value_type = tariff::TariffsByName)]
    pub tariffs: BTreeMap<String, Tariff>,
    /// What a late cancellation by the trust pays.
    pub cancellation: Cancellation,
    /// What a mile pays.
    pub mileage: MileageRates,
    /// What a mile may pay before it is taxable: the HMRC approved amounts.
    pub mileage_ceiling: MileageRates,
    /// What a meal may cost, by time away; the highest tier reached counts.
    #[schema(max_items = 50)]
    pub subsistence: Vec<SubsistenceTier>,
    /// What each kind of expense asks and allows.
    pub expenses: ExpenseRules,
}

impl Terms {
    /// The tariff of that name.
    pub fn tariff(&self, name: &str) -> Option<&Tariff> {
        self.tariffs.get(name)
    }
}

/// How long after a line's date it can be claimed, that day included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimWindow {
    /// What is counted.
    pub unit: WindowUnit,
    /// How many.
    #[schema(minimum = 1, maximum = 3660)]
    pub count: i64,
}

/// What a claim window counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowUnit {
    /// Calendar days.
    Days,
    /// Calendar months, clamped to the month's end.
    Months,
}

/// What a late cancellation by the trust pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// With less notice than this a session is paid as if attended.
    #[schema(minimum = 0, maximum = 8784)]
    pub notice_hours: i64,
}

/// What a mile pays, by vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MileageRates {
    /// By car or van.
    pub car: CarRates,
    /// By motorcycle.
    pub motorcycle: PerMile,
    /// By bicycle.
    pub bicycle: PerMile,
    /// More for each passenger in the car.
    pub passenger: PerMile,
}

/// What a mile by car pays: one rate up to so many miles in a tax year, another after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarRates {
    /// Miles in a tax year at the first rate.
    pub first_miles: Miles,
    /// The first rate.
    pub first_pence_per_mile: Rate,
    /// The rate after.
    pub then_pence_per_mile: Rate,
}

/// One rate for every mile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerMile {
    /// The rate.
    pub pence_per_mile: Rate,
}

/// What a meal may cost from so long away on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubsistenceTier {
    /// Minutes away from which this tier counts.
    #[schema(minimum = 0, maximum = 14400)]
    pub minimum_minutes_away: i64,
    /// The most that is paid.
    pub cap_pence: Pence,
}
