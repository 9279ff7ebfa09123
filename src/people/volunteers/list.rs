//! SQL of the list of volunteers: its filters, and the search for names.

use std::borrow::Cow;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Bool, Date, Jsonb, Text, Timestamptz};
use serde::Deserialize;

use crate::clock::Day;
use crate::db::Json;
use crate::db::among::{among, among_text};
use crate::db::page::{Page, Rows};
use crate::db::parts::Part;
use crate::db::schema::{actors, volunteer_profiles, volunteers};
use crate::db::search::{Asked, has_email, has_words, shows_words};
use crate::db::sorting::{Mark, MarkKind, Sorting, Trace};
use crate::http::page::refuse_cursor;
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::reach::{Reached, reached, reached_whole};
use crate::people::volunteers::status::VolunteerStatus;
use crate::people::volunteers::store::{VolunteerRow, people};
use crate::people::volunteers::views::{NeedsReviewState, NextSession, VolunteerFilter};
use crate::refusal::Result;
use crate::text::phone;
use crate::work::Reader;
use crate::{page_by, page_in_parts};

/// What the legal and the preferred name say.
const WORDS: &str = "volunteer_profiles.words";

/// The orders of the list besides that of age: by what people go by.
pub(super) const SORTINGS: &[Sorting] = &[Sorting::new(
    "name",
    "by what people go by, the preferred or else the legal name as a whole, from A to Z; accents and capitals do not count, \
     and whoever was erased comes last",
    (MarkKind::Text, "volunteer_profiles.name_key"),
    "volunteer_profiles.volunteer_id",
)];

/// What comes next for a person, as far as the caller's services know it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Ahead {
    pub next_session: Option<NextSession>,
    pub support_due_on: Option<Day>,
    /// Whether the caller sees the person whole.
    pub whole: bool,
}

/// A person in the list: what the profile says, who added them, what comes next, and the name that they are sorted by.
pub(super) type Listed = (VolunteerRow, VolunteerContent, Option<String>, Json<Ahead>, String);

/// The next session and the next day on which support is due, among those of the caller's services: what other services do
/// with a person is not theirs to know.
const AHEAD: &str = "(SELECT jsonb_build_object(
    'next_session', (SELECT jsonb_build_object('session_id', s.session_id, 'starts_at', s.starts_at, 'opportunity_title', s.title)
        FROM sessions_ahead s WHERE s.volunteer_id = volunteers.id AND s.starts_at >= asked.now
            AND (asked.everywhere OR s.service_id = ANY (asked.services)) ORDER BY s.starts_at, s.session_id LIMIT 1),
    'support_due_on', (SELECT min(g.due_on) FROM support_ahead g WHERE g.volunteer_id = volunteers.id
        AND (asked.everywhere OR g.service_id = ANY (asked.services))),
    'whole', asked.everywhere OR (volunteers.status = 'prospective' AND volunteers.created_by IS NOT DISTINCT FROM asked.me)
        OR EXISTS (SELECT FROM engaged_volunteers e WHERE e.volunteer_id = volunteers.id AND e.service_id = ANY (asked.services)))
FROM (SELECT ";

pub(super) fn list(reader: &mut Reader<'_>, filter: &VolunteerFilter, page: &Page) -> Result<Rows<Listed>> {
    // Nobody is found by what is not shown of them.
    let whole = filter.asks_beyond_brief();
    let reached = if whole { reached_whole(reader.context()) } else { reached(reader.context()) };
    let page = with_name(reader, &reached, page)?;
    let page = &*page;
    let today = reader.today();
    let (grant, now) = (reader.grant(), reader.now());
    let everywhere = grant.all() || grant.only_own();
    let actor = reader.actor()?;
    let (issuer, subject) = (&actor.issuer, &actor.subject);
    let query = |words: Option<Asked>| {
        let ahead = sql::<Jsonb>(AHEAD)
            .bind::<Bool, _>(everywhere)
            .sql(" AS everywhere, ARRAY(SELECT v.id FROM services v WHERE v.code = ANY (")
            .bind::<Array<Text>, _>(grant.services().to_vec())
            .sql(")) AS services, ")
            .bind::<Timestamptz, _>(now)
            .sql(" AS now, (SELECT k.id FROM actors k WHERE k.issuer = ")
            .bind::<Text, _>(issuer.clone())
            .sql(" AND k.subject = ")
            .bind::<Text, _>(subject.clone())
            .sql(") AS me) asked)");
        let mut query = people!()
            .select((
                VolunteerRow::as_select(),
                VolunteerContent::as_select(),
                actors::subject,
                ahead,
                volunteer_profiles::name_key,
            ))
            .into_boxed();
        if let Some(status) = &filter.status {
            query = query.filter(among("volunteers.status", status.iter().map(|word| word.as_str())));
        }
        if let Some(NeedsReviewState::Overdue) = filter.needs_review {
            // Written as in the index `volunteer_profiles_by_review`, so that it is used.
            let overdue = "volunteer_profiles.communication_needs <> '[]' AND volunteer_profiles.needs_review_due < ";
            query = query.filter(sql::<Bool>(overdue).bind::<Date, _>(today));
            query = query.filter(volunteers::status.eq_any(VolunteerStatus::PRESENT));
        }
        if let Some(email) = &filter.email {
            query = query.filter(has_email("volunteer_profiles.email", email.as_str()));
        }
        if let Some(phone) = &filter.phone {
            // The digits alone, as in the index, in every way in which the same number is written.
            let digits = sql::<Bool>("regexp_replace(volunteer_profiles.phone, '[^0-9]', '', 'g') = ANY (");
            query = query.filter(digits.bind::<Array<Text>, _>(phone::writings(phone)).sql(")"));
        }
        if let Some(skill) = &filter.skill {
            let has = sql::<Bool>("lower(volunteer_profiles.skills::text)::jsonb @> jsonb_build_array(lower(");
            query = query.filter(has.bind::<Text, _>(skill.as_str().to_owned()).sql("))"));
        }
        if let Some(kinds) = &filter.interest {
            let any = sql::<Bool>("volunteer_profiles.interests ?| ");
            query = query.filter(any.bind::<Array<Text>, _>(names(kinds.iter().map(|kind| kind.as_str()))));
        }
        if let Some(groups) = &filter.membership {
            let any = sql::<Bool>("volunteer_profiles.memberships ?| ");
            query = query.filter(any.bind::<Array<Text>, _>(names(groups.iter().map(|group| group.as_str()))));
        }
        match words {
            Some(words) => query.filter(words),
            None => query,
        }
    };
    let q = filter.q.as_ref().map(|q| q.as_str());
    let (shows, has) = q.map(|q| (shows_words(WORDS, q), has_words(WORDS, q))).unzip();
    let rows = if page.changed.is_some() {
        // What is new is little: it is walked, whoever of it fits.
        let query = query(shows).filter(reached);
        page.load(page_by!(query, page, volunteers::id, volunteers::updated_at), reader.conn)
    } else if page.sorted.is_some() {
        // Whom a search finds or the services know are spread over the names: they are gathered and then put in order.
        let page = if has.is_some() || reached.is_by_services() { page.gathered() } else { page.clone() };
        page.load(page_by!(query(has).filter(reached), page, volunteers::id), reader.conn)
    } else if reached.is_by_services() {
        let near = query(shows).filter(reached.clone().within(Part::Near, page));
        let far = query(has).filter(reached.within(Part::Far, page));
        page.load_parts(page_by!(near, page, volunteers::id), page_by!(far, page, volunteers::id), reader.conn)
    } else if let (Some(shows), Some(has)) = (shows, has) {
        let query = || query(None).filter(reached.clone());
        page_in_parts!(page, reader.conn, volunteers, &walked(filter), query, shows, has)
    } else {
        page.load(page_by!(query(None).filter(reached), page, volunteers::id), reader.conn)
    };
    Ok(rows?)
}

/// The page with the name after which it begins, if it goes by names: a cursor does not say it. Whoever can't be seen any more,
/// or goes by another name now, is no place to go on from.
fn with_name<'p>(reader: &mut Reader<'_>, reached: &Reached, page: &'p Page) -> Result<Cow<'p, Page>> {
    let (Some(Mark::Trace(trace)), Some(after)) = (&page.after_mark, page.after) else {
        return Ok(Cow::Borrowed(page));
    };
    let name: Option<String> = people!()
        .filter(volunteers::id.eq(after))
        .filter(reached.clone())
        .select(volunteer_profiles::name_key)
        .first(reader.conn)
        .optional()?;
    let name = name.filter(|name| Trace::of(name) == *trace);
    let name =
        name.ok_or_else(|| refuse_cursor("The last person of the page before has another name now, or is gone."))?;
    Ok(Cow::Owned(Page { after_mark: Some(Mark::Text(name)), ..page.clone() }))
}

fn names(words: impl Iterator<Item = &'static str>) -> Vec<String> {
    words.map(str::to_owned).collect()
}

/// The rows `w` that a search walks: of a single status, its index has them in the order of the list.
fn walked(filter: &VolunteerFilter) -> String {
    match filter.status.as_deref() {
        Some([only]) => among_text("w.status", &[only.as_str()]),
        _ => "TRUE".to_owned(),
    }
}
