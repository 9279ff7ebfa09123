//! Holding a payment back from payment runs, and letting it go on.

use diesel::sql_types::{Bool, Integer, Text, Uuid as SqlUuid};
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
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_if_any};
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
             cancel the run first. Whoever is paid can't do this.",
        )
        .verb(&PAYMENT_LIFE, PaymentVerb::Hold)
        .refuses(&["segregation-of-duties"])
        .example("a number in doubt", json!({ "reason": "The supplier number is being checked." }));
    routes
        .post("/v1/payments/{id}/resume", Action::WritePayments, resume_payment)
        .describe(
            "Resume a payment",
            "Lets payment runs take a payment that was held. The reason stays readable. Whoever is paid can't do this.",
        )
        .verb(&PAYMENT_LIFE, PaymentVerb::Resume)
        .refuses(&["segregation-of-duties"]);
}

/// What is asked of a payment before it is held or resumed.
#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    status: PaymentStatus,
    #[diesel(sql_type = Bool)]
    is_payee: bool,
}

const LOCK: &str = "\
SELECT payments.version, payments.status,
    EXISTS (SELECT FROM person_volunteers($2) AS own (id) WHERE own.id = payments.volunteer_id) AS is_payee
FROM payments WHERE payments.id = $1 FOR UPDATE OF payments";

/// A payment under its lock.
///
/// # Errors
/// Not found.
fn lock(writer: &mut Writer<'_>, id: PaymentId) -> Result<Asked> {
    let by = writer.actor_id();
    let asked =
        diesel::sql_query(LOCK).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn).optional()?;
    Ok(asked.ok_or_else(Refusal::not_found)?)
}

/// Nobody decides whether they themselves are paid.
///
/// # Errors
/// `segregation-of-duties`.
fn not_by_the_payee(is_payee: bool) -> Result<(), Refusal> {
    let fault = Fault::whole("holder-is-payee", "whoever is paid can't hold or resume the payment");
    let faults = Some(fault).filter(|_| is_payee).into_iter().collect();
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must hold or resume this payment.", faults)
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
    let Asked { version, status: from, is_payee } = lock(writer, id)?;
    let to = writer.step(&PAYMENT_LIFE, version, from, verb)?;
    not_by_the_payee(is_payee)?;
    let now = writer.now();
    let moved = (payments::status.eq(to), payments::version.eq(version + 1), payments::updated_at.eq(now));
    let reason = reason.map(|reason| payments::held_reason.eq(reason));
    let locked = payments::table.find(id).filter(payments::version.eq(version));
    exactly_one(diesel::update(locked).set((moved, reason)).execute(writer.conn)?)?;
    let view = read_payment(writer, id)?;
    let change = Change::step(&PAYMENT_LIFE, id, version + 1, (from, verb, to));
    Ok(writer.changed(change.fields((verb == PaymentVerb::Hold).then_some("held_reason")), view))
}
