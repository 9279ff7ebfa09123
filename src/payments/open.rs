//! Opening payments: of a claim that was approved, in the transaction of its approval, and the credits of a recovery.
//! The cost centre and the subjective codes are the service's of that moment, and stay; a credit has those of what was paid.

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, RecoveryId, ServiceId, VolunteerId};
use crate::money::Pence;
use crate::payments::status::{PAYMENT_LIFE, PaymentStatus};
use crate::payments::store::PaymentOfClaim;
use crate::payments::views::PaymentBrief;
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

/// What an approved claim is to be paid by one route, or, as less than nothing, what a recovery takes off it.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The claim.
    pub claim_id: ClaimId,
    /// Its reference, which begins the invoice numbers.
    pub claim_reference: String,
    /// Who is paid.
    pub volunteer_id: VolunteerId,
    /// Which service pays: its cost centre and subjective codes as they are now are kept on the payment.
    pub service_id: ServiceId,
    /// The recovery, for a credit.
    pub recovery_id: Option<RecoveryId>,
    /// Payment route.
    pub route: PaymentRoute,
    /// Expenses.
    pub expense: Pence,
    /// Time.
    pub time: Pence,
    /// What of the claim's mileage is above the HMRC approved amounts, for payroll to report.
    pub taxable_excess: Pence,
    /// The first day that lines of this route are for.
    pub work_from: Day,
    /// The last day that lines of this route are for.
    pub work_to: Day,
    /// The day on which it is due: the London day of approval plus nothing; runs choose by cut-off.
    pub due_on: Day,
}

const OPEN: &str = "\
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence,
    taxable_excess_pence, subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt, due_on, recovery_id, created_at, created_by, updated_at)
SELECT o.id, o.claim_id, o.volunteer_id, o.route, $14, COALESCE(paid.cost_centre, s.cost_centre), o.expense + o.time, o.expense, o.time,
    o.excess, COALESCE(paid.subjective_expense, s.subjective_expense), COALESCE(paid.subjective_payment, s.subjective_payment),
    o.work_from, o.work_to, o.invoices || tried.next, tried.next, o.due_on, o.recovery_id, $1, $2, $1
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::bigint[], $10::date[], $11::date[], $12::text[], $13::date[],
    $15::uuid[], $17::bigint[])
    AS o (id, claim_id, volunteer_id, service_id, route, expense, time, work_from, work_to, invoices, due_on, recovery_id, excess)
JOIN services s ON s.id = o.service_id
CROSS JOIN LATERAL (SELECT 1 + COALESCE(max(before.attempt), 0) AS next FROM payments before
    WHERE before.claim_id = o.claim_id AND before.route = o.route
        AND (before.recovery_id IS NULL) = (o.recovery_id IS NULL)) tried
LEFT JOIN payments paid ON o.recovery_id IS NOT NULL AND paid.claim_id = o.claim_id AND paid.route = o.route
    AND paid.recovery_id IS NULL AND paid.status = $16
RETURNING id, route, amount_pence, status, paid_on,
    (SELECT n.supplier_number FROM payee_numbers n WHERE n.volunteer_id = payments.volunteer_id) AS supplier_number,
    (SELECT n.payroll_number FROM payee_numbers n WHERE n.volunteer_id = payments.volunteer_id) AS payroll_number";

/// Opens the payments of a claim that was approved just now, or the credits of a recovery that was confirmed just now, in
/// the same transaction; those of nothing are left out. Returns them as their claim shows them, oldest first.
///
/// # Errors
/// Database errors.
pub fn open(writer: &mut Writer<'_>, owed: &[Owed]) -> Result<Vec<PaymentBrief>> {
    let owed: Vec<(PaymentId, &Owed)> = owed
        .iter()
        .filter(|owed| owed.expense != Pence::ZERO || owed.time != Pence::ZERO)
        .map(|owed| (writer.new_id(), owed))
        .collect();
    if owed.is_empty() {
        return Ok(Vec::new());
    }
    let mut made = insert(writer, &owed)?;
    if made.len() != owed.len() {
        return Err(Failure::broken("a payment was opened for a service that is not there"));
    }
    for (id, _) in owed {
        writer.note(Change::created(PAYMENT_LIFE.resource, id).to(PaymentStatus::Due));
    }
    made.sort_by_key(|payment| payment.id);
    Ok(made)
}

fn insert(writer: &mut Writer<'_>, owed: &[(PaymentId, &Owed)]) -> Result<Vec<PaymentBrief>> {
    let ids = |pick: &dyn Fn(&Owed) -> Uuid| owed.iter().map(|(_, o)| pick(o)).collect::<Vec<_>>();
    let days = |pick: &dyn Fn(&Owed) -> Day| owed.iter().map(|(_, o)| pick(o)).collect::<Vec<_>>();
    let pence = |pick: &dyn Fn(&Owed) -> Pence| owed.iter().map(|(_, o)| pick(o)).collect::<Vec<_>>();
    let (at, by) = (writer.now(), writer.actor_id());
    let made: Vec<PaymentOfClaim> = diesel::sql_query(OPEN)
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(owed.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(ids(&|o| o.claim_id.into()))
        .bind::<Array<SqlUuid>, _>(ids(&|o| o.volunteer_id.into()))
        .bind::<Array<SqlUuid>, _>(ids(&|o| o.service_id.into()))
        .bind::<Array<Text>, _>(owed.iter().map(|(_, o)| o.route).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(pence(&|o| o.expense))
        .bind::<Array<BigInt>, _>(pence(&|o| o.time))
        .bind::<Array<Date>, _>(days(&|o| o.work_from))
        .bind::<Array<Date>, _>(days(&|o| o.work_to))
        .bind::<Array<Text>, _>(
            owed.iter()
                .map(|(_, o)| invoices(&o.claim_reference, o.route, o.recovery_id.is_some()))
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Date>, _>(days(&|o| o.due_on))
        .bind::<Text, _>(PaymentStatus::Due)
        .bind::<Array<Nullable<SqlUuid>>, _>(owed.iter().map(|(_, o)| o.recovery_id).collect::<Vec<_>>())
        .bind::<Text, _>(PaymentStatus::Paid)
        .bind::<Array<BigInt>, _>(pence(&|o| o.taxable_excess))
        .load(writer.conn)?;
    Ok(made.into_iter().map(PaymentOfClaim::brief).collect())
}

/// What the numbers of a claim's invoices by one route begin with; the number of the attempt follows. It counts up with
/// each retry, and when the claim is approved once more after its approval was undone.
#[must_use]
pub fn invoices(claim_reference: &str, route: PaymentRoute, is_credit: bool) -> String {
    let letter = match route {
        PaymentRoute::AccountsPayable => 'A',
        PaymentRoute::Payroll => 'P',
    };
    let credit = if is_credit { "C" } else { "" };
    format!("{claim_reference}-{letter}{credit}")
}

/// The reference of the claim that an invoice is for.
#[must_use]
pub fn claim_of(number: &str) -> &str {
    number.rsplit_once('-').map_or(number, |(claim, _)| claim)
}

/// What the number of an invoice begins with, before the number of the attempt.
#[must_use]
pub fn invoices_of(number: &str) -> &str {
    number.trim_end_matches(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invoices_are_numbered_by_claim_route_and_attempt() {
        assert_eq!(invoices("CLM-2026-000123", PaymentRoute::AccountsPayable, false), "CLM-2026-000123-A");
        assert_eq!(invoices("CLM-2026-000123", PaymentRoute::Payroll, false), "CLM-2026-000123-P");
        assert_eq!(invoices("CLM-2026-000123", PaymentRoute::Payroll, true), "CLM-2026-000123-PC");
        assert_eq!(claim_of("CLM-2026-000123-AC10"), "CLM-2026-000123");
        assert_eq!(invoices_of("CLM-2026-000123-P1"), "CLM-2026-000123-P");
        assert_eq!(invoices_of("CLM-2026-000123-AC10"), "CLM-2026-000123-AC");
    }
}
