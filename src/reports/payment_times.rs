//! How long people wait for their money, from the first submission of a claim to its payment, in days.
//! A claim by two routes counts twice: each payment has its own wait.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Day;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::policies::calculator::in_force;
use crate::policies::{self, Published};
use crate::refusal::Done;
use crate::reports::grouping::{GroupKey, Grouping, Groupings, KeyRow, MoneyReportFilter};
use crate::reports::period::Period;
use crate::work::Reader;

/// How long payments took that were made in a period, and what still waits today.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentTimesReport {
    /// The first day of payment.
    pub from: Day,
    /// The last day of payment.
    pub to: Day,
    /// The day on which what is open was counted.
    pub today: Day,
    /// What it is grouped by.
    pub group_by: Vec<Grouping>,
    /// The groups; those without a payment are left out.
    pub groups: Vec<PaymentTimesGroup>,
    /// All of them together.
    pub total: PaymentTimes,
}

/// How long the payments of a group took.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentTimesGroup {
    /// The group.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Its figures.
    #[serde(flatten)]
    pub times: PaymentTimes,
}

/// How long payments took. Days are whole: from the London day of the first submission to the day of payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentTimes {
    /// How many were paid.
    pub paid_count: i64,
    /// The days within which half of them were paid; null where none was. One of the days that occurred, never between two.
    pub median_days: Option<i32>,
    /// The days within which 95 of 100 were paid; null where none was.
    pub percentile_95_days: Option<i32>,
    /// How many were paid within the target: `payment_target_days` of the policy in force on the day of submission.
    pub within_target_count: i64,
    /// The same of a thousand, rounded down: 1000 is all of them. Null where none was paid.
    #[schema(minimum = 0, maximum = 1000)]
    pub within_target_per_mille: Option<i64>,
    /// How many wait to be decided or paid today, whenever they were submitted.
    pub open_count: i64,
    /// How many of those wait longer than the target.
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

// `OFFSET 0` makes PostgreSQL go from each payment to its claim by key, however many claims there are.
// What was paid in the period; what is due or in a run; what is not decided, by each route on which something is claimed.
const WAITS: &str = "\
SELECT w.service_id, w.cost_centre, w.route, w.on_day, COALESCE(w.on_day, $3) - w.submitted_on AS days, t.days AS target
FROM (
    SELECT c.service_id, p.cost_centre, p.route, p.paid_on AS on_day, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date AS submitted_on
    FROM payments p JOIN LATERAL (SELECT * FROM claims WHERE id = p.claim_id OFFSET 0) c ON true
    WHERE p.status = 'paid' AND p.paid_on BETWEEN $1 AND $2
    UNION ALL
    SELECT c.service_id, p.cost_centre, p.route, NULL, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date
    FROM payments p JOIN LATERAL (SELECT * FROM claims WHERE id = p.claim_id OFFSET 0) c ON true WHERE p.status IN ('due', 'in_run')
    UNION ALL
    SELECT c.service_id, s.cost_centre, l.route, NULL, (c.first_submitted_at AT TIME ZONE 'Europe/London')::date
    FROM claims c JOIN services s ON s.id = c.service_id
    JOIN LATERAL (SELECT DISTINCT route FROM claim_lines WHERE claim_id = c.id AND LEAST(payable_pence, elected_pence) > 0 OFFSET 0) l ON true
    WHERE c.status = 'submitted'
) w
LEFT JOIN unnest($4::date[], $5::date[], $6::bigint[]) AS t (from_day, to_day, days) ON w.submitted_on BETWEEN t.from_day AND t.to_day
WHERE $7 OR w.service_id IN (SELECT id FROM services WHERE code = ANY($8))";

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

/// The report, as the asker may see it.
pub(super) fn report_payment_times(
    reader: &mut Reader<'_>,
    (): (),
    asked: &MoneyReportFilter,
) -> Done<PaymentTimesReport> {
    let (today, grant) = (reader.today(), reader.grant());
    let Period { from, to } = Period::of(asked.from, asked.to, today)?;
    let groupings = Groupings::of(asked.group_by.as_ref(), grant)?;
    let targets = targets(&policies::published(reader.conn)?);
    let rows: Vec<Row> = diesel::sql_query(groupings.statement(WAITS, FIGURES))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Array<Date>, _>(targets.iter().map(|target| target.from).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(targets.iter().map(|target| target.to).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(targets.iter().map(|target| target.days).collect::<Vec<_>>())
        .bind::<Bool, _>(groupings.reach_all(grant))
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .load(reader.conn)?;
    let (wholes, groups): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.key.whole);
    let groups = groups.into_iter().map(|row| PaymentTimesGroup { times: times(&row), key: row.key.key(&groupings) });
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

/// The target of claims that were first submitted on these days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Target {
    from: Day,
    to: Day,
    days: i64,
}

/// The targets of the published versions, one after the other.
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
