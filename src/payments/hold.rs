//! Holding a payment back from payment runs, and letting it go on.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::access::Action;
use crate::db::exactly_one;
use crate::db::ids::PaymentId;
use crate::db::prelude::*;
use crate::db::schema::payments;
use crate::http::{Nothing, Routes};
use crate::payments::show::read_payment;
use crate::payments::status::{PAYMENT_LIFE, PaymentStatus, PaymentVerb};
use crate::payments::views::PaymentView;
use crate::refusal::{Refusal, Result};
use crate::text::RequiredText;
use crate::work::{Change, Changed, Writer};

/// Why a payment is held back.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct HoldReason {
    /// Reason; finance and involvement leads can read it, and it is in the person's own export.
    /// Example: The supplier number is being checked.
    pub reason: RequiredText,
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("/v1/payments/{id}/hold", Action::WritePayments, hold_payment)
        .describe(
            "Hold a payment",
            "Keeps a payment that is due out of payment runs until it is resumed. A payment in a run can't be held: \
             cancel the run first.",
        )
        .verb(&PAYMENT_LIFE, PaymentVerb::Hold)
        .example("a number in doubt", json!({ "reason": "The supplier number is being checked." }));
    routes
        .post("/v1/payments/{id}/resume", Action::WritePayments, resume_payment)
        .describe("Resume a payment", "Lets payment runs take a payment that was held. The reason stays readable.")
        .verb(&PAYMENT_LIFE, PaymentVerb::Resume);
}

/// A payment under its lock: its version and its status.
///
/// # Errors
/// Not found.
fn lock(writer: &mut Writer<'_>, id: PaymentId) -> Result<(i32, PaymentStatus)> {
    let row = payments::table.find(id).select((payments::version, payments::status));
    let row = row.for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

fn hold_payment(writer: &mut Writer<'_>, id: PaymentId, body: HoldReason) -> Result<Changed<PaymentView>> {
    step(writer, id, PaymentVerb::Hold, Some(body.reason.as_str()))
}

fn resume_payment(writer: &mut Writer<'_>, id: PaymentId, _: Nothing) -> Result<Changed<PaymentView>> {
    step(writer, id, PaymentVerb::Resume, None)
}

fn step(
    writer: &mut Writer<'_>,
    id: PaymentId,
    verb: PaymentVerb,
    reason: Option<&str>,
) -> Result<Changed<PaymentView>> {
    let (version, from) = lock(writer, id)?;
    let to = writer.step(&PAYMENT_LIFE, version, from, verb)?;
    let now = writer.now();
    let moved = (payments::status.eq(to), payments::version.eq(version + 1), payments::updated_at.eq(now));
    let reason = reason.map(|reason| payments::held_reason.eq(reason));
    let locked = payments::table.find(id).filter(payments::version.eq(version));
    exactly_one(diesel::update(locked).set((moved, reason)).execute(writer.conn)?)?;
    let view = read_payment(writer, id)?;
    let change = Change::step(&PAYMENT_LIFE, id, version + 1, (from, verb, to));
    Ok(writer.changed(change.fields((verb == PaymentVerb::Hold).then_some("held_reason")), view))
}
