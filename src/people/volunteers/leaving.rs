//! A departure in requests and answers: why and when a volunteer has left, and who deals with the estate.
//! How it is recorded is in `departure`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Day;
use crate::text::{LongText, RequiredText, ShortText};

crate::text_enum! {
    /// Why a volunteer has left.
    pub enum LeaveReason {
        /// Moved away.
        Moved = "moved",
        /// Their own health.
        Health = "health",
        /// They care for somebody.
        Caring = "caring",
        /// They have no time.
        Time = "time",
        /// They were not happy with how it went.
        Unhappy = "unhappy",
        /// Another reason.
        Other = "other",
        /// They have died. Nothing is sent to them any more.
        Deceased = "deceased",
    }
}

impl LeaveReason {
    /// That of somebody who does not say why.
    fn unsaid() -> Self {
        Self::Other
    }
}

/// The departure of a volunteer, as the client sends it.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Leaving {
    /// Why they have left; `other` if you leave it out, because nobody has to say why. Only involvement leads can record that
    /// somebody has died.
    #[serde(default = "LeaveReason::unsaid")]
    pub reason: LeaveReason,
    /// Last day of their involvement, not in the future; today if you leave it out. Agreements in force end on it.
    #[serde(default)]
    pub on: Option<Day>,
    /// Note on the departure. The volunteer can read it.
    /// Example: Would like to hear from us when the new clinic opens.
    #[serde(default)]
    pub note: Option<LongText>,
}

/// The departure of a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Departure {
    /// Why they have left.
    pub reason: LeaveReason,
    /// Last day of their involvement.
    pub on: Day,
    /// Note on the departure; null if there is none.
    /// Example: Would like to hear from us when the new clinic opens.
    pub note: Option<LongText>,
}

/// Who deals with the estate of somebody who has died.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Estate {
    /// Name of the person or firm that deals with the estate.
    /// Example: Hart and Daughters, solicitors
    pub name: ShortText,
    /// How to reach them.
    /// Example: 3 Market Hill, Cambridge CB2 0ZZ; 01223 555 0142
    pub contact: RequiredText,
}
