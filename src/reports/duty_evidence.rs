//! The report of evidence for the statutory duty to involve, plan by plan: whether it applies, who approved the plan,
//! what people were asked, and what changed. Statutory guidance asks trusts to show that they assess whether the duty
//! applies, and follow it. Nobody who was involved is named.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::{Day, Instant};
use crate::db::among::words;
use crate::db::ids::{OpportunityId, PlanId};
use crate::feedback::{Decision, FeedbackStatus};
use crate::http::Represent;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::plans::{DutyApplies, PlanStatus};
use crate::refusal::Result;
use crate::reports::period::Period;
use crate::reports::rows::{Found, OfService, Reached};
use crate::sessions::SessionStatus;
use crate::vocabulary::opportunity::{InvolvementLevel, OpportunityKind};
use crate::work::Reader;

/// Period, plans and format of the report.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DutyEvidenceFilter {
    /// First day of the period, inclusive, London date; by default the first day of the financial year, 1 April.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of the period, inclusive, London date; by default the last day of the financial year, 31 March.
    #[serde(default)]
    pub to: Option<Day>,
    /// Only these plans; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub plan_id: Option<Vec<PlanId>>,
    /// `csv` for a table with one row for each plan, with counts instead of lists; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for DutyEvidenceFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// Evidence for the duty to involve, for plans whose period overlaps the report's.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyEvidenceReport {
    /// First day of the period, inclusive, London date.
    pub from: Day,
    /// Last day of the period, inclusive, London date.
    pub to: Day,
    /// Plans, by service and period.
    pub plans: Vec<DutyEvidence>,
}

/// Evidence from one plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyEvidence {
    /// The service of the plan.
    #[serde(flatten)]
    pub service: OfService,
    /// The plan.
    pub plan_id: PlanId,
    /// Title of the plan.
    #[schema(example = "Crisis café redesign")]
    pub title: String,
    /// Status of the plan.
    pub status: PlanStatus,
    /// First day of the plan's period.
    pub period_start: Day,
    /// Last day of the plan's period.
    pub period_end: Day,
    /// Whether the duty applies, according to the approved version or else the draft; null if it was not assessed.
    pub duty_applies: Option<DutyApplies>,
    /// Why the duty applies or not; null if it was not assessed.
    #[schema(example = "The change affects how people reach the service.")]
    pub duty_reason: Option<String>,
    /// Level of involvement that is planned; null if the plan does not say.
    pub planned_level: Option<InvolvementLevel>,
    /// Level of involvement that was achieved; null until the plan is completed.
    pub achieved_level: Option<InvolvementLevel>,
    /// Day of the first approval, London date; null if there was none.
    pub first_approved_on: Option<Day>,
    /// Number of approvals.
    pub approval_count: i64,
    /// Number of opportunities that were published.
    pub asked_count: i64,
    /// Number of volunteers who have or had an agreement in force, each counted once.
    pub people_engaged: i64,
    /// Number of sessions held.
    pub sessions_held: i64,
    /// Number of items of feedback.
    pub feedback_count: i64,
    /// Number of items of feedback with a decision; `exploring` is not one.
    pub decided_count: i64,
    /// Number of items of feedback that are published.
    pub published_count: i64,
    /// Approvals, oldest first.
    pub approvals: Vec<DutyApproval>,
    /// Opportunities that were published.
    pub asked: Vec<DutyAsked>,
    /// Items of feedback, with what was decided and done.
    pub changed: Vec<DutyChanged>,
}

/// An approval of a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyApproval {
    /// Number of the approved version, from 1.
    pub number: i32,
    /// When it was approved.
    pub approved_at: Instant,
    /// Who approved it: the subject of their token; null once erased.
    pub approved_by: Option<String>,
}

/// An opportunity that was published.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyAsked {
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// Title of the opportunity.
    #[schema(example = "Focus group on the crisis café")]
    pub title: String,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Level of involvement; null if the opportunity does not say.
    pub involvement_level: Option<InvolvementLevel>,
    /// When it was published.
    pub published_at: Instant,
}

/// An item of feedback, with what was decided and done.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DutyChanged {
    /// What people said.
    #[schema(example = "The waiting room has nowhere quiet to sit.")]
    pub you_said: String,
    /// Decision; null if there is none.
    pub decision: Option<Decision>,
    /// What was done; null if nothing was.
    #[schema(example = "A quiet corner with four chairs was set up.")]
    pub we_did: Option<String>,
    /// Reason for the decision; null if none is given.
    #[schema(example = "People told us that the noise keeps them away.")]
    pub because: Option<String>,
    /// When it was published; null if it is not.
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

static STATEMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('service_id', s.id, 'service_code', s.code, 'service_name', s.name, 'plan_id', p.id, 'title', p.title,
    'status', p.status, 'period_start', p.period_start, 'period_end', p.period_end, 'achieved_level', p.achieved_level)
  || jsonb_build_object('duty_applies', d.document #>> '{{purpose,duty_assessment,applies}}',
    'duty_reason', d.document #>> '{{purpose,duty_assessment,reason}}',
    'planned_level', d.document #>> '{{approach,involvement_level}}')
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
    SELECT count(*) AS feedback_count, count(*) FILTER (WHERE f.decision <> '{exploring}') AS decided_count,
        count(*) FILTER (WHERE f.status = '{published}') AS published_count,
        COALESCE(jsonb_agg(jsonb_build_object('you_said', f.you_said, 'decision', f.decision, 'we_did', f.we_did,
            'because', f.because, 'published_at', f.published_at) ORDER BY f.id), '[]') AS changed
    FROM feedback f WHERE f.plan_id = p.id) said
CROSS JOIN LATERAL (
    SELECT count(*) AS sessions_held FROM opportunities o JOIN sessions m ON m.opportunity_id = o.id
    WHERE o.plan_id = p.id AND m.status = '{held}') met
CROSS JOIN LATERAL (
    SELECT count(DISTINCT g.volunteer_id) AS people_engaged FROM agreements g
    WHERE g.plan_id = p.id AND g.status IN ({begun})) engaged
WHERE p.period_start <= $2 AND p.period_end >= $1 AND ($3 OR s.code = ANY($4)) AND ($5 IS NULL OR p.id = ANY($5))
ORDER BY s.code, p.period_start, p.id",
        exploring = Decision::Exploring,
        published = FeedbackStatus::Published,
        held = SessionStatus::Held,
        begun = words(AgreementStatus::BEGUN),
    )
});

/// The report, within the caller's reach, in one statement.
pub(super) fn report_duty_evidence(
    reader: &mut Reader<'_>,
    (): (),
    asked: &DutyEvidenceFilter,
) -> Result<DutyEvidenceReport> {
    let period = Period::of(asked.from, asked.to, reader.today())?;
    duty_evidence(reader, period, &Reached::by(reader.grant()), asked.plan_id.clone())
}

/// Evidence from plans of the services that are reached: these, or all.
pub(super) fn duty_evidence(
    reader: &mut Reader<'_>,
    Period { from, to }: Period,
    reached: &Reached,
    plans: Option<Vec<PlanId>>,
) -> Result<DutyEvidenceReport> {
    let found: Vec<Found> = diesel::sql_query(STATEMENT.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .bind::<Nullable<Array<SqlUuid>>, _>(plans)
        .load(reader.conn)?;
    let plans = found.into_iter().map(Found::typed).collect::<Result<_>>()?;
    Ok(DutyEvidenceReport { from, to, plans })
}
