//! Replies to sessions, as clients write and see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{SessionId, SessionReplyId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::text::LongText;

crate::text_enum! {
    /// Whether somebody means to come to a session.
    pub enum Reply {
        /// They mean to come.
        Coming = "coming",
        /// They can't come, and are excused.
        NotComing = "not_coming",
        /// They don't know yet.
        Unsure = "unsure",
    }
}

crate::text_enum! {
    /// How a reply came.
    pub enum RepliedHow {
        /// Online, by the volunteer themselves, who had signed in.
        Online = "online",
        /// By the link or the printed code in a message to the volunteer, without signing in.
        ByLink = "by_link",
        /// Told to staff, who wrote it down.
        Recorded = "recorded",
    }
}

/// A reply, as the client sends it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
pub struct NewReply {
    /// Whether the volunteer means to come.
    pub reply: Reply,
    /// What they say with it, for those who run the session.
    /// Example: I have a hospital appointment, sorry.
    #[serde(default)]
    pub note: Option<LongText>,
}

/// Whether a volunteer means to come to a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyView {
    /// Unique identifier (UUIDv7).
    pub id: SessionReplyId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Session that it is about.
    pub session_id: SessionId,
    /// Volunteer whose reply it is.
    pub volunteer_id: VolunteerId,
    /// Whether the volunteer means to come.
    pub reply: Reply,
    /// What they say with it; null if nothing.
    /// Example: I have a hospital appointment, sorry.
    pub note: Option<LongText>,
    /// How the reply came.
    pub how: RepliedHow,
    /// When they first replied.
    pub created_at: Instant,
    /// When the reply was last changed.
    pub updated_at: Instant,
    /// Who gave the reply or wrote it down: the subject of their token; null once that person was erased.
    pub updated_by: Option<String>,
}

impl Represent for ReplyView {
    shows!(SessionReply, |it| [(it.volunteer_id, Some(it.session_id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}
