//! Removes the refusals of an erased person's log-ins: they name them, and such a log-in may do nothing any more.

use crate::db::ids::VolunteerId;
use crate::log_ins::store::{self, REFUSED};
use crate::refusal::Result;
use crate::work::{Change, Writer, actors};

/// Removes them. Those of a log-in that works here, too, stay: it may still be used.
pub(super) fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let subjects = actors::subjects_only_theirs(writer.conn, of)?;
    for (id, version) in store::remove_of_subjects(writer, &subjects)? {
        writer.note(Change::new(REFUSED, id, version + 1, "erase", "erased"));
    }
    Ok(())
}
