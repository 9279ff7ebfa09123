//! The credits of a recovery that is offset: one for each payment route, negative, with the days that its lines are for.

use crate::claims::line::LineKind;
use crate::claims::{self, PaidLine};
use crate::money::Pence;
use crate::payments::Owed;
use crate::recoveries::store::{self, RecoveryLineRow, RecoveryRow};
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// The credits of a locked recovery.
pub(super) fn of(writer: &mut Writer<'_>, row: &RecoveryRow) -> Result<Vec<Owed>> {
    let claim = claims::recoverable(writer, row.claim_id)?;
    let lines = store::lines(writer.conn, row.id)?;
    let today = writer.today();
    let mut owed = Vec::new();
    for route in [PaymentRoute::AccountsPayable, PaymentRoute::Payroll] {
        let own: Vec<&RecoveryLineRow> = lines.iter().filter(|line| line.route == route).collect();
        let days: Vec<_> = own.iter().filter_map(|line| of_claim(&claim.lines, line)?.on).collect();
        let (Some(work_from), Some(work_to)) = (days.iter().min(), days.iter().max()) else { continue };
        owed.push(Owed {
            claim_id: row.claim_id,
            claim_reference: claim.reference.clone(),
            volunteer_id: row.volunteer_id,
            service_id: row.service_id,
            recovery_id: Some(row.id),
            route,
            expense: less(own.iter().filter(|line| line.kind != LineKind::Time))?,
            time: less(own.iter().filter(|line| line.kind == LineKind::Time))?,
            taxable_excess: Pence::ZERO,
            work_from: *work_from,
            work_to: *work_to,
            due_on: today,
        });
    }
    Ok(owed)
}

fn of_claim<'l>(lines: &'l [PaidLine], line: &RecoveryLineRow) -> Option<&'l PaidLine> {
    lines.iter().find(|paid| paid.id == line.id)
}

/// What lines take off: less than nothing.
fn less<'l>(lines: impl Iterator<Item = &'l &'l RecoveryLineRow>) -> Result<Pence> {
    let sum = Pence::checked_sum(lines.map(|line| line.pence)).and_then(|sum| Pence::ZERO.checked_sub(sum));
    sum.ok_or_else(|| Failure::broken("a credit beyond range"))
}
