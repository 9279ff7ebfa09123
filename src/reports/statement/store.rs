//! SQL for a volunteer's statement: payments, declined amounts and car miles.
//! Every statement reads only the volunteer's own rows.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Uuid as SqlUuid};

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::money::{Miles, Pence};
use crate::payments::PaymentStatus;
use crate::policies::calculator::TaxYear;
use crate::refusal::Result;
use crate::reports::statement::views::StatementPayment;
use crate::vocabulary::payment_route::PaymentRoute;

/// The taxable part of a mileage line `l` as it was approved: what was cut reduces it first.
const TAXABLE: &str = "GREATEST(0, l.approved_pence - (l.payable_pence - l.taxable_excess_pence))";

/// Of each recovery of the volunteer of which something came back: how much of it is for expenses, and how much of that was
/// above HMRC's approved amounts. What comes back of a mileage line reduces what it came to, so its taxable part goes first;
/// where several recoveries are of one line, the one of which something came back first takes it.
static BACK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT x.recovery_id, COALESCE(sum(x.pence) FILTER (WHERE l.kind <> 'time'), 0)::bigint AS of_expenses,
    COALESCE(sum(LEAST({TAXABLE}, x.so_far) - LEAST({TAXABLE}, x.so_far - x.pence)) FILTER (WHERE l.kind = 'mileage'), 0)::bigint AS taxable
FROM (SELECT b.recovery_id, b.line_id, b.pence, sum(b.pence) OVER (PARTITION BY b.line_id ORDER BY began.on_day, b.recovery_id) AS so_far
    FROM recoveries r
    CROSS JOIN LATERAL (SELECT min(back.on_day) AS on_day FROM (SELECT on_day FROM repayments WHERE recovery_id = r.id
        UNION ALL SELECT paid_on FROM payments WHERE recovery_id = r.id AND status = '{paid}') back) began
    JOIN recovery_lines b ON b.recovery_id = r.id
    WHERE r.volunteer_id = $1 AND began.on_day IS NOT NULL) x
JOIN claim_lines l ON l.id = x.line_id GROUP BY x.recovery_id",
        paid = PaymentStatus::Paid
    )
});

// A repayment in parts: expenses come back first, their taxable part before the rest of them, then time.
static PAYMENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH back AS ({back})
SELECT * FROM (SELECT p.paid_on, c.reference AS claim_reference, p.invoice_number, p.route, s.name AS service_name, p.work_from, p.work_to,
    p.time_pence, p.expense_pence, p.amount_pence,
    CASE WHEN p.recovery_id IS NULL THEN
        (SELECT COALESCE(sum({TAXABLE}), 0)::bigint FROM claim_lines l WHERE l.claim_id = c.id AND l.route = p.route AND l.kind = 'mileage')
    WHEN p.expense_pence < 0 THEN (SELECT -back.taxable FROM back WHERE back.recovery_id = p.recovery_id)
    ELSE 0 END AS taxable_excess_pence
FROM payments p JOIN claims c ON c.id = p.claim_id JOIN services s ON s.id = c.service_id
WHERE p.volunteer_id = $1 AND p.status = '{paid}' AND p.paid_on BETWEEN $2 AND $3
UNION ALL
SELECT b.on_day, c.reference, r.reference, w.route, s.name, w.work_from, w.work_to,
    b.expense - b.pence, -b.expense, -b.pence, -b.taxable
FROM (SELECT parts.*, LEAST(parts.of_expenses, parts.so_far) - LEAST(parts.of_expenses, parts.so_far - parts.pence) AS expense,
        LEAST(parts.of_taxable, parts.so_far) - LEAST(parts.of_taxable, parts.so_far - parts.pence) AS taxable
    FROM (SELECT p.recovery_id, p.on_day, p.pence, back.of_expenses, back.taxable AS of_taxable,
            (sum(p.pence) OVER (PARTITION BY p.recovery_id ORDER BY p.id))::bigint AS so_far
        FROM back JOIN repayments p ON p.recovery_id = back.recovery_id) parts) b
JOIN recoveries r ON r.id = b.recovery_id JOIN claims c ON c.id = r.claim_id JOIN services s ON s.id = r.service_id
CROSS JOIN LATERAL (SELECT min(l.route) AS route, min(l.on_day) AS work_from, max(l.on_day) AS work_to
    FROM recovery_lines x JOIN claim_lines l ON l.id = x.line_id WHERE x.recovery_id = r.id) w
WHERE b.on_day BETWEEN $2 AND $3) told
ORDER BY paid_on, invoice_number COLLATE \"C\"",
        back = *BACK,
        paid = PaymentStatus::Paid
    )
});

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = Date)]
    paid_on: Day,
    #[diesel(sql_type = Text)]
    claim_reference: String,
    #[diesel(sql_type = Text)]
    invoice_number: String,
    #[diesel(sql_type = Text)]
    route: PaymentRoute,
    #[diesel(sql_type = Text)]
    service_name: String,
    #[diesel(sql_type = Date)]
    work_from: Day,
    #[diesel(sql_type = Date)]
    work_to: Day,
    #[diesel(sql_type = BigInt)]
    time_pence: Pence,
    #[diesel(sql_type = BigInt)]
    expense_pence: Pence,
    #[diesel(sql_type = BigInt)]
    taxable_excess_pence: Pence,
    #[diesel(sql_type = BigInt)]
    amount_pence: Pence,
}

/// The payments that reached a volunteer from one day to another, both inclusive, and as less than nothing what came back.
pub(in crate::reports) fn payments(
    conn: &mut PgConnection,
    who: VolunteerId,
    from: Day,
    to: Day,
) -> Result<Vec<StatementPayment>> {
    let rows: Vec<PaymentRow> = diesel::sql_query(PAYMENTS.as_str())
        .bind::<SqlUuid, _>(who)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .load(conn)?;
    Ok(rows.into_iter().map(StatementPayment::from).collect())
}

impl From<PaymentRow> for StatementPayment {
    fn from(row: PaymentRow) -> Self {
        Self {
            paid_on: row.paid_on,
            claim_reference: row.claim_reference,
            invoice_number: row.invoice_number,
            route: row.route,
            service_name: row.service_name,
            work_from: row.work_from,
            work_to: row.work_to,
            time_pence: row.time_pence,
            expense_pence: row.expense_pence,
            taxable_excess_pence: row.taxable_excess_pence,
            amount_pence: row.amount_pence,
        }
    }
}

/// Sums over a volunteer's claim lines.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(in crate::reports) struct Lines {
    /// Offered for time and not taken, in claims approved in the period.
    #[diesel(sql_type = BigInt)]
    pub declined: Pence,
    /// Car miles claimed, by day of travel.
    #[diesel(sql_type = BigInt)]
    pub claimed: Miles,
    /// Car miles at the first rate.
    #[diesel(sql_type = BigInt)]
    pub at_first_rate: Miles,
}

// Supplementary lines are left out: they pay for miles and time that are counted in their originals.
const LINES: &str = "\
SELECT COALESCE(sum(l.payable_pence - l.elected_pence) FILTER (WHERE l.kind = 'time' AND l.elected_pence < l.payable_pence
        AND (c.approved_at AT TIME ZONE 'Europe/London')::date BETWEEN $2 AND $3), 0)::bigint AS declined,
    COALESCE(sum((l.inputs #>> '{given,miles}')::numeric * 10) FILTER (WHERE l.tax_year = $4), 0)::bigint AS claimed,
    COALESCE(sum(l.miles_first_rate) FILTER (WHERE l.tax_year = $4), 0)::bigint AS at_first_rate
FROM claim_lines l JOIN claims c ON c.id = l.claim_id
WHERE l.volunteer_id = $1 AND l.live AND l.supplements_line_id IS NULL";

/// Sums over a volunteer's claim lines: what was declined from one day to another, both inclusive, and miles of a tax year.
pub(in crate::reports) fn lines(
    conn: &mut PgConnection,
    who: VolunteerId,
    (from, to): (Day, Day),
    year: TaxYear,
) -> Result<Lines> {
    Ok(diesel::sql_query(LINES)
        .bind::<SqlUuid, _>(who)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Text, _>(year.to_string())
        .get_result(conn)?)
}
