//! SQL for the list of sessions, by age or by the time at which they take place.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};

use crate::access::Grant;
use crate::db::among::among;
use crate::db::ids::{SessionId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, sessions};
use crate::db::sorting::{MarkKind, Sorting};
use crate::refusal::Result;
use crate::sessions::store::{Named, Narrow, SessionRow, of_services, reached};
use crate::sessions::views::SessionsFilter;
use crate::work::Reader;
use crate::work::names::OpportunityNames;
use crate::{one_of_each, page_by};

/// What takes place soonest first.
pub(crate) const SOONEST: Sorting = Sorting::new(
    "soonest",
    "what takes place soonest comes first",
    (MarkKind::Time, "sessions.starts_at"),
    "sessions.id",
);

const LATEST: Sorting = SOONEST.descending("latest", "what takes place latest comes first");

/// The orders of the list besides that of age.
pub(super) const SORTINGS: &[Sorting] = &[SOONEST, LATEST];

/// That a session is one at which one of some people is expected, or for which it is recorded whether they came. The view is
/// made beside the tables of expressions and agreements.
const EXPECTED: &str = "sessions.id IN (SELECT x.session_id FROM expected_at_sessions x WHERE x.volunteer_id = ANY (";
const RECORDED: &str = ") UNION ALL SELECT a.session_id FROM attendances a WHERE a.volunteer_id = ANY (";

pub(super) fn list(reader: &mut Reader<'_>, filter: &SessionsFilter, page: &Page) -> Result<Rows<Named>> {
    let mut query = sessions::table
        .filter(reached(reader.grant()))
        .select((
            SessionRow::as_select(),
            actors::table.filter(actors::id.eq(sessions::created_by)).select(actors::subject).single_value(),
            OpportunityNames::of("sessions"),
        ))
        .into_boxed();
    query = one_of_each!(query, sessions, filter: opportunity_id, service_id);
    if let Some(people) = &filter.volunteer_id {
        query = query.filter(with_any_of(reader.grant(), people));
    }
    if let Some(states) = &filter.status {
        query = query.filter(among("sessions.status", states.iter().map(|word| word.as_str())));
    }
    if let Some(from) = filter.from {
        query = query.filter(sessions::starts_at.ge(from.starts_at()));
    }
    if let Some(to) = filter.to {
        query = query.filter(sessions::starts_at.lt(to.plus_days(1).starts_at()));
    }
    Ok(page.load(page_by!(query, page, sessions::id, sessions::updated_at), reader.conn)?)
}

/// That one of these people takes part in a session, as far as the caller sees who does: at the sessions of their services
/// everybody, elsewhere only themselves.
fn with_any_of(grant: &Grant, people: &[VolunteerId]) -> Narrow {
    let myself: Vec<VolunteerId> = people.iter().copied().filter(|one| grant.own() == Some(*one)).collect();
    if grant.all() || grant.own().is_none() {
        return with(people.to_vec());
    }
    if grant.services().is_empty() {
        return with(myself);
    }
    Box::new(of_services(grant).and(with(people.to_vec())).or(with(myself)))
}

fn with(people: Vec<VolunteerId>) -> Narrow {
    let expected = sql::<Bool>(EXPECTED).bind::<Array<SqlUuid>, _>(people.clone());
    Box::new(expected.sql(RECORDED).bind::<Array<SqlUuid>, _>(people).sql("))"))
}

/// Which of these people take part in which of these sessions: what an answer to the filter tells about them.
const PARTS: &str = "\
SELECT x.session_id, x.volunteer_id FROM expected_at_sessions x WHERE x.session_id = ANY ($1) AND x.volunteer_id = ANY ($2)
UNION SELECT a.session_id, a.volunteer_id FROM attendances a WHERE a.session_id = ANY ($1) AND a.volunteer_id = ANY ($2)";

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = SqlUuid)]
    session_id: SessionId,
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
}

/// The people among these who take part in the sessions, each with the session.
pub(super) fn parts(
    conn: &mut PgConnection,
    sessions: &[SessionId],
    people: &[VolunteerId],
) -> Result<Vec<(VolunteerId, SessionId)>> {
    let asked = diesel::sql_query(PARTS).bind::<Array<SqlUuid>, _>(sessions).bind::<Array<SqlUuid>, _>(people);
    let found: Vec<Part> = asked.load(conn)?;
    Ok(found.into_iter().map(|part| (part.volunteer_id, part.session_id)).collect())
}
