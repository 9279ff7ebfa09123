//! The people beside a volunteer: whom to ring in an emergency, who acts with them, and for somebody under 18, the guardian.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::text::{LongText, Phone, RequiredText, ShortText};
use crate::vocabulary::contact::FeedbackMethod;

/// Whom to ring if something happens to a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmergencyContact {
    /// Name.
    /// Example: Kofi Mensah
    pub name: ShortText,
    /// Telephone number.
    pub phone: Phone,
    /// Who they are to the volunteer.
    /// Example: brother
    #[serde(default)]
    pub relation: Option<ShortText>,
}

crate::text_enum! {
    /// By what right somebody acts with a volunteer.
    pub enum ActsBy {
        /// None: they help, and the volunteer decides.
        None = "none",
        /// The volunteer's consent.
        Consent = "consent",
        /// A lasting power of attorney.
        PowerOfAttorney = "power_of_attorney",
        /// A deputy appointed by the Court of Protection.
        Deputy = "deputy",
    }
}

/// An advocate or carer who acts with a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActsWith {
    /// Name.
    /// Example: Ruth Ellery
    pub name: ShortText,
    /// Who they are to the volunteer.
    /// Example: advocate
    pub relation: ShortText,
    /// How to reach them: a telephone number, an e-mail address or anything else, in words. Letters go to `address`.
    /// Example: 01223 555 0142, mornings
    pub contact: RequiredText,
    /// Postal address, for letters to them; null if none is known.
    /// Example: 5 Castle Street, Cambridge
    #[serde(default)]
    pub address: Option<LongText>,
    /// By what right they act.
    pub authority: ActsBy,
    /// Whether they are told instead of the volunteer, because the volunteer wishes it. Messages are then delivered by staff.
    #[serde(default)]
    pub told_instead: bool,
}

impl ActsWith {
    /// Where a letter to them goes, if that is known; otherwise how to reach them.
    #[must_use]
    pub fn reached_by(&self, way: FeedbackMethod) -> String {
        let address = self.address.as_ref().filter(|_| way == FeedbackMethod::Letter);
        address.map_or_else(|| self.contact.to_string(), ToString::to_string)
    }
}

/// The guardian of a volunteer under 18.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Guardian {
    /// Name.
    /// Example: Ama Mensah
    pub name: ShortText,
    /// How to reach them.
    /// Example: 01223 555 0142
    pub contact: RequiredText,
    /// Day on which they consented to the involvement, not in the future; null until they have. Without it, no place can be
    /// offered.
    #[serde(default)]
    pub consent_on: Option<Day>,
}
