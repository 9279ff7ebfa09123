//! Evidence, plan by plan, for the statutory duty to involve: whether it applies, who approved, what was asked, what changed.
//! Statutory guidance asks trusts to show that they assess whether the duty applies and follow it; nobody who was involved is named.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlanId};
use crate::feedback::Decision;
use crate::http::Represent;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::plans::{DutyApplies, PlanStatus};
use crate::refusal::Done;
use crate::reports::period::Period;
use crate::reports::rows::{Found, OfService};
use crate::vocabulary::opportunity::{InvolvementLevel, OpportunityKind};
use crate::work::Reader;

/// Which plans, and how they are answered.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DutyEvidenceFilter {
    /// The first day; that of the financial year (1 April) unless said otherwise.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day; that of the financial year (31 March) unless said otherwise.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only these plans.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub plan_id: Option<Vec<PlanId>>,
    /// `csv` for the plans in a line each, with counts in place of what was said.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for DutyEvidenceFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// The evidence of the plans whose period touches the report's.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyEvidenceReport {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The plans, by service and period.
    pub plans: Vec<DutyEvidence>,
}

/// The evidence of a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyEvidence {
    /// The service.
    #[serde(flatten)]
    pub service: OfService,
    /// The plan.
    pub plan_id: PlanId,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: PlanStatus,
    /// The first day of its period.
    pub period_start: Day,
    /// The last day of its period.
    pub period_end: Day,
    /// Whether the duty applies, as its version in force says, or its draft; null where it was not assessed.
    pub duty_applies: Option<DutyApplies>,
    /// Why.
    pub duty_reason: Option<String>,
    /// The level of involvement that is planned.
    pub planned_level: Option<InvolvementLevel>,
    /// The level that was achieved.
    pub achieved_level: Option<InvolvementLevel>,
    /// The day of the first approval.
    pub first_approved_on: Option<Day>,
    /// How often it was approved.
    pub approval_count: i64,
    /// How many opportunities were published.
    pub asked_count: i64,
    /// How many people agreed to take part, each once.
    pub people_engaged: i64,
    /// How many sessions were held.
    pub sessions_held: i64,
    /// How many items of feedback there are.
    pub feedback_count: i64,
    /// How many of them are decided; what is explored is not.
    pub decided_count: i64,
    /// How many of the answers were published.
    pub published_count: i64,
    /// The approvals in their order.
    pub approvals: Vec<DutyApproval>,
    /// What was asked: the opportunities that were published.
    pub asked: Vec<DutyAsked>,
    /// What people said, and what changed.
    pub changed: Vec<DutyChanged>,
}

/// An approval of a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyApproval {
    /// The number of the version.
    pub number: i32,
    /// When.
    pub approved_at: Instant,
    /// By whom; null once erased.
    pub approved_by: Option<String>,
}

/// What people were asked to take part in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyAsked {
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// Its title.
    pub title: String,
    /// What kind of activity.
    pub kind: OpportunityKind,
    /// How far people take part.
    pub involvement_level: Option<InvolvementLevel>,
    /// When it was published.
    pub published_at: Instant,
}

/// What people said, and what changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyChanged {
    /// What was said.
    pub you_said: String,
    /// What is decided; null where it is not.
    pub decision: Option<Decision>,
    /// What we did.
    pub we_did: Option<String>,
    /// Why, or why not.
    pub because: Option<String>,
    /// When the answer was published.
    pub published_at: Option<Instant>,
}

impl Represent for DutyEvidenceReport {}

impl Tabular for DutyEvidenceReport {
    type Row = DutyEvidence;

    fn file_name(&self) -> String {
        format!("duty-evidence-{}-{}", self.from, self.to)
    }

    #[rustfmt::skip]
    fn columns(&self) -> Vec<&'static str> {
        vec![
            "service_id", "service_code", "service_name", "plan_id", "title", "status", "period_start", "period_end",
            "duty_applies", "duty_reason", "planned_level", "achieved_level", "first_approved_on", "approval_count",
            "asked_count", "people_engaged", "sessions_held", "feedback_count", "decided_count", "published_count",
        ]
    }

    fn rows(&self) -> &[DutyEvidence] {
        &self.plans
    }
}

const STATEMENT: &str = "\
SELECT jsonb_build_object('service_id', s.id, 'service_code', s.code, 'service_name', s.name, 'plan_id', p.id, 'title', p.title,
    'status', p.status, 'period_start', p.period_start, 'period_end', p.period_end, 'achieved_level', p.achieved_level)
  || jsonb_build_object('duty_applies', d.document #>> '{purpose,duty_assessment,applies}',
    'duty_reason', d.document #>> '{purpose,duty_assessment,reason}',
    'planned_level', d.document #>> '{approach,involvement_level}')
  || to_jsonb(approved) || to_jsonb(opened) || to_jsonb(said) || to_jsonb(met) || to_jsonb(engaged) AS row
FROM plans p JOIN services s ON s.id = p.service_id
LEFT JOIN plan_versions v ON v.plan_id = p.id AND v.number = p.approved_version
CROSS JOIN LATERAL (SELECT COALESCE(v.document, p.points) AS document) d
CROSS JOIN LATERAL (
    SELECT count(*) AS approval_count, (min(w.approved_at) AT TIME ZONE 'Europe/London')::date AS first_approved_on,
        COALESCE(jsonb_agg(jsonb_build_object('number', w.number, 'approved_at', w.approved_at, 'approved_by', a.subject)
            ORDER BY w.number), '[]') AS approvals
    FROM plan_versions w JOIN actors a ON a.id = w.approved_by WHERE w.plan_id = p.id) approved
CROSS JOIN LATERAL (
    SELECT count(*) AS asked_count, COALESCE(jsonb_agg(jsonb_build_object('opportunity_id', o.id, 'title', o.title, 'kind', o.kind,
        'involvement_level', o.involvement_level, 'published_at', o.published_at) ORDER BY o.published_at, o.id), '[]') AS asked
    FROM opportunities o WHERE o.plan_id = p.id AND o.published_at IS NOT NULL) opened
CROSS JOIN LATERAL (
    SELECT count(*) AS feedback_count, count(*) FILTER (WHERE f.decision <> 'exploring') AS decided_count,
        count(*) FILTER (WHERE f.status = 'published') AS published_count,
        COALESCE(jsonb_agg(jsonb_build_object('you_said', f.you_said, 'decision', f.decision, 'we_did', f.we_did,
            'because', f.because, 'published_at', f.published_at) ORDER BY f.id), '[]') AS changed
    FROM feedback f WHERE f.plan_id = p.id) said
CROSS JOIN LATERAL (
    SELECT count(*) AS sessions_held FROM opportunities o JOIN sessions m ON m.opportunity_id = o.id
    WHERE o.plan_id = p.id AND m.status = 'held') met
CROSS JOIN LATERAL (
    SELECT count(DISTINCT g.volunteer_id) AS people_engaged FROM agreements g
    WHERE g.plan_id = p.id AND g.status IN ('active', 'paused', 'ended')) engaged
WHERE p.period_start <= $2 AND p.period_end >= $1 AND ($3 OR s.code = ANY($4)) AND ($5 IS NULL OR p.id = ANY($5))
ORDER BY s.code, p.period_start, p.id";

/// The report, as the asker may see it, in one statement.
pub(super) fn report_duty_evidence(
    reader: &mut Reader<'_>,
    (): (),
    asked: &DutyEvidenceFilter,
) -> Done<DutyEvidenceReport> {
    let Period { from, to } = Period::of(asked.from, asked.to, reader.today())?;
    let grant = reader.grant();
    let found: Vec<Found> = diesel::sql_query(STATEMENT)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(grant.all())
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .bind::<Nullable<Array<SqlUuid>>, _>(asked.plan_id.clone())
        .load(reader.conn)?;
    let plans = found.into_iter().map(Found::typed).collect::<Done<_>>()?;
    Ok(DutyEvidenceReport { from, to, plans })
}
