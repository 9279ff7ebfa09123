//! Making the payments of a claim void, in the transaction that undoes its approval.

use crate::db::prelude::*;

use crate::db::exactly;
use crate::db::ids::{ClaimId, PaymentId};
use crate::db::schema::payments;
use crate::payments::status::{PAYMENT_MOVES, PaymentMove, PaymentStatus};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::work::{Change, Writer};

/// Makes all payments of a locked claim void that are due or held.
///
/// # Errors
/// `payments-under-way`, with the invoice number of every payment that is in a run or paid.
pub fn void(writer: &mut Writer<'_>, claim: ClaimId) -> Result<()> {
    let untouched = lock_untouched(writer, claim)?;
    refuse_others(writer, claim, &untouched)?;
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

/// Locks what can become void. Whoever locks a claim and a payment that is due locks the claim first; results of a run
/// lock payments first, but none that is due.
fn lock_untouched(writer: &mut Writer<'_>, claim: ClaimId) -> Result<Vec<(PaymentId, i32, PaymentStatus)>> {
    let untouched = payments::table
        .filter(payments::claim_id.eq(claim))
        .filter(payments::status.eq_any(PaymentStatus::UNTOUCHED))
        .order_by(payments::id)
        .select((payments::id, payments::version, payments::status))
        .for_update();
    Ok(untouched.load(writer.conn)?)
}

fn refuse_others(writer: &mut Writer<'_>, claim: ClaimId, untouched: &[(PaymentId, i32, PaymentStatus)]) -> Result<()> {
    let live = payments::table
        .filter(payments::claim_id.eq(claim))
        .filter(payments::status.eq_any(PaymentStatus::LIVE))
        .order_by(payments::id)
        .select((payments::id, payments::invoice_number));
    let live: Vec<(PaymentId, String)> = live.load(writer.conn)?;
    let under_way = live.iter().filter(|(id, _)| untouched.iter().all(|(own, ..)| own != id));
    let faults: Vec<Fault> = under_way
        .map(|(_, number)| Fault::whole("payment-under-way", format!("{number} is in a payment run or paid")))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let detail = "A payment of this claim is in a payment run or paid, so its approval can't be undone. Cancel the run \
                  while it is open, or recover the money after it was paid.";
    Err(Refusal::new(Kind::PaymentsUnderWay, detail).with(faults).into())
}
