//! Paying by hand, outside any payment run: petty cash, a voucher or a card.
//! Whoever approved the claim, or is paid, must not do it. The claim is moved in `processes::pay_by_hand`.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::db::exactly_one;
use crate::db::ids::{ClaimId, PaymentId};
use crate::db::schema::payments;
use crate::payments::status::{PAYMENT_LIFE, PaymentStatus, PaymentVerb};
use crate::refusal::{Fault, Happened, Kind, Refusal, Result, refuse_if_any};
use crate::text::ShortText;
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

crate::text_enum! {
    /// How a payment was made by hand.
    pub enum ByHand {
        /// Cash from the petty cash of the trust.
        PettyCash = "petty_cash",
        /// A voucher.
        Voucher = "voucher",
        /// A card of the trust.
        Card = "card",
    }
}

/// A payment that was made by hand.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PaidByHand {
    /// How it was paid.
    pub how: ByHand,
    /// Day on which it was paid, London date, between the approval of the claim and today.
    pub on: Day,
    /// Reference of the payment: the number of the petty cash slip, voucher or card transaction.
    /// Example: PC 0417
    pub reference: ShortText,
    /// Name of the person who received it.
    /// Example: Grace Mensah
    pub received_by: ShortText,
}

/// What is asked of a payment before it is paid by hand.
#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    status: PaymentStatus,
    #[diesel(sql_type = Text)]
    route: PaymentRoute,
    #[diesel(sql_type = Bool)]
    is_credit: bool,
    #[diesel(sql_type = Nullable<Date>)]
    approved_on: Option<Day>,
    #[diesel(sql_type = Bool)]
    is_approver: bool,
    #[diesel(sql_type = Bool)]
    is_payee: bool,
}

const LOCK: &str = "\
SELECT payments.version, payments.status, payments.route, payments.recovery_id IS NOT NULL AS is_credit,
    (c.approved_at AT TIME ZONE 'Europe/London')::date AS approved_on,
    COALESCE(same_person(c.approved_by, $2), false) AS is_approver,
    EXISTS (SELECT FROM person_volunteers($2) AS own (id) WHERE own.id = payments.volunteer_id) AS is_payee
FROM payments JOIN claim_references c USING (claim_id) WHERE payments.id = $1 FOR UPDATE OF payments";

/// The claim of a payment.
///
/// # Errors
/// Not found.
pub(crate) fn claim_of(writer: &mut Writer<'_>, id: PaymentId) -> Result<ClaimId> {
    let claim = payments::table.find(id).select(payments::claim_id).first(writer.conn).optional()?;
    Ok(claim.ok_or_else(Refusal::not_found)?)
}

/// Records that a payment was made by hand; returns the change to record. The claim must be locked.
///
/// # Errors
/// Not found; `invalid-transition`; `wrong-route` by payroll; `segregation-of-duties`; `invalid` for the day.
pub(crate) fn pay(writer: &mut Writer<'_>, id: PaymentId, paid: &PaidByHand) -> Result<Change> {
    let by = writer.actor_id();
    let asked: Option<Asked> =
        diesel::sql_query(LOCK).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn).optional()?;
    let asked = asked.ok_or_else(Refusal::not_found)?;
    let to = writer.step(&PAYMENT_LIFE, asked.version, asked.status, PaymentVerb::PayByHand)?;
    may_pay(&asked)?;
    if let Some(approved_on) = asked.approved_on {
        Happened::since(approved_on, "the approval of the claim", writer.today()).check("/on", Some(paid.on))?;
    }
    let now: Instant = writer.now();
    let rows = diesel::update(payments::table.find(id).filter(payments::version.eq(asked.version)))
        .set((
            (payments::status.eq(to), payments::paid_on.eq(paid.on)),
            (payments::by_hand_how.eq(paid.how), payments::by_hand_by.eq(by)),
            payments::ledger_reference.eq(&paid.reference),
            payments::received_by.eq(&paid.received_by),
            (payments::version.eq(asked.version + 1), payments::updated_at.eq(now)),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)?;
    let change = Change::step(&PAYMENT_LIFE, id, asked.version + 1, (asked.status, PaymentVerb::PayByHand, to));
    Ok(change.fields(["paid_on", "by_hand_how", "ledger_reference", "received_by"]))
}

fn may_pay(asked: &Asked) -> Result<(), Refusal> {
    if asked.route == PaymentRoute::Payroll {
        let detail = "Payments through payroll can't be made by hand: tax must be deducted. Put it into a payment run.";
        return Err(Refusal::new(Kind::WrongRoute, detail));
    }
    if asked.is_credit {
        let detail = "A credit is taken off the person's other payments by a payment run; it can't be paid by hand.";
        return Err(Refusal::new(Kind::WrongRoute, detail));
    }
    let rules = [
        (asked.is_approver, "payer-is-approver", "whoever approved a claim can't pay it by hand"),
        (asked.is_payee, "payer-is-payee", "nobody can pay themselves by hand"),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken).map(|(_, code, why)| Fault::whole(code, why));
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must record this payment.", broken.collect())
}
