//! What the files of a run say of its payments: read through a cursor, batch by batch, as often as there are files.
//! What the files look like stands in `csv_file` and `json_file`, where they are kept in `kept`.

use crate::db::prelude::*;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid};

use crate::clock::Day;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId};
use crate::money::Pence;
use crate::refusal::Result;
use crate::work::Writer;

/// What the files of a run say of a payment.
#[derive(Debug, QueryableByName)]
pub(super) struct ExportRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: PaymentId,
    #[diesel(sql_type = SqlUuid)]
    pub claim_id: ClaimId,
    #[diesel(sql_type = Text)]
    pub claim_reference: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub payee_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub supplier_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub supplier_site: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub payroll_number: Option<String>,
    #[diesel(sql_type = Text)]
    pub cost_centre: String,
    #[diesel(sql_type = BigInt)]
    pub amount_pence: Pence,
    #[diesel(sql_type = BigInt)]
    pub expense_pence: Pence,
    #[diesel(sql_type = BigInt)]
    pub time_pence: Pence,
    #[diesel(sql_type = BigInt)]
    pub taxable_excess_pence: Pence,
    #[diesel(sql_type = Text)]
    pub subjective_expense: String,
    #[diesel(sql_type = Text)]
    pub subjective_payment: String,
    #[diesel(sql_type = Text)]
    pub invoice_number: String,
    #[diesel(sql_type = Date)]
    pub work_from: Day,
    #[diesel(sql_type = Date)]
    pub work_to: Day,
    #[diesel(sql_type = Date)]
    pub due_on: Day,
    #[diesel(sql_type = Bool)]
    pub payee_changed: bool,
}

/// All of it will be read, so it is planned for all of it.
const WHOLE: &str = "SET LOCAL cursor_tuple_fraction = 1";
// A scroll cursor keeps one moment's answer, sorted once: every file of the run says the same.
const OPEN: &str = "\
DECLARE payment_run_rows SCROLL CURSOR FOR
SELECT p.id, p.claim_id, c.reference AS claim_reference, v.legal_name AS payee_name,
    n.supplier_number, n.supplier_site, n.payroll_number, p.cost_centre, p.amount_pence, p.expense_pence, p.time_pence, p.taxable_excess_pence,
    p.subjective_expense, p.subjective_payment, p.invoice_number, p.work_from, p.work_to, p.due_on,
    p.numbers_version IS DISTINCT FROM n.numbers_version AS payee_changed
FROM payments p
JOIN claim_references c USING (claim_id)
LEFT JOIN payee_numbers n ON n.volunteer_id = p.volunteer_id
LEFT JOIN payee_names v ON v.volunteer_id = p.volunteer_id
WHERE p.payment_run_id = $1
ORDER BY p.invoice_number";
const BATCH: &str = "FETCH FORWARD 500 FROM payment_run_rows";
const AGAIN: &str = "MOVE ABSOLUTE 0 IN payment_run_rows";
const CLOSE: &str = "CLOSE payment_run_rows";

/// The payments of a run as they are at one moment; for the length of a transaction.
#[derive(Debug)]
pub(super) struct ExportRows(());

impl ExportRows {
    /// Takes them.
    pub fn of(writer: &mut Writer<'_>, id: PaymentRunId) -> Result<Self> {
        writer.conn.batch_execute(WHOLE)?;
        diesel::sql_query(OPEN).bind::<SqlUuid, _>(id).execute_once(writer.conn)?;
        Ok(Self(()))
    }

    /// Hands over all of them by invoice number, some hundred at a time; from the start again at every call.
    pub fn each(
        &self,
        writer: &mut Writer<'_>,
        mut hand_over: impl FnMut(&mut Writer<'_>, &[ExportRow]) -> Result<()>,
    ) -> Result<()> {
        writer.conn.batch_execute(AGAIN)?;
        loop {
            let rows: Vec<ExportRow> = diesel::sql_query(BATCH).load(writer.conn)?;
            if rows.is_empty() {
                return Ok(());
            }
            hand_over(writer, &rows)?;
        }
    }

    /// Lets them go: a connection keeps no cursor for the next run.
    pub fn close(self, writer: &mut Writer<'_>) -> Result<()> {
        Ok(writer.conn.batch_execute(CLOSE)?)
    }
}
