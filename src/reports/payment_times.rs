//! The report on payment times: days from the first submission of a claim to its payment.
//! A claim paid by two payment routes counts twice, once for each payment.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::status::ClaimStatus;
use crate::clock::Day;
use crate::db::among::words;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::payments::PaymentStatus;
use crate::policies::calculator::in_force;
use crate::policies::{self, Published};
use crate::refusal::Result;
use crate::reports::grouping::{GroupKey, Grouping, Groupings, KeyRow, TimesReportFilter};
use crate::reports::period::Period;
use crate::reports::rows::Reached;
use crate::work::Reader;

/// Report on how long payments made in a period took, and on what is open today.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentTimesReport {
    /// First day of payment, inclusive, London date.
    pub from: Day,
    /// Last day of payment, inclusive, London date.
    pub to: Day,
    /// Day on which open claims and payments were counted.
    pub today: Day,
    /// What the report is grouped by.
    pub group_by: Vec<Grouping>,
    /// Groups; those without payments or open claims are left out.
    pub groups: Vec<PaymentTimesGroup>,
    /// All groups together.
    pub total: PaymentTimes,
}

/// Payment times of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentTimesGroup {
    /// Key of the group.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Figures of the group.
    #[serde(flatten)]
    pub times: PaymentTimes,
}

seen_by! { PaymentTimesGroup with key: GroupKey {} }

/// Payment times. Days are whole: from the London day of the first submission to the day of payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentTimes {
    /// Number of payments made.
    pub paid_count: i64,
    /// Days within which half of them were made: a value that occurred, never between two. Null where none was made.
    pub median_days: Option<i32>,
    /// Days within which 95 per cent of them were made: a value that occurred. Null where none was made.
    pub percentile_95_days: Option<i32>,
    /// Number of payments made within the target: `payment_target_days` of the policy in force on the day of
    /// submission.
    pub within_target_count: i64,
    /// Share of payments made within the target, per thousand, rounded down. Null where none was made.
    #[schema(minimum = 0, maximum = 1000)]
    pub within_target_per_mille: Option<i64>,
    /// Number of claims and payments that are open today, whenever the claim was submitted, once for each payment
    /// route.
    pub open_count: i64,
    /// Of these, those that are open for longer than the target.
    pub overdue_count: i64,
}

impl Represent for PaymentTimesReport {}

impl Tabular for PaymentTimesReport {
    type Row = PaymentTimesGroup;

    fn file_name(&self) -> String {
        format!("payment-times-{}-{}", self.from, self.to)
    }

    fn columns(&self) -> Vec<&'static str> {
        let times = ["paid_count", "median_days", "percentile_95_days"];
        let target = ["within_target_count", "within_target_per_mille", "open_count", "overdue_count"];
        Groupings::columns(&self.group_by).into_iter().chain(times).chain(target).collect()
    }

    fn rows(&self) -> &[PaymentTimesGroup] {
        &self.groups
    }
}

// `OFFSET 0` makes PostgreSQL look up the claim of each payment by key, however many claims there are.
// Paid in the period; due or in a run; submitted and not decided, for each payment route with an amount.
static WAITS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT w.service_id, w.plan_id, w.cost_centre, w.route, w.on_day, COALESCE(w.on_day, $3) - w.submitted_on AS days, t.days AS target
FROM (
    SELECT c.service_id, c.plan_id, p.cost_centre, p.route, p.paid_on AS on_day, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date AS submitted_on
    FROM payments p JOIN LATERAL (SELECT * FROM claims WHERE id = p.claim_id OFFSET 0) c ON true
    WHERE p.status = '{paid}' AND p.recovery_id IS NULL AND p.paid_on BETWEEN $1 AND $2
    UNION ALL
    SELECT c.service_id, c.plan_id, p.cost_centre, p.route, NULL, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date
    FROM payments p JOIN LATERAL (SELECT * FROM claims WHERE id = p.claim_id OFFSET 0) c ON true
    WHERE p.status IN ({open}) AND p.recovery_id IS NULL
    UNION ALL
    SELECT c.service_id, c.plan_id, s.cost_centre, l.route, NULL, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date
    FROM claims c JOIN services s ON s.id = c.service_id
    JOIN LATERAL (SELECT DISTINCT route FROM claim_lines WHERE claim_id = c.id AND LEAST(payable_pence, elected_pence) > 0 OFFSET 0) l ON true
    WHERE c.status = '{submitted}'
) w
LEFT JOIN unnest($4::date[], $5::date[], $6::bigint[]) AS t (from_day, to_day, days) ON w.submitted_on BETWEEN t.from_day AND t.to_day
WHERE $7 OR w.service_id IN (SELECT id FROM services WHERE code = ANY($8))",
        paid = PaymentStatus::Paid,
        open = words(PaymentStatus::OPEN),
        submitted = ClaimStatus::Submitted,
    )
});

const FIGURES: &str = "\
count(on_day) AS paid_count, count(*) FILTER (WHERE on_day IS NULL) AS open_count,
percentile_disc(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE on_day IS NOT NULL) AS median_days,
percentile_disc(0.95) WITHIN GROUP (ORDER BY days) FILTER (WHERE on_day IS NOT NULL) AS percentile_95_days,
count(*) FILTER (WHERE on_day IS NOT NULL AND days <= target) AS within_target_count,
count(*) FILTER (WHERE on_day IS NULL AND days > target) AS overdue_count";

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    key: KeyRow,
    #[diesel(sql_type = BigInt)]
    paid_count: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    median_days: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    percentile_95_days: Option<i32>,
    #[diesel(sql_type = BigInt)]
    within_target_count: i64,
    #[diesel(sql_type = BigInt)]
    open_count: i64,
    #[diesel(sql_type = BigInt)]
    overdue_count: i64,
}

/// The report, within the caller's reach.
pub(super) fn report_payment_times(
    reader: &mut Reader<'_>,
    (): (),
    asked: &TimesReportFilter,
) -> Result<PaymentTimesReport> {
    let grant = reader.grant();
    let period = Period::of(asked.from, asked.to, reader.today())?;
    let asked_by = asked.group_by.as_ref().map(|all| all.iter().copied().map(Grouping::from).collect());
    let groupings = Groupings::of(asked_by.as_ref(), grant)?;
    let reached = Reached { all: groupings.reach_all(grant), ..Reached::by(grant) };
    payment_times(reader, period, &groupings, &reached)
}

/// Payment times of the services that are reached.
pub(super) fn payment_times(
    reader: &mut Reader<'_>,
    Period { from, to }: Period,
    groupings: &Groupings,
    reached: &Reached,
) -> Result<PaymentTimesReport> {
    let today = reader.today();
    let targets = targets(&policies::published(reader.conn)?);
    let rows: Vec<Row> = diesel::sql_query(groupings.statement(&WAITS, FIGURES))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Array<Date>, _>(targets.iter().map(|target| target.from).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(targets.iter().map(|target| target.to).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(targets.iter().map(|target| target.days).collect::<Vec<_>>())
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .load(reader.conn)?;
    let (wholes, groups): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.key.whole);
    let groups = groups.into_iter().map(|row| PaymentTimesGroup { times: times(&row), key: row.key.key(groupings) });
    let groups = groups.collect();
    let total = wholes.first().map(times).unwrap_or_default();
    Ok(PaymentTimesReport { from, to, today, group_by: groupings.list(), groups, total })
}

fn times(row: &Row) -> PaymentTimes {
    PaymentTimes {
        paid_count: row.paid_count,
        median_days: row.median_days,
        percentile_95_days: row.percentile_95_days,
        within_target_count: row.within_target_count,
        within_target_per_mille: (row.within_target_count * 1000).checked_div(row.paid_count),
        open_count: row.open_count,
        overdue_count: row.overdue_count,
    }
}

/// The payment target for claims first submitted on these days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target {
    from: Day,
    to: Day,
    days: i64,
}

/// The payment targets of the published versions, in order.
fn targets(versions: &[Published]) -> Vec<Target> {
    let mut starts: Vec<Day> = versions.iter().map(|version| version.effective_from).collect();
    starts.sort();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next.plus_days(-1)).chain([Day::from(jiff::civil::Date::MAX)]);
    let target = |(from, to): (&Day, Day)| {
        let days = in_force(versions, from.date())?.terms.payment_target_days;
        Some(Target { from: *from, to, days })
    };
    starts.iter().zip(ends).filter_map(target).collect()
}
