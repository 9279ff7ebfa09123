//! Deletes files that stayed unclaimed, complete or not.
//! It is safe in any number of copies of the service at once.

use crate::clock::Instant;
use crate::db::pool::Db;
use crate::files::{Files, unclaimed};
use crate::refusal::{Failure, Result};

/// Minutes after which an unclaimed file is deleted; an upload takes at most one minute.
const UNCLAIMED_MINUTES: i64 = 15;
/// Number of files deleted in one run.
const AT_ONCE: u16 = 100;

/// Deletes files that have been unclaimed for 15 minutes; returns how many.
///
/// # Errors
/// The database or the store is not available.
pub fn sweep(db: &Db, files: &Files, now: Instant) -> Result<usize> {
    db.with(|conn| {
        conn.build_transaction().run(|conn| -> Result<usize> {
            // The row stays locked until its file is deleted: a late claim waits, and then finds nothing.
            let old = unclaimed::old(conn, now.plus_minutes(-UNCLAIMED_MINUTES), AT_ONCE)?;
            if old.is_empty() {
                return Ok(0);
            }
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::broken)?;
            for id in &old {
                runtime.block_on(files.remove(*id))?;
            }
            unclaimed::remove(conn, &old)?;
            Ok(old.len())
        })
    })
}
