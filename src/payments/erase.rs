//! Erasing a person from payments: figures, numbers and hashes stay; free text goes, and the files that name the person.

use std::collections::BTreeSet;

use crate::db::prelude::*;

use crate::db::ids::{RecoveryId, VolunteerId};
use crate::db::schema::payments;
use crate::payments::PaymentStatus;
use crate::payments::status::PAYMENT_LIFE;
use crate::refusal::Result;
use crate::work::Writer;
use crate::work::erase_rows::{self, clear};

/// What is open of a person's payments.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Payments that are still to be made.
    pub payments: usize,
    /// Recoveries with a credit that is still to be taken off.
    pub recoveries: usize,
}

/// How many payments to a person are still to be made, and how many recoveries are still to be taken off them.
///
/// # Errors
/// Database errors.
pub fn count_open(conn: &mut PgConnection, of: VolunteerId) -> Result<Open> {
    let open = payments::table
        .filter(payments::volunteer_id.eq(of))
        .filter(payments::status.eq_any(PaymentStatus::OPEN))
        .select(payments::recovery_id);
    let (credits, payments): (Vec<_>, Vec<_>) =
        open.load::<Option<RecoveryId>>(conn)?.into_iter().partition(Option::is_some);
    let recoveries: BTreeSet<RecoveryId> = credits.into_iter().flatten().collect();
    Ok(Open { payments: payments.len(), recoveries: recoveries.len() })
}

const TEXTS: &str = "\
UPDATE payments SET failure_reason = NULL, held_reason = NULL, received_by = NULL, version = version + 1, updated_at = $2
WHERE volunteer_id = $1 AND (failure_reason IS NOT NULL OR held_reason IS NOT NULL OR received_by IS NOT NULL)
RETURNING id, version, NULL AS was";

const FILES: &str = "\
UPDATE payment_run_exports SET cleared_at = $2
WHERE cleared_at IS NULL AND run_id IN (SELECT payment_run_id FROM payments WHERE volunteer_id = $1)";

const PARTS: &str = "\
DELETE FROM payment_run_export_parts p USING payment_run_exports e
WHERE e.run_id = p.run_id AND e.format = p.format AND e.cleared_at IS NOT NULL
    AND p.run_id IN (SELECT payment_run_id FROM payments WHERE volunteer_id = $1)";

/// Clears the files of runs that named an erased person, and what was written about their payments.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    erase_rows::erase(writer, PAYMENT_LIFE.resource, TEXTS, of)?;
    clear(writer, FILES, of)?;
    clear(writer, PARTS, of)
}
