//! SQL of the table `calendar_addresses`.

use crate::clock::Instant;
use crate::db::ids::{ActorId, CalendarAddressId, VolunteerId};
use crate::db::prelude::*;
use crate::db::schema::calendar_addresses as addresses;
use crate::refusal::{Failure, Result};
use crate::secret_addresses::secret::{Secret, hash_of};
use crate::work::{Change, Reader, Writer};

/// The address of a calendar in the record.
pub(super) const CALENDAR_ADDRESS: &str = "calendar_address";

/// The address of a person's calendar, without its secret.
#[derive(Clone, Copy, Debug)]
pub struct CalendarAddress {
    /// Version; always 1, since an address is replaced and never changed.
    pub version: i32,
    /// When it was made.
    pub made_at: Instant,
}

/// The address of a person's calendar, if they have one.
///
/// # Errors
/// Database errors.
pub fn find(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Option<CalendarAddress>> {
    let found: Option<(i32, Instant)> = addresses::table
        .filter(addresses::volunteer_id.eq(of))
        .select((addresses::version, addresses::created_at))
        .first(reader.conn)
        .optional()?;
    Ok(found.map(|(version, made_at)| CalendarAddress { version, made_at }))
}

/// How often it is begun anew while others make one for the same person.
const TRIES: usize = 5;

/// Makes an address in place of the one before, if there is one. Of two at once, the second is the one that holds.
///
/// # Errors
/// `volunteer-not-active` for somebody who has left.
pub fn make(writer: &mut Writer<'_>, of: VolunteerId, secret: Secret) -> Result<CalendarAddressId> {
    let (id, now, by): (CalendarAddressId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    for _ in 0..TRIES {
        remove_of(writer, of, ("replace", "replaced"))?;
        let made = diesel::insert_into(addresses::table)
            .values((
                addresses::id.eq(id),
                addresses::volunteer_id.eq(of),
                addresses::hash.eq(secret.hash()),
                addresses::created_at.eq(now),
                addresses::created_by.eq(by),
            ))
            .on_conflict(addresses::volunteer_id)
            .do_nothing()
            .execute(writer.conn)?;
        if made == 1 {
            writer.note(Change::created(CALENDAR_ADDRESS, id));
            return Ok(id);
        }
    }
    Err(Failure::Collided("another address of the same calendar was made again and again".to_owned()))
}

/// Ends the address of a person's calendar, by this verb and event; whether there was one.
///
/// # Errors
/// Database errors.
pub fn remove_of(writer: &mut Writer<'_>, of: VolunteerId, how: (&'static str, &'static str)) -> Result<bool> {
    let gone: Vec<(CalendarAddressId, i32)> = diesel::delete(addresses::table.filter(addresses::volunteer_id.eq(of)))
        .returning((addresses::id, addresses::version))
        .get_results(writer.conn)?;
    for (id, version) in &gone {
        writer.note(Change::new(CALENDAR_ADDRESS, *id, version + 1, how.0, how.1));
    }
    Ok(!gone.is_empty())
}

/// Whose calendar is read at an address with this text in the place of its secret.
///
/// # Errors
/// Database errors.
pub fn owner(reader: &mut Reader<'_>, text: &str) -> Result<Option<VolunteerId>> {
    let query = addresses::table.filter(addresses::hash.eq(hash_of(text))).select(addresses::volunteer_id);
    Ok(query.first(reader.conn).optional()?)
}
