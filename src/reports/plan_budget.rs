//! What became of a plan's budget: spent, promised, and left.
//! What claims cost, and how far the money got, is known to `claims`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::claims::Spent;
use crate::clock::Instant;
use crate::db::ids::PlanId;
use crate::http::{Represent, Routes};
use crate::money::Pence;
use crate::plans;
use crate::refusal::{Done, Failure};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.within("Plans").get("/v1/plans/{id}/budget", Action::AssessPlans, read_plan_budget).says(
        "What became of a plan's budget",
        "`committed_pence` is what is submitted, and what is approved but not yet paid; `actual_pence` is what was paid. \
         What the trust paid itself (pre-booked) is committed while its claim is submitted, and actual from the approval \
         on. `committed_pence + actual_pence + remaining_pence = budget_pence`; `remaining_pence` is below 0 where the \
         budget is overspent. Drafts, rejected and withdrawn claims count for nothing; money that came back from the \
         bank is committed again.",
    );
}

/// What became of a plan's budget, at this moment. `committed_pence + actual_pence + remaining_pence = budget_pence`, always.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanBudget {
    /// The plan.
    pub plan_id: PlanId,
    /// The budget for the whole of it, as the plan says today.
    pub budget_pence: Pence,
    /// What is to be paid, or may be: the sum of `committed`.
    pub committed_pence: Pence,
    /// What was spent: the sum of `actual`.
    pub actual_pence: Pence,
    /// What is left of the budget; below nothing where more was claimed.
    #[schema(value_type = i64)]
    pub remaining_pence: Pence,
    /// Whether more is committed and spent than the budget holds.
    pub overspent: bool,
    /// What is committed, by state.
    pub committed: CommittedBudget,
    /// What was spent, by who paid.
    pub actual: ActualBudget,
    /// When this was.
    pub as_of: Instant,
}

/// What is committed. Drafts, rejected and withdrawn claims commit nothing.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommittedBudget {
    /// For people, in claims that are submitted: what they come to, or what was elected of it.
    pub submitted_pence: Pence,
    /// For people, in claims that are approved: what has not reached them, or came back from the bank.
    pub approved_pence: Pence,
    /// Paid by the trust itself (pre-booked), in claims that are submitted.
    pub trust_paid_pence: Pence,
}

/// What was spent.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActualBudget {
    /// What reached people.
    pub paid_pence: Pence,
    /// Paid by the trust itself (pre-booked), in claims that are approved.
    pub trust_paid_pence: Pence,
}

impl Represent for PlanBudget {}

/// What became of a budget, told from what was spent and promised.
///
/// # Errors
/// A fault of ours where a sum is beyond range.
fn budget(plan_id: PlanId, budget: Pence, spent: Spent, as_of: Instant) -> Done<PlanBudget> {
    let beyond = || Failure::broken("a budget beyond range");
    let committed = Pence::checked_sum([spent.submitted, spent.approved, spent.submitted_trust]).ok_or_else(beyond)?;
    let actual = Pence::checked_sum([spent.paid, spent.trust_paid]).ok_or_else(beyond)?;
    let left = budget.checked_sub(committed).and_then(|left| left.checked_sub(actual)).ok_or_else(beyond)?;
    Ok(PlanBudget {
        plan_id,
        budget_pence: budget,
        committed_pence: committed,
        actual_pence: actual,
        remaining_pence: left,
        overspent: left < Pence::ZERO,
        committed: CommittedBudget {
            submitted_pence: spent.submitted,
            approved_pence: spent.approved,
            trust_paid_pence: spent.submitted_trust,
        },
        actual: ActualBudget { paid_pence: spent.paid, trust_paid_pence: spent.trust_paid },
        as_of,
    })
}

/// What became of the budget of a plan that the asker can see: the plan and its claims at one moment.
fn read_plan_budget(reader: &mut Reader<'_>, id: PlanId) -> Done<PlanBudget> {
    reader.snapshot(|reader| {
        let (plan, ..) = plans::find(reader, id)?;
        let spent = crate::claims::spent_on_plan(reader.conn, id)?;
        budget(id, plan.budget_pence, spent, reader.now())
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
            let told = budget(uuid::Uuid::nil().into(), Pence::new(held), spent, at).unwrap();
            assert_eq!((told.committed_pence, told.actual_pence), (Pence::new(7_000), Pence::new(24_000)));
            assert_eq!((told.remaining_pence, told.overspent), (Pence::new(left), over), "{held}");
        }
    }
}
