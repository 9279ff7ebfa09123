//! SQL of the opportunities that are open to everybody, for the public pages.

use crate::db::prelude::*;
use diesel::pg::Pg;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::db::among::among;
use crate::db::ids::OpportunityId;
use crate::db::page::{Page, Rows};
use crate::db::schema::{opportunities, services};
use crate::db::search::{has_words, shows_words};
use crate::opportunities::OpportunityStatus;
use crate::opportunities::list::{WORDS, walked};
use crate::opportunities::row::OpportunityRow;
use crate::refusal::Result;
use crate::text::ShortText;
use crate::vocabulary::offer::Basis;
use crate::vocabulary::opportunity::{Mode, OpportunityKind};
use crate::work::Reader;
use crate::{page_by, page_in_parts};

/// Filters of the list of published opportunities.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct PublicOpportunityFilter {
    /// Only opportunities whose title or summary has words that begin with each of these words.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Only opportunities of one of these kinds; several separated by commas.
    #[serde(default)]
    kind: Option<Vec<OpportunityKind>>,
    /// Only opportunities with one of these ways of meeting; several separated by commas.
    #[serde(default)]
    mode: Option<Vec<Mode>>,
    /// Only opportunities on one of these bases; several separated by commas.
    #[serde(default)]
    basis: Option<Vec<Basis>>,
}

/// An open opportunity with the name of its service.
pub(crate) type Published = (OpportunityRow, ShortText);

/// Opportunities that are open at a moment, whatever else the caller may see.
macro_rules! open_at {
    ($now:expr) => {
        opportunities::table
            .inner_join(services::table)
            .filter(opportunities::status.eq(OpportunityStatus::Published))
            .filter(opportunities::closes_at.gt($now))
            .select((OpportunityRow::as_select(), services::name))
            .into_boxed::<Pg>()
    };
}

/// Opportunities that are open at this moment and match the filter.
pub(crate) fn list(reader: &mut Reader<'_>, filter: &PublicOpportunityFilter, page: &Page) -> Result<Rows<Published>> {
    let now = reader.now();
    let query = || {
        let mut query = open_at!(now);
        if let Some(kinds) = &filter.kind {
            query = query.filter(among("opportunities.kind", kinds.iter().map(|word| word.as_str())));
        }
        if let Some(modes) = &filter.mode {
            query = query.filter(among("opportunities.mode", modes.iter().map(|word| word.as_str())));
        }
        if let Some(bases) = &filter.basis {
            query = query.filter(among("opportunities.basis", bases.iter().map(|word| word.as_str())));
        }
        query
    };
    let Some(q) = &filter.q else {
        return Ok(page.load(page_by!(query(), page, opportunities::id), reader.conn)?);
    };
    let walked = walked(&[OpportunityStatus::Published], &[]);
    let (shows, has) = (shows_words(WORDS, q), has_words(WORDS, q));
    Ok(page_in_parts!(page, reader.conn, opportunities, &walked, query, shows, has)?)
}

/// An opportunity that is open at this moment.
pub(crate) fn find(reader: &mut Reader<'_>, id: OpportunityId) -> Result<Option<Published>> {
    Ok(open_at!(reader.now()).filter(opportunities::id.eq(id)).first(reader.conn).optional()?)
}
