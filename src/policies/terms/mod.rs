//! The terms of a reimbursement policy as data: tariffs, mileage, subsistence, expenses, time limits.
//! Not here: when a version is in force, and the amounts that follow from it.

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

/// Rates and rules of a version of the reimbursement policy, without its name and dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    /// How long after its date a session or expense can be claimed.
    pub claim_window: ClaimWindow,
    /// Days from a claim's first submission within which it should be paid.
    #[schema(minimum = 1, maximum = 365)]
    pub payment_target_days: i64,
    /// Tariffs for time, by the name that agreements refer to.
    #[schema(value_type = tariff::TariffsByName)]
    pub tariffs: BTreeMap<String, Tariff>,
    /// What is paid when the trust cancels a session at short notice.
    pub cancellation: Cancellation,
    /// Mileage rates that are paid.
    pub mileage: MileageRates,
    /// HMRC approved mileage rates; anything paid above them is taxable.
    pub mileage_ceiling: MileageRates,
    /// Limits for food and drink by time away from home; the highest tier reached applies.
    #[schema(max_items = 50)]
    pub subsistence: Vec<SubsistenceTier>,
    /// Rules for each kind of expense.
    pub expenses: ExpenseRules,
}

impl Terms {
    /// The tariff with this name.
    pub fn tariff(&self, name: &str) -> Option<&Tariff> {
        self.tariffs.get(name)
    }
}

/// How long after its date a session or expense can be claimed; the last day is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimWindow {
    /// Unit of the window: days or months.
    pub unit: WindowUnit,
    /// Number of days or months.
    #[schema(minimum = 1, maximum = 3660)]
    pub count: i64,
}

/// Unit of a claim window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowUnit {
    /// Calendar days.
    Days,
    /// Calendar months; where the month is too short, to its last day.
    Months,
}

/// What is paid when the trust cancels a session at short notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Notice in hours; with less notice than this, a session is paid as if attended.
    #[schema(minimum = 0, maximum = 8784)]
    pub notice_hours: i64,
}

/// Mileage rates by vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MileageRates {
    /// Rates for a car or van.
    pub car: CarRates,
    /// Rate for a motorcycle.
    pub motorcycle: PerMile,
    /// Rate for a bicycle.
    pub bicycle: PerMile,
    /// Additional rate for each passenger in a car.
    pub passenger: PerMile,
}

/// Mileage rates for a car: one rate up to a number of miles in a tax year, another rate after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarRates {
    /// Miles in a tax year that are paid at the first rate.
    pub first_miles: Miles,
    /// First rate, in pence per mile.
    pub first_pence_per_mile: Rate,
    /// Rate for all further miles in the tax year, in pence per mile.
    pub then_pence_per_mile: Rate,
}

/// One rate for every mile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerMile {
    /// Rate in pence per mile.
    pub pence_per_mile: Rate,
}

/// Limit for food and drink from a given time away from home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubsistenceTier {
    /// Minutes away from home from which this tier applies.
    #[schema(minimum = 0, maximum = 14400)]
    pub minimum_minutes_away: i64,
    /// Most that is paid, in pence.
    pub cap_pence: Pence,
}
