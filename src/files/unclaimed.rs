//! Unclaimed files: files that are stored, or about to be, and that no row refers to. A file is announced before it is
//! stored, and claimed in the transaction that writes its row. So a row always has its file, and a file without a row
//! is known and deleted, even if the process stops half way.

use crate::db::prelude::*;
use crate::db::statement::in_blocks;

use crate::clock::Instant;
use crate::db::ids::FileId;
use crate::db::schema::unclaimed_files;
use crate::refusal::{Failure, Result};
use crate::work::Writer;

/// Announces a file, before its first byte is stored.
///
/// # Errors
/// Database errors.
pub fn announce(conn: &mut PgConnection, id: FileId, at: Instant) -> Result<()> {
    let row = (unclaimed_files::file_id.eq(id), unclaimed_files::since.eq(at));
    diesel::insert_into(unclaimed_files::table).values(row).execute(conn)?;
    Ok(())
}

/// Claims an uploaded file, in the transaction that writes the row that refers to it.
///
/// # Errors
/// `Unavailable` if the file was deleted in the meantime and must be sent again.
pub fn adopt(writer: &mut Writer<'_>, id: FileId) -> Result<()> {
    match diesel::delete(unclaimed_files::table.find(id)).execute(writer.conn)? {
        1 => Ok(()),
        _ => Err(Failure::Unavailable("an unclaimed file was deleted before its row was written".to_owned())),
    }
}

/// Marks files as unclaimed, in the transaction that removes the rows that referred to them.
///
/// # Errors
/// Database errors.
pub fn give_up(writer: &mut Writer<'_>, ids: &[FileId]) -> Result<()> {
    let now = writer.now();
    let rows = ids.iter().map(|id| (unclaimed_files::file_id.eq(*id), unclaimed_files::since.eq(now)));
    in_blocks(rows, |rows| {
        diesel::insert_into(unclaimed_files::table).values(rows).on_conflict_do_nothing().execute(writer.conn)
    })?;
    Ok(())
}

/// Locks some files that have been unclaimed since before a time; files locked by another copy of the service are
/// skipped.
pub(super) fn old(conn: &mut PgConnection, before: Instant, most: u16) -> Result<Vec<FileId>> {
    let old = unclaimed_files::table
        .filter(unclaimed_files::since.lt(before))
        .order(unclaimed_files::since)
        .select(unclaimed_files::file_id)
        .for_update()
        .skip_locked();
    Ok(old.load_at_most(most, conn)?)
}

/// Removes the rows of files that were deleted.
pub(super) fn remove(conn: &mut PgConnection, ids: &[FileId]) -> Result<()> {
    diesel::delete(unclaimed_files::table.filter(unclaimed_files::file_id.eq_any(ids))).execute(conn)?;
    Ok(())
}
