//! The names beside the ids of a claim, and when the sessions of its lines begin.
//! They are read with the claim, in one statement, and never stored with it.

use std::collections::HashMap;

use serde::Deserialize;

use crate::claims::row::{ClaimLineRow, PlanBudget};
use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::SessionId;
use crate::money::Pence;
use crate::work::names::{AgreementNames, tag};

/// The names of one claim.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ClaimNames {
    #[serde(flatten)]
    pub beside: AgreementNames,
    /// When the sessions begin that its lines are for; null where they are for none.
    pub sessions: Option<HashMap<SessionId, Instant>>,
}

impl ClaimNames {
    /// When the session of a line begins.
    pub fn start_of(&self, line: &ClaimLineRow) -> Option<Instant> {
        self.sessions.as_ref()?.get(&line.session_id?).copied()
    }

    /// The part of an ETag that changes with them. When a session begins can't change once a line is for it.
    pub fn tag(&self) -> String {
        tag(&[
            &self.beside.volunteer_name,
            &self.beside.plan_title,
            &self.beside.opportunity_title,
            &self.beside.service_name,
        ])
    }
}

/// [`ClaimNames`] as a column of a statement that has the claim's row as `claims`, and its lines' sessions as an expression.
pub fn of_the_claim(claims: &str, sessions: &str) -> String {
    format!(
        "jsonb_build_object(
    'volunteer_name', (SELECT n.called FROM volunteer_names n WHERE n.volunteer_id = {claims}.volunteer_id),
    'plan_title', (SELECT n.title FROM plan_titles n WHERE n.plan_id = {claims}.plan_id),
    'opportunity_title', (SELECT n.title FROM agreement_titles n WHERE n.agreement_id = {claims}.agreement_id),
    'service_name', (SELECT n.name FROM services n WHERE n.id = {claims}.service_id),
    'sessions', (SELECT jsonb_object_agg(n.session_id, n.starts_at) FROM session_times n WHERE n.session_id IN ({sessions})))"
    )
}

/// The sessions of the lines of `claims`.
pub const SESSIONS_OF_THE_LINES: &str = "SELECT l.session_id FROM claim_lines l WHERE l.claim_id = claims.id";

/// What a list shows of a claim beside its header.
#[derive(Clone, Debug, Default, diesel::Queryable)]
pub struct Beside {
    pub names: AgreementNames,
    pub lines_count: i64,
    warned: Option<Json<Vec<Figures>>>,
    budget: Option<Json<PlanBudget>>,
}

/// Of a line: what it comes to, what the person takes of it, what the trust pays itself, and how many warnings it has.
type Figures = (Option<Pence>, Option<Pence>, Pence, i64);

/// How many lines a claim has, as a column of a statement that reads `claims`.
pub const LINES_COUNT: &str = "(SELECT count(*) FROM claim_lines l WHERE l.claim_id = claims.id)";

/// The figures of the lines of a claim that waits for a decision, in their order.
pub fn figures(waits: &str) -> String {
    format!(
        "CASE WHEN {waits} THEN (SELECT jsonb_agg(jsonb_build_array(l.payable_pence, l.elected_pence, l.trust_cost_pence,
    jsonb_array_length(l.warnings)) ORDER BY l.position) FROM claim_lines l WHERE l.claim_id = claims.id) END"
    )
}

impl Beside {
    /// How many warnings an approver would be shown; none where the claim waits for no decision.
    pub fn warnings_count(&self) -> Option<i64> {
        let Json(lines) = self.warned.as_ref()?;
        let kept = lines.iter().map(|(.., warnings)| warnings).sum::<i64>();
        let costs = lines.iter().map(|(payable, elected, trust, _)| ClaimLineRow::cost(*payable, *elected, *trust));
        let beyond = self.budget.as_ref().map(|Json(budget)| budget.exceeded_by(costs)).unwrap_or_default();
        Some(kept.saturating_add(i64::try_from(beyond.len()).unwrap_or(i64::MAX)))
    }
}
