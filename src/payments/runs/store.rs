//! SQL of payment runs and of what they do to payments; set by set, never a statement a payment.

use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::agreements::PaymentRoute;
use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, ClaimId, PaymentId, PaymentRunId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, claims, payees, payment_run_exports, payment_runs, payments, volunteer_profiles};
use crate::db::{Reader, Writer};
use crate::money::Pence;
use crate::page_by;
use crate::payments::blocked::NUMBER;
use crate::payments::open::next_invoice_number;
use crate::payments::runs::rules::{Hands, Standing, Step};
use crate::payments::runs::views::{ExportFormat, NewPaymentRun, PaymentRunFilter};
use crate::payments::status::RunStatus;
use crate::refusal::{Done, Failure, Refusal};

/// A row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payment_runs, check_for_backend(Pg))]
pub(super) struct RunRow {
    pub id: PaymentRunId,
    pub version: i32,
    pub reference: String,
    pub status: RunStatus,
    pub route: PaymentRoute,
    pub cut_off: Option<Day>,
    pub cost_centre: Option<String>,
    pub payment_count: i32,
    pub total_pence: Pence,
    pub left_out_count: i32,
    pub export_sha256: Option<String>,
    pub released_at: Option<Instant>,
    pub settled_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A row with who created and who released it.
pub(super) type Whole = (RunRow, Option<String>, Option<String>);

diesel::alias!(actors as releasers: Releasers);

macro_rules! whole {
    () => {
        payment_runs::table
            .inner_join(actors::table.on(actors::id.eq(payment_runs::created_by)))
            .left_join(releasers.on(releasers.field(actors::id).nullable().eq(payment_runs::released_by)))
            .select((RunRow::as_select(), actors::subject, releasers.field(actors::subject).nullable()))
    };
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PaymentRunFilter, page: &Page) -> Done<Rows<Whole>> {
    let mut query = whole!().into_boxed();
    if let Some(status) = &filter.status {
        query = query.filter(payment_runs::status.eq_any(status));
    }
    Ok(page.load(page_by!(query, page, payment_runs::id), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: PaymentRunId) -> Done<Whole> {
    let row = whole!().filter(payment_runs::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: PaymentRunId) -> Done<RunRow> {
    let row = payment_runs::table.find(id).select(RunRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

const FITTING: &str = "\
    SELECT payments.id, payments.amount_pence FROM payments JOIN payees ON payees.volunteer_id = payments.volunteer_id
    WHERE payments.status = 'due' AND payments.route = $3 AND ($4::date IS NULL OR payments.due_on <= $4)
        AND ($5::text IS NULL OR payments.cost_centre = $5)";

/// Makes a run of everything that is due, fits and is unblocked, in one statement: what another run is taking at this
/// moment is left to it. Answers how many payments were taken; with none, there is no run.
pub(super) fn take(writer: &mut Writer<'_>, id: PaymentRunId, new: &NewPaymentRun) -> Done<usize> {
    let statement = format!(
        "WITH taken AS (
    {FITTING} AND {NUMBER} IS NOT NULL FOR UPDATE OF payments SKIP LOCKED
), blocked AS (
    {FITTING} AND {NUMBER} IS NULL
), run AS (
    INSERT INTO payment_runs (id, reference, status, route, cut_off, cost_centre, payment_count, total_pence, left_out_count,
        created_at, created_by, updated_at)
    SELECT $1, $2, 'open', $3, $4, $5, count(*), sum(amount_pence), (SELECT count(*) FROM blocked), $6, $7, $6
    FROM taken HAVING count(*) > 0
)
UPDATE payments SET status = 'in_run', payment_run_id = $1, version = version + 1, updated_at = $6
FROM taken WHERE payments.id = taken.id"
    );
    let (reference, now, by) = (new_reference(writer)?, writer.now(), writer.actor_id());
    let taken = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(reference)
        .bind::<Text, _>(new.route)
        .bind::<Nullable<Date>, _>(new.cut_off)
        .bind::<Nullable<Text>, _>(&new.cost_centre)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .execute(writer.conn)?;
    Ok(taken)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn new_reference(writer: &mut Writer<'_>) -> Done<String> {
    let Number { number } =
        diesel::sql_query("SELECT nextval('payment_run_reference_numbers') AS number").get_result(writer.conn)?;
    Ok(format!("RUN-{}-{number:06}", writer.today().date().year()))
}

#[derive(QueryableByName)]
struct HandsRow {
    #[diesel(sql_type = Bool)]
    created: bool,
    #[diesel(sql_type = Bool)]
    approved: bool,
}

const HANDS: &str = "\
SELECT same_person(r.created_by, $2) AS created, EXISTS (
    SELECT 1 FROM (SELECT DISTINCT c.approved_by FROM payments p JOIN claims c ON c.id = p.claim_id WHERE p.payment_run_id = r.id) a
    WHERE same_person(a.approved_by, $2)) AS approved
FROM payment_runs r WHERE r.id = $1";

/// Which hands the asker had in a run: persons are compared, not log-ins.
pub(super) fn hands(writer: &mut Writer<'_>, id: PaymentRunId) -> Done<Hands> {
    let by = writer.actor_id();
    let HandsRow { created, approved } =
        diesel::sql_query(HANDS).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn)?;
    Ok(Hands { created, approved })
}

/// What the files of a run say of a payment.
#[derive(Debug, Queryable)]
pub(super) struct ExportRow {
    pub id: PaymentId,
    pub claim_id: ClaimId,
    pub claim_reference: String,
    pub payee_name: Option<String>,
    pub supplier_number: Option<String>,
    pub supplier_site: Option<String>,
    pub payroll_number: Option<String>,
    pub cost_centre: String,
    pub amount_pence: Pence,
    pub expense_pence: Pence,
    pub time_pence: Pence,
    pub subjective_expense: String,
    pub subjective_payment: String,
    pub invoice_number: String,
    pub work_from: Day,
    pub work_to: Day,
    pub due_on: Day,
}

/// Hands over every payment of a run by invoice number, one after the other: a run may have very many.
pub(super) fn each_to_export(
    writer: &mut Writer<'_>,
    id: PaymentRunId,
    mut hand_over: impl FnMut(&ExportRow) -> Done<()>,
) -> Done<()> {
    let rows = payments::table
        .inner_join(claims::table.on(claims::id.eq(payments::claim_id)))
        .left_join(payees::table.on(payees::volunteer_id.eq(payments::volunteer_id)))
        .left_join(volunteer_profiles::table.on(volunteer_profiles::volunteer_id.eq(payments::volunteer_id)))
        .filter(payments::payment_run_id.eq(id))
        .order_by(diesel::dsl::sql::<Text>("payments.invoice_number COLLATE \"C\""))
        .select((
            (payments::id, payments::claim_id, claims::reference, volunteer_profiles::legal_name.nullable()),
            (payees::supplier_number.nullable(), payees::supplier_site.nullable(), payees::payroll_number.nullable()),
            (payments::cost_centre, payments::amount_pence, payments::expense_pence, payments::time_pence),
            (payments::subjective_expense, payments::subjective_payment, payments::invoice_number),
            (payments::work_from, payments::work_to, payments::due_on),
        ))
        .load_iter::<ExportParts, PgRowByRowLoadingMode>(writer.conn)?;
    for row in rows {
        hand_over(&row?.into())?;
    }
    Ok(())
}

type ExportParts = (
    (PaymentId, ClaimId, String, Option<String>),
    (Option<String>, Option<String>, Option<String>),
    (String, Pence, Pence, Pence),
    (String, String, String),
    (Day, Day, Day),
);

impl From<ExportParts> for ExportRow {
    fn from((who, numbers, money, codes, days): ExportParts) -> Self {
        let (id, claim_id, claim_reference, payee_name) = who;
        let (supplier_number, supplier_site, payroll_number) = numbers;
        let (cost_centre, amount_pence, expense_pence, time_pence) = money;
        let (subjective_expense, subjective_payment, invoice_number) = codes;
        let (work_from, work_to, due_on) = days;
        Self {
            id,
            claim_id,
            claim_reference,
            payee_name,
            supplier_number,
            supplier_site,
            payroll_number,
            cost_centre,
            amount_pence,
            expense_pence,
            time_pence,
            subjective_expense,
            subjective_payment,
            invoice_number,
            work_from,
            work_to,
            due_on,
        }
    }
}

pub(super) fn keep_export(
    writer: &mut Writer<'_>,
    id: PaymentRunId,
    format: ExportFormat,
    body: &[u8],
    sha256: &str,
) -> Done<()> {
    diesel::insert_into(payment_run_exports::table)
        .values((
            payment_run_exports::run_id.eq(id),
            payment_run_exports::format.eq(format),
            payment_run_exports::body.eq(body),
            payment_run_exports::sha256.eq(sha256),
        ))
        .execute(writer.conn)?;
    Ok(())
}

/// A file as it is kept; the body is gone once somebody whom it names was erased.
#[derive(Debug, Queryable)]
pub(super) struct KeptExport {
    pub body: Option<Vec<u8>>,
    pub sha256: String,
}

pub(super) fn kept_export(reader: &mut Reader<'_>, id: PaymentRunId, format: ExportFormat) -> Done<KeptExport> {
    payment_run_exports::table
        .find((id, format))
        .select((payment_run_exports::body, payment_run_exports::sha256))
        .first(reader.conn)
        .optional()?
        .ok_or_else(|| Failure::broken("a released run without its files"))
}

/// A row that is about to be changed, at the version at which it was locked.
macro_rules! at_version {
    ($run:expr) => {
        payment_runs::table.find($run.id).filter(payment_runs::version.eq($run.version))
    };
}

pub(super) fn release(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus, sha256: &str) -> Done<()> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    diesel::update(at_version!(run))
        .set((
            payment_runs::status.eq(to),
            payment_runs::export_sha256.eq(sha256),
            payment_runs::released_at.eq(now),
            payment_runs::released_by.eq(by),
            payment_runs::version.eq(run.version + 1),
            payment_runs::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}

/// Gives a run up: its payments are due again.
pub(super) fn cancel(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus) -> Done<usize> {
    let now = writer.now();
    let freed = diesel::sql_query(
        "UPDATE payments SET status = 'due', payment_run_id = NULL, version = version + 1, updated_at = $2
         WHERE payment_run_id = $1",
    )
    .bind::<SqlUuid, _>(run.id)
    .bind::<Timestamptz, _>(now)
    .execute(writer.conn)?;
    diesel::update(at_version!(run))
        .set((payment_runs::status.eq(to), payment_runs::version.eq(run.version + 1), payment_runs::updated_at.eq(now)))
        .execute(writer.conn)?;
    Ok(freed)
}

/// The payments of a run that these invoice numbers name, locked.
pub(super) fn standing(writer: &mut Writer<'_>, id: PaymentRunId, invoices: &[&str]) -> Done<Vec<Standing>> {
    Ok(payments::table
        .filter(payments::payment_run_id.eq(id))
        .filter(payments::invoice_number.eq_any(invoices))
        .order_by(payments::id)
        .select(Standing::as_select())
        .for_update()
        .load(writer.conn)?)
}

const APPLY: &str = "\
UPDATE payments SET status = o.status, paid_on = o.paid_on, ledger_reference = o.ledger_reference,
    failure_reason = o.failure_reason, version = payments.version + 1, updated_at = $1
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::date[], $6::text[], $7::text[])
    AS o (id, version, status, paid_on, ledger_reference, failure_reason)
WHERE payments.id = o.id AND payments.version = o.version";

/// Applies what the results come to, in one statement.
pub(super) fn apply(writer: &mut Writer<'_>, steps: &[Step]) -> Done<()> {
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

const RETRY: &str = "\
INSERT INTO payments (id, claim_id, volunteer_id, route, status, cost_centre, amount_pence, expense_pence, time_pence,
    subjective_expense, subjective_payment, work_from, work_to, invoice_number, attempt, retry_of_id, due_on, created_at, created_by, updated_at)
SELECT o.id, p.claim_id, p.volunteer_id, p.route, 'due', p.cost_centre, p.amount_pence, p.expense_pence, p.time_pence,
    p.subjective_expense, p.subjective_payment, p.work_from, p.work_to, o.invoice_number, p.attempt + 1, p.id, $1, $2, $3, $2
FROM unnest($4::uuid[], $5::uuid[], $6::text[]) AS o (id, retry_of_id, invoice_number)
JOIN payments p ON p.id = o.retry_of_id";

/// Opens another payment, due today, for each that failed or came back; answers their ids.
pub(super) fn retry(writer: &mut Writer<'_>, steps: &[&Step]) -> Done<Vec<PaymentId>> {
    let ids: Vec<PaymentId> = steps.iter().map(|_| writer.new_id()).collect();
    let (today, now, by) = (writer.today(), writer.now(), writer.actor_id());
    let number = |step: &&Step| next_invoice_number(&step.before.invoice_number, step.before.attempt + 1);
    diesel::sql_query(RETRY)
        .bind::<Date, _>(today)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlUuid>, _>(steps.iter().map(|step| step.before.id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(steps.iter().map(number).collect::<Vec<_>>())
        .execute(writer.conn)?;
    Ok(ids)
}

/// Whether a payment of the run still waits for its outcome.
pub(super) fn waits(writer: &mut Writer<'_>, id: PaymentRunId) -> Done<bool> {
    let waiting = payments::table.filter(payments::payment_run_id.eq(id)).filter(payments::status.eq("in_run"));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(writer.conn)?)
}

pub(super) fn settle(writer: &mut Writer<'_>, run: &RunRow, to: RunStatus) -> Done<()> {
    let now = writer.now();
    let settled_at = run.settled_at.or((to == RunStatus::Settled).then_some(now));
    diesel::update(at_version!(run))
        .set((
            payment_runs::status.eq(to),
            payment_runs::settled_at.eq(settled_at),
            payment_runs::version.eq(run.version + 1),
            payment_runs::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}
