//! "You said, we did": what was published of feedback, as everyone may see it.
//! Never who said it, nor who wrote it down.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::ids::{FeedbackId, PlanId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{feedback, plan_versions, plans, services};
use crate::documents::Layout;
use crate::feedback::status::{Decision, FeedbackStatus};
use crate::http::Keyed;
use crate::page_by;
use crate::refusal::Done;
use crate::text::{Line, Said};
use crate::work::Reader;

crate::text_enum! {
    /// The forms in which it can be had.
    pub enum SaidAndDoneFormat {
        /// JSON.
        Json = "json",
        /// A poster.
        Html = "html",
    }
}

/// The form asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SaidAndDoneFilter {
    /// The form; JSON unless given.
    #[serde(default)]
    pub format: Option<SaidAndDoneFormat>,
    /// The layout of the poster: `standard` unless given; `large_print` is set in 18 point, `easy_read` in short sentences.
    #[serde(default)]
    pub layout: Option<Layout>,
}

/// What people said, and what was done.
#[derive(Debug, Serialize, ToSchema, Queryable)]
pub struct YouSaidWeDid {
    /// The item's id.
    pub id: FeedbackId,
    /// The service's name.
    pub service_name: Line,
    /// The plan's title.
    pub plan_title: Line,
    /// What people said.
    pub you_said: Said,
    /// What was decided.
    pub decision: Option<Decision>,
    /// What was done.
    pub we_did: Option<Said>,
    /// Why.
    pub because: Option<Said>,
    /// When it was published.
    pub published_at: Option<Instant>,
}

impl YouSaidWeDid {
    /// The same in words, for feeds.
    #[must_use]
    pub fn in_words(&self) -> String {
        let said = format!("You said: {}", self.you_said.as_str());
        let did = self.we_did.as_ref().map(|did| format!("We did: {}", did.as_str()));
        let not = if self.decision == Some(Decision::NotDoing) { "We did not, because: " } else { "Because: " };
        let because = self.because.as_ref().map(|because| format!("{not}{}", because.as_str()));
        [Some(said), did, because].into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

impl Keyed for YouSaidWeDid {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

/// What is published, of one plan or of all.
///
/// # Errors
/// Those of the database.
pub fn published(reader: &mut Reader<'_>, plan: Option<PlanId>, page: &Page) -> Done<Rows<YouSaidWeDid>> {
    // The title that was approved, not what is being written over it.
    let in_force = plan_versions::table
        .on(plan_versions::plan_id.eq(plans::id).and(plan_versions::number.nullable().eq(plans::approved_version)));
    let mut query = feedback::table
        .inner_join(plans::table.left_join(in_force))
        .inner_join(services::table)
        .filter(feedback::status.eq(FeedbackStatus::Published))
        .select((
            feedback::id,
            services::name,
            diesel::dsl::sql::<Text>("coalesce(plan_versions.title, plans.title)"),
            feedback::you_said,
            feedback::decision,
            feedback::we_did,
            feedback::because,
            feedback::published_at,
        ))
        .into_boxed();
    if let Some(plan) = plan {
        query = query.filter(feedback::plan_id.eq(plan));
    }
    Ok(page.load(page_by!(query, page, feedback::id), reader.conn)?)
}
