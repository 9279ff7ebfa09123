//! Recording that a payment was made by hand: the payment is paid and its claim moves, in one transaction.

use serde_json::json;

use crate::access::Action;
use crate::claims;
use crate::db::ids::PaymentId;
use crate::http::Routes;
use crate::payments::by_hand::{self, PaidByHand};
use crate::payments::{PAYMENT_LIFE, PaymentVerb, PaymentView, read_payment};
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Payments")
        .post("/v1/payments/{id}/pay-by-hand", Action::WritePayments, pay_by_hand)
        .describe(
            "Record a payment made by hand",
            "Records that a payment that is due was made in petty cash, by voucher or by card, outside any payment run. \
             Whoever approved the claim can't do this, nor the person who is paid. Payments through payroll can't be \
             made by hand.",
        )
        .verb(&PAYMENT_LIFE, PaymentVerb::PayByHand)
        .refuses(&["wrong-route", "segregation-of-duties"])
        .example("petty cash", json!({
            "how": "petty_cash", "on": "2026-11-23", "reference": "PC 0417", "received_by": "Grace Mensah",
        }));
}

fn pay_by_hand(writer: &mut Writer<'_>, id: PaymentId, paid: PaidByHand) -> Result<Changed<PaymentView>> {
    let claim = by_hand::claim_of(writer, id)?;
    // The claim before its payment, as undoing an approval does.
    claims::hold(writer, &[claim])?;
    let change = by_hand::pay(writer, id, &paid)?;
    claims::settle(writer, &[claim])?;
    let view = read_payment(writer, id)?;
    Ok(writer.changed(change, view))
}
