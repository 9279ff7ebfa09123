//! Published feedback as everybody sees it.
//! `feedback` decides what is published, and that it never says who gave it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::db::page::{Page, Rows};
use crate::feedback::{self, YouSaidWeDid};
use crate::http::Routes;
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/public/you-said-we-did", None, list_public_you_said_we_did).describe(
        "List published feedback",
        "\"You said, we did\": published feedback of all plans with what was decided and done, or why it was not done. \
         Newest first, without names. `behind_it` says how many people, hours and pounds stand behind a change, rounded \
         down, where at least 5 people are behind it.",
    );
}

/// The list of published feedback has no filters.
#[derive(Debug, Deserialize, ToSchema)]
struct PublicSaidAndDoneFilter {}

fn list_public_you_said_we_did(
    reader: &mut Reader<'_>,
    (): (),
    _: &PublicSaidAndDoneFilter,
    page: &Page,
) -> Result<Rows<YouSaidWeDid>> {
    feedback::published(reader, None, page)
}
