//! The budget of a plan: what is committed, what is spent and what remains.
//! The sums come from `claims`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::claims::Spent;
use crate::clock::Instant;
use crate::db::ids::PlanId;
use crate::http::{Represent, Routes};
use crate::money::Pence;
use crate::plans;
use crate::policies;
use crate::refusal::{Failure, Result};
use crate::reports::estimates::{self, Estimate};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.within("Plans").get("/v1/plans/{id}/budget", Action::AssessPlans, read_plan_budget).without_etag().describe(
        "Get the budget of a plan",
        "`committed_pence` is what is submitted, and what is approved but not yet paid; `actual_pence` is what was paid, \
         less what was recovered, once all of a recovery has come back. \
         Amounts that the trust paid directly (pre-booked) are committed while the claim is submitted, and actual once it \
         is approved. `committed_pence + actual_pence + remaining_pence = budget_pence`; `remaining_pence` is negative if \
         the budget is overspent. Draft, rejected and withdrawn claims do not count. Payments that the bank returned are \
         committed again. `expected_pence` and `forecast_pence` are estimates: time at the sessions to come, for everyone \
         with an agreement or an accepted place, by the scheduled minutes and the tariff that was promised or that of the policy published for the day, whichever \
         comes to more, as their claims would be worked out. Expenses, and sessions not planned yet, are not in them.",
    );
}

/// The budget of a plan at one moment. `committed_pence + actual_pence + remaining_pence` is always `budget_pence`.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanBudget {
    /// Plan that the budget belongs to.
    pub plan_id: PlanId,
    /// Budget for the whole period in pence, as the plan is written now.
    pub budget_pence: Pence,
    /// Amount in pence that is claimed or approved and not paid yet: the sum of `committed`.
    pub committed_pence: Pence,
    /// Amount in pence that has been spent: the sum of `actual`.
    pub actual_pence: Pence,
    /// Amount in pence that remains; negative when the budget is overspent.
    #[schema(value_type = i64)]
    pub remaining_pence: Pence,
    /// Estimate in pence of what people's time at the sessions to come will cost: accepted places × sessions to come × the
    /// promised tariff. Without expenses.
    pub expected_pence: Pence,
    /// Estimate in pence of what the plan will have cost after these sessions: committed, actual and expected.
    pub forecast_pence: Pence,
    /// Whether the committed and spent amounts together exceed the budget.
    pub overspent: bool,
    /// Committed amounts by status of the claim.
    pub committed: CommittedBudget,
    /// Spent amounts by who was paid.
    pub actual: ActualBudget,
    /// Which of these figures are estimates, and how they are made.
    #[schema(min_items = 2, max_items = 2)]
    pub estimates: Vec<Estimate>,
    /// Moment at which the amounts were worked out.
    pub as_of: Instant,
}

/// Committed amounts. Draft, rejected and withdrawn claims do not count.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommittedBudget {
    /// Amount in pence to be paid to volunteers in submitted claims: the amount payable, or the part they chose to take.
    pub submitted_pence: Pence,
    /// Amount in pence approved for volunteers and not paid yet, including payments that the bank returned.
    pub approved_pence: Pence,
    /// Amount in pence that the trust paid directly (pre-booked), in submitted claims.
    pub trust_paid_pence: Pence,
}

/// Spent amounts.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActualBudget {
    /// Amount in pence paid to volunteers, less what was recovered.
    pub paid_pence: Pence,
    /// Amount in pence that the trust paid directly (pre-booked), in approved claims.
    pub trust_paid_pence: Pence,
}

impl Represent for PlanBudget {}

/// Works out the budget from the sums of the claims.
///
/// # Errors
/// `internal` if a sum is out of range.
fn budget(plan_id: PlanId, budget: Pence, spent: Spent, expected: Pence, as_of: Instant) -> Result<PlanBudget> {
    let beyond = || Failure::broken("a budget beyond range");
    let committed = Pence::checked_sum([spent.submitted, spent.approved, spent.submitted_trust]).ok_or_else(beyond)?;
    let actual = Pence::checked_sum([spent.paid, spent.trust_paid]).ok_or_else(beyond)?;
    let left = budget.checked_sub(committed).and_then(|left| left.checked_sub(actual)).ok_or_else(beyond)?;
    let forecast = Pence::checked_sum([committed, actual, expected]).ok_or_else(beyond)?;
    Ok(PlanBudget {
        plan_id,
        budget_pence: budget,
        committed_pence: committed,
        actual_pence: actual,
        remaining_pence: left,
        expected_pence: expected,
        forecast_pence: forecast,
        overspent: left < Pence::ZERO,
        committed: CommittedBudget {
            submitted_pence: spent.submitted,
            approved_pence: spent.approved,
            trust_paid_pence: spent.submitted_trust,
        },
        actual: ActualBudget { paid_pence: spent.paid, trust_paid_pence: spent.trust_paid },
        estimates: estimates::OF_BUDGETS.to_vec(),
        as_of,
    })
}

/// The budget of a plan that the caller can see. Plan and claims are read in one snapshot.
fn read_plan_budget(reader: &mut Reader<'_>, id: PlanId) -> Result<PlanBudget> {
    reader.snapshot(|reader| {
        let (plan, ..) = plans::find(reader, id)?;
        let spent = crate::claims::spent_on_plan(reader.conn, id)?;
        let versions = policies::published(reader.conn)?;
        let expected = estimates::expected(reader, id, &versions)?;
        budget(id, plan.content.outline.budget_pence, spent, expected, reader.now())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_may_be_less_than_nothing() {
        let at: Instant = "2026-06-15T10:00:00Z".parse().unwrap();
        for (held, left, over) in [(31_000, 0, false), (30_999, -1, true), (40_000, 9_000, false)] {
            let spent = Spent {
                submitted: Pence::new(1_000),
                submitted_trust: Pence::new(2_000),
                approved: Pence::new(4_000),
                paid: Pence::new(8_000),
                trust_paid: Pence::new(16_000),
            };
            let told = budget(uuid::Uuid::nil().into(), Pence::new(held), spent, Pence::new(500), at).unwrap();
            assert_eq!((told.expected_pence, told.forecast_pence), (Pence::new(500), Pence::new(31_500)));
            assert_eq!((told.committed_pence, told.actual_pence), (Pence::new(7_000), Pence::new(24_000)));
            assert_eq!((told.remaining_pence, told.overspent), (Pence::new(left), over), "{held}");
        }
    }
}
