//! The bodies of the verbs of an agreement: how it is answered, paused, handed over and ended.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Day;
use crate::http::body::rule;
use crate::text::{Person, RequiredText, ShortText};

crate::text_enum! {
    /// How an agreement was answered.
    pub enum AcceptedHow {
        /// Online, by the volunteer themselves, who had signed in.
        Online = "online",
        /// By the link or the printed code in a message to the volunteer, without signing in.
        ByLink = "by_link",
        /// On paper, recorded by an involvement lead.
        Paper = "paper",
    }
}

crate::text_enum! {
    /// How an agreement is answered by somebody who has signed in.
    pub enum AnsweredHow {
        /// Online, by the volunteer themselves.
        Online = "online",
        /// On paper, recorded by an involvement lead.
        Paper = "paper",
    }
}

/// The acceptance of an agreement.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "paper_has_witness"))]
pub struct AcceptAgreement {
    /// How it was accepted: `online` if you leave it out. Only an involvement lead can record `paper`.
    #[serde(default)]
    pub how: Option<AnsweredHow>,
    /// Name of the person who saw it signed; needed with `paper`, not allowed otherwise.
    /// Example: Jo Bell
    #[serde(default)]
    pub witness: Option<ShortText>,
}

fn paper_has_witness(body: &AcceptAgreement) -> Result<(), ValidationError> {
    match (body.how, &body.witness) {
        (Some(AnsweredHow::Paper), None) => Err(rule("/witness", "required", "must be given where `how` is `paper`")),
        (Some(AnsweredHow::Online) | None, Some(_)) => {
            Err(rule("/witness", "not-allowed", "can only be given where `how` is `paper`"))
        }
        _ => Ok(()),
    }
}

/// The refusal of an agreement.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct RefuseAgreement {
    /// Reason, if the volunteer gives one.
    /// Example: I start a course in May.
    #[serde(default)]
    pub reason: Option<RequiredText>,
    /// How the answer was given: `online` by the volunteer, `paper` as recorded by an involvement lead.
    #[serde(default)]
    pub how: Option<AnsweredHow>,
    /// Name of the person who saw the answer, if it was on paper.
    /// Example: Jo Bell
    #[serde(default)]
    pub witness: Option<ShortText>,
}

/// The pause of an agreement.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PauseAgreement {
    /// Reason for the pause.
    /// Example: A break over the summer, as we agreed.
    pub reason: RequiredText,
}

/// A change of link person.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct HandOver {
    /// New link person: the volunteer's named contact at the trust from now on.
    pub link_person: Person,
}

/// The end of an agreement.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct EndAgreement {
    /// Reason for the end. The volunteer is told the reason, unless they end the agreement themselves.
    /// Example: The leaflet is printed.
    pub reason: RequiredText,
    /// Last day of the agreement, inclusive; today if you leave it out. Not in the future, not before it starts.
    #[serde(default)]
    pub on: Option<Day>,
}
