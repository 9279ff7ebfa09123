//! What becomes of sessions to come when a volunteer leaves: nobody waits for them, and nobody tells them.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::sessions::{news_store, replies, reply_store};
use crate::work::{Change, Writer};

/// Waits until whoever is telling a volunteer of sessions has done so, and lets nobody begin: before the volunteer is locked,
/// since messages to them wait for that lock.
///
/// # Errors
/// Database errors.
pub fn hold_news_of(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    news_store::take_turns_of(writer, of)
}

/// Withdraws the replies of a volunteer to sessions to come, and forgets what superseded messages said. The news must be held.
///
/// # Errors
/// Database errors.
pub fn leave(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    for (id, version) in reply_store::remove_to_come(writer, of)? {
        writer.note(Change::new(replies::RESOURCE, id, version + 1, "remove", "removed"));
    }
    news_store::forget_untold(writer, of)
}
