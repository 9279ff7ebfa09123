//! The ids of actors: looked up or created once, then cached.
//! Names and logins are stored only in the table of actors, so that erasure can remove them.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};

use crate::access::Actor;
use crate::db::ids::{ActorId, IdSource, VolunteerId};
use crate::db::schema::{actor_volunteers, actors};
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows::clear;

/// Size at which the cache is emptied.
const MOST: usize = 10_000;

/// The cache of actors' ids.
#[derive(Debug, Default)]
pub struct Known(RwLock<Remembered>);

/// What is remembered, and how many connections had been lost by then: a database that was restored, or another server
/// that took over, may not have all of it.
#[derive(Debug, Default)]
struct Remembered {
    lost: u64,
    ids: HashMap<String, ActorId>,
}

impl Known {
    /// The id of an actor who was looked up since the last connection was lost, of so many ([`Db::lost`]).
    ///
    /// [`Db::lost`]: crate::db::pool::Db::lost
    pub fn known(&self, actor: &Actor, lost: u64) -> Option<ActorId> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.ids.get(&whole(actor)).copied().filter(|_| known.lost == lost)
    }

    /// Forgets everybody.
    pub fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).ids.clear();
    }

    /// The id of an actor; created when they make their first change.
    pub fn id(&self, conn: &mut PgConnection, actor: &Actor, ids: &IdSource, lost: u64) -> Result<ActorId> {
        if let Some(id) = self.known(actor, lost) {
            return Ok(id);
        }
        let id = found_or_made(conn, actor, ids)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.lost < lost || known.ids.len() >= MOST {
            *known = Remembered { lost, ids: HashMap::new() };
        }
        // What was looked up before the last loss is not remembered.
        if known.lost == lost {
            known.ids.insert(whole(actor), id);
        }
        Ok(id)
    }
}

/// The id of an actor, past the cache: what is made in a transaction may not come to be.
pub(super) fn found_or_made(conn: &mut PgConnection, actor: &Actor, ids: &IdSource) -> Result<ActorId> {
    match find(conn, actor)? {
        Some(id) => Ok(id),
        None => make(conn, actor, ids),
    }
}

/// Everything that is kept of an actor, as one text.
fn whole(actor: &Actor) -> String {
    let volunteer = actor.volunteer_id.map(|id| id.to_string()).unwrap_or_default();
    let works_here = if actor.works_here() { "works here" } else { "" };
    let name = actor.name.as_deref().unwrap_or_default();
    [&actor.issuer, &actor.subject, name, &volunteer, works_here].join("\n")
}

const FIND: &str = "\
SELECT a.id FROM actors a
WHERE a.issuer = $1 AND a.subject = $2 AND ($3 IS NULL OR a.name = $3) AND (a.works_here OR NOT $4)
    AND ($5 IS NULL OR ((a.issuer = 'built-in' OR same_person(a.id, $5)) AND (SELECT b.erased OR EXISTS (SELECT FROM actor_volunteers v
        WHERE v.actor_id = a.id AND v.volunteer_id = COALESCE(b.merged_into, $5)) FROM became_of($5) b)))";

#[derive(QueryableByName)]
struct FoundActor {
    #[diesel(sql_type = SqlUuid)]
    id: ActorId,
}

/// The actor, if there is nothing to write: most callers are known since before this copy of the service was started.
fn find(conn: &mut PgConnection, actor: &Actor) -> Result<Option<ActorId>> {
    let found: Option<FoundActor> = diesel::sql_query(FIND)
        .bind::<Text, _>(&actor.issuer)
        .bind::<Text, _>(&actor.subject)
        .bind::<Nullable<Text>, _>(&actor.name)
        .bind::<Bool, _>(actor.works_here())
        .bind::<Nullable<SqlUuid>, _>(actor.volunteer_id)
        .get_result(conn)
        .optional()?;
    Ok(found.map(|found| found.id))
}

fn make(conn: &mut PgConnection, actor: &Actor, ids: &IdSource) -> Result<ActorId> {
    conn.transaction(|conn| {
        if let Some(volunteer) = actor.volunteer_id {
            diesel::select(sql_functions::hold_volunteer(volunteer)).get_result::<bool>(conn)?;
        }
        let id: ActorId = diesel::insert_into(actors::table)
            .values((
                actors::id.eq(ids.next::<ActorId>()),
                actors::issuer.eq(&actor.issuer),
                actors::subject.eq(&actor.subject),
                actors::name.eq(&actor.name),
                actors::works_here.eq(actor.works_here()),
            ))
            .on_conflict((actors::issuer, actors::subject))
            .do_update()
            .set((
                actors::name.eq(sql::<Nullable<Text>>("COALESCE(EXCLUDED.name, actors.name)")),
                actors::works_here.eq(sql::<Bool>("EXCLUDED.works_here OR actors.works_here")),
            ))
            .returning(actors::id)
            .get_result(conn)?;
        if let Some(volunteer) = actor.volunteer_id {
            diesel::sql_query(SPEAKS_FOR).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(volunteer).execute(conn)?;
            // Whoever answers by a secret address decides, approves and pays nothing, so nothing compares them with
            // anybody. To join persons takes a lock of the whole trust until the end of the transaction: a first answer
            // would wait for every other one. What their row rests on is held by the lock of the volunteer above: of two
            // first answers one makes the actor, and an erasure or a merge comes before or after.
            if !actor.has_secret_address() {
                let _: Joined =
                    diesel::sql_query(IS_ONE).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(volunteer).get_result(conn)?;
            }
        }
        Ok(id)
    })
}

// A login is not linked to an erased volunteer. An existing link stays, so that a member of staff can go on working.
const SPEAKS_FOR: &str = "\
INSERT INTO actor_volunteers (actor_id, volunteer_id)
SELECT $1, now.id FROM (SELECT COALESCE(b.merged_into, $2) AS id FROM became_of($2) b WHERE NOT b.erased) now
WHERE NOT EXISTS (SELECT FROM actor_volunteers WHERE actor_id = $1 AND volunteer_id = now.id)
ON CONFLICT DO NOTHING";

// They are one person for good, for the separation of duties, also where the volunteer was erased.
const IS_ONE: &str = "SELECT true AS joined FROM join_persons($1, $2)";

#[derive(QueryableByName)]
struct Joined {
    #[diesel(sql_type = Bool)]
    #[expect(dead_code, reason = "a question must have an answer")]
    joined: bool,
}

type LogIn = (Option<String>, Option<String>);

const LOG_INS: &str = "\
UPDATE actors SET issuer = NULL, subject = NULL, name = NULL, salt = NULL
WHERE NOT works_here AND id IN (SELECT actor_id FROM actor_volunteers WHERE volunteer_id = $1)";

/// A log-in: issuer and subject.
pub type LogInKey = (String, String);

const OWN_LOG_IN: &str = "\
SELECT EXISTS (SELECT FROM actors a WHERE subject_key(a.subject) = subject_key($2) AND same_person(a.id, $1)) AS yes";

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether a subject means a log-in of the caller's person: this one, or another.
///
/// # Errors
/// Database errors.
pub fn is_own_log_in(writer: &mut Writer<'_>, subject: &str) -> Result<bool> {
    let who = writer.actor_id();
    let asked = diesel::sql_query(OWN_LOG_IN).bind::<SqlUuid, _>(who).bind::<Text, _>(subject);
    Ok(asked.get_result::<Yes>(writer.conn)?.yes)
}

/// The log-ins that speak for a person.
///
/// # Errors
/// Database errors.
pub fn log_ins(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<LogInKey>> {
    let theirs: Vec<LogIn> = actors::table
        .inner_join(actor_volunteers::table)
        .filter(actor_volunteers::volunteer_id.eq(of))
        .select((actors::issuer, actors::subject))
        .load(conn)?;
    Ok(theirs.into_iter().filter_map(|(issuer, subject)| Some((issuer?, subject?))).collect())
}

/// The log-ins that speak for a person and don't work here.
///
/// # Errors
/// Database errors.
pub fn log_ins_only_theirs(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<LogInKey>> {
    let theirs: Vec<LogIn> = actors::table
        .inner_join(actor_volunteers::table)
        .filter(actor_volunteers::volunteer_id.eq(of))
        .filter(actors::works_here.eq(false))
        .select((actors::issuer, actors::subject))
        .load(conn)?;
    Ok(theirs.into_iter().filter_map(|(issuer, subject)| Some((issuer?, subject?))).collect())
}

/// The subjects of the log-ins that speak for a person and don't work here.
///
/// # Errors
/// Database errors.
pub fn subjects_only_theirs(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<String>> {
    Ok(log_ins_only_theirs(conn, of)?.into_iter().map(|(_, subject)| subject).collect())
}

/// Empties the log-ins that spoke for an erased person. Their keys stay: who acted is still one and the same. A log-in
/// that works here, too, stays whole: segregation compares persons, and what somebody did at work is no part of what they
/// were as a volunteer.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, LOG_INS, of)
}

mod sql_functions {
    diesel::define_sql_function! {
        /// Holds a volunteer's row against changes of its key; whether there is one.
        fn hold_volunteer(held: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
    }
}
