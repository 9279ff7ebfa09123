//! Erasing receipts: the file and its name go, its amount and its hash stay.

use crate::claims::receipts::store::file_of;
use crate::db::ids::VolunteerId;
use crate::files;
use crate::refusal::Done;
use crate::work::Writer;
use crate::work::erase_rows::gone;

const RECEIPTS: &str = "\
UPDATE receipts SET file_name = NULL, kept = false
WHERE claim_id IN (SELECT id FROM claims WHERE volunteer_id = $1) AND kept
RETURNING id, 1 AS version, NULL AS was";

/// Gives up the files of an erased person's receipts; the store is swept of them soon after.
///
/// # Errors
/// Those of the database.
pub fn forget(writer: &mut Writer<'_>, of: VolunteerId) -> Done<()> {
    let gone: Vec<_> = gone(writer, RECEIPTS, of)?.into_iter().map(|receipt| file_of(receipt.id.into())).collect();
    if gone.is_empty() { Ok(()) } else { files::give_up(writer, &gone) }
}
