//! Ends the secret addresses of an erased person.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::secret_addresses::calendar::remove_of;
use crate::work::Writer;
use crate::work::erase_rows::clear;

const REPLIES: &str = "DELETE FROM reply_secrets WHERE volunteer_id = $1";

/// Ends them all: those in messages, and that of the calendar.
pub(super) fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, REPLIES, of)?;
    remove_of(writer, of, ("erase", "erased")).map(|_| ())
}
