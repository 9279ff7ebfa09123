//! SQL of the list of opportunities: its filters, and the search in titles and summaries.

use crate::db::prelude::*;
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::among::among;
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, opportunities};
use crate::opportunities::reach::{answered, reached};
use crate::opportunities::row::{OpportunityAndCreator, OpportunityRow};
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::views::OpportunityFilter;
use crate::page_by;
use crate::refusal::Result;
use crate::work::Reader;

pub(super) fn list(
    reader: &mut Reader<'_>,
    filter: &OpportunityFilter,
    page: &Page,
) -> Result<Rows<OpportunityAndCreator>> {
    let (grant, now) = (reader.grant(), reader.now());
    let query = opportunities::table
        .inner_join(actors::table)
        .select((OpportunityRow::as_select(), actors::subject))
        .into_boxed();
    // Of opportunities that are not open, volunteers see only those in which they take part. This condition stands alone,
    // because next to another one PostgreSQL would check every row.
    let shut = filter.status.as_ref().is_some_and(|wanted| !wanted.contains(&OpportunityStatus::Published));
    let mut query = match grant.own().filter(|_| shut && grant.only_own()) {
        Some(own) => query.filter(answered(own)),
        None => reached!(query, grant, now),
    };
    if let Some(wanted) = &filter.status {
        // Stored statuses first, for the index; then those whose `closes_at` has passed and that are not stored as
        // closed yet.
        let (closed, published) =
            (wanted.contains(&OpportunityStatus::Closed), wanted.contains(&OpportunityStatus::Published));
        let mut stored = wanted.clone();
        stored.extend((closed && !published).then_some(OpportunityStatus::Published));
        query = query.filter(among("opportunities.status", stored.iter().map(|word| word.as_str())));
        if closed != published {
            let side = if closed { "<=" } else { ">" };
            let published = OpportunityStatus::Published;
            let at = format!("(opportunities.status <> '{published}' OR opportunities.closes_at {side} ");
            query = query.filter(sql::<Bool>(&at).bind::<Timestamptz, _>(now).sql(")"));
        }
    }
    if let Some(plan) = filter.plan_id {
        query = query.filter(opportunities::plan_id.eq(plan));
    }
    if let Some(service) = filter.service_id {
        query = query.filter(opportunities::service_id.eq(service));
    }
    if let Some(kinds) = &filter.kind {
        query = query.filter(among("opportunities.kind", kinds.iter().map(|word| word.as_str())));
    }
    if let Some(q) = &filter.q {
        let found = query.filter(about(q));
        return Ok(page.load(page_by!(found, page, sql::<SqlUuid>(FOUND_ID)), reader.conn)?);
    }
    Ok(page.load(page_by!(query, page, opportunities::id), reader.conn)?)
}

/// The id by which search results are ordered, in a form that no index has. Otherwise PostgreSQL, which can't tell that
/// a word is rare, would walk the index of ids and read every text on the way.
pub(crate) const FOUND_ID: &str = "COALESCE(opportunities.id, opportunities.id)";

/// Condition that the title or summary has words that begin with each of these. It uses the index
/// `opportunities_by_words` if the page is ordered by `FOUND_ID`.
pub(crate) fn about(q: &str) -> SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>> {
    let words: Vec<String> = q
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(10)
        .map(|word| format!("'{word}':*"))
        .collect();
    sql::<Bool>("to_tsvector('simple'::regconfig, opportunities.title || ' ' || coalesce(opportunities.summary, '')) @@ to_tsquery('simple'::regconfig, ")
        .bind::<Text, _>(words.join(" & "))
        .sql(")")
}
