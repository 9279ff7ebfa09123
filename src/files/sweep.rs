//! Sweeping: files that stayed loose are removed, whole or broken off.
//! It can run in any number of copies of the service at once.

use crate::clock::Instant;
use crate::db::pool::Db;
use crate::files::{Files, loose};
use crate::refusal::{Done, Failure};

/// Minutes after which a loose file is nobody's: an upload takes one at most.
const LOOSE_MINUTES: i64 = 15;
/// Files that one sweep removes.
const AT_ONCE: i64 = 100;

/// Removes what has been loose for a quarter of an hour; answers how many files.
///
/// # Errors
/// Where the database or the store is away.
pub fn sweep(db: &Db, files: &Files, now: Instant) -> Done<usize> {
    db.with(|conn| {
        conn.build_transaction().run(|conn| -> Done<usize> {
            // The row's lock is held until its file is gone: a late adoption waits, and then finds nothing.
            let old = loose::old(conn, now.plus_minutes(-LOOSE_MINUTES), AT_ONCE)?;
            if old.is_empty() {
                return Ok(0);
            }
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::broken)?;
            for id in &old {
                runtime.block_on(files.remove(*id))?;
            }
            loose::forget(conn, &old)?;
            Ok(old.len())
        })
    })
}
