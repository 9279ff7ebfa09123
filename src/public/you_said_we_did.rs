//! What people said and what was done, as anybody sees it.
//! Never who said it, nor who answered.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::Reader;
use crate::db::ids::FeedbackId;
use crate::db::page::{Page, Rows};
use crate::db::schema::{feedback, plans, services};
use crate::http::{Keyed, Routes};
use crate::page_by;
use crate::refusal::Done;
use crate::text::Line;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/public/you-said-we-did", None, list_public_you_said_we_did).says(
        "You said, we did",
        "Published feedback with what became of it, also \"we did not, because\". Newest first.",
    );
}

crate::text_enum! {
    /// What became of feedback.
    pub enum PublicDecision {
        /// Under way.
        Doing = "doing",
        /// Done.
        Done = "done",
        /// Not done, with the reason.
        NotDoing = "not_doing",
        /// Being looked into.
        Exploring = "exploring",
    }
}

/// The list has no filters.
#[derive(Debug, Deserialize, ToSchema)]
struct YouSaidWeDidFilter {}

/// What people said and what was done.
#[derive(Debug, Serialize, ToSchema, Queryable)]
struct YouSaidWeDid {
    /// The id of the feedback.
    id: FeedbackId,
    /// The name of the service.
    service_name: Line,
    /// The title of the plan.
    plan_title: Line,
    /// What people said.
    you_said: String,
    /// What became of it.
    decision: Option<PublicDecision>,
    /// What was done.
    we_did: Option<String>,
    /// Why it was not done.
    because: Option<String>,
    /// When it was published.
    published_at: Option<Instant>,
}

impl Keyed for YouSaidWeDid {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

fn list_public_you_said_we_did(
    reader: &mut Reader<'_>,
    (): (),
    _: &YouSaidWeDidFilter,
    page: &Page,
) -> Done<Rows<YouSaidWeDid>> {
    let query = feedback::table
        .inner_join(services::table)
        .inner_join(plans::table)
        .filter(feedback::status.eq("published"))
        .select((
            feedback::id,
            services::name,
            plans::title,
            feedback::you_said,
            feedback::decision,
            feedback::we_did,
            feedback::because,
            feedback::published_at,
        ))
        .into_boxed();
    Ok(page.load(page_by!(query, page, feedback::id), reader.conn)?)
}
