//! One line of a claim: what goes in, and what comes out.
//! Not here: the way from one to the other; that is `line_figures`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Miles, Pence};
use crate::policies::terms::{ExpenseKind, Tariff};

/// Everything about a line that its figures depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineInput<'a> {
    /// The day it is for; it decides the tax year.
    pub date: Date,
    /// What is claimed.
    pub work: Work<'a>,
    /// Who paid.
    pub paid_by: PaidBy,
    /// How the session went; none where there is no session, or it is not known yet.
    pub attendance: Option<Attendance>,
}

/// What a line claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work<'a> {
    /// Time in a session, by its scheduled length.
    Time {
        /// The session's scheduled length.
        scheduled_minutes: i64,
        /// The agreement's tariff.
        tariff: &'a Tariff,
        /// How many pieces of work; counts for a flat tariff alone.
        quantity: i64,
    },
    /// Travel in the person's own vehicle.
    Mileage {
        /// In what.
        vehicle: Vehicle,
        /// How far.
        miles: Miles,
        /// With how many others; by car alone.
        passengers: i64,
    },
    /// Food and drink while away.
    Subsistence {
        /// What it cost.
        spent: Pence,
        /// How long the person was away.
        minutes_away: i64,
    },
    /// Care for a dependant or for the person.
    Care {
        /// What it cost.
        spent: Pence,
        /// How long it was.
        minutes: i64,
    },
    /// Any other expense; care and subsistence have their own.
    Expense {
        /// Which.
        kind: ExpenseKind,
        /// What it cost.
        spent: Pence,
    },
}

/// What a person travels in at their own cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    /// A car or van.
    Car,
    /// A motorcycle.
    Motorcycle,
    /// A bicycle.
    Bicycle,
}

/// Who paid for what a line claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// The person, who gets it back.
    #[default]
    Person,
    /// The trust, whose budget it is charged to.
    Trust,
}

/// How a session went for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// What happened.
    pub outcome: Outcome,
    /// Whole minutes, rounded down, from the cancellation to the start; none where it is not known.
    pub notice_minutes: Option<i64>,
}

/// What happened in a session for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Was there.
    Attended,
    /// Was there for a part.
    LeftEarly,
    /// Did not come.
    NoShow,
    /// Could not come, and said so.
    Excused,
    /// Could not come because the trust cancelled.
    CancelledByTrust,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Self] =
        &[Self::Attended, Self::LeftEarly, Self::NoShow, Self::Excused, Self::CancelledByTrust];
    /// Outcomes of people who were there, for all of the session or a part.
    pub const PRESENT: &'static [Self] = &[Self::Attended, Self::LeftEarly];

    /// The word on the wire and in the column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attended => "attended",
            Self::LeftEarly => "left_early",
            Self::NoShow => "no_show",
            Self::Excused => "excused",
            Self::CancelledByTrust => "cancelled_by_trust",
        }
    }
}

/// What is known of the first band of car miles when a line is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstBand {
    /// A line takes what is left of it.
    Open {
        /// Miles of it used up before this line, in the line's tax year.
        used_so_far: Miles,
    },
    /// A line worked out before keeps its share.
    Frozen {
        /// Miles of it used up before this line, then.
        used_so_far: Miles,
        /// The line's miles that were at the first rate.
        share: Miles,
    },
}

impl FirstBand {
    /// The band as the line found it. A line that the trust pays keeps no share, for it uses nothing up; what it costs
    /// is worked out on what was used before it.
    pub(super) const fn as_found(self) -> Self {
        match self {
            Self::Open { used_so_far } | Self::Frozen { used_so_far, .. } => Self::Open { used_so_far },
        }
    }
}

/// What a line comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worked {
    /// What the person is due, before any election.
    pub payable: Pence,
    /// What the trust paid itself and charges to the plan's budget.
    pub trust_cost: Pence,
    /// What of it lies above the HMRC approved amount.
    pub taxable_excess: Pence,
    /// Car miles of the line at the first rate.
    pub miles_at_first_rate: Miles,
    /// Car miles of the first band that were used up before this line.
    pub miles_used_before: Miles,
    /// The steps in words, fit to print.
    pub explanation: Vec<String>,
}

impl Worked {
    /// What to keep of the first band, so that the line comes to the same again.
    pub const fn first_band(&self) -> FirstBand {
        FirstBand::Frozen { used_so_far: self.miles_used_before, share: self.miles_at_first_rate }
    }
}

/// Why a line cannot be worked out; none of these happens for a line and terms without faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalculationError {
    /// A number is negative or too large.
    #[error("an amount, a distance, a length or a count is out of range")]
    OutOfRange,
    /// The tariff's last band is not open.
    #[error("the tariff has no band for a session of that length")]
    NoBand,
    /// Passengers on a motorcycle or a bicycle.
    #[error("passengers are paid for by car alone")]
    PassengersNotByCar,
    /// Care or subsistence given as a plain expense.
    #[error("care and subsistence need their minutes")]
    MinutesMissing,
}

impl Work<'_> {
    /// What was spent, on lines that repay that.
    pub const fn spent(&self) -> Option<Pence> {
        match *self {
            Self::Time { .. } | Self::Mileage { .. } => None,
            Self::Subsistence { spent, .. } | Self::Care { spent, .. } | Self::Expense { spent, .. } => Some(spent),
        }
    }
}
