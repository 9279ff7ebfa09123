//! What its credits make of a recovery: recovered, once payment runs have taken off all of it, and open again where the bank
//! sent a credit back with the payments that it was taken off.

use crate::db::exactly;
use crate::db::ids::RecoveryId;
use crate::deliveries::{self, About};
use crate::recoveries::decide::recipient;
use crate::recoveries::status::{RECOVERY_LIFE, RECOVERY_MOVES, RecoveryMove, RecoveryStatus};
use crate::recoveries::store::{self, Credited, RecoveryRow};
use crate::recoveries::words;
use crate::recoveries::write::{self, CameBack};
use crate::refusal::{Failure, Result};
use crate::work::{Change, Writer};

/// Settles the recoveries, among these, of which all has come back, and opens those again of which a part has not any more.
/// However many they are, it takes the same statements.
///
/// # Errors
/// Database errors.
pub fn settle(writer: &mut Writer<'_>, ids: &[RecoveryId]) -> Result<()> {
    let rows = store::lock_all(writer, ids)?;
    exactly(ids.len(), rows.len())?;
    // Asked once the locks are there: a credit may have come back while they were waited for.
    let mut credited = store::credited(writer.conn, ids)?;
    let (mut moved, mut told, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let so_far = credited.remove(&row.id).ok_or_else(|| Failure::broken("a recovery without its claim"))?;
        let Some((verb, said)) = follows(&row, &so_far) else { continue };
        let to = RECOVERY_MOVES.step(row.status, verb)?;
        let recovered_on = so_far.last_on.filter(|_| to == RecoveryStatus::Recovered);
        told.push((recipient(&row), Some(said)));
        changes.push(Change::step(&RECOVERY_MOVES, row.id, row.version + 1, (row.status, verb, to)));
        moved.push(CameBack { id: row.id, version: row.version, to, recovered_on });
    }
    if moved.is_empty() {
        return Ok(());
    }
    write::came_back_all(writer, &moved)?;
    deliveries::notify_each(writer, About::RecoverySettled, RECOVERY_LIFE.resource, told)?;
    changes.into_iter().for_each(|change| writer.note(change));
    Ok(())
}

/// What follows from what came back of a recovery, and what its person is told.
fn follows(row: &RecoveryRow, so_far: &Credited) -> Option<(RecoveryMove, String)> {
    match (row.status, so_far.pence == row.total_pence) {
        (RecoveryStatus::Agreed, true) => {
            Some((RecoveryMove::Recover, words::recovered(&so_far.reference, row.total_pence, row.method)))
        }
        (RecoveryStatus::Recovered, false) => {
            Some((RecoveryMove::OweAgain, words::owed_again(&so_far.reference, row.total_pence)))
        }
        _ => None,
    }
}
