//! What a list shows of a claim beside its header: names, and what a decision needs at a glance.
//! Numbers of lines and warnings are kept with the claim; only what the plan's budget adds to them is asked for.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{Jsonb, Nullable};
use serde::Deserialize;

use crate::claims::row::PlanBudget;
use crate::claims::status::ClaimStatus;
use crate::db::Json;
use crate::db::among::literal;
use crate::db::schema::claims;
use crate::money::Pence;
use crate::people::volunteers::CommunicationNeed;
use crate::work::names::{self, AgreementNames, Name};

/// What a list shows of a claim beside its header.
#[derive(Clone, Debug, Default, diesel::Queryable)]
pub struct Beside {
    pub names: AgreementNames,
    pub needs: Option<Json<Vec<CommunicationNeed>>>,
    pub lines_count: i16,
    warnings: i16,
    beyond: Option<Json<BeyondBudget>>,
}

/// The columns of [`Beside`], of a statement that reads `claims` and `services`.
type Columns = (
    (Name, Name, Name, diesel::dsl::Nullable<crate::db::schema::services::name>),
    SqlLiteral<Nullable<Jsonb>>,
    claims::lines_count,
    claims::warnings_count,
    SqlLiteral<Nullable<Jsonb>>,
);

/// What the lines of a claim cost in turn, and the budget that does not hold them all.
#[derive(Clone, Debug, Deserialize)]
pub struct BeyondBudget {
    budget: PlanBudget,
    costs: Vec<Pence>,
}

/// The columns of [`Beside`]; with `warned`, also what the budget of the plan adds to the warnings of a claim that waits for
/// a decision. Its lines are read only where the budget does not hold what they cost together.
pub fn columns(warned: bool) -> Columns {
    use diesel::NullableExpressionMethods;
    let beyond = if warned { beyond_budget() } else { "NULL::jsonb".to_owned() };
    let (volunteer, plan) = (names::volunteer("claims.volunteer_id"), names::plan("claims.plan_id"));
    let service = crate::db::schema::services::name.nullable();
    let names = (volunteer, plan, names::opportunity("claims.opportunity_id"), service);
    let needs = names::needs("claims.volunteer_id");
    (names, needs, claims::lines_count, claims::warnings_count, sql(&beyond))
}

fn beyond_budget() -> String {
    format!(
        "CASE WHEN claims.status = {} THEN (
    SELECT jsonb_build_object('budget', jsonb_build_object('budget_pence', b.budget_pence, 'approved_pence', COALESCE(s.approved_pence, 0)),
        'costs', (SELECT jsonb_agg(COALESCE(LEAST(l.payable_pence, l.elected_pence), 0) + l.trust_cost_pence ORDER BY l.position)
            FROM claim_lines l WHERE l.claim_id = claims.id))
    FROM plan_budgets b LEFT JOIN plan_spending s USING (plan_id)
    WHERE b.plan_id = claims.plan_id AND claims.cost_pence > b.budget_pence - COALESCE(s.approved_pence, 0)) END",
        literal(ClaimStatus::Submitted)
    )
}

impl Beside {
    /// How many warnings an approver would be shown of a claim that waits for a decision.
    pub fn warnings_count(&self) -> i64 {
        let beyond = self.beyond.as_ref().map(|Json(over)| over.budget.exceeded_by(over.costs.iter().copied()).len());
        i64::from(self.warnings).saturating_add(beyond.map_or(0, |lines| i64::try_from(lines).unwrap_or(i64::MAX)))
    }
}
