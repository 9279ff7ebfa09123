//! The report on accruals: what is owed on a day for work done until then, by cost centre and month.

use std::collections::BTreeMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::clock::{Day, Instant};
use crate::db::among::{literal, words};
use crate::http::Represent;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::money::Pence;
use crate::payments::PaymentStatus;
use crate::policies::calculator::{Outcome, in_force, is_paid_when_cancelled, window};
use crate::policies::{self, Published};
use crate::refusal::{Failure, Result};
use crate::reports::estimates::{self, Estimate, Unclaimed};
use crate::work::Reader;

/// Day and format of the report on accruals.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AccrualsFilter {
    /// Day on which something is owed, London date; today by default.
    #[serde(default)]
    pub on: Option<Day>,
    /// `csv` for the rows as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for AccrualsFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// Report on what is owed on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccrualsReport {
    /// The day, London date.
    pub on: Day,
    /// What is owed by cost centre and month; those that owe nothing are left out.
    pub rows: Vec<AccrualsRow>,
    /// All rows together.
    pub total: Accruals,
    /// Which of these figures are estimates, and how they are made.
    #[schema(min_items = 2, max_items = 2)]
    pub estimates: Vec<Estimate>,
}

/// What a cost centre owes for the work of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccrualsRow {
    /// Cost centre.
    #[schema(example = "C20417")]
    pub cost_centre: String,
    /// Month of the work as `YYYY-MM`.
    /// Example: 2026-04
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub month: String,
    /// What is owed.
    #[serde(flatten)]
    pub owed: Accruals,
}

/// What is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Accruals {
    /// How often somebody has not claimed for a session that they attended, or that the trust cancelled at short notice.
    pub unclaimed_count: i64,
    /// Estimate of what these come to, in pence.
    pub unclaimed_pence: Pence,
    /// Submitted for people and not decided, in pence.
    pub submitted_pence: Pence,
    /// Approved for people and not paid, in pence.
    pub approved_pence: Pence,
    /// Sum of the three amounts, in pence.
    pub total_pence: Pence,
}

impl Represent for AccrualsReport {}

impl Tabular for AccrualsReport {
    type Row = AccrualsRow;

    fn file_name(&self) -> String {
        format!("accruals-{}", self.on)
    }

    fn columns(&self) -> Vec<&'static str> {
        let figures = ["unclaimed_count", "unclaimed_pence", "submitted_pence", "approved_pence", "total_pence"];
        ["cost_centre", "month"].into_iter().chain(figures).collect()
    }

    fn rows(&self) -> &[AccrualsRow] {
        &self.rows
    }
}

#[derive(QueryableByName)]
struct ClaimedRow {
    #[diesel(sql_type = Text)]
    cost_centre: String,
    #[diesel(sql_type = Text)]
    month: String,
    #[diesel(sql_type = BigInt)]
    submitted: Pence,
    #[diesel(sql_type = BigInt)]
    approved: Pence,
}

fn claimed_statement() -> String {
    format!(
        "\
SELECT COALESCE(p.cost_centre, s.cost_centre) AS cost_centre, to_char(l.on_day, 'YYYY-MM') AS month,
    COALESCE(sum(LEAST(l.payable_pence, l.elected_pence)) FILTER (WHERE c.status = {submitted}), 0)::bigint AS submitted,
    COALESCE(sum(l.approved_pence) FILTER (WHERE c.status <> {submitted} AND (p.paid_on IS NULL OR p.paid_on > $1)), 0)::bigint AS approved
FROM claims c JOIN services s ON s.id = c.service_id
JOIN LATERAL (SELECT * FROM claim_lines WHERE claim_id = c.id AND live AND on_day <= $1 OFFSET 0) l ON true
LEFT JOIN LATERAL (SELECT cost_centre, CASE WHEN status = {was_paid} THEN paid_on END AS paid_on FROM live_payments
    WHERE claim_id = c.id AND route = l.route OFFSET 0) p ON true
WHERE c.status IN ({unsettled}) OR (c.status = {paid} AND c.paid_at >= $1::timestamp AT TIME ZONE 'Europe/London')
GROUP BY 1, 2",
        submitted = literal(ClaimStatus::Submitted),
        unsettled = words(ClaimStatus::UNSETTLED),
        paid = literal(ClaimStatus::Paid),
        was_paid = literal(PaymentStatus::Paid),
    )
}

#[derive(QueryableByName)]
struct UnclaimedRow {
    #[diesel(sql_type = Text)]
    cost_centre: String,
    #[diesel(embed)]
    time: Unclaimed,
    #[diesel(sql_type = Bool)]
    cancelled: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    cancelled_at: Option<Instant>,
}

impl UnclaimedRow {
    /// Whether a claim for it would be paid: what was attended, and what the trust cancelled at shorter notice than promised.
    fn is_payable(&self, versions: &[Published]) -> bool {
        let notice = self.cancelled_at.map(|at| self.time.minutes_after(at));
        let policy = in_force(versions, self.time.day().date());
        !self.cancelled || policy.is_some_and(|policy| is_paid_when_cancelled(notice, policy.terms.cancellation))
    }
}

fn unclaimed_statement() -> String {
    format!(
        "\
SELECT s.cost_centre, x.starts_at, (EXTRACT(epoch FROM x.ends_at - x.starts_at) / 60)::bigint AS minutes,
    g.offer ->> 'tariff' AS tariff, g.promised, count(*) AS people, a.outcome = {cancelled} AS cancelled, x.cancelled_at
FROM sessions x JOIN services s ON s.id = x.service_id JOIN attendances a ON a.session_id = x.id
JOIN agreements g ON g.id = a.agreement_id
WHERE x.starts_at < ($1 + 1)::timestamp AT TIME ZONE 'Europe/London' AND a.outcome = ANY($2) AND g.offer ->> 'tariff' IS NOT NULL
    AND NOT EXISTS (SELECT FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE l.session_id = x.id AND l.volunteer_id = a.volunteer_id
        AND l.kind = {time} AND (l.live OR c.status = {rejected}))
GROUP BY x.id, s.cost_centre, g.offer ->> 'tariff', g.promised, a.outcome = {cancelled}",
        time = literal(LineKind::Time),
        cancelled = literal(Outcome::CancelledByTrust.as_str()),
        rejected = literal(ClaimStatus::Rejected),
    )
}

/// The report, for leads and finance.
pub(super) fn report_accruals(reader: &mut Reader<'_>, (): (), asked: &AccrualsFilter) -> Result<AccrualsReport> {
    let on = asked.on.unwrap_or_else(|| reader.today());
    let versions = policies::published(reader.conn)?;
    let claimed: Vec<ClaimedRow> = diesel::sql_query(claimed_statement()).bind::<Date, _>(on).load(reader.conn)?;
    let payable: Vec<&str> = Outcome::MAY_BE_PAID.iter().map(|outcome| outcome.as_str()).collect();
    let unclaimed: Vec<UnclaimedRow> = diesel::sql_query(unclaimed_statement())
        .bind::<Date, _>(on)
        .bind::<Array<Text>, _>(payable)
        .load(reader.conn)?;
    let mut rows: BTreeMap<(String, String), Accruals> = BTreeMap::new();
    for row in claimed {
        let owed = rows.entry((row.cost_centre, row.month)).or_default();
        (owed.submitted_pence, owed.approved_pence) = (row.submitted, row.approved);
    }
    for row in unclaimed {
        let day = row.time.day();
        if !can_be_claimed(&versions, day, on) || !row.is_payable(&versions) {
            continue;
        }
        let UnclaimedRow { cost_centre, time, .. } = row;
        let month = day.to_string().chars().take(7).collect();
        let owed = rows.entry((cost_centre, month)).or_default();
        owed.unclaimed_count += time.people;
        owed.unclaimed_pence = sum([owed.unclaimed_pence, time.worth(&versions)?])?;
    }
    summed(on, rows)
}

/// Whether time of a day can still be claimed on another without a reason for being late.
fn can_be_claimed(versions: &[Published], day: Day, on: Day) -> bool {
    let policy = in_force(versions, day.date());
    policy.is_some_and(|policy| window::claim_by(day.date(), policy.terms.claim_window) >= on.date())
}

fn summed(on: Day, rows: BTreeMap<(String, String), Accruals>) -> Result<AccrualsReport> {
    let mut report =
        AccrualsReport { on, rows: Vec::new(), total: Accruals::default(), estimates: estimates::OF_ACCRUALS.to_vec() };
    for ((cost_centre, month), mut owed) in rows {
        owed.total_pence = sum([owed.unclaimed_pence, owed.submitted_pence, owed.approved_pence])?;
        if (owed.total_pence, owed.unclaimed_count) == (Pence::ZERO, 0) {
            continue;
        }
        let total = &mut report.total;
        total.unclaimed_count += owed.unclaimed_count;
        total.unclaimed_pence = sum([total.unclaimed_pence, owed.unclaimed_pence])?;
        total.submitted_pence = sum([total.submitted_pence, owed.submitted_pence])?;
        total.approved_pence = sum([total.approved_pence, owed.approved_pence])?;
        total.total_pence = sum([total.total_pence, owed.total_pence])?;
        report.rows.push(AccrualsRow { cost_centre, month, owed });
    }
    Ok(report)
}

fn sum<const N: usize>(amounts: [Pence; N]) -> Result<Pence> {
    Pence::checked_sum(amounts).ok_or_else(|| Failure::broken("a sum of accruals beyond range"))
}
