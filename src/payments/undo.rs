//! Making payments void: those of a claim whose approval is undone, and the credits of a recovery that is waived.

use crate::db::prelude::*;

use crate::db::exactly;
use crate::db::ids::{ClaimId, PaymentId, RecoveryId};
use crate::db::schema::payments;
use crate::payments::status::{PAYMENT_MOVES, PaymentMove, PaymentStatus};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::work::{Change, Writer};

/// A payment that can become void, with its version and status.
type Untouched = (PaymentId, i32, PaymentStatus);

/// Payments of a claim, or credits of a recovery, in one of these states.
macro_rules! of {
    ($claim:expr, $recovery:expr, $states:expr) => {
        payments::table
            .filter(payments::claim_id.eq($claim))
            .filter(payments::recovery_id.is_not_distinct_from($recovery))
            .filter(payments::status.eq_any($states))
            .order_by(payments::id)
    };
}

/// Makes all payments of a locked claim void that are due or held; with a recovery, its credits instead.
///
/// # Errors
/// `payments-under-way`, with the invoice number of every payment that is in a run or paid.
pub fn void(writer: &mut Writer<'_>, claim: ClaimId, recovery: Option<RecoveryId>) -> Result<()> {
    // Whoever locks a claim and a payment that is due locks the claim first. Results of a run lock payments first, but none
    // that is due.
    let untouched: Vec<Untouched> = of!(claim, recovery, PaymentStatus::UNTOUCHED)
        .select((payments::id, payments::version, payments::status))
        .for_update()
        .load(writer.conn)?;
    let live = of!(claim, recovery, PaymentStatus::LIVE).select((payments::id, payments::invoice_number));
    let live: Vec<(PaymentId, String)> = live.load(writer.conn)?;
    refuse_others(&untouched, &live, recovery.is_some())?;
    let ids: Vec<PaymentId> = untouched.iter().map(|(id, ..)| *id).collect();
    let now = writer.now();
    let rows = diesel::update(payments::table.filter(payments::id.eq_any(&ids)))
        .set((
            payments::status.eq(PaymentStatus::Void),
            payments::version.eq(payments::version + 1),
            payments::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(ids.len(), rows)?;
    for (id, version, from) in untouched {
        let step = (from, PaymentMove::Void, PaymentStatus::Void);
        writer.note(Change::step(&PAYMENT_MOVES, id, version + 1, step));
    }
    Ok(())
}

fn refuse_others(untouched: &[Untouched], live: &[(PaymentId, String)], is_credit: bool) -> Result<(), Refusal> {
    let under_way = live.iter().filter(|(id, _)| untouched.iter().all(|(own, ..)| own != id));
    let faults: Vec<Fault> = under_way
        .map(|(_, number)| Fault::whole("payment-under-way", format!("{number} is in a payment run or paid")))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let detail = if is_credit {
        "A credit of this recovery is in a payment run or paid, so it can't be waived. Cancel the run while it is open."
    } else {
        "A payment of this claim is in a payment run or paid, so its approval can't be undone. Cancel the run while it \
         is open, or recover the money after it was paid."
    };
    Err(Refusal::new(Kind::PaymentsUnderWay, detail).with(faults))
}
