//! A comment on a plan in requests and answers.
//! Members see the names of authors, never their token subjects.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::access::viewer::seen_by;
use crate::clock::Instant;
use crate::db::ids::{PlanCommentId, PlanId, VolunteerId};
use crate::http::answer::{shows, stands};
use crate::http::{Keyed, Represent};
use crate::plans::comments::status::CommentStatus;
use crate::text::RequiredText;

/// Fields of a comment that can be written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPlanComment {
    /// Text of the comment.
    /// Example: Evenings are hard for carers. Could one be at lunchtime?
    pub text: RequiredText,
    /// Part of the plan that the comment is about, as a JSON pointer; leave it out to comment on the whole plan.
    /// Example: /purpose/statement
    #[serde(default)]
    #[schema(
        max_length = 200,
        pattern = "^/(title|period_start|period_end|budget_pence|approach|relationships|purpose|activities|interview_panels|reimbursement|requirements|agreement|advertising|feedback)(/[a-z0-9_]+)*$"
    )]
    pub pointer: Option<String>,
}

/// The answer to a comment.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct CommentAnswer {
    /// What came of the comment, for its author.
    /// Example: The second workshop is at lunchtime now.
    #[serde(default)]
    pub answer: Option<RequiredText>,
}

/// Filters of the list of comments on a plan.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanCommentFilter {
    /// Only comments with one of these statuses; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub status: Option<Vec<CommentStatus>>,
}

crate::text_enum! {
    /// Capacity in which somebody commented.
    pub enum CommentAuthorKind {
        /// Member of staff or involvement lead.
        Staff = "staff",
        /// Volunteer who is a member of the plan.
        Member = "member",
    }
}

/// Author of a comment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentAuthor {
    /// Whether the author is staff or a member of the plan.
    pub kind: CommentAuthorKind,
    /// Name: of a member the name that they go by, of staff the subject of their token; null once erased.
    pub name: Option<String>,
    /// Volunteer who wrote the comment; null for staff.
    pub volunteer_id: Option<VolunteerId>,
}

/// A comment on a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanCommentView {
    /// Unique identifier (UUIDv7).
    pub id: PlanCommentId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Plan that the comment is about.
    pub plan_id: PlanId,
    /// Status of the comment.
    pub status: CommentStatus,
    /// Part of the plan that the comment is about, as a JSON pointer; null for the whole plan.
    pub pointer: Option<String>,
    /// Text of the comment; null once erased.
    pub text: Option<String>,
    /// Author of the comment.
    pub author: CommentAuthor,
    /// Answer by staff; null if there is none.
    pub answer: Option<String>,
    /// When it was resolved; null while it is open.
    pub resolved_at: Option<Instant>,
    /// Who resolved it: the subject of their token; null while it is open.
    pub resolved_by: Option<String>,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token. Absent for members of the plan, who see the name in `author`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub created_by: Option<Option<String>>,
    /// When it was last changed.
    pub updated_at: Instant,
}

seen_by! {
    PlanCommentView {
        CREATED_BY = created_by: [Lead, Service],
    }
}

impl PlanCommentView {
    /// The volunteer whom it shows to staff. Members of a plan read what the others say, as in a meeting.
    fn seen_author(&self) -> Option<VolunteerId> {
        self.created_by.as_ref().and(self.author.volunteer_id)
    }
}

impl Represent for PlanCommentView {
    shows!(PlanComment, |it| it.seen_author().map(|of| (of, Some(it.plan_id.into()))));
    stands!(|it| it.status);

    fn etag(&self) -> Option<String> {
        Some(format!("{}{}", self.version, if self.created_by.is_some() { "" } else { "-member" }))
    }

    fn location(&self) -> Option<String> {
        // A comment has no address of its own; this is the list that shows it.
        Some(format!("/v1/plans/{}/comments", self.plan_id))
    }
}

impl Keyed for PlanCommentView {
    shows!(PlanComment, |it| it.seen_author().map(|of| (of, Some(it.plan_id.into()))));

    const CHANGED: Option<fn(&Self) -> Instant> = Some(|it| it.updated_at);

    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}
