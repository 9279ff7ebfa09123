//! What its credits make of a recovery: recovered, once payment runs have taken off all of it.

use crate::db::ids::RecoveryId;
use crate::recoveries::decide::tell;
use crate::recoveries::status::{RECOVERY_MOVES, RecoveryMove, RecoveryStatus};
use crate::recoveries::{store, words, write};
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// Settles the recoveries, among these, of which all has come back.
///
/// # Errors
/// Database errors.
pub fn settle(writer: &mut Writer<'_>, ids: &[RecoveryId]) -> Result<()> {
    for id in ids {
        let row = store::lock(writer, *id)?;
        let credited = store::credited(writer.conn, *id)?;
        if row.status != RecoveryStatus::Agreed || credited.pence != row.total_pence {
            continue;
        }
        let to = RECOVERY_MOVES.step(row.status, RecoveryMove::Recover)?;
        write::came_back(writer, &row, to, credited.last_on)?;
        let claim = store::claim_reference(writer.conn, row.claim_id)?;
        tell(writer, &row, &words::recovered(&claim, row.total_pence, row.method))?;
        writer.note(Change::step(&RECOVERY_MOVES, *id, row.version + 1, (row.status, RecoveryMove::Recover, to)));
    }
    Ok(())
}
