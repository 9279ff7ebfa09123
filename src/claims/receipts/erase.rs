//! Erases receipts: the file and its name are deleted; the amount and the hash stay.

use crate::claims::receipts::store::file_of;
use crate::db::ids::VolunteerId;
use crate::files;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows::gone;

const RECEIPTS: &str = "\
UPDATE receipts SET file_name = NULL, kept = false
WHERE claim_id IN (SELECT id FROM claims WHERE volunteer_id = $1) AND kept
RETURNING id, 1 AS version, NULL AS was";

/// Releases the files of an erased person's receipts; they are deleted from the object store soon after.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let gone: Vec<_> = gone(writer, RECEIPTS, of)?.into_iter().map(|receipt| file_of(receipt.id.into())).collect();
    if gone.is_empty() { Ok(()) } else { files::give_up(writer, &gone) }
}
