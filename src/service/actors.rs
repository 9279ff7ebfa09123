//! The ids of actors: looked up or created once, then cached.
//! Names and logins are stored only in the table of actors, so that erasure can remove them.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};

use crate::access::Actor;
use crate::db::Writer;
use crate::db::forget::clear;
use crate::db::ids::{ActorId, IdSource, VolunteerId};
use crate::db::schema::{actor_volunteers, actors};
use crate::http::idempotency;
use crate::refusal::Done;

/// Size at which the cache is emptied.
const MOST: usize = 10_000;

/// The cache of actors' ids.
#[derive(Debug, Default)]
pub struct Known(RwLock<HashMap<String, ActorId>>);

impl Known {
    /// The id of an actor; created when they make their first change.
    pub fn id(&self, conn: &mut PgConnection, actor: &Actor, ids: &IdSource) -> Done<ActorId> {
        let volunteer = actor.volunteer_id.map(|id| id.to_string()).unwrap_or_default();
        let name = actor.name.clone().unwrap_or_default();
        let works_here = actor.works_here().to_string();
        let whole = [&actor.issuer, &actor.subject, &name, &volunteer, &works_here].map(String::as_str).join("\n");
        if let Some(id) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&whole) {
            return Ok(*id);
        }
        let id = find_or_make(conn, actor, ids)?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(whole, id);
        Ok(id)
    }
}

fn find_or_make(conn: &mut PgConnection, actor: &Actor, ids: &IdSource) -> Done<ActorId> {
    conn.transaction(|conn| {
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
        }
        Ok(id)
    })
}

// A login is not linked to an erased volunteer. An existing link stays, so that a member of staff can go on working.
const SPEAKS_FOR: &str = "\
INSERT INTO actor_volunteers (actor_id, volunteer_id) SELECT $1, $2
WHERE NOT is_erased($2) AND NOT EXISTS (SELECT FROM actor_volunteers WHERE actor_id = $1 AND volunteer_id = $2)
ON CONFLICT DO NOTHING";

type LogIn = (Option<String>, Option<String>);

const LOG_INS: &str = "\
UPDATE actors SET issuer = NULL, subject = NULL, name = NULL
WHERE NOT works_here AND id IN (SELECT actor_id FROM actor_volunteers WHERE volunteer_id = $1)";

/// Erases the logins of an erased volunteer, and the answers stored for retries that belong to them or name them.
/// The actors' ids stay, so that the audit record still shows that the same person acted. The login of somebody who
/// also works for the trust is kept: segregation of duties compares persons, and their work is not part of their
/// volunteering.
///
/// # Errors
/// Database errors.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    let theirs: Vec<LogIn> = actors::table
        .inner_join(actor_volunteers::table)
        .filter(actor_volunteers::volunteer_id.eq(of))
        .select((actors::issuer, actors::subject))
        .load(writer.conn)?;
    let log_ins: Vec<(String, String)> =
        theirs.into_iter().filter_map(|(issuer, subject)| Some((issuer?, subject?))).collect();
    idempotency::forget(writer.conn, of, &log_ins)?;
    clear(writer, LOG_INS, of)
}
