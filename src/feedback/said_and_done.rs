//! "You said, we did": published feedback as everybody sees it.
//! It never shows who gave it or who recorded it.

use crate::db::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::ids::{FeedbackId, PlanId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{feedback, services};
use crate::db::views::plan_titles;
use crate::documents::Layout;
use crate::feedback::behind::{BehindIt, Counted};
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::http::Keyed;
use crate::page_by;
use crate::refusal::Result;
use crate::text::{RequiredText, ShortText};
use crate::work::Reader;

crate::text_enum! {
    /// Format of a plan's published feedback.
    pub enum SaidAndDoneFormat {
        /// JSON.
        Json = "json",
        /// An HTML poster.
        Html = "html",
    }
}

/// Format of a plan's published feedback.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SaidAndDoneFilter {
    /// Format: `json`, or `html` for a poster. `json` by default.
    #[serde(default)]
    pub format: Option<SaidAndDoneFormat>,
    /// Layout of the poster: `standard`, `large_print` (18 point) or `easy_read` (short sentences). `standard` by
    /// default.
    #[serde(default)]
    pub layout: Option<Layout>,
}

/// An item of published feedback.
#[derive(Debug, Serialize, ToSchema, Queryable)]
pub struct YouSaidWeDid {
    /// Unique identifier (UUIDv7).
    pub id: FeedbackId,
    /// Name of the service.
    /// Example: Crisis Café
    pub service_name: ShortText,
    /// Title of the plan.
    /// Example: Crisis café redesign
    pub plan_title: ShortText,
    /// What people said.
    /// Example: The waiting room has nowhere quiet to sit.
    pub you_said: RequiredText,
    /// Decision.
    pub decision: Option<Decision>,
    /// What was done; null if nothing was.
    /// Example: A quiet corner with four chairs was set up.
    pub we_did: Option<RequiredText>,
    /// Reason for the decision; null if none is given.
    /// Example: People told us that the noise keeps them away.
    pub because: Option<RequiredText>,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// What stands behind it, up to its publication: people, hours and pence, rounded down to 5 people, 5 hours and £50. Null
    /// where fewer than 5 people are behind it, so that the figures say nothing about one person.
    #[diesel(deserialize_as = Counted)]
    pub behind_it: Option<BehindIt>,
}

impl YouSaidWeDid {
    /// The item in sentences, for feeds.
    #[must_use]
    pub fn in_words(&self) -> String {
        let said = format!("You said: {}", self.you_said.as_str());
        let did = self.we_did.as_ref().map(|did| format!("We did: {}", did.as_str()));
        let not = if self.decision == Some(Decision::NotDoing) { "We did not, because: " } else { "Because: " };
        let because = self.because.as_ref().map(|because| format!("{not}{}", because.as_str()));
        let behind = self.behind_it.as_ref().map(BehindIt::in_words);
        [Some(said), did, because, behind].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

impl Keyed for YouSaidWeDid {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// Published feedback, with what everybody sees of it.
macro_rules! all_published {
    () => {
        feedback::table
            .inner_join(plan_titles::table.on(plan_titles::plan_id.eq(feedback::plan_id)))
            .inner_join(services::table)
            .filter(feedback::status.eq(FeedbackStatus::Published))
            .select((
                feedback::id,
                services::name,
                plan_titles::title,
                feedback::you_said,
                feedback::decision,
                feedback::we_did,
                feedback::because,
                feedback::published_at,
                (feedback::behind_people, feedback::behind_minutes, feedback::behind_pence, feedback::behind_fewest),
            ))
    };
}

/// One item of published feedback.
///
/// # Errors
/// Database errors.
pub fn published_one(reader: &mut Reader<'_>, id: FeedbackId) -> Result<Option<YouSaidWeDid>> {
    Ok(all_published!().filter(feedback::id.eq(id)).first(reader.conn).optional()?)
}

/// The published feedback of one plan, or of all.
///
/// # Errors
/// Database errors.
pub fn published(reader: &mut Reader<'_>, plan: Option<PlanId>, page: &Page) -> Result<Rows<YouSaidWeDid>> {
    let mut query = all_published!().into_boxed();
    if let Some(plan) = plan {
        query = query.filter(feedback::plan_id.eq(plan));
    }
    Ok(page.load(page_by!(query, page, feedback::id), reader.conn)?)
}

/// Whether anything of a plan is published.
pub(super) fn any_of_plan(conn: &mut PgConnection, plan: PlanId) -> Result<bool> {
    let one = all_published!().filter(feedback::plan_id.eq(plan)).select(feedback::id);
    Ok(one.first::<FeedbackId>(conn).optional()?.is_some())
}
