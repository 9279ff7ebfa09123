//! One line of a claim: its inputs and its figures.
//! Not here: how the figures follow from the inputs; that is `line_figures`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Miles, Pence};
use crate::policies::terms::{ExpenseKind, Tariff};

/// Everything that the figures of a line depend on, apart from the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineInput<'a> {
    /// Day that the line is for; it decides the tax year.
    pub date: Date,
    /// What is claimed.
    pub work: Work<'a>,
    /// Who paid.
    pub paid_by: PaidBy,
    /// How the session went; none where there is no session or it is not known yet.
    pub attendance: Option<Attendance>,
}

/// What a line claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work<'a> {
    /// Time in a session, by its scheduled length, or pieces of work.
    Time {
        /// Scheduled length of the session; none for work without a session, which only a flat tariff pays.
        scheduled_minutes: Option<i64>,
        /// Number of pieces of work; only a flat tariff uses it.
        quantity: i64,
        /// What the time is paid by.
        pay: PayForTime<'a>,
    },
    /// Travel in the person's own vehicle.
    Mileage {
        /// Vehicle used.
        vehicle: Vehicle,
        /// Distance.
        miles: Miles,
        /// Number of passengers; only for a car.
        passengers: i64,
    },
    /// Food and drink while away from home.
    Subsistence {
        /// Amount spent.
        spent: Pence,
        /// Time away from home, in minutes.
        minutes_away: i64,
    },
    /// Care for a dependant or for the person.
    Care {
        /// Amount spent.
        spent: Pence,
        /// Length of the care, in minutes.
        minutes: i64,
    },
    /// Any other expense; care and subsistence have their own variants.
    Expense {
        /// Kind of expense.
        kind: ExpenseKind,
        /// Amount spent.
        spent: Pence,
    },
}

/// What time is paid by: the policy in force on its day or what was promised, whichever comes to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayForTime<'a> {
    /// The agreement's tariff in the policy in force; none where that has no tariff of this name.
    pub policy: Option<&'a Tariff>,
    /// First day of that policy.
    pub policy_from: Date,
    /// What was promised, if anything.
    pub promise: Option<Promise<'a>>,
}

impl PayForTime<'_> {
    /// Whether there is a tariff that pays for work without a session.
    #[must_use]
    pub fn takes_pieces(&self) -> bool {
        self.tariffs().any(Tariff::is_flat)
    }

    /// Whether there is no tariff to pay by.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.tariffs().next().is_none()
    }

    fn tariffs(&self) -> impl Iterator<Item = &Tariff> {
        self.policy.into_iter().chain(self.promise.map(|promise| promise.terms))
    }
}

/// The terms of a tariff as they were promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise<'a> {
    /// The terms.
    pub terms: &'a Tariff,
    /// What made the promise.
    pub by: Promiser,
    /// Day on which it was made.
    pub on: Date,
}

/// What made a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promiser {
    /// The person's agreement.
    Agreement,
    /// A published opportunity, to whoever takes it up.
    Opportunity,
}

/// Vehicle used for a journey.
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
    /// The volunteer, who is reimbursed.
    #[default]
    Person,
    /// The trust; the cost is charged to the plan's budget.
    Trust,
}

/// How a session went for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// What happened.
    pub outcome: Outcome,
    /// Whole minutes from the cancellation to the start, rounded down; none where it is not known.
    pub notice_minutes: Option<i64>,
}

/// How a session went for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person attended.
    Attended,
    /// The person attended but left early.
    LeftEarly,
    /// The person did not attend and did not say so.
    NoShow,
    /// The person could not attend, and said so.
    Excused,
    /// The person could not attend because the trust cancelled.
    CancelledByTrust,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Self] =
        &[Self::Attended, Self::LeftEarly, Self::NoShow, Self::Excused, Self::CancelledByTrust];
    /// Outcomes of people who were there, for all of the session or a part.
    pub const PRESENT: &'static [Self] = &[Self::Attended, Self::LeftEarly];
    /// Outcomes for which time may be paid: those, and a cancellation by the trust at short notice.
    pub const MAY_BE_PAID: &'static [Self] = &[Self::Attended, Self::LeftEarly, Self::CancelledByTrust];

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
    /// The line takes what is left of the band.
    Open {
        /// Miles of the band used before this line, in the line's tax year.
        used_so_far: Miles,
    },
    /// The line was worked out before and keeps its share of the band.
    Frozen {
        /// Miles of the band that had been used before this line at that time.
        used_so_far: Miles,
        /// Miles of the line that were at the first rate.
        share: Miles,
    },
}

impl FirstBand {
    /// The band as it was before the line. A line that the trust paid keeps no share, since it uses none of the band;
    /// its cost is worked out from what was used before it.
    pub(super) const fn as_found(self) -> Self {
        match self {
            Self::Open { used_so_far } | Self::Frozen { used_so_far, .. } => Self::Open { used_so_far },
        }
    }
}

/// Figures of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worked {
    /// Amount due to the person, before any election.
    pub payable: Pence,
    /// Amount that the trust paid itself, charged to the plan's budget.
    pub trust_cost: Pence,
    /// Part of `payable` above the HMRC approved rate.
    pub taxable_excess: Pence,
    /// Car miles of the line at the first rate.
    pub miles_at_first_rate: Miles,
    /// Car miles of the first band that were used before this line.
    pub miles_used_before: Miles,
    /// Steps of the calculation in words, fit to print.
    pub explanation: Vec<String>,
}

impl Worked {
    /// The share of the first band to keep, so that the line comes to the same amount when it is worked out again.
    pub const fn first_band(&self) -> FirstBand {
        FirstBand::Frozen { used_so_far: self.miles_used_before, share: self.miles_at_first_rate }
    }
}

/// Why a line can't be worked out; none of these happens when line and terms have no faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalculationError {
    /// A number is negative or too large.
    #[error("an amount, a distance, a length or a count is out of range")]
    OutOfRange,
    /// There is no tariff to pay the time by, or none that pays for work without a session.
    #[error("no tariff pays for this time")]
    NoTariff,
    /// The tariff has no band for this length: its last band has an upper limit.
    #[error("the tariff has no band for a session of that length")]
    NoBand,
    /// Passengers on a motorcycle or a bicycle.
    #[error("passengers are paid for in a car only")]
    PassengersNotByCar,
    /// Care or subsistence given as a plain expense.
    #[error("care and subsistence need their minutes")]
    MinutesMissing,
}

impl Work<'_> {
    /// Amount spent, on lines that reimburse an expense.
    pub const fn spent(&self) -> Option<Pence> {
        match *self {
            Self::Time { .. } | Self::Mileage { .. } => None,
            Self::Subsistence { spent, .. } | Self::Care { spent, .. } | Self::Expense { spent, .. } => Some(spent),
        }
    }
}
