//! SQL of the files of a run: what they are made from, and where they are kept.
//! What they look like stands in `csv_files` and `export`.

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId};
use crate::db::schema::{claims, payees, payment_run_exports, payments, volunteer_profiles};
use crate::db::{Reader, Writer};
use crate::money::Pence;
use crate::payments::runs::views::ExportFormat;
use crate::refusal::{Done, Failure};

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
