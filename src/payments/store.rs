//! Reading payments; runs move them in `runs::updates`.
//! The names and numbers of payees are joined here, so that a page needs one statement, not one for each item.

use crate::db::prelude::*;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Uuid as SqlUuid};
use serde::Deserialize;

use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::ids::{ClaimId, PaymentId, PaymentRunId, RecoveryId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, payments};
use crate::db::search::is_found;
use crate::db::sorting::{MarkKind, Sorting};
use crate::db::views::{claim_references, payee_names, payee_numbers};
use crate::money::Pence;
use crate::payments::blocked::{blocked, condition};
use crate::payments::by_hand::ByHand;
use crate::payments::status::PaymentStatus;
use crate::payments::views::{PaymentBrief, PaymentFilter};
use crate::refusal::{Refusal, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Reader;
use crate::{one_of_each, page_by, page_of};

/// A row of `payments`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(Pg))]
pub(super) struct PaymentRow {
    pub id: PaymentId,
    pub version: i32,
    pub claim_id: ClaimId,
    pub volunteer_id: VolunteerId,
    pub route: PaymentRoute,
    pub status: PaymentStatus,
    pub cost_centre: String,
    pub amount_pence: Pence,
    pub taxable_excess_pence: Pence,
    pub invoice_number: String,
    pub payment_run_id: Option<PaymentRunId>,
    pub retry_of_id: Option<PaymentId>,
    pub due_on: Day,
    pub paid_on: Option<Day>,
    pub ledger_reference: Option<String>,
    pub failure_reason: Option<String>,
    pub recovery_id: Option<RecoveryId>,
    pub held_reason: Option<String>,
    pub by_hand_how: Option<ByHand>,
    pub received_by: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Finance's numbers for a payee.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payee_numbers, check_for_backend(Pg))]
pub(super) struct PayeeNumbersRow {
    pub supplier_number: Option<String>,
    pub supplier_site: Option<String>,
    pub payroll_number: Option<String>,
    pub changed_on: Option<Day>,
}

/// A payment with what other tables say about it, as lists show it.
#[derive(Debug, Queryable)]
pub(super) struct PaymentListRow {
    pub payment: PaymentRow,
    pub claim_reference: String,
    pub payee_name: Option<String>,
    pub numbers: Option<PayeeNumbersRow>,
    pub created_by: Option<String>,
}

macro_rules! list_rows {
    () => {
        payments::table
            .inner_join(claim_references::table.on(claim_references::claim_id.eq(payments::claim_id)))
            .inner_join(actors::table.on(actors::id.eq(payments::created_by)))
            .left_join(payee_numbers::table.on(payee_numbers::volunteer_id.eq(payments::volunteer_id)))
            .left_join(payee_names::table.on(payee_names::volunteer_id.eq(payments::volunteer_id)))
            .select((
                PaymentRow::as_select(),
                claim_references::reference,
                payee_names::legal_name.nullable(),
                Option::<PayeeNumbersRow>::as_select(),
                actors::subject,
            ))
    };
}

pub(super) fn find(reader: &mut Reader<'_>, id: PaymentId) -> Result<PaymentListRow> {
    let row = list_rows!().filter(payments::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The payments that `asked.q` finds: by the beginning of the invoice number, which begins with the claim's reference, or by
/// the payee's legal name.
const FOUND: &str = "\
SELECT f.id FROM payments f WHERE f.invoice_number BETWEEN upper(asked.q) AND upper(asked.q) || '~'
UNION ALL SELECT f.id FROM payee_names n JOIN payments f ON f.volunteer_id = n.volunteer_id
    WHERE n.legal_words @@ words_sought(asked.q)";

/// The claims with a payment whose invoice number begins with `asked.q`, as a statement for [`is_found`].
pub const CLAIMS_FOUND_BY_INVOICE: &str = "\
SELECT f.claim_id AS id FROM payments f WHERE f.invoice_number BETWEEN upper(asked.q) AND upper(asked.q) || '~'";

/// The orders of the list besides that of age: by the day on which payments are due.
pub(super) const SORTINGS: &[Sorting] =
    &[Sorting::new("due_on", "what is due first comes first", (MarkKind::Day, "payments.due_on"), "payments.id")];

pub(super) fn list(reader: &mut Reader<'_>, filter: &PaymentFilter, page: &Page) -> Result<Rows<PaymentListRow>> {
    let mut query = list_rows!().into_boxed();
    if let Some(only) = filter.status_alone().filter(|_| page.is_plain()) {
        let of_one_status = page_of!(query, page, "payments", only, payments::id);
        return Ok(page.load(of_one_status, reader.conn)?);
    }
    if let Some(status) = &filter.status {
        query = query.filter(among("payments.status", status.iter().map(|word| word.as_str())));
    }
    if let Some(route) = &filter.route {
        query = query.filter(among("payments.route", route.iter().map(|word| word.as_str())));
    }
    query = one_of_each!(query, payments, filter: payment_run_id, claim_id, volunteer_id, cost_centre);
    if let Some(from) = filter.paid_from {
        query = query.filter(payments::paid_on.ge(from));
    }
    if let Some(to) = filter.paid_to {
        query = query.filter(payments::paid_on.le(to));
    }
    if let Some(from) = filter.amount_from {
        query = query.filter(payments::amount_pence.ge(from));
    }
    if let Some(to) = filter.amount_to {
        query = query.filter(payments::amount_pence.le(to));
    }
    if let Some(wanted) = filter.blocked {
        query = query.filter(condition(wanted));
    }
    if let Some(q) = &filter.q {
        query = query.filter(is_found("payments.id", FOUND, q.as_str()));
        if page.sorted.is_some() {
            let page = page.gathered();
            return Ok(page.load(page_by!(query, page, payments::id), reader.conn)?);
        }
    }
    Ok(page.load(page_by!(query, page, payments::id, payments::updated_at), reader.conn)?)
}

/// The payments of a claim without credits, oldest first, as a column of a statement that reads `claims`: null where there are none.
/// [`PaymentOfClaim`] reads what is in it.
pub const OF_THE_CLAIM: &str = "\
(SELECT jsonb_agg(jsonb_build_object('id', p.id, 'route', p.route, 'amount_pence', p.amount_pence, 'status', p.status,
    'paid_on', p.paid_on, 'supplier_number', n.supplier_number, 'payroll_number', n.payroll_number) ORDER BY p.id)
FROM payments p LEFT JOIN payee_numbers n ON n.volunteer_id = p.volunteer_id
WHERE p.claim_id = claims.id AND p.recovery_id IS NULL)";

/// A payment of a claim, before it is said whether it is blocked.
#[derive(Clone, Debug, Queryable, QueryableByName, Deserialize)]
pub struct PaymentOfClaim {
    #[diesel(sql_type = SqlUuid)]
    id: PaymentId,
    #[diesel(sql_type = Text)]
    route: PaymentRoute,
    #[diesel(sql_type = BigInt)]
    #[serde(deserialize_with = "Pence::of_a_sum")]
    amount_pence: Pence,
    #[diesel(sql_type = Text)]
    status: PaymentStatus,
    #[diesel(sql_type = Nullable<Date>)]
    paid_on: Option<Day>,
    #[diesel(sql_type = Nullable<Text>)]
    supplier_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    payroll_number: Option<String>,
}

/// The payments of these claims without credits, oldest first, in one statement.
///
/// # Errors
/// Database errors.
pub fn of_claims(conn: &mut PgConnection, claims: &[ClaimId]) -> Result<Vec<(ClaimId, PaymentBrief)>> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(ClaimId, PaymentOfClaim)> = payments::table
        .left_join(payee_numbers::table.on(payee_numbers::volunteer_id.eq(payments::volunteer_id)))
        .filter(payments::claim_id.eq_any(claims).and(payments::recovery_id.is_null()))
        .order_by(payments::id)
        .select((
            payments::claim_id,
            (
                payments::id,
                payments::route,
                payments::amount_pence,
                payments::status,
                payments::paid_on,
                payee_numbers::supplier_number.nullable(),
                payee_numbers::payroll_number.nullable(),
            ),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(claim, payment)| (claim, payment.brief())).collect())
}

impl PaymentOfClaim {
    /// The payment as its claim shows it.
    #[must_use]
    pub fn brief(self) -> PaymentBrief {
        let lacks = blocked(self.status, self.route, self.supplier_number.as_deref(), self.payroll_number.as_deref());
        PaymentBrief {
            id: self.id,
            route: self.route,
            amount_pence: self.amount_pence,
            status: self.status,
            blocked: lacks.map(|lacks| lacks.to_string()),
            paid_on: self.paid_on,
        }
    }
}
