//! Ends the secret addresses of somebody who was erased or has left, and those that went to the wrong place.

use crate::db::ids::{DeliveryId, VolunteerId};
use crate::db::prelude::*;
use crate::db::schema::reply_secrets as secrets;
use crate::refusal::Result;
use crate::secret_addresses::calendar::remove_of;
use crate::work::Writer;
use crate::work::erase_rows::clear;

const REPLIES: &str = "DELETE FROM reply_secrets WHERE volunteer_id = $1";

/// Ends those in messages to somebody.
///
/// # Errors
/// Database errors.
pub fn close_all(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, REPLIES, of)
}

/// Ends those in a message that did not reach the person: somebody else may have it.
///
/// # Errors
/// Database errors.
pub fn close_of_message(writer: &mut Writer<'_>, id: DeliveryId) -> Result<()> {
    diesel::delete(secrets::table.filter(secrets::delivery_id.eq(id))).execute(writer.conn)?;
    Ok(())
}

/// Ends them all: those in messages, and that of the calendar.
pub(super) fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    close_all(writer, of)?;
    remove_of(writer, of, ("erase", "erased")).map(|_| ())
}
