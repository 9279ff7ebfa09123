//! Everything whose retention period is over, as one list: leads read it as a dry run, and the job works from it. It may
//! read the tables of all features, because it is one list.
//! A period is counted in months from a day in London; data is due on the day on which the period ends, not before.

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Date, Nullable, Text, Uuid as SqlUuid};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::agreements::AgreementStatus;
use crate::claims::status::ClaimStatus;
use crate::clock::Day;
use crate::db::among::words;
use crate::db::page::{Order, Page, Rows};
use crate::deliveries::DeliveryStatus;
use crate::expressions::ExpressionStatus;
use crate::http::Keyed;
use crate::payments::PaymentStatus;
use crate::people::volunteers::VolunteerStatus;
use crate::refusal::Result;
use crate::retention::views::RetentionCategory;

crate::text_enum! {
    /// Why a record whose retention period is over can't be removed yet.
    pub enum RetentionBlock {
        /// Money is on its way to the person.
        PaymentInFlight = "payment-in-flight",
        /// The person has an agreement in force.
        StillEngaged = "still-engaged",
        /// A message from the last three months has not reached the person yet.
        NotTold = "not-told",
        /// More of this kind is due at once than is removed without asking: tell whoever runs the service if it is right.
        TooManyAtOnce = "too-many-at-once",
    }
}

/// A record whose retention period is over; the next run of the retention job removes it, unless it is blocked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionDueItem {
    /// Kind of personal data.
    pub category: RetentionCategory,
    /// Type of the record.
    #[schema(example = "volunteer")]
    pub resource_type: String,
    /// Identifier of the record.
    pub resource_id: uuid::Uuid,
    /// Day from which its retention period was counted.
    pub since: Day,
    /// First day on which it can be removed.
    pub due_on: Day,
    /// Why it can't be removed yet; null if nothing prevents it.
    pub blocked: Option<RetentionBlock>,
}

impl Keyed for RetentionDueItem {
    fn key(&self) -> uuid::Uuid {
        self.resource_id
    }
}

/// Prospective volunteers who were never engaged, neither in an opportunity nor as a member of a plan.
fn prospective() -> String {
    format!(
        "\
SELECT 'prospective_people' AS category, 'volunteer' AS resource_type, v.id AS resource_id, london_day(GREATEST(v.created_at,
        (SELECT max(e.updated_at) FROM expressions e WHERE e.volunteer_id = v.id),
        (SELECT max(m.created_at) FROM plan_comments m WHERE m.volunteer_id = v.id),
        (SELECT max(f.updated_at) FROM feedback_contributors c JOIN feedback f ON f.id = c.feedback_id WHERE c.volunteer_id = v.id))) AS since
FROM volunteers v WHERE v.status = '{prospective}' AND v.created_at < {long_ago}
    AND NOT EXISTS (SELECT FROM agreements a WHERE a.volunteer_id = v.id)
    AND NOT EXISTS (SELECT FROM plan_members m WHERE m.volunteer_id = v.id)
    AND NOT EXISTS (SELECT FROM claims c WHERE c.volunteer_id = v.id)
    AND NOT EXISTS (SELECT FROM expressions e WHERE e.volunteer_id = v.id AND e.status IN ({open}))",
        prospective = VolunteerStatus::Prospective,
        long_ago = long_ago(RetentionCategory::ProspectivePeople),
        open = words(ExpressionStatus::OPEN),
    )
}

/// Volunteers who left, counted from the end of the tax year in which they left or were last paid; who came since can't be
/// due.
fn left() -> String {
    format!(
        "\
SELECT 'left_people', 'volunteer', v.id, tax_year_end(GREATEST(
    london_day(COALESCE((SELECT max(h.at) FROM histories h WHERE h.resource_id = v.id AND h.resource_type = 'volunteer' AND h.to_state = '{left}'), v.updated_at)),
    (SELECT max(p.paid_on) FROM payments p WHERE p.volunteer_id = v.id)))
FROM volunteers v WHERE v.status = '{left}' AND v.created_at < {long_ago}",
        left = VolunteerStatus::Left,
        long_ago = long_ago(RetentionCategory::LeftPeople),
    )
}

/// Texts of expressions of interest that were declined, withdrawn, turned down or lapsed.
fn expressions() -> String {
    format!(
        "\
SELECT 'expression_texts', 'expression', e.id, london_day(e.updated_at) FROM expressions e
WHERE e.status IN ({}) AND (e.statement IS NOT NULL OR e.adjustments IS NOT NULL OR e.decline_message IS NOT NULL)
    AND e.updated_at < {}",
        words(ExpressionStatus::OVER),
        long_ago(RetentionCategory::ExpressionTexts),
    )
}

/// Messages of deliveries that are done.
fn deliveries() -> String {
    format!(
        "\
SELECT 'delivery_messages', 'delivery', d.id, london_day(d.done_at) FROM deliveries d
WHERE d.done_at IS NOT NULL AND d.message IS NOT NULL AND d.done_at < {}",
        long_ago(RetentionCategory::DeliveryMessages)
    )
}

/// Entries of the access log.
fn looks() -> String {
    format!(
        "SELECT 'looks', 'look', l.id, london_day(l.at) FROM access_log l WHERE l.at < {}",
        long_ago(RetentionCategory::Looks)
    )
}

/// A moment before which everything of a category began that is due. Compared with a column, it uses the index; its extra
/// days make sure that it never excludes what the exact condition includes.
fn long_ago(category: RetentionCategory) -> String {
    format!(
        "$1::date + interval '4 days' - make_interval(months => (SELECT months FROM retention_periods WHERE category = '{category}'))"
    )
}

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = Text)]
    category: RetentionCategory,
    #[diesel(sql_type = Text)]
    resource_type: String,
    #[diesel(sql_type = SqlUuid)]
    resource_id: Uuid,
    #[diesel(sql_type = Date)]
    since: Day,
    #[diesel(sql_type = Date)]
    due_on: Day,
    #[diesel(sql_type = Nullable<Text>)]
    blocked: Option<RetentionBlock>,
}

/// The part of the list for one category; none for a category that is kept.
fn part(category: RetentionCategory) -> Option<String> {
    match category {
        RetentionCategory::ProspectivePeople => Some(prospective()),
        RetentionCategory::LeftPeople => Some(left()),
        RetentionCategory::ExpressionTexts => Some(expressions()),
        RetentionCategory::DeliveryMessages => Some(deliveries()),
        RetentionCategory::Looks => Some(looks()),
        RetentionCategory::FinancialRecords => None,
    }
}

/// The list of these categories on a day (`$1`); the caller adds conditions and order.
pub(super) fn listed(categories: &[RetentionCategory]) -> String {
    let nothing = "SELECT NULL::text AS category, NULL::text AS resource_type, NULL::uuid AS resource_id, NULL::date AS since WHERE false";
    let parts: Vec<String> =
        [nothing.to_owned()].into_iter().chain(categories.iter().filter_map(|one| part(*one))).collect();
    format!(
        "SELECT category, resource_type, resource_id, since, due_on, CASE
    WHEN resource_type <> 'volunteer' THEN NULL
    WHEN EXISTS (SELECT FROM claims c WHERE c.volunteer_id = resource_id AND c.status IN ({claimed}))
        OR EXISTS (SELECT FROM payments p WHERE p.volunteer_id = resource_id AND p.status IN ({to_pay})) THEN 'payment-in-flight'
    WHEN EXISTS (SELECT FROM agreements a WHERE a.volunteer_id = resource_id AND a.status IN ({in_force})) THEN 'still-engaged'
    WHEN EXISTS (SELECT FROM deliveries d WHERE d.volunteer_id = resource_id AND d.status = '{pending}'
        AND d.created_at > $1::date - interval '3 months') THEN 'not-told'
END AS blocked
FROM (SELECT each.*, (each.since + make_interval(months => p.months))::date AS due_on
    FROM ({parts}) each JOIN retention_periods p USING (category)) due
WHERE due_on <= $1",
        claimed = words(ClaimStatus::UNSETTLED),
        to_pay = words(PaymentStatus::OPEN),
        in_force = words(AgreementStatus::IN_FORCE),
        pending = DeliveryStatus::Pending,
        parts = parts.join("\nUNION ALL "),
    )
}

/// A page of what is due on a day.
pub(super) fn page(
    conn: &mut PgConnection,
    today: Day,
    categories: &[RetentionCategory],
    page: &Page,
) -> Result<Rows<RetentionDueItem>> {
    let (sign, order) = match page.order {
        Order::Newest => ("<", "DESC"),
        Order::Oldest => (">", "ASC"),
    };
    let sql = format!(
        "{} AND ($2 OR resource_id {sign} $3) ORDER BY resource_id {order} LIMIT {}",
        listed(categories),
        page.limit + 1
    );
    let rows: Vec<DueRow> = diesel::sql_query(sql)
        .bind::<Date, _>(today)
        .bind::<Bool, _>(page.after.is_none())
        .bind::<SqlUuid, _>(page.after.unwrap_or_default())
        .load(conn)?;
    Ok(page.cut(rows).map(item))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    resource_id: Uuid,
}

/// Some of what is due in a category and not blocked, in the order of the ids.
pub(super) fn some(conn: &mut PgConnection, today: Day, category: RetentionCategory, most: i64) -> Result<Vec<Uuid>> {
    let listed = listed(&[category]);
    let sql =
        format!("SELECT resource_id FROM ({listed}) listed WHERE blocked IS NULL ORDER BY resource_id LIMIT {most}");
    let found: Vec<Found> = diesel::sql_query(sql).bind::<Date, _>(today).load(conn)?;
    Ok(found.into_iter().map(|found| found.resource_id).collect())
}

/// Whether a record is still due and not blocked.
pub(super) fn is_still(conn: &mut PgConnection, today: Day, category: RetentionCategory, id: Uuid) -> Result<bool> {
    let listed = listed(&[category]);
    let sql = format!("SELECT resource_id FROM ({listed}) listed WHERE blocked IS NULL AND resource_id = $2");
    let found: Option<Found> =
        diesel::sql_query(sql).bind::<Date, _>(today).bind::<SqlUuid, _>(id).get_result(conn).optional()?;
    Ok(found.is_some())
}

fn item(row: DueRow) -> RetentionDueItem {
    RetentionDueItem {
        category: row.category,
        resource_type: row.resource_type,
        resource_id: row.resource_id,
        since: row.since,
        due_on: row.due_on,
        blocked: row.blocked,
    }
}
