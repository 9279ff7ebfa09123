//! Periods and what is due by them, as they are written and seen.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::db::ids::RetentionPeriodId;
use crate::http::{Keyed, Represent};

crate::text_enum! {
    /// A kind of personal data that has a period.
    pub enum RetentionCategory {
        /// People who were entered or came in, and never were engaged; from their last expression of interest, or their entry.
        ProspectivePeople = "prospective_people",
        /// People who left; from the end of the tax year in which they left or were last paid, whichever is later.
        LeftPeople = "left_people",
        /// What was said in expressions of interest that came to nothing; from when they were closed.
        ExpressionTexts = "expression_texts",
        /// What people were told; from when they were told.
        DeliveryMessages = "delivery_messages",
        /// Who looked at what; from the look.
        Looks = "looks",
        /// Claims, payments and runs: kept, and never removed by the service.
        FinancialRecords = "financial_records",
    }
}

crate::text_enum! {
    /// What happens when a period is over.
    pub enum RetentionAction {
        /// The person is erased.
        ErasePerson = "erase_person",
        /// The words go, the rest stays.
        ClearText = "clear_text",
        /// It is removed.
        Remove = "remove",
        /// Nothing by itself: the period says for how long it must be kept at least.
        Keep = "keep",
    }
}

impl RetentionCategory {
    /// What happens to this kind.
    #[must_use]
    pub const fn action(self) -> RetentionAction {
        match self {
            Self::ProspectivePeople | Self::LeftPeople => RetentionAction::ErasePerson,
            Self::ExpressionTexts | Self::DeliveryMessages => RetentionAction::ClearText,
            Self::Looks => RetentionAction::Remove,
            Self::FinancialRecords => RetentionAction::Keep,
        }
    }

    /// From when the period counts.
    #[must_use]
    pub const fn counts_from(self) -> &'static str {
        match self {
            Self::ProspectivePeople => {
                "The last expression of interest, or the entry, of somebody who never was engaged."
            }
            Self::LeftPeople => "The end of the tax year (5 April) in which the person left or was last paid.",
            Self::ExpressionTexts => {
                "The day on which the expression of interest was declined, withdrawn, turned down or lapsed."
            }
            Self::DeliveryMessages => "The day on which the person was told.",
            Self::Looks => "The day of the look.",
            Self::FinancialRecords => "The end of the financial year (31 March).",
        }
    }
}

/// A period, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewRetentionPeriod {
    /// For how many months it is kept; each category has its own bounds within these.
    #[schema(minimum = 1, maximum = 240)]
    pub months: i32,
}

/// How long one kind of personal data is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionPeriodView {
    /// Its id.
    pub id: RetentionPeriodId,
    /// Its version.
    pub version: i32,
    /// Which kind.
    pub category: RetentionCategory,
    /// What happens when the period is over.
    pub action: RetentionAction,
    /// From when it counts.
    pub counts_from: &'static str,
    /// For how many months it is kept.
    pub months: i32,
    /// The fewest months that can be set.
    pub minimum_months: i32,
    /// The most months that can be set.
    pub maximum_months: i32,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for RetentionPeriodView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Keyed for RetentionPeriodView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// The filters of the list of periods: none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RetentionPeriodFilter {}

/// The filters of what is due.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RetentionDueFilter {
    /// Only of these kinds.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub category: Option<Vec<RetentionCategory>>,
}

crate::text_enum! {
    /// Why something that is due can't go yet.
    pub enum RetentionBlock {
        /// Money is on its way to the person.
        PaymentInFlight = "payment-in-flight",
        /// The person has an agreement in force.
        StillEngaged = "still-engaged",
        /// The person is still to be told something that is not three months old.
        NotTold = "not-told",
    }
}

/// Something whose period is over: the next run of the job lets it go, unless it is blocked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionDueItem {
    /// Of which kind.
    pub category: RetentionCategory,
    /// What kind of thing.
    pub resource_type: String,
    /// Which.
    pub resource_id: uuid::Uuid,
    /// From when its period counted.
    pub since: Day,
    /// The first day on which it could go.
    pub due_on: Day,
    /// Why it can't go yet, or null.
    pub blocked: Option<RetentionBlock>,
}

impl Keyed for RetentionDueItem {
    fn key(&self) -> uuid::Uuid {
        self.resource_id
    }
}
