//! The report on involvement by service: plans, levels planned and achieved, people, sessions, time given, feedback.
//! It names nobody. Money is in `spend`.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::Day;
use crate::db::among::words;
use crate::feedback::{Decision, FeedbackStatus};
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::plans::PlanStatus;
use crate::refusal::Result;
use crate::reports::period::Period;
use crate::reports::rows::{Found, OfService, PeriodFilter, Reached};
use crate::sessions::SessionStatus;
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::Reader;

/// Report on involvement by service in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvolvementReport {
    /// First day of the period, inclusive, London date.
    pub from: Day,
    /// Last day of the period, inclusive, London date.
    pub to: Day,
    /// Every service within the caller's reach, by its code, also without involvement.
    pub services: Vec<InvolvementRow>,
    /// All services together; a volunteer who is engaged with two services counts once.
    pub total: Involvement,
}

/// Involvement in one service.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvolvementRow {
    /// The service.
    #[serde(flatten)]
    pub service: OfService,
    /// The figures.
    #[serde(flatten)]
    pub involvement: Involvement,
}

/// Figures on involvement. Plans count if their period overlaps the report's; feedback counts by the day it was
/// recorded.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Involvement {
    /// Plans in draft.
    pub plans_draft: i64,
    /// Plans submitted for approval.
    pub plans_submitted: i64,
    /// Plans approved.
    pub plans_approved: i64,
    /// Plans completed.
    pub plans_completed: i64,
    /// Plans withdrawn.
    pub plans_withdrawn: i64,
    /// Plans with an approved version whose planned level is educate.
    pub planned_educate: i64,
    /// Plans with an approved version whose planned level is inform.
    pub planned_inform: i64,
    /// Plans with an approved version whose planned level is consult.
    pub planned_consult: i64,
    /// Plans with an approved version whose planned level is engage.
    pub planned_engage: i64,
    /// Plans with an approved version whose planned level is co-design.
    pub planned_co_design: i64,
    /// Plans with an approved version whose planned level is co-produce.
    pub planned_co_produce: i64,
    /// Completed plans whose achieved level is educate.
    pub achieved_educate: i64,
    /// Completed plans whose achieved level is inform.
    pub achieved_inform: i64,
    /// Completed plans whose achieved level is consult.
    pub achieved_consult: i64,
    /// Completed plans whose achieved level is engage.
    pub achieved_engage: i64,
    /// Completed plans whose achieved level is co-design.
    pub achieved_co_design: i64,
    /// Completed plans whose achieved level is co-produce.
    pub achieved_co_produce: i64,
    /// Completed plans whose achieved level is below the planned one.
    pub achieved_below_planned: i64,
    /// Completed plans whose achieved level is the planned one.
    pub achieved_as_planned: i64,
    /// Completed plans whose achieved level is above the planned one.
    pub achieved_above_planned: i64,
    /// Volunteers whose agreement was in force on a day of the period, each counted once.
    pub people_engaged: i64,
    /// Volunteers who attended a session of the period, each counted once.
    pub people_attended: i64,
    /// Sessions held.
    pub sessions_held: i64,
    /// Sessions cancelled by the trust.
    pub sessions_cancelled: i64,
    /// Minutes that volunteers gave: the full length of each session for everyone who attended, early leavers included.
    pub minutes_given: i64,
    /// Items of feedback without a decision.
    pub feedback_open: i64,
    /// Items of feedback with the decision `exploring`.
    pub feedback_exploring: i64,
    /// Items of feedback with the decision `doing`.
    pub feedback_doing: i64,
    /// Items of feedback with the decision `done`.
    pub feedback_done: i64,
    /// Items of feedback with the decision `not_doing`.
    pub feedback_not_doing: i64,
    /// Items of feedback that are published.
    pub feedback_published: i64,
}

const FIGURES: [&str; 31] = [
    "plans_draft",
    "plans_submitted",
    "plans_approved",
    "plans_completed",
    "plans_withdrawn",
    "planned_educate",
    "planned_inform",
    "planned_consult",
    "planned_engage",
    "planned_co_design",
    "planned_co_produce",
    "achieved_educate",
    "achieved_inform",
    "achieved_consult",
    "achieved_engage",
    "achieved_co_design",
    "achieved_co_produce",
    "achieved_below_planned",
    "achieved_as_planned",
    "achieved_above_planned",
    "people_engaged",
    "people_attended",
    "sessions_held",
    "sessions_cancelled",
    "minutes_given",
    "feedback_open",
    "feedback_exploring",
    "feedback_doing",
    "feedback_done",
    "feedback_not_doing",
    "feedback_published",
];

impl Represent for InvolvementReport {}

impl Tabular for InvolvementReport {
    type Row = InvolvementRow;

    fn file_name(&self) -> String {
        format!("involvement-{}-{}", self.from, self.to)
    }

    fn columns(&self) -> Vec<&'static str> {
        ["service_id", "service_code", "service_name"].into_iter().chain(FIGURES).collect()
    }

    fn rows(&self) -> &[InvolvementRow] {
        &self.services
    }
}

// Each part is counted by service and in total, so that volunteers count once in both. `OFFSET 0` makes PostgreSQL look
// up the attendance of each session by key.
static STATEMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH reached AS (SELECT id AS service_id, code AS service_code, name AS service_name FROM services WHERE $3 OR code = ANY($4)),
bounds AS (SELECT $1::timestamp AT TIME ZONE 'Europe/London' AS starts, ($2 + 1)::timestamp AT TIME ZONE 'Europe/London' AS ends),
plan AS (
    SELECT p.*, CASE WHEN p.approved_version IS NOT NULL AND p.status <> '{withdrawn}'
        THEN COALESCE(v.document, p.points) #>> '{{approach,involvement_level}}' END AS planned
    FROM plans p LEFT JOIN plan_versions v ON v.plan_id = p.id AND v.number = p.approved_version
    WHERE p.service_id IN (SELECT service_id FROM reached) AND p.period_start <= $2 AND p.period_end >= $1),
planned AS (
    SELECT service_id, {plans} FROM plan GROUP BY GROUPING SETS ((service_id), ())),
engaged AS (
    SELECT service_id, count(DISTINCT volunteer_id) AS people_engaged FROM agreements
    WHERE service_id IN (SELECT service_id FROM reached) AND status IN ({begun})
        AND starts_on <= $2 AND COALESCE(ended_on, ends_on, 'infinity'::date) >= $1
    GROUP BY GROUPING SETS ((service_id), ())),
met AS (
    SELECT s.service_id, count(DISTINCT s.id) FILTER (WHERE s.status = '{held}') AS sessions_held,
        count(DISTINCT s.id) FILTER (WHERE s.status = '{cancelled}') AS sessions_cancelled,
        count(DISTINCT a.volunteer_id) AS people_attended,
        COALESCE(sum(extract(epoch FROM s.ends_at - s.starts_at)) FILTER (WHERE a.session_id IS NOT NULL), 0)::bigint / 60 AS minutes_given
    FROM sessions s LEFT JOIN LATERAL (SELECT session_id, volunteer_id FROM attendances
        WHERE session_id = s.id AND outcome IN ('attended', 'left_early') OFFSET 0) a ON true
    WHERE s.service_id IN (SELECT service_id FROM reached)
        AND s.starts_at >= (SELECT starts FROM bounds) AND s.starts_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((s.service_id), ())),
said AS (
    SELECT service_id, count(*) FILTER (WHERE decision IS NULL) AS feedback_open,
        count(*) FILTER (WHERE decision = '{exploring}') AS feedback_exploring, count(*) FILTER (WHERE decision = '{doing}') AS feedback_doing,
        count(*) FILTER (WHERE decision = '{done}') AS feedback_done, count(*) FILTER (WHERE decision = '{not_doing}') AS feedback_not_doing,
        count(*) FILTER (WHERE status = '{published}') AS feedback_published
    FROM feedback WHERE service_id IN (SELECT service_id FROM reached)
        AND created_at >= (SELECT starts FROM bounds) AND created_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((service_id), ()))
SELECT jsonb_strip_nulls(COALESCE(to_jsonb(planned), '{{}}') || COALESCE(to_jsonb(engaged), '{{}}') || COALESCE(to_jsonb(met), '{{}}')
    || COALESCE(to_jsonb(said), '{{}}') || to_jsonb(one)) AS row
FROM (TABLE reached UNION ALL SELECT NULL, NULL, NULL) one
LEFT JOIN planned ON planned.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN engaged ON engaged.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN met ON met.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN said ON said.service_id IS NOT DISTINCT FROM one.service_id
ORDER BY one.service_code",
        plans = plans(),
        withdrawn = PlanStatus::Withdrawn,
        begun = words(AgreementStatus::BEGUN),
        held = SessionStatus::Held,
        cancelled = SessionStatus::Cancelled,
        exploring = Decision::Exploring,
        doing = Decision::Doing,
        done = Decision::Done,
        not_doing = Decision::NotDoing,
        published = FeedbackStatus::Published,
    )
});

/// The figures on plans: by status, by level planned and achieved, and by achieved against planned level.
fn plans() -> String {
    let mut figures: Vec<String> = PlanStatus::ALL
        .iter()
        .map(|status| format!("count(*) FILTER (WHERE status = '{status}') AS plans_{status}"))
        .collect();
    for (kind, level) in [("planned", "planned"), ("achieved", "achieved_level")] {
        let of = |word| format!("count(*) FILTER (WHERE {level} = '{word}') AS {kind}_{word}");
        figures.extend(InvolvementLevel::ALL.iter().map(of));
    }
    let words: Vec<&str> = InvolvementLevel::ALL.iter().map(|level| level.as_str()).collect();
    let rank = |level| format!("array_position('{{{}}}'::text[], {level})", words.join(","));
    for (name, sign) in [("below", "<"), ("as", "="), ("above", ">")] {
        let (achieved, planned) = (rank("achieved_level"), rank("planned"));
        figures.push(format!("count(*) FILTER (WHERE {achieved} {sign} {planned}) AS achieved_{name}_planned"));
    }
    figures.join(", ")
}

#[derive(Deserialize)]
struct Row {
    #[serde(flatten)]
    service: Option<OfService>,
    #[serde(flatten)]
    involvement: Involvement,
}

/// The report, within the caller's reach, in one statement.
pub(super) fn report_involvement(reader: &mut Reader<'_>, (): (), asked: &PeriodFilter) -> Result<InvolvementReport> {
    let period = Period::of(asked.from, asked.to, reader.today())?;
    involvement(reader, period, &Reached::by(reader.grant()))
}

/// Involvement in the services that are reached.
pub(super) fn involvement(
    reader: &mut Reader<'_>,
    Period { from, to }: Period,
    reached: &Reached,
) -> Result<InvolvementReport> {
    let found: Vec<Found> = diesel::sql_query(STATEMENT.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .load(reader.conn)?;
    let mut report = InvolvementReport { from, to, services: Vec::new(), total: Involvement::default() };
    for row in found {
        let Row { service, involvement } = row.typed()?;
        match service {
            Some(service) => report.services.push(InvolvementRow { service, involvement }),
            None => report.total = involvement,
        }
    }
    Ok(report)
}
