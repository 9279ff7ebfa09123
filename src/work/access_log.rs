//! Who looked at what of a person: every answer that shows something sensitive of somebody else leaves a row.
//! Features say what they showed, by `Reader::looked`; what may be shown stands in `access::policy`.

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::ids::{ActorId, IdSource, VolunteerId};
use crate::refusal::Done;

crate::text_enum! {
    /// What somebody looked at.
    pub enum Category {
        /// The person's own page, or their place in a list of people.
        Profile = "profile",
        /// Their clearances.
        Clearances = "clearances",
        /// Their experience of services.
        Experiences = "experiences",
        /// That they fit an opportunity, and why.
        Match = "match",
        /// An expression of interest, with what they need.
        Expression = "expression",
        /// An agreement as it is printed.
        AgreementDocument = "agreement_document",
        /// What was said about support.
        SupportContact = "support_contact",
        /// What they were, or are to be, told.
        Delivery = "delivery",
        /// A claim as it is printed.
        ClaimDocument = "claim_document",
        /// The file of a receipt.
        Receipt = "receipt",
        /// Everything held about them.
        Export = "export",
    }
}

/// One thing of a person that an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SensitiveRead {
    /// Whose.
    pub volunteer: VolunteerId,
    /// What.
    pub what: Category,
    /// Which one, where there are several.
    pub thing: Option<Uuid>,
}

/// By whom, when and in which request something was looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    pub actor: ActorId,
    pub at: Instant,
    pub request_id: Uuid,
}

const WRITE: &str = "\
INSERT INTO looks (id, at, actor_id, volunteer_id, what, thing_id, request_id)
SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[]) AS l (id, volunteer_id, what, thing_id)";

/// The same on its own, outside of a change. It does not wait for the disk: with the database's machine may go what was
/// looked at in its last half second, and reading costs little more than it did.
const WRITE_ALONE: &str = "\
INSERT INTO looks (id, at, actor_id, volunteer_id, what, thing_id, request_id)
SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[]) AS l (id, volunteer_id, what, thing_id)
WHERE set_config('synchronous_commit', 'off', true) = 'off'";

/// Writes what was looked at, in one statement; `alone` where it is no part of a change.
///
/// # Errors
/// Those of the database: then there is no answer either.
pub(crate) fn write(conn: &mut PgConnection, looks: &[SensitiveRead], by: By, ids: &IdSource, alone: bool) -> Done<()> {
    if looks.is_empty() {
        return Ok(());
    }
    diesel::sql_query(if alone { WRITE_ALONE } else { WRITE })
        .bind::<Timestamptz, _>(by.at)
        .bind::<SqlUuid, _>(by.actor)
        .bind::<SqlUuid, _>(by.request_id)
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|_| ids.next::<Uuid>()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(looks.iter().map(|look| look.volunteer).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(looks.iter().map(|look| look.what).collect::<Vec<_>>())
        .bind::<Array<Nullable<SqlUuid>>, _>(looks.iter().map(|look| look.thing).collect::<Vec<_>>())
        .execute(conn)?;
    Ok(())
}

const REMOVE_EXPIRED: &str = "\
DELETE FROM looks WHERE id = ANY($1)
    AND at < now() + interval '4 days' - make_interval(months => (SELECT months FROM retention_periods WHERE category = 'looks'))";

/// Removes entries whose period is over, by the database's own clock, too; answers how many.
///
/// # Errors
/// Those of the database.
pub fn remove_expired(conn: &mut PgConnection, ids: &[Uuid]) -> Done<usize> {
    Ok(diesel::sql_query(REMOVE_EXPIRED).bind::<Array<SqlUuid>, _>(ids).execute(conn)?)
}
