//! SQL of the list of opportunities: its filters, and the search in titles and summaries.

use crate::db::prelude::*;
use diesel::dsl::{AsSelect, InnerJoin, IntoBoxed, Select, sql};
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Date, Timestamptz};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::among::{among, among_text};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, opportunities};
use crate::db::search::{has_email, has_words, shows_words};
use crate::db::sorting::{MarkKind, Sorting};
use crate::opportunities::filter::OpportunityFilter;
use crate::opportunities::reach::{answered, gathered, reached};
use crate::opportunities::row::{OpportunityAndCreator, OpportunityRow};
use crate::opportunities::status::OpportunityStatus;
use crate::refusal::Result;
use crate::vocabulary::opportunity::OpportunityKind;
use crate::work::Reader;
use crate::work::names::{Name, PlanNames};
use crate::{one_of_each, page_by, page_in_parts};

/// The orders of the list besides that of age: by when expressions of interest close.
pub(crate) const SORTINGS: &[Sorting] = &[Sorting::new(
    "closes_at",
    "what closes soonest comes first, and last what has no closing time",
    (MarkKind::Time, "COALESCE(opportunities.closes_at, 'infinity')"),
    "opportunities.id",
)];

/// The days on which opportunities take place, as their index has them: without a last day it goes on, without a first one it
/// has begun. What has neither is left out.
const HAS_DAYS: &str = "num_nonnulls(opportunities.starts_on, opportunities.ends_on) > 0 AND ";
const LAST_DAY: &str = "COALESCE(opportunities.ends_on, 'infinity') >= ";
const FIRST_DAY: &str = "COALESCE(opportunities.starts_on, '-infinity') <= ";

type Joined = InnerJoin<opportunities::table, actors::table>;
type Found = (AsSelect<OpportunityRow, Pg>, actors::subject, (Name, Name));
type Query<'q> = IntoBoxed<'q, Select<Joined, Found>, Pg>;

pub(super) fn list(
    reader: &mut Reader<'_>,
    filter: &OpportunityFilter,
    page: &Page,
) -> Result<Rows<OpportunityAndCreator>> {
    let (grant, now) = (reader.grant(), reader.now());
    let gathers = page.sorted.is_some() && !grant.all() && grant.own().is_some();
    let page = if gathers { page.gathered() } else { page.clone() };
    let page = &page;
    let query = || filtered(filter, grant, now, gathers);
    let Some(q) = &filter.q else {
        return Ok(page.load(page_by!(query(), page, opportunities::id, opportunities::updated_at), reader.conn)?);
    };
    let status = filter.status.as_ref().map(|wanted| stored(wanted));
    let walked = walked(status.as_deref().unwrap_or_default(), filter.kind.as_deref().unwrap_or_default());
    let (shows, has) = (shows_words(WORDS, q), has_words(WORDS, q));
    Ok(page_in_parts!(page, reader.conn, opportunities, &walked, query, shows, has)?)
}

/// What the caller reaches and every filter leaves but the search.
fn filtered<'q>(filter: &OpportunityFilter, grant: &Grant, now: Instant, gathers: bool) -> Query<'q> {
    // Of opportunities that are not open, volunteers see only those in which they take part. This condition stands alone,
    // because next to another one PostgreSQL would check every row.
    let shut = filter.status.as_ref().is_some_and(|wanted| !wanted.contains(&OpportunityStatus::Published));
    let query = opportunities::table
        .inner_join(actors::table)
        .select((OpportunityRow::as_select(), actors::subject, PlanNames::of("opportunities")))
        .into_boxed();
    let mut query: Query<'q> = match grant.own().filter(|_| shut && grant.only_own()) {
        Some(own) => query.filter(answered(own)),
        None => match grant.own().filter(|_| gathers) {
            Some(own) => query.filter(gathered(own, grant, now)),
            None => reached!(query, grant, now),
        },
    };
    if let Some(wanted) = &filter.status {
        query = query.filter(among("opportunities.status", stored(wanted).iter().map(|word| word.as_str())));
        if let Some(side) = closing(wanted) {
            let published = OpportunityStatus::Published;
            let at = format!("(opportunities.status <> '{published}' OR opportunities.closes_at {side} ");
            query = query.filter(sql::<Bool>(&at).bind::<Timestamptz, _>(now).sql(")"));
        }
    }
    if let Some(from) = filter.from {
        query = query.filter(sql::<Bool>(&format!("({HAS_DAYS}{LAST_DAY}")).bind::<Date, _>(from).sql(")"));
    }
    if let Some(to) = filter.to {
        query = query.filter(sql::<Bool>(&format!("({HAS_DAYS}{FIRST_DAY}")).bind::<Date, _>(to).sql(")"));
    }
    if let Some(email) = &filter.contact_email {
        query = query.filter(has_email("opportunities.contact ->> 'email'", email.as_str()));
    }
    query = one_of_each!(query, opportunities, filter: plan_id, service_id);
    if let Some(kinds) = &filter.kind {
        query = query.filter(among("opportunities.kind", kinds.iter().map(|word| word.as_str())));
    }
    query
}

/// The statuses that are stored of opportunities with these: one whose `closes_at` has passed may not be stored as closed
/// yet.
fn stored(wanted: &[OpportunityStatus]) -> Vec<OpportunityStatus> {
    let (closed, published) = (OpportunityStatus::Closed, OpportunityStatus::Published);
    let late = wanted.contains(&closed) && !wanted.contains(&published);
    wanted.iter().copied().chain(late.then_some(published)).collect()
}

/// The side of the moment on which those that are stored as published must close; none where both are wanted, or neither.
fn closing(wanted: &[OpportunityStatus]) -> Option<&'static str> {
    let closed = wanted.contains(&OpportunityStatus::Closed);
    (closed != wanted.contains(&OpportunityStatus::Published)).then_some(if closed { "<=" } else { ">" })
}

/// What the title and the summary say.
pub(super) const WORDS: &str = "opportunities.words";

/// The rows `w` that a search with these filters walks: of a single status or kind, its index has them in the order of the
/// list.
pub(super) fn walked(status: &[OpportunityStatus], kind: &[OpportunityKind]) -> String {
    match (status, kind) {
        ([only], _) => among_text("w.status", &[only.as_str()]),
        (_, [only]) => among_text("w.kind", &[only.as_str()]),
        _ => "TRUE".to_owned(),
    }
}
