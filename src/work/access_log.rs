//! The access log: every answer that shows sensitive data of somebody else writes who read what of which person.
//! Features report what they showed with `Reader::looked`; what may be shown is in `access::policy`.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::ids::{IdSource, VolunteerId};
use crate::refusal::Result;
use crate::work::record::By;

crate::text_enum! {
    /// Category of sensitive data that was read.
    pub enum Category {
        /// The person's profile, alone or in a list.
        Profile = "profile",
        /// Their clearances.
        Clearances = "clearances",
        /// Their lived experience of services.
        Experiences = "experiences",
        /// That they match an opportunity, with the reasons.
        Match = "match",
        /// An expression of interest, with the adjustments they need.
        Expression = "expression",
        /// The printable document of an agreement.
        AgreementDocument = "agreement_document",
        /// A support contact with its notes.
        SupportContact = "support_contact",
        /// A message that they were or are to be told.
        Delivery = "delivery",
        /// The printable document of a claim.
        ClaimDocument = "claim_document",
        /// The file of a receipt.
        Receipt = "receipt",
        /// The export of everything recorded about them.
        Export = "export",
    }
}

/// A piece of sensitive data that an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SensitiveRead {
    /// The person whose data it is.
    pub volunteer: VolunteerId,
    /// Category of the data.
    pub what: Category,
    /// The record that was read, where a person can have several.
    pub thing: Option<Uuid>,
}

const WRITE: &str = "\
INSERT INTO access_log (id, at, actor_id, volunteer_id, what, thing_id, request_id)
SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[]) AS l (id, volunteer_id, what, thing_id)";

/// The same outside of a change. The commit does not wait for the disk, which makes reading hardly slower; if the
/// database's machine fails, entries of its last half second can be lost.
const WRITE_ALONE: &str = "\
INSERT INTO access_log (id, at, actor_id, volunteer_id, what, thing_id, request_id)
SELECT l.id, $1, $2, l.volunteer_id, l.what, l.thing_id, $3
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[]) AS l (id, volunteer_id, what, thing_id)
WHERE set_config('synchronous_commit', 'off', true) = 'off'";

/// Writes what was read, in one statement; `alone` where it is not part of a change.
///
/// # Errors
/// Database errors; then the answer is not given.
pub(crate) fn write(
    conn: &mut PgConnection,
    accesses: &[SensitiveRead],
    by: By,
    ids: &IdSource,
    alone: bool,
) -> Result<()> {
    if accesses.is_empty() {
        return Ok(());
    }
    diesel::sql_query(if alone { WRITE_ALONE } else { WRITE })
        .bind::<Timestamptz, _>(by.at)
        .bind::<SqlUuid, _>(by.actor)
        .bind::<SqlUuid, _>(by.request_id)
        .bind::<Array<SqlUuid>, _>(accesses.iter().map(|_| ids.next::<Uuid>()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(accesses.iter().map(|access| access.volunteer).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(accesses.iter().map(|access| access.what).collect::<Vec<_>>())
        .bind::<Array<Nullable<SqlUuid>>, _>(accesses.iter().map(|access| access.thing).collect::<Vec<_>>())
        .execute(conn)?;
    Ok(())
}

const REMOVE_EXPIRED: &str = "\
DELETE FROM access_log WHERE id = ANY($1)
    AND at < now() + interval '4 days' - make_interval(months => $2)";

/// Removes those of the entries that are older than `months`, by the database's own clock, too; answers how many.
///
/// # Errors
/// Database errors.
pub fn remove_expired(conn: &mut PgConnection, ids: &[Uuid], months: i32) -> Result<usize> {
    Ok(diesel::sql_query(REMOVE_EXPIRED).bind::<Array<SqlUuid>, _>(ids).bind::<Integer, _>(months).execute(conn)?)
}
