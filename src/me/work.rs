//! The work list: what waits for a user, oldest first, whatever it is. `waiting` counts the same rows.
//! What waits is declared by each feature; here the rows of all kinds become one list.

use crate::db::prelude::*;
use diesel::sql_types::{Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::db::page::{Order, Page, Rows};
use crate::http::{Keyed, Routes, home};
use crate::me::waiting::{self, Caller, bound};
use crate::refusal::{Failure, Result};
use crate::work::Reader;
use crate::work::feature::{Since, WaitingCount};

crate::text_enum! {
    /// Kind of work that waits: the names of the counts in `waiting`.
    pub enum WorkKind {
        /// A plan that was submitted and waits for a decision.
        PlansToDecide = "plans_to_decide",
        /// A plan that was returned.
        PlansToChange = "plans_to_change",
        /// An approved plan without an opportunity.
        PlansToBegin = "plans_to_begin",
        /// A plan whose purpose is due for review.
        PlanReviews = "plan_reviews",
        /// A comment on a plan that is not resolved.
        CommentsToResolve = "comments_to_resolve",
        /// A draft of an opportunity that staff proposed and that you can publish.
        OpportunitiesToPublish = "opportunities_to_publish",
        /// An expression of interest that waits for a decision.
        ExpressionsToDecide = "expressions_to_decide",
        /// A declared conflict of interest.
        ConflictsToDecide = "conflicts_to_decide",
        /// An offer of a place that waits for your answer.
        OffersToAnswer = "offers_to_answer",
        /// Somebody on the reserve list for whom a place is free.
        ReservesToOffer = "reserves_to_offer",
        /// An agreement that waits for your answer.
        AgreementsToAnswer = "agreements_to_answer",
        /// A determination of employment status that is overdue for review.
        EmploymentReviews = "employment_reviews",
        /// A place that was accepted and waits for an agreement.
        AgreementsToWrite = "agreements_to_write",
        /// An agreement that is due for review.
        AgreementReviews = "agreement_reviews",
        /// An agreement that the volunteer ended.
        AgreementsEndedByVolunteers = "agreements_ended_by_volunteers",
        /// Support that is overdue.
        SupportOverdue = "support_overdue",
        /// An induction that is overdue.
        InductionsOverdue = "inductions_overdue",
        /// Somebody who needs something at a session of the next seven days that is not booked yet.
        ArrangementsToBook = "arrangements_to_book",
        /// A session that is over, began in the last 92 days, and whose register is not filled.
        RegistersToFill = "registers_to_fill",
        /// A session of yours in the next two weeks.
        SessionsToCome = "sessions_to_come",
        /// A claim that waits for a decision.
        ClaimsToDecide = "claims_to_decide",
        /// A draft claim of yours.
        ClaimsToSubmit = "claims_to_submit",
        /// A session that you attended and have not claimed for.
        SessionsToClaim = "sessions_to_claim",
        /// A payment that is due and can be put into a payment run.
        PaymentsDue = "payments_due",
        /// A payment that is held back.
        PaymentsHeld = "payments_held",
        /// A payment run that somebody else created and you can release.
        RunsToRelease = "runs_to_release",
        /// A payment run that waits for results.
        RunsToSettle = "runs_to_settle",
        /// A recovery that waits for confirmation.
        RecoveriesToConfirm = "recoveries_to_confirm",
        /// Feedback that waits for an answer.
        FeedbackToAnswer = "feedback_to_answer",
        /// A message that somebody has to deliver.
        DeliveriesToMake = "deliveries_to_make",
        /// Communication needs that are overdue for review.
        NeedsReviewsOverdue = "needs_reviews_overdue",
        /// A change of payee numbers that waits for confirmation.
        PayeesToConfirm = "payees_to_confirm",
        /// A webhook that was disabled because its receiver took nothing any more.
        WebhooksDisabled = "webhooks_disabled",
    }
}

/// Filters for the work list.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct WorkFilter {
    /// Only work of these kinds; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub kind: Option<Vec<WorkKind>>,
}

/// The record that something has to be done about.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkResource {
    /// Type of the record, as in the audit record.
    #[serde(rename = "type")]
    #[schema(example = "claim")]
    pub resource_type: String,
    /// Identifier of the record.
    pub id: uuid::Uuid,
    /// Address at which something is done about it.
    #[schema(example = "/v1/claims/019d5fdf-f5ba-7000-8000-000000000001")]
    pub path: String,
}

/// The person whom it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkPerson {
    /// Identifier of the volunteer.
    pub id: VolunteerId,
    /// Name that the volunteer goes by; null once erased.
    #[schema(example = "Grace Mensah")]
    pub name: Option<String>,
}

/// Something that waits for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkItem {
    /// What has to be done.
    pub kind: WorkKind,
    /// Record that it has to be done about.
    pub resource: WorkResource,
    /// Title or reference of the record.
    #[schema(example = "CLM-2026-000123")]
    pub title: String,
    /// Volunteer whom it is about; null if it is about nobody else.
    pub who: Option<WorkPerson>,
    /// Since when it waits.
    pub since: Instant,
    /// Day by which it should be done, or for a session to come the day of it; null if there is none.
    pub due: Option<Day>,
    #[serde(skip)]
    key: uuid::Uuid,
}

impl Keyed for WorkItem {
    fn key(&self) -> uuid::Uuid {
        self.key
    }
}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/me/work", Some(Action::ReadSelf), list_my_work)
        .describe(
            "List my work",
            "What waits for the signed-in user, oldest first, each with the record and the address at which something is \
             done about it. It has what the user may do, and leaves out what they may not, such as a payment run that they \
             created themselves. `waiting` in `GET /v1/me` counts the same.",
        )
        .oldest_first()
        .without_ids();
}

#[derive(QueryableByName)]
struct WorkRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    key: uuid::Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    who: Option<VolunteerId>,
    #[diesel(sql_type = Nullable<Text>)]
    called: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    since: Instant,
    #[diesel(sql_type = Nullable<Date>)]
    due: Option<Day>,
}

fn list_my_work(reader: &mut Reader<'_>, (): (), filter: &WorkFilter, page: &Page) -> Result<Rows<WorkItem>> {
    let wanted = |kind: &&WaitingCount| {
        filter.kind.as_ref().is_none_or(|kinds| kinds.iter().any(|wanted| wanted.as_str() == kind.name))
    };
    let kinds: Vec<&WaitingCount> = waiting::asked(reader)?.into_iter().filter(wanted).collect();
    if kinds.is_empty() {
        return Ok(Rows { rows: Vec::new(), more: false });
    }
    let after = page.after.map(moment).transpose()?;
    let query = bound!(diesel::sql_query(statement(&kinds, page)), Caller::of(reader)?);
    let query = query
        .bind::<Nullable<SqlUuid>, _>(page.after)
        .bind::<Nullable<Timestamptz>, _>(after)
        .bind::<Nullable<Date>, _>(after.map(Instant::london_day));
    let rows: Vec<WorkRow> = query.load(reader.conn)?;
    let Rows { rows, more } = page.cut(rows);
    let public_url = &reader.context().home;
    let items: Vec<WorkItem> = rows.into_iter().map(|row| item(row, &kinds, public_url)).collect::<Result<_>>()?;
    Ok(Rows { rows: items, more })
}

/// The rows of each kind in the order of the list, no more than a page has, and then the page of them all. They are found in
/// the order of the day or moment since when they wait; a day can have an index of what waits. A key costs more than all
/// else of a row, so it is made for those alone that come onto the page with it.
fn statement(kinds: &[&WaitingCount], page: &Page) -> String {
    let (sign, order) = match page.order {
        Order::Oldest => (">", "ASC"),
        Order::Newest => ("<", "DESC"),
    };
    let limit = page.limit + 1;
    let of_kind = |kind: &&WaitingCount| {
        let shown = kind.shown;
        let (who, due) = (shown.who.unwrap_or("NULL::uuid"), shown.due.unwrap_or("NULL::date"));
        let (name, id, path, title) = (kind.name, shown.id, shown.path, shown.title);
        let (place, since, last) = match shown.since {
            // The interval keeps PostgreSQL from an index of that time alone, which has all that was ever done.
            Since::Moment(at) => (format!("({at} + interval '0')"), at.to_owned(), "$9"),
            Since::Day(day) => (day.to_owned(), format!("({day})::timestamp AT TIME ZONE 'Europe/London'"), "$10"),
        };
        let after = page.after.map(|_| {
            let key = key(kind, (&since, id, who));
            format!(" AND {place} {sign}= {last} AND ({place} <> {last} OR {key} {sign} $8)")
        });
        format!(
            "(SELECT '{name}' AS kind, {key} AS key, w.id, w.path, w.title, w.who, w.since, w.due FROM (
    SELECT {id} AS id, {path} AS path, {title} AS title, {who} AS who, {since} AS since, {due} AS due
    FROM {rows}{after} ORDER BY {place} {order} FETCH FIRST {limit} ROWS WITH TIES
) w ORDER BY key {order} LIMIT {limit})",
            key = key(kind, ("w.since", "w.id", "w.who")),
            rows = waiting::rows(kind),
            after = after.unwrap_or_default(),
        )
    };
    let all: Vec<String> = kinds.iter().map(of_kind).collect();
    let page = format!(
        "SELECT page.kind, page.key, page.id, page.path, COALESCE(page.title, '') AS title, page.who, page.since, page.due, n.called FROM (
SELECT * FROM ({}) waiting ORDER BY key {order} LIMIT {limit}) page
LEFT JOIN volunteer_names n ON n.volunteer_id = page.who ORDER BY page.key {order}",
        all.join("\nUNION ALL\n")
    );
    waiting::asked_once(&page, ", $8 AS p8, $9 AS p9, $10 AS p10")
}

/// A key in the order of the list: the microsecond since when it waits, and then what no other row has. These are its time,
/// id and person as expressions.
fn key(kind: &WaitingCount, (since, id, who): (&str, &str, &str)) -> String {
    // Several people may need something at one session.
    let who = kind.shown.who.map_or_else(|| "''".to_owned(), |_| format!("COALESCE({who}::text, '')"));
    let at = format!("lpad(to_hex((extract(epoch FROM {since}) * 1000000)::bigint), 13, '0')");
    format!("({at} || substr(md5('{}' || {id}::text || {who}), 1, 19))::uuid", kind.name)
}

/// The time in a key.
fn moment(key: uuid::Uuid) -> Result<Instant> {
    let micros = i64::try_from(key.as_u128() >> 76).map_err(Failure::broken)?;
    Instant::of_micros(micros).ok_or_else(|| Failure::broken("a key of no time"))
}

/// A row as clients see it, who reach the service at this address.
fn item(row: WorkRow, kinds: &[&WaitingCount], public_url: &str) -> Result<WorkItem> {
    let kind: WorkKind = row.kind.parse().map_err(Failure::broken)?;
    let shown = kinds.iter().find(|known| known.name == row.kind).map(|known| known.shown.resource);
    let path = home::reached(public_url, &row.path);
    Ok(WorkItem {
        kind,
        resource: WorkResource { resource_type: shown.unwrap_or_default().to_owned(), id: row.id, path },
        title: row.title,
        who: row.who.map(|id| WorkPerson { id, name: row.called }),
        since: row.since,
        due: row.due,
        key: row.key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{FEATURES, resources};

    #[test]
    fn every_kind_of_waiting_work_can_be_asked_for_and_names_a_known_resource() {
        let waiting: Vec<&WaitingCount> = FEATURES.iter().flat_map(|feature| feature.waiting).collect();
        let mut names: Vec<&str> = waiting.iter().map(|kind| kind.name).collect();
        let mut kinds: Vec<&str> = WorkKind::ALL.iter().map(|kind| kind.as_str()).collect();
        names.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(names, kinds);
        let known: Vec<&str> = resources().iter().map(|resource| resource.name).collect();
        for kind in waiting {
            assert!(known.contains(&kind.shown.resource), "{}: {}", kind.name, kind.shown.resource);
        }
    }
}
