//! Retention periods, as clients write and see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::RetentionPeriodId;
use crate::http::{Keyed, Represent};

crate::text_enum! {
    /// Kind of personal data that has a retention period.
    pub enum RetentionCategory {
        /// Prospective volunteers who were never engaged, counted from their last activity.
        ProspectivePeople = "prospective_people",
        /// Volunteers who left, counted from the end of the tax year in which they left or were last paid.
        LeftPeople = "left_people",
        /// Texts of expressions of interest that did not lead to a place, counted from when they were closed.
        ExpressionTexts = "expression_texts",
        /// Messages to volunteers, counted from when they were told.
        DeliveryMessages = "delivery_messages",
        /// What people replied to sessions and what was arranged for them, counted from the session.
        SessionNotes = "session_notes",
        /// Entries of the access log (who read whose data), counted from the reading.
        Looks = "looks",
        /// Claims, payments and payment runs; never removed by the service.
        FinancialRecords = "financial_records",
    }
}

crate::text_enum! {
    /// What happens when a retention period is over.
    pub enum RetentionAction {
        /// The person's data is erased.
        ErasePerson = "erase_person",
        /// The texts are cleared, the rest stays.
        ClearText = "clear_text",
        /// The record is removed.
        Remove = "remove",
        /// Nothing: the period says how long the data must be kept at least.
        Keep = "keep",
    }
}

impl RetentionCategory {
    /// What happens to data of this category when its period is over.
    #[must_use]
    pub const fn action(self) -> RetentionAction {
        match self {
            Self::ProspectivePeople | Self::LeftPeople => RetentionAction::ErasePerson,
            Self::ExpressionTexts | Self::DeliveryMessages | Self::SessionNotes => RetentionAction::ClearText,
            Self::Looks => RetentionAction::Remove,
            Self::FinancialRecords => RetentionAction::Keep,
        }
    }

    /// The day from which the period is counted, in words.
    #[must_use]
    pub const fn counts_from(self) -> &'static str {
        match self {
            Self::ProspectivePeople => {
                "The last activity of a person who was never engaged: the day on which they were added, or their last \
                 expression of interest, comment or feedback."
            }
            Self::LeftPeople => {
                "The end of the tax year (5 April) in which the person left or was last paid, whichever is later."
            }
            Self::ExpressionTexts => {
                "The day on which the expression of interest was declined, withdrawn, turned down or lapsed."
            }
            Self::DeliveryMessages => "The day on which the person was told.",
            Self::SessionNotes => "The day of the session.",
            Self::Looks => "The day on which the data was read.",
            Self::FinancialRecords => "The end of the financial year (31 March).",
        }
    }
}

/// A retention period, as the client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
pub struct NewRetentionPeriod {
    /// Number of months for which the data is kept; each category has its own limits within these.
    #[schema(minimum = 1, maximum = 240)]
    pub months: i32,
}

/// The retention period of one kind of personal data.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionPeriodView {
    /// Unique identifier (UUIDv7).
    pub id: RetentionPeriodId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Kind of personal data.
    pub category: RetentionCategory,
    /// What happens when the period is over.
    pub action: RetentionAction,
    /// Day from which the period is counted, in words.
    pub counts_from: &'static str,
    /// Number of months for which the data is kept.
    pub months: i32,
    /// Smallest number of months that can be set.
    pub minimum_months: i32,
    /// Largest number of months that can be set.
    pub maximum_months: i32,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for RetentionPeriodView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

impl Keyed for RetentionPeriodView {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// Filters for the list of retention periods: none.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RetentionPeriodFilter {}
