//! A comment as it is written and seen: what was said, about which part, by whom, and what was answered.
//! Members see who said something by the name people go by, never by their log-in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{PlanCommentId, PlanId, VolunteerId};
use crate::http::{Keyed, Represent};
use crate::plans::comments::status::CommentStatus;
use crate::text::Said;

/// A comment, as it is written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPlanComment {
    /// What is to be said.
    pub text: Said,
    /// A JSON pointer to the part of the plan that it is about; left out, it is about the whole.
    /// Example: /purpose/statement
    #[serde(default)]
    #[schema(
        max_length = 200,
        pattern = "^/(title|period_start|period_end|budget_pence|approach|relationships|purpose|activities|interview_panels|reimbursement|requirements|agreement|advertising|feedback)(/[a-z0-9_]+)*$"
    )]
    pub pointer: Option<String>,
}

/// What is answered to a comment.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct CommentAnswer {
    /// What became of it, for whoever said it.
    #[serde(default)]
    pub answer: Option<Said>,
}

/// The filters of a plan's comments.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanCommentFilter {
    /// In one of these states.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub status: Option<Vec<CommentStatus>>,
}

crate::text_enum! {
    /// As what somebody commented.
    pub enum CommentAuthorKind {
        /// Somebody of the trust.
        Staff = "staff",
        /// A volunteer who shapes the plan.
        Member = "member",
    }
}

/// Who said it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentAuthor {
    /// As what.
    pub kind: CommentAuthorKind,
    /// What they are called: a member by the name they prefer, staff as their token calls them; null once erased.
    pub name: Option<String>,
    /// The volunteer; null for staff.
    pub volunteer_id: Option<VolunteerId>,
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanCommentView {
    /// Its id.
    pub id: PlanCommentId,
    /// Its version.
    pub version: i32,
    /// The plan.
    pub plan_id: PlanId,
    /// Its state.
    pub status: CommentStatus,
    /// The part of the plan that it is about; null for the whole.
    pub pointer: Option<String>,
    /// What was said; null once erased.
    pub text: Option<String>,
    /// Who said it.
    pub author: CommentAuthor,
    /// What was answered.
    pub answer: Option<String>,
    /// When it was resolved.
    pub resolved_at: Option<Instant>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
    /// When it was said.
    pub created_at: Instant,
    /// The log-in of whoever said it; absent for members, who see the name in `author`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub created_by: Option<Option<String>>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for PlanCommentView {
    fn etag(&self) -> Option<String> {
        Some(format!("{}{}", self.version, if self.created_by.is_some() { "" } else { "-member" }))
    }

    fn location(&self) -> Option<String> {
        // It has no address of its own; the list has it.
        Some(format!("/v1/plans/{}/comments", self.plan_id))
    }
}

impl Keyed for PlanCommentView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
