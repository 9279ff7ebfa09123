//! What whoever publishes or reopens an opportunity sends: answers to its cautions, and a new closing date.
//! What is a caution is decided in `cautions`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Instant;
use crate::http::body::rule;
use crate::text::RequiredText;

crate::text_enum! {
    /// What whoever publishes an opportunity must have thought of.
    pub enum CautionCode {
        /// People have less say than the plan promises.
        LevelBelowPlan = "level-below-plan",
        /// What is paid is not what the plan says.
        PayDiffersFromPlan = "pay-differs-from-plan",
        /// It begins or ends outside the period of the plan.
        OutsidePlanPeriod = "outside-plan-period",
        /// It has more places than the plan needs people.
        MorePeopleThanPlan = "more-people-than-plan",
        /// A check or training that the plan asks for, or that is usual for the kind, is not required.
        ChecksMissing = "checks-missing",
        /// Support that people need to take part is not paid for.
        AccessSupportNotOffered = "access-support-not-offered",
        /// Whoever chairs the panel must have sat in on one before.
        ChairNeedsShadowing = "chair-needs-shadowing",
    }
}

/// Answer to a caution: why it is right all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnsweredCaution {
    /// Code of the caution.
    pub code: CautionCode,
    /// Why it is right all the same. Never anything about people.
    /// Example: The second half of the plan is written next month, with a place for everybody.
    pub reason: RequiredText,
}

/// Each caution is answered once.
fn each_once(answers: &[AnsweredCaution]) -> Result<(), ValidationError> {
    let repeated = answers
        .iter()
        .enumerate()
        .find(|(place, answer)| answers.iter().take(*place).any(|earlier| earlier.code == answer.code));
    match repeated {
        Some((place, _)) => Err(rule(&format!("/cautions/{place}/code"), "repeated", "is already in the list")),
        None => Ok(()),
    }
}

/// Answers to the cautions about an opportunity that is published.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[schema(as = OpportunityPublication)]
#[validate(schema(function = "answers_of_publication"))]
pub struct Publication {
    /// Answers to the cautions in `GET …/readiness`: why each is right all the same. Answers to others are not kept.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub cautions: Vec<AnsweredCaution>,
}

fn answers_of_publication(publication: &Publication) -> Result<(), ValidationError> {
    each_once(&publication.cautions)
}

/// New closing date of an opportunity that is reopened.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "answers_of_reopening"))]
pub struct Reopening {
    /// Closing date and time for expressions of interest; must be in the future.
    pub closes_at: Instant,
    /// Answers to cautions that were not answered before.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub cautions: Vec<AnsweredCaution>,
}

fn answers_of_reopening(reopening: &Reopening) -> Result<(), ValidationError> {
    each_once(&reopening.cautions)
}
