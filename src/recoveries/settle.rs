//! What its credits make of a recovery: recovered, once payment runs have taken off all of it, and open again where the bank
//! sent a credit back with the payments that it was taken off.

use crate::db::ids::RecoveryId;
use crate::recoveries::decide::tell;
use crate::recoveries::status::{RECOVERY_MOVES, RecoveryMove, RecoveryStatus};
use crate::recoveries::{store, words, write};
use crate::refusal::Result;
use crate::work::{Change, Writer};

/// Settles the recoveries, among these, of which all has come back, and opens those again of which a part has not any more.
///
/// # Errors
/// Database errors.
pub fn settle(writer: &mut Writer<'_>, ids: &[RecoveryId]) -> Result<()> {
    for id in ids {
        let row = store::lock(writer, *id)?;
        let credited = store::credited(writer.conn, *id)?;
        let verb = match (row.status, credited.pence == row.total_pence) {
            (RecoveryStatus::Agreed, true) => RecoveryMove::Recover,
            (RecoveryStatus::Recovered, false) => RecoveryMove::OweAgain,
            _ => continue,
        };
        let to = RECOVERY_MOVES.step(row.status, verb)?;
        write::came_back(writer, &row, to, credited.last_on.filter(|_| to == RecoveryStatus::Recovered))?;
        let claim = store::claim_reference(writer.conn, row.claim_id)?;
        let said = match verb {
            RecoveryMove::Recover => words::recovered(&claim, row.total_pence, row.method),
            RecoveryMove::OweAgain => words::owed_again(&claim, row.total_pence),
        };
        tell(writer, &row, &said)?;
        writer.note(Change::step(&RECOVERY_MOVES, *id, row.version + 1, (row.status, verb, to)));
    }
    Ok(())
}
