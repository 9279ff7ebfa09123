//! What people said and what was done, as anybody sees it.
//! What is published, and that it never says who said it, is `feedback`'s.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::db::page::{Page, Rows};
use crate::feedback::{self, YouSaidWeDid};
use crate::http::Routes;
use crate::refusal::Done;
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/public/you-said-we-did", None, list_public_you_said_we_did).says(
        "You said, we did",
        "Published feedback with what became of it, also \"we did not, because\". Newest first.",
    );
}

/// The list has no filters.
#[derive(Debug, Deserialize, ToSchema)]
struct PublicSaidAndDoneFilter {}

fn list_public_you_said_we_did(
    reader: &mut Reader<'_>,
    (): (),
    _: &PublicSaidAndDoneFilter,
    page: &Page,
) -> Done<Rows<YouSaidWeDid>> {
    feedback::published(reader, None, page)
}
