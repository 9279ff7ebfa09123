//! The list of what is due for removal, as leads read it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::privacy::due::{RetentionBlock, RetentionDueItem};
use crate::privacy::{caution, due};
use crate::refusal::Result;
use crate::retention::views::RetentionCategory;
use crate::work::Reader;

/// Filters for the data due for removal.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RetentionDueFilter {
    /// Only data of these kinds; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub category: Option<Vec<RetentionCategory>>,
}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/retention-due", Some(Action::ReadRetention), list_retention_due)
        .describe(
            "List data that is due for removal",
            "A dry run of the retention job: everything whose retention period is over. The next run removes these \
         records and no others, except those that are `blocked`. Reading the list changes nothing.",
        )
        .without_ids();
}

fn list_retention_due(
    reader: &mut Reader<'_>,
    (): (),
    filter: &RetentionDueFilter,
    page: &Page,
) -> Result<Rows<RetentionDueItem>> {
    let today = reader.today();
    let categories = filter.category.as_deref().unwrap_or(RetentionCategory::ALL);
    let mut listed = due::page(reader.conn, today, categories, page)?;
    let shown = |category: &&RetentionCategory| {
        listed.rows.iter().any(|item| item.category == **category && item.blocked.is_none())
    };
    let shown: Vec<RetentionCategory> = categories.iter().filter(shown).copied().collect();
    for counted in caution::too_many(reader.conn, today, &shown)? {
        let of_it = |item: &&mut RetentionDueItem| item.category == counted.category && item.blocked.is_none();
        listed.rows.iter_mut().filter(of_it).for_each(|item| item.blocked = Some(RetentionBlock::TooManyAtOnce));
    }
    Ok(listed)
}
