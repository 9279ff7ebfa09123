//! SQL of the list of volunteers: its filters, and the search for names.

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
use crate::db::search::{Asked, has_words, shows_words};
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::reach::{reached, reached_whole};
use crate::people::volunteers::status::VolunteerStatus;
use crate::people::volunteers::store::{VolunteerRow, people};
use crate::people::volunteers::views::{NeedsReviewState, NextSession, VolunteerFilter};
use crate::refusal::Result;
use crate::text::phone;
use crate::work::Reader;
use crate::{page_by, page_in_parts};

/// What the legal and the preferred name say.
const WORDS: &str = "volunteer_profiles.words";

/// What comes next for a person, as far as the caller's services know it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Ahead {
    pub next_session: Option<NextSession>,
    pub support_due_on: Option<Day>,
    /// Whether the caller sees the person whole.
    pub whole: bool,
}

/// A person in the list: what the profile says, who added them, and what comes next.
pub(super) type Listed = (VolunteerRow, VolunteerContent, Option<String>, Json<Ahead>);

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
            .select((VolunteerRow::as_select(), VolunteerContent::as_select(), actors::subject, ahead))
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
            let at = sql::<Bool>("lower(volunteer_profiles.email) = lower(").bind::<Text, _>(email.as_str().to_owned());
            query = query.filter(at.sql(")"));
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
