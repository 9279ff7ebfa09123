//! SQL of the report on promises kept: support and answers by service in one statement, time in another, grouped by what was
//! promised for it.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Jsonb, Nullable, Text, Uuid as SqlUuid};
use serde::Deserialize;

use crate::agreements::AgreementStatus;
use crate::clock::Day;
use crate::db::Json;
use crate::db::among::words;
use crate::db::ids::ServiceId;
use crate::deliveries::{About, DeliveryStatus};
use crate::feedback::{Decision, FeedbackStatus};
use crate::money::Pence;
use crate::payments::PaymentStatus;
use crate::policies::Promised;
use crate::refusal::Result;
use crate::reports::period::Period;
use crate::reports::promises::views::KeptToPeople;
use crate::reports::rows::{Found, OfService, Reached};
use crate::work::Reader;

// A support contact is due four weeks after the start, and then when the newest one says (the view `support_ahead`). One that
// is still to come is counted once it was made.
static TO_PEOPLE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH reached AS (SELECT id AS service_id, code AS service_code, name AS service_name FROM services
    WHERE ($3 OR code = ANY($4)) AND ($5 IS NULL OR id = $5)),
bounds AS (SELECT $1::timestamp AT TIME ZONE 'Europe/London' AS starts, ($2 + 1)::timestamp AT TIME ZONE 'Europe/London' AS ends),
due AS (
    SELECT g.service_id, d.due_on, d.next_on FROM agreements g
    CROSS JOIN LATERAL (
        SELECT g.starts_on + 28 AS due_on, (SELECT min(c.on_day) FROM support_contacts c WHERE c.agreement_id = g.id) AS next_on
        UNION ALL
        SELECT c.next_due, lead(c.on_day) OVER (ORDER BY c.on_day, c.id) FROM support_contacts c WHERE c.agreement_id = g.id) d
    WHERE g.service_id IN (SELECT service_id FROM reached) AND g.status IN ({begun}) AND d.due_on BETWEEN $1 AND $2
        AND d.due_on <= COALESCE(g.ended_on, g.ends_on, 'infinity'::date) AND (d.next_on IS NOT NULL OR d.due_on < $6)),
supported AS (
    SELECT service_id, count(*) AS support_due_count, count(*) FILTER (WHERE next_on <= due_on) AS support_given_count,
        count(*) FILTER (WHERE next_on > due_on) AS support_late_count, count(*) FILTER (WHERE next_on IS NULL) AS support_missed_count
    FROM due GROUP BY GROUPING SETS ((service_id), ())),
answered AS (
    SELECT f.service_id, count(*) AS feedback_count, count(*) FILTER (WHERE f.decision <> '{exploring}') AS feedback_decided_count,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY (f.responded_at AT TIME ZONE 'Europe/London')::date
            - (f.created_at AT TIME ZONE 'Europe/London')::date) FILTER (WHERE f.decision <> '{exploring}') AS feedback_median_days
    FROM feedback f WHERE f.service_id IN (SELECT service_id FROM reached)
        AND f.created_at >= (SELECT starts FROM bounds) AND f.created_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((f.service_id), ())),
told AS (
    SELECT f.service_id, count(DISTINCT f.id) AS published_count, count(c.volunteer_id) AS contributors_count,
        count(c.volunteer_id) FILTER (WHERE f.told_on IS NOT NULL OR EXISTS (SELECT FROM deliveries d WHERE d.subject_id = f.id
            AND d.subject_type = 'feedback' AND d.about = '{decided}' AND d.volunteer_id = c.volunteer_id
            AND d.status = '{done}' AND d.done_at <= f.published_at)) AS told_first_count
    FROM feedback f LEFT JOIN feedback_contributors c ON c.feedback_id = f.id
    WHERE f.service_id IN (SELECT service_id FROM reached) AND f.status = '{published}'
        AND f.published_at >= (SELECT starts FROM bounds) AND f.published_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((f.service_id), ()))
SELECT jsonb_strip_nulls(COALESCE(to_jsonb(supported), '{{}}') || COALESCE(to_jsonb(answered), '{{}}')
    || COALESCE(to_jsonb(told), '{{}}') || to_jsonb(one)) AS row
FROM (TABLE reached UNION ALL SELECT NULL, NULL, NULL) one
LEFT JOIN supported ON supported.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN answered ON answered.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN told ON told.service_id IS NOT DISTINCT FROM one.service_id
ORDER BY one.service_code",
        begun = words(AgreementStatus::BEGUN),
        exploring = Decision::Exploring,
        published = FeedbackStatus::Published,
        decided = About::FeedbackDecided,
        done = DeliveryStatus::Done,
    )
});

/// Support and answers of a service; of all that are reached, where there is none.
#[derive(Deserialize)]
pub(super) struct ToPeople {
    #[serde(flatten)]
    pub service: Option<OfService>,
    #[serde(flatten)]
    pub kept: KeptToPeople,
}

/// Support and answers of each service that is reached, and of all of them.
pub(super) fn to_people(
    reader: &mut Reader<'_>,
    Period { from, to }: Period,
    reached: &Reached,
    service: Option<ServiceId>,
) -> Result<Vec<ToPeople>> {
    let today = reader.today();
    let found: Vec<Found> = diesel::sql_query(TO_PEOPLE.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .bind::<Nullable<SqlUuid>, _>(service)
        .bind::<Date, _>(today)
        .load(reader.conn)?;
    found.into_iter().map(Found::typed).collect()
}

/// Lines for time that were promised the same and came to the same.
#[derive(Debug, QueryableByName)]
pub(super) struct TimeLines {
    #[diesel(sql_type = SqlUuid)]
    pub service_id: ServiceId,
    /// What the agreement promises.
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub promised: Option<Json<Promised>>,
    /// Planned length of the session; 0 for work without one.
    #[diesel(sql_type = BigInt)]
    pub minutes: i64,
    /// Pieces of work, at a flat tariff.
    #[diesel(sql_type = BigInt)]
    pub quantity: i64,
    /// Whether they are top-ups, which add to a line that is counted.
    #[diesel(sql_type = Bool)]
    pub adds: bool,
    /// What each came to.
    #[diesel(sql_type = BigInt)]
    pub payable: Pence,
    #[diesel(sql_type = BigInt)]
    pub lines: i64,
    #[diesel(sql_type = BigInt)]
    pub declined: Pence,
    #[diesel(sql_type = BigInt)]
    pub approved: Pence,
    #[diesel(sql_type = BigInt)]
    pub paid: Pence,
}

/// A line that comes to nothing is for a session that somebody was excused from, or that was called off in time: nothing was
/// promised for it. What came back by a recovery was not kept, so it is not paid.
static TIME: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT c.service_id, g.promised, COALESCE((EXTRACT(epoch FROM s.ends_at - s.starts_at) / 60)::bigint, 0) AS minutes,
    COALESCE((l.inputs #>> '{{given,quantity}}')::bigint, 1) AS quantity, l.supplements_line_id IS NOT NULL AS adds,
    COALESCE(l.payable_pence, 0) AS payable, count(*) AS lines,
    COALESCE(sum(l.payable_pence - LEAST(l.payable_pence, l.elected_pence)), 0)::bigint AS declined,
    COALESCE(sum(l.approved_pence), 0)::bigint AS approved,
    COALESCE(sum(l.approved_pence - COALESCE(back.pence, 0)) FILTER (WHERE EXISTS (SELECT FROM payments p WHERE p.claim_id = c.id
        AND p.route = l.route AND p.status = '{paid}' AND p.recovery_id IS NULL)), 0)::bigint AS paid
FROM claim_lines l JOIN claims c ON c.id = l.claim_id JOIN agreements g ON g.id = c.agreement_id
LEFT JOIN sessions s ON s.id = l.session_id
LEFT JOIN LATERAL (SELECT sum(pence)::bigint AS pence FROM recovered_lines WHERE line_id = l.id OFFSET 0) back ON true
WHERE l.live AND l.kind = 'time' AND l.payable_pence > 0 AND l.on_day BETWEEN $1 AND $2
    AND c.service_id IN (SELECT id FROM services WHERE ($3 OR code = ANY($4)) AND ($5 IS NULL OR id = $5))
GROUP BY 1, 2, 3, 4, 5, 6",
        paid = PaymentStatus::Paid,
    )
});

/// Number of people who claimed for time of a service, for days of the period.
pub(in crate::reports) fn people_with_time(reader: &mut Reader<'_>, service: ServiceId, period: Period) -> Result<i64> {
    let counted = diesel::sql_query(
        "SELECT count(DISTINCT l.volunteer_id) AS people FROM claim_lines l JOIN claims c ON c.id = l.claim_id
        WHERE l.live AND l.kind = 'time' AND l.payable_pence > 0 AND l.on_day BETWEEN $1 AND $2 AND c.service_id = $3",
    );
    let counted = counted.bind::<Date, _>(period.from).bind::<Date, _>(period.to).bind::<SqlUuid, _>(service);
    Ok(counted.get_result::<People>(reader.conn)?.people)
}

#[derive(Debug, QueryableByName)]
struct People {
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// Lines for time of the services that are reached, for days of the period.
pub(super) fn time(
    conn: &mut PgConnection,
    (from, to): (Day, Day),
    reached: &Reached,
    service: Option<ServiceId>,
) -> Result<Vec<TimeLines>> {
    Ok(diesel::sql_query(TIME.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .bind::<Nullable<SqlUuid>, _>(service)
        .load(conn)?)
}
