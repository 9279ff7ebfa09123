//! What each service did: plans, levels planned and achieved, people, sessions, time given, and what changed.
//! Money stands in `spend`; nobody is named.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::plans::PlanStatus;
use crate::refusal::Done;
use crate::reports::period::Period;
use crate::reports::rows::{Found, OfService, PeriodFilter};
use crate::vocabulary::opportunity::InvolvementLevel;
use crate::work::Reader;

/// What each service did in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvolvementReport {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Every service that one reaches, by its code, those that did nothing included.
    pub services: Vec<InvolvementRow>,
    /// All of them together; a person who is engaged with two services counts once.
    pub total: Involvement,
}

/// What a service did.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvolvementRow {
    /// The service.
    #[serde(flatten)]
    pub service: OfService,
    /// What it did.
    #[serde(flatten)]
    pub involvement: Involvement,
}

/// What was done. Plans count where their period touches the report's; feedback by the day that it was recorded.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Involvement {
    /// Plans being written.
    pub plans_draft: i64,
    /// Plans with the leads.
    pub plans_submitted: i64,
    /// Plans in force.
    pub plans_approved: i64,
    /// Plans completed.
    pub plans_completed: i64,
    /// Plans given up.
    pub plans_withdrawn: i64,
    /// Plans with an approved version that aim to educate.
    pub planned_educate: i64,
    /// Plans with an approved version that aim to inform.
    pub planned_inform: i64,
    /// Plans with an approved version that aim to consult.
    pub planned_consult: i64,
    /// Plans with an approved version that aim to engage.
    pub planned_engage: i64,
    /// Plans with an approved version that aim to co-design.
    pub planned_co_design: i64,
    /// Plans with an approved version that aim to co-produce.
    pub planned_co_produce: i64,
    /// Completed plans that came to educate.
    pub achieved_educate: i64,
    /// Completed plans that came to inform.
    pub achieved_inform: i64,
    /// Completed plans that came to consult.
    pub achieved_consult: i64,
    /// Completed plans that came to engage.
    pub achieved_engage: i64,
    /// Completed plans that came to co-design.
    pub achieved_co_design: i64,
    /// Completed plans that came to co-produce.
    pub achieved_co_produce: i64,
    /// Completed plans that came less far than planned.
    pub achieved_below_planned: i64,
    /// Completed plans that came as far as planned.
    pub achieved_as_planned: i64,
    /// Completed plans that came further than planned.
    pub achieved_above_planned: i64,
    /// People whose agreement was in force on a day of the period, each once.
    pub people_engaged: i64,
    /// People who attended a session of the period, each once.
    pub people_attended: i64,
    /// Sessions that were held.
    pub sessions_held: i64,
    /// Sessions that the trust cancelled.
    pub sessions_cancelled: i64,
    /// Minutes that people gave: the length of each session for everyone who attended, to the end or not.
    pub minutes_given: i64,
    /// Feedback of the period without a decision.
    pub feedback_open: i64,
    /// Feedback that is being explored.
    pub feedback_exploring: i64,
    /// Feedback that is being done.
    pub feedback_doing: i64,
    /// Feedback that was done.
    pub feedback_done: i64,
    /// Feedback that is not done, with the reason.
    pub feedback_not_doing: i64,
    /// Feedback whose answer was published.
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

// Each part by service and as a whole, so that people count once in both. `OFFSET 0` makes PostgreSQL go from each session
// to its attendance by key.
const STATEMENT: &str = "\
WITH reached AS (SELECT id AS service_id, code AS service_code, name AS service_name FROM services WHERE $3 OR code = ANY($4)),
bounds AS (SELECT $1::timestamp AT TIME ZONE 'Europe/London' AS starts, ($2 + 1)::timestamp AT TIME ZONE 'Europe/London' AS ends),
plan AS (
    SELECT p.*, CASE WHEN p.approved_version IS NOT NULL AND p.status <> 'withdrawn'
        THEN COALESCE(v.document, p.points) #>> '{approach,involvement_level}' END AS planned
    FROM plans p LEFT JOIN plan_versions v ON v.plan_id = p.id AND v.number = p.approved_version
    WHERE p.service_id IN (SELECT service_id FROM reached) AND p.period_start <= $2 AND p.period_end >= $1),
planned AS (
    SELECT service_id, {plans} FROM plan GROUP BY GROUPING SETS ((service_id), ())),
engaged AS (
    SELECT service_id, count(DISTINCT volunteer_id) AS people_engaged FROM agreements
    WHERE service_id IN (SELECT service_id FROM reached) AND status IN ('active', 'paused', 'ended')
        AND starts_on <= $2 AND COALESCE(ended_on, ends_on, 'infinity'::date) >= $1
    GROUP BY GROUPING SETS ((service_id), ())),
met AS (
    SELECT s.service_id, count(DISTINCT s.id) FILTER (WHERE s.status = 'held') AS sessions_held,
        count(DISTINCT s.id) FILTER (WHERE s.status = 'cancelled') AS sessions_cancelled,
        count(DISTINCT a.volunteer_id) AS people_attended,
        COALESCE(sum(extract(epoch FROM s.ends_at - s.starts_at)) FILTER (WHERE a.session_id IS NOT NULL), 0)::bigint / 60 AS minutes_given
    FROM sessions s LEFT JOIN LATERAL (SELECT session_id, volunteer_id FROM attendances
        WHERE session_id = s.id AND outcome IN ('attended', 'left_early') OFFSET 0) a ON true
    WHERE s.service_id IN (SELECT service_id FROM reached)
        AND s.starts_at >= (SELECT starts FROM bounds) AND s.starts_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((s.service_id), ())),
said AS (
    SELECT service_id, count(*) FILTER (WHERE decision IS NULL) AS feedback_open,
        count(*) FILTER (WHERE decision = 'exploring') AS feedback_exploring, count(*) FILTER (WHERE decision = 'doing') AS feedback_doing,
        count(*) FILTER (WHERE decision = 'done') AS feedback_done, count(*) FILTER (WHERE decision = 'not_doing') AS feedback_not_doing,
        count(*) FILTER (WHERE status = 'published') AS feedback_published
    FROM feedback WHERE service_id IN (SELECT service_id FROM reached)
        AND created_at >= (SELECT starts FROM bounds) AND created_at < (SELECT ends FROM bounds)
    GROUP BY GROUPING SETS ((service_id), ()))
SELECT jsonb_strip_nulls(COALESCE(to_jsonb(planned), '{}') || COALESCE(to_jsonb(engaged), '{}') || COALESCE(to_jsonb(met), '{}')
    || COALESCE(to_jsonb(said), '{}') || to_jsonb(one)) AS row
FROM (TABLE reached UNION ALL SELECT NULL, NULL, NULL) one
LEFT JOIN planned ON planned.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN engaged ON engaged.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN met ON met.service_id IS NOT DISTINCT FROM one.service_id
LEFT JOIN said ON said.service_id IS NOT DISTINCT FROM one.service_id
ORDER BY one.service_code";

/// The figures of plans: by state, by level planned and achieved, and how far plans came of what they planned.
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

/// The report, as the asker may see it, in one statement.
pub(super) fn report_involvement(reader: &mut Reader<'_>, (): (), asked: &PeriodFilter) -> Done<InvolvementReport> {
    let Period { from, to } = Period::of(asked.from, asked.to, reader.today())?;
    let grant = reader.grant();
    let found: Vec<Found> = diesel::sql_query(STATEMENT.replace("{plans}", &plans()))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(grant.all())
        .bind::<Array<Text>, _>(grant.services().to_vec())
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
