//! Loose files: stored, or about to be, while no row refers to them. Announced first, adopted in the row's own transaction.
//! So whatever stops half-way, a row has its file, and a file without a row is known and swept.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::ids::FileId;
use crate::db::schema::loose_files;
use crate::refusal::{Done, Failure};
use crate::work::Writer;

/// Says that a file is about to be stored; before its first byte is.
///
/// # Errors
/// Those of the database.
pub fn announce(conn: &mut PgConnection, id: FileId, at: Instant) -> Done<()> {
    let row = (loose_files::file_id.eq(id), loose_files::since.eq(at));
    diesel::insert_into(loose_files::table).values(row).execute(conn)?;
    Ok(())
}

/// Makes a file that arrived a row's own, in the transaction that writes the row.
///
/// # Errors
/// `Unavailable` where it was swept in between: it must be sent again.
pub fn adopt(writer: &mut Writer<'_>, id: FileId) -> Done<()> {
    match diesel::delete(loose_files::table.find(id)).execute(writer.conn)? {
        1 => Ok(()),
        _ => Err(Failure::Unavailable("a file was swept before its row was written".to_owned())),
    }
}

/// Gives up files that rows referred to, in the transaction in which they cease to.
///
/// # Errors
/// Those of the database.
pub fn give_up(writer: &mut Writer<'_>, ids: &[FileId]) -> Done<()> {
    let now = writer.now();
    let rows: Vec<_> = ids.iter().map(|id| (loose_files::file_id.eq(*id), loose_files::since.eq(now))).collect();
    diesel::insert_into(loose_files::table).values(rows).on_conflict_do_nothing().execute(writer.conn)?;
    Ok(())
}

/// Takes the locks of some files that have been loose since before a moment; those that others sweep are left to them.
pub(super) fn old(conn: &mut PgConnection, before: Instant, most: i64) -> Done<Vec<FileId>> {
    let old = loose_files::table
        .filter(loose_files::since.lt(before))
        .order(loose_files::since)
        .limit(most)
        .select(loose_files::file_id)
        .for_update()
        .skip_locked();
    Ok(old.load(conn)?)
}

/// Forgets files that are removed.
pub(super) fn forget(conn: &mut PgConnection, ids: &[FileId]) -> Done<()> {
    diesel::delete(loose_files::table.filter(loose_files::file_id.eq_any(ids))).execute(conn)?;
    Ok(())
}
