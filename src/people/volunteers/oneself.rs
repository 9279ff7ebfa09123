//! Nobody decides about themselves: one rule for every decision about a person. Persons are compared, not log-ins.
//! What volunteers may do as volunteers (answer an offer, leave, change their own details) is no decision about them.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;
use crate::people::volunteers::store;
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_if_any};
use crate::work::{Reader, Writer, actors};

/// Whether the caller is this person, by any of their log-ins.
///
/// # Errors
/// Database errors.
pub fn is_the_caller(writer: &mut Writer<'_>, id: VolunteerId) -> Result<bool> {
    let who = writer.actor_id();
    Ok(!store::own_among(writer.conn, who, &[id])?.is_empty())
}

const IS_THE_READER: &str = "\
SELECT EXISTS (SELECT FROM actors a WHERE a.issuer = $1 AND a.subject = $2 AND is_volunteer(a.id, $3))
    -- Whoever has only read so far is no actor yet.
    OR EXISTS (SELECT FROM volunteers v WHERE v.id = $3 AND subject_key(v.staff_subject) = subject_key($2)) AS yes";

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether whoever reads is this person, by their token or by any of their log-ins.
///
/// # Errors
/// Database errors.
pub fn is_the_reader(reader: &mut Reader<'_>, id: VolunteerId) -> Result<bool> {
    let actor = reader.actor()?;
    if actor.volunteer_id == Some(id) {
        return Ok(true);
    }
    let asked = diesel::sql_query(IS_THE_READER).bind::<Text, _>(&actor.issuer).bind::<Text, _>(&actor.subject);
    Ok(asked.bind::<SqlUuid, _>(id).get_result::<Yes>(reader.conn)?.yes)
}

/// Refuses a decision about the person who makes it.
///
/// # Errors
/// `segregation-of-duties` with `decides-about-themselves`.
pub fn not_about_oneself(writer: &mut Writer<'_>, about: VolunteerId) -> Result<()> {
    not_among(writer, &[(about, None)])
}

/// The same, where a statement has said whether it is about the caller.
///
/// # Errors
/// `segregation-of-duties` with `decides-about-themselves`.
pub fn not_oneself(is_the_caller: bool) -> Result<()> {
    let faults = is_the_caller.then(|| fault(None)).into_iter().collect();
    Ok(refuse_if_any(Kind::SegregationOfDuties, ABOUT_THEMSELVES, faults)?)
}

/// Refuses decisions about several people, each with its place in the body, where the caller is among them.
///
/// # Errors
/// `segregation-of-duties` with `decides-about-themselves` at each such place.
pub fn not_among(writer: &mut Writer<'_>, about: &[(VolunteerId, Option<&str>)]) -> Result<()> {
    let who = writer.actor_id();
    let ids: Vec<VolunteerId> = about.iter().map(|(id, _)| *id).collect();
    let own = store::own_among(writer.conn, who, &ids)?;
    let faults = about.iter().filter(|(id, _)| own.contains(id)).map(|(_, place)| fault(*place)).collect();
    Ok(refuse_if_any(Kind::SegregationOfDuties, ABOUT_THEMSELVES, faults)?)
}

const ABOUT_THEMSELVES: &str =
    "Nobody decides about themselves, whichever log-in they use. Ask somebody else to do this.";

fn fault(place: Option<&str>) -> Fault {
    let (code, detail) = ("decides-about-themselves", "is about you, so somebody else must decide it");
    match place {
        Some(pointer) if !pointer.is_empty() => Fault::at(pointer, code, detail),
        _ => Fault::whole(code, detail),
    }
}

/// Refuses the setting of a log-in that is the caller's own: nobody links themselves to a volunteer.
///
/// # Errors
/// `field-forbidden`.
pub(super) fn not_ones_own_log_in(writer: &mut Writer<'_>, subject: &str) -> Result<()> {
    if actors::is_own_log_in(writer, subject)? {
        return Err(Refusal::field_forbidden(&["staff_subject"]).into());
    }
    Ok(())
}
