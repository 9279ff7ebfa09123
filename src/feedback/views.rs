//! Feedback in requests and answers.
//! Volunteers see published feedback and what they contributed to, never who contributed.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::viewer::seen_by;
use crate::clock::{Day, Instant};
use crate::db::ids::{FeedbackId, PlanId, ServiceId, VolunteerId};
use crate::db::schema::feedback;
use crate::feedback::behind::BehindIt;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::http::answer::{shows, stands};
use crate::http::body::rule;
use crate::http::table::{TableFormat, TableQuery};
use crate::http::{Fields, Keyed, Represent};
use crate::text::{RequiredText, ShortText};
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::names::PlanNames;

crate::text_enum! {
    /// How feedback was received.
    pub enum FeedbackSource {
        /// At a session.
        Session = "session",
        /// In a survey.
        Survey = "survey",
        /// In conversation.
        Conversation = "conversation",
        /// In another way.
        Other = "other",
    }
}

/// Fields of an item of feedback that are its columns.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Validate,
    ToSchema,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
)]
#[diesel(table_name = feedback, treat_none_as_default_value = false, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct FeedbackContent {
    /// The plan that it is about; it can't be changed.
    pub plan_id: PlanId,
    /// What was said, without names.
    /// Example: The waiting room has nowhere quiet to sit.
    pub you_said: RequiredText,
    /// Theme, to group feedback by.
    /// Example: Waiting room
    #[serde(default)]
    pub theme: Option<ShortText>,
    /// How it was received.
    pub source: FeedbackSource,
}

/// An item of feedback to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "each_contributor_once"))]
pub struct NewFeedback {
    /// What was said, and where.
    #[serde(flatten)]
    pub content: FeedbackContent,
    /// Volunteers who said it; they are told the decision before it is published. For volunteers, always themselves.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub contributors: Vec<VolunteerId>,
}

/// A volunteer is named once as a contributor.
fn each_contributor_once(new: &NewFeedback) -> Result<(), ValidationError> {
    let people: BTreeSet<_> = new.contributors.iter().collect();
    if people.len() == new.contributors.len() {
        return Ok(());
    }
    Err(rule("/contributors", "repeated", "names a volunteer twice"))
}

/// Response to an item of feedback: what is decided and done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema, AsChangeset)]
#[diesel(table_name = feedback, treat_none_as_null = true)]
#[schema(as = FeedbackResponse)]
#[validate(schema(function = "refusal_has_reason"))]
pub struct Response {
    /// Decision.
    pub decision: Decision,
    /// What was done.
    /// Example: A quiet corner with four chairs was set up.
    #[serde(default)]
    pub we_did: Option<RequiredText>,
    /// Reason for the decision; needed with `not_doing`.
    /// Example: The room belongs to another trust; we have asked them.
    #[serde(default)]
    pub because: Option<RequiredText>,
}

/// "We did not" always needs a reason.
fn refusal_has_reason(response: &Response) -> Result<(), ValidationError> {
    if response.decision == Decision::NotDoing && response.because.is_none() {
        return Err(rule("/because", "required", "must be given with the decision not_doing"));
    }
    Ok(())
}

/// How the contributors were told, where it was not by deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ToldContributors)]
pub struct Told {
    /// Day on which they were told, London date, between the response and today.
    pub on: Day,
    /// How they were told.
    pub how: FeedbackMethod,
}

/// How contributors were told before the item is published.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[schema(as = FeedbackPublication)]
pub struct Publication {
    /// How the contributors with an open delivery were told. Leave it out if all deliveries are done.
    #[serde(default)]
    pub told: Option<Told>,
}

/// Filters of the list of feedback.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct FeedbackFilter {
    /// Only feedback with one of these statuses; several separated by commas.
    #[serde(default)]
    pub status: Option<Vec<FeedbackStatus>>,
    /// Only feedback on these plans; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub plan_id: Option<Vec<PlanId>>,
    /// Only feedback on plans of these services; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub service_id: Option<Vec<ServiceId>>,
    /// `csv` for every item that matches, for a spreadsheet; a page as JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for FeedbackFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

type AllFields = Fields<FeedbackContent>;

/// An item of feedback in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackItem {
    /// Unique identifier (UUIDv7).
    pub id: FeedbackId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// The service of the plan.
    pub service_id: ServiceId,
    /// Names of the plan and the service.
    #[serde(flatten)]
    pub names: PlanNames,
    /// Status of the item.
    pub status: FeedbackStatus,
    /// Fields that clients write, without the contributors.
    #[serde(flatten)]
    pub content: AllFields,
    /// Decision; null until there is a response.
    pub decision: Option<Decision>,
    /// What was done; null if nothing was.
    /// Example: A quiet corner with four chairs was set up.
    pub we_did: Option<RequiredText>,
    /// Reason for the decision; null if none is given.
    /// Example: The room belongs to another trust; we have asked them.
    pub because: Option<RequiredText>,
    /// When the decision was made; null until there is a response.
    pub responded_at: Option<Instant>,
    /// When it was published; null if it is not.
    pub published_at: Option<Instant>,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it: the subject of their token. Absent for volunteers who did not contribute to the
    /// item, since it may be who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub created_by: Option<Option<String>>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    FeedbackItem {
        CREATED_BY = created_by: [Own, Lead, Service],
    }
}

/// An item of feedback.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackView {
    /// The fields that lists show.
    #[serde(flatten)]
    pub item: FeedbackItem,
    /// Volunteers who said it. Absent for everyone but staff and leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<VolunteerId>, required = false)]
    pub contributors: Option<Vec<VolunteerId>>,
    /// How contributors were told where it was not by deliveries; null otherwise. Absent for everyone but staff and leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Told>, required = false)]
    pub told: Option<Option<Told>>,
    /// What stands behind it, up to its publication: people, hours and pence, rounded down to 5 people, 5 hours and £50. Null
    /// until it is published, and where fewer than 5 people are behind it.
    pub behind_it: Option<BehindIt>,
    /// The same figures as they were counted, whole and for few people, too; null until it is published. Absent for everyone
    /// but staff and leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BehindIt>, required = false)]
    pub behind_it_exactly: Option<Option<BehindIt>>,
}

seen_by! {
    FeedbackView with item: FeedbackItem {
        CONTRIBUTORS = contributors: [Lead, Service],
        TOLD = told: [Lead, Service],
        BEHIND_IT_EXACTLY = behind_it_exactly: [Lead, Service],
    }
}

impl Represent for FeedbackView {
    shows!(Feedback, |it| it.contributors.iter().flatten().map(|of| (*of, Some(it.item.id.into()))));
    stands!(|it| it.item.status);

    fn etag(&self) -> Option<String> {
        let view = match (&self.contributors, &self.item.created_by) {
            (Some(_), _) => "",
            (None, Some(_)) => "-own",
            (None, None) => "-published",
        };
        Some(format!("{}{view}-{}", self.item.version, self.item.names.tag()))
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/feedback/{}", self.item.id))
    }
}

impl Keyed for FeedbackItem {
    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_did_not_has_a_because() {
        for decision in Decision::ALL {
            let bare = Response { decision: *decision, we_did: None, because: None };
            assert_eq!(refusal_has_reason(&bare).is_ok(), *decision != Decision::NotDoing, "{decision}");
            let reasoned = Response { because: Some("There is no room.".into()), ..bare };
            assert!(refusal_has_reason(&reasoned).is_ok());
        }
    }
}
