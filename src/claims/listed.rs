//! What a list shows of a claim beside its header: names, and what a decision needs at a glance.

use crate::claims::row::{ClaimLineRow, PlanBudget};
use crate::db::Json;
use crate::money::Pence;
use crate::work::names::AgreementNames;

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
