//! Updating payments by runs and results: one statement for all payments, never one for each.
//! The runs' own table stands in `store`.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::among::{among, among_text, literal};
use crate::db::exactly;
use crate::db::ids::{PaymentId, PaymentRunId, VolunteerId};
use crate::db::schema::payments;
use crate::payments::blocked::number;
use crate::payments::open::invoices_of;
use crate::payments::runs::snapshot::PaymentSnapshot;
use crate::payments::runs::step::Step;
use crate::payments::runs::views::NewPaymentRun;
use crate::payments::show::recent_since;
use crate::payments::status::{PaymentStatus, RunStatus};
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// The due payments that a run may take. The state is written out, for the index of due payments.
fn fitting() -> String {
    format!(
        "SELECT payments.id, payments.volunteer_id, payments.recovery_id, payments.amount_pence, payee_numbers.numbers_version,
    payee_numbers.changed_on FROM payments JOIN payee_numbers ON payee_numbers.volunteer_id = payments.volunteer_id
    WHERE {} AND payments.route = $3 AND ($4::date IS NULL OR payments.due_on <= $4)
        AND ($5::text IS NULL OR payments.cost_centre = $5)",
        among_text("payments.status", &[PaymentStatus::Due])
    )
}

/// Takes what fits into a run, in one statement.
fn take_statement() -> String {
    let (fitting, number) = (fitting(), number());
    format!(
        "WITH RECURSIVE owed AS (
    {fitting} AND {number} IS NOT NULL AND payments.recovery_id IS NULL FOR UPDATE OF payments SKIP LOCKED
), cover AS (
    SELECT volunteer_id, sum(amount_pence)::bigint AS pence FROM owed GROUP BY volunteer_id
), credits AS (
    {fitting} AND {number} IS NOT NULL AND payments.recovery_id IS NOT NULL
        AND payments.volunteer_id IN (SELECT volunteer_id FROM cover) FOR UPDATE OF payments SKIP LOCKED
), queue AS (
    SELECT id, volunteer_id, amount_pence, row_number() OVER (PARTITION BY volunteer_id ORDER BY id) AS turn FROM credits
), credit AS (
    SELECT NULL::uuid AS id, volunteer_id, 0::bigint AS turn, cover.pence AS remains, false AS fits
    FROM queue first JOIN cover USING (volunteer_id) WHERE first.turn = 1
    UNION ALL
    SELECT next.id, next.volunteer_id, next.turn,
        CASE WHEN before.remains + next.amount_pence >= 0 THEN before.remains + next.amount_pence ELSE before.remains END,
        before.remains + next.amount_pence >= 0
    FROM credit before JOIN queue next ON next.volunteer_id = before.volunteer_id AND next.turn = before.turn + 1
), taken AS (
    SELECT id, volunteer_id, amount_pence, numbers_version, changed_on FROM owed
    UNION ALL
    SELECT id, volunteer_id, amount_pence, numbers_version, changed_on FROM credits WHERE id IN (SELECT id FROM credit WHERE fits)
), blocked AS (
    {fitting} AND {number} IS NULL
), uncovered AS (
    {fitting} AND {number} IS NOT NULL AND payments.recovery_id IS NOT NULL
        AND payments.volunteer_id NOT IN (SELECT volunteer_id FROM cover)
), run AS (
    INSERT INTO payment_runs (id, reference, status, route, cut_off, cost_centre, payment_count, total_pence, left_out_count,
        payees_changed_count, created_at, created_by, updated_at)
    SELECT $1, $2, $8, $3, $4, $5, count(*), sum(amount_pence),
        (SELECT count(*) FROM blocked) + (SELECT count(*) FROM uncovered)
            + (SELECT count(*) FROM credit WHERE id IS NOT NULL AND NOT fits),
        count(DISTINCT volunteer_id) FILTER (WHERE changed_on >= $10), $6, $7, $6
    FROM taken HAVING count(*) > 0
)
UPDATE payments SET status = $9, payment_run_id = $1, numbers_version = taken.numbers_version, version = version + 1, updated_at = $6
FROM taken WHERE payments.id = taken.id"
    )
}

/// Makes a run of every due payment that fits and is not blocked, in one statement. Payments that another run is taking at
/// the same moment are left to it; credits are locked only for those whom the run pays, so that a run that comes to nothing
/// never keeps them from another. Of each person's credits, oldest first, every one is taken that what is left of their
/// payments in the run covers; the others are left out, so that one that is too large does not keep back a later one that
/// fits. Which version the numbers of each payee have is noted. Answers how many payments were taken; with none, there is no
/// run.
pub(super) fn take(writer: &mut Writer<'_>, id: PaymentRunId, new: &NewPaymentRun) -> Result<usize> {
    let (reference, now, by, today) = (new_reference(writer)?, writer.now(), writer.actor_id(), writer.today());
    let taken = diesel::sql_query(take_statement())
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(reference)
        .bind::<Text, _>(new.route)
        .bind::<Nullable<Date>, _>(new.cut_off)
        .bind::<Nullable<Text>, _>(&new.cost_centre)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Text, _>(RunStatus::Open)
        .bind::<Text, _>(PaymentStatus::InRun)
        .bind::<Date, _>(recent_since(today))
        .execute(writer.conn)?;
    Ok(taken)
}

#[derive(QueryableByName)]
struct ReferenceNumberRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn new_reference(writer: &mut Writer<'_>) -> Result<String> {
    let ReferenceNumberRow { number } =
        diesel::sql_query("SELECT nextval('payment_run_reference_numbers') AS number").get_result(writer.conn)?;
    Ok(format!("RUN-{}-{number:06}", writer.today().date().year()))
}

/// Makes all `count` payments of a cancelled run due again.
pub(super) fn make_due(writer: &mut Writer<'_>, id: PaymentRunId, count: usize) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(payments::table.filter(payments::payment_run_id.eq(id)))
        .set((
            payments::status.eq(PaymentStatus::Due),
            payments::payment_run_id.eq(None::<PaymentRunId>),
            payments::numbers_version.eq(None::<i32>),
            payments::version.eq(payments::version + 1),
            payments::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(count, rows)
}

/// The payments of a run that these invoice numbers name, locked.
pub(super) fn lock_named(writer: &mut Writer<'_>, id: PaymentRunId, invoices: &[&str]) -> Result<Vec<PaymentSnapshot>> {
    Ok(payments::table
        .filter(payments::payment_run_id.eq(id))
        .filter(payments::invoice_number.eq_any(invoices))
        .order_by(payments::id)
        .select(PaymentSnapshot::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// All payments of a run to these people. The run is locked, so none of them moves.
pub(super) fn of_people(
    writer: &mut Writer<'_>,
    id: PaymentRunId,
    people: &BTreeSet<VolunteerId>,
) -> Result<Vec<PaymentSnapshot>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    Ok(payments::table
        .filter(payments::payment_run_id.eq(id))
        .filter(payments::volunteer_id.eq_any(people))
        .order_by(payments::id)
        .select(PaymentSnapshot::as_select())
        .load(writer.conn)?)
}

const APPLY: &str = "\
UPDATE payments SET status = o.status, paid_on = o.paid_on, ledger_reference = o.ledger_reference,
    failure_reason = o.failure_reason, version = payments.version + 1, updated_at = $1
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::date[], $6::text[], $7::text[])
    AS o (id, version, status, paid_on, ledger_reference, failure_reason)
WHERE payments.id = o.id AND payments.version = o.version";

/// Applies what the results come to, in one statement.
pub(super) fn apply(writer: &mut Writer<'_>, steps: &[Step]) -> Result<()> {
    let now = writer.now();
    let applied = diesel::sql_query(APPLY)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(steps.iter().map(|s| s.before.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(steps.iter().map(|s| s.before.version).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(steps.iter().map(|s| s.step.2).collect::<Vec<_>>())
        .bind::<Array<Nullable<Date>>, _>(steps.iter().map(|s| s.paid_on).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(steps.iter().map(|s| s.ledger_reference.as_deref()).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(steps.iter().map(|s| s.failure_reason.as_deref()).collect::<Vec<_>>())
        .execute(writer.conn)?;
    if applied == steps.len() { Ok(()) } else { Err(Failure::broken("a locked payment changed under its results")) }
}

/// What payroll reported with a payment that the bank sent back later is not reported once more.
fn retry_statement() -> String {
    let (payroll, returned) = (literal(PaymentRoute::Payroll), literal(PaymentStatus::Returned));
    format!(
        "\
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence,
    taxable_excess_pence, subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt, retry_of_id, due_on, recovery_id, created_at, created_by, updated_at)
SELECT o.id, p.claim_id, p.volunteer_id, p.route, $7, p.cost_centre, p.amount_pence, p.expense_pence, p.time_pence,
    CASE WHEN p.route = {payroll} AND p.status = {returned} THEN 0 ELSE p.taxable_excess_pence END,
    p.subjective_expense, p.subjective_payment, p.work_from, p.work_to, o.invoices || tried.next, tried.next, p.id, $1, p.recovery_id, $2, $3, $2
FROM (SELECT o.*, row_number() OVER (PARTITION BY o.invoices ORDER BY o.id) AS turn
    FROM unnest($4::uuid[], $5::uuid[], $6::text[]) AS o (id, retry_of_id, invoices)) o
JOIN payments p ON p.id = o.retry_of_id
CROSS JOIN LATERAL (SELECT max(before.attempt) + o.turn AS next FROM payments before WHERE before.claim_id = p.claim_id
    AND before.route = p.route AND (before.recovery_id IS NULL) = (p.recovery_id IS NULL)) tried"
    )
}

/// Opens another payment, due today, for each that failed or came back; answers their ids.
pub(super) fn retry(writer: &mut Writer<'_>, steps: &[&Step]) -> Result<Vec<PaymentId>> {
    let ids: Vec<PaymentId> = steps.iter().map(|_| writer.new_id()).collect();
    let (today, now, by) = (writer.today(), writer.now(), writer.actor_id());
    let series = |step: &&Step| invoices_of(&step.before.invoice_number).to_owned();
    diesel::sql_query(retry_statement())
        .bind::<Date, _>(today)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlUuid>, _>(steps.iter().map(|step| step.before.id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(steps.iter().map(series).collect::<Vec<_>>())
        .bind::<Text, _>(PaymentStatus::Due)
        .execute(writer.conn)?;
    Ok(ids)
}

/// Whether a payment of the run still waits for its outcome.
pub(super) fn waits(writer: &mut Writer<'_>, id: PaymentRunId) -> Result<bool> {
    let in_run = among("payments.status", [PaymentStatus::InRun]);
    let waiting = payments::table.filter(payments::payment_run_id.eq(id)).filter(in_run);
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(writer.conn)?)
}
