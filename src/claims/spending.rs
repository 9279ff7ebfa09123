//! What claims cost, line by line, and how far the money got: for budgets and reports, in SQL.
//! How a line comes to its pence stands in the calculator; nothing is changed here.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};

use crate::db::ids::PlanId;
use crate::money::Pence;
use crate::refusal::Done;

/// One row a line that costs something or may, of claims that are submitted, approved, part paid or paid, supplementary ones
/// included. Every penny stands in one column alone:
///
/// - `submitted`: what the person is to get, before the decision: the lower of payable and elected;
/// - `submitted_trust`: what the trust paid itself (`paid_by: trust`), before the decision;
/// - `approved`: what was approved and did not reach the person yet: due, in a run, or due again after a failure or a return;
/// - `paid`: what reached them. A line is paid where the one live payment of its claim and route is;
/// - `trust_paid`: what the trust paid itself, from the approval on.
///
/// Drafts, rejected and withdrawn claims cost nothing. The cost centre is the payment's, and the service's of today where
/// there is no payment. To be narrowed by more conditions on `c` (claims), `l` (lines) and `s` (services).
pub const SPENT: &str = "\
SELECT c.service_id, COALESCE(p.cost_centre, s.cost_centre) AS cost_centre, l.route, l.on_day,
    CASE WHEN c.status = 'submitted' THEN LEAST(l.payable_pence, l.elected_pence) END AS submitted,
    CASE WHEN c.status = 'submitted' THEN l.trust_cost_pence END AS submitted_trust,
    CASE WHEN c.status <> 'submitted' AND p.status IS DISTINCT FROM 'paid' THEN l.approved_pence END AS approved,
    CASE WHEN c.status <> 'submitted' AND p.status = 'paid' THEN l.approved_pence END AS paid,
    CASE WHEN c.status <> 'submitted' THEN l.trust_cost_pence END AS trust_paid
FROM claim_lines l
JOIN claims c ON c.id = l.claim_id
JOIN services s ON s.id = c.service_id
LEFT JOIN payments p ON p.claim_id = c.id AND p.route = l.route AND p.status IN ('due', 'in_run', 'paid')
WHERE l.live AND c.status IN ('submitted', 'approved', 'part_paid', 'paid')";

/// What the claims of a plan cost, by how far the money got; see [`SPENT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Spent {
    /// Submitted, for people.
    #[diesel(sql_type = BigInt)]
    pub submitted: Pence,
    /// Submitted, paid by the trust itself.
    #[diesel(sql_type = BigInt)]
    pub submitted_trust: Pence,
    /// Approved, not yet paid.
    #[diesel(sql_type = BigInt)]
    pub approved: Pence,
    /// Paid.
    #[diesel(sql_type = BigInt)]
    pub paid: Pence,
    /// Approved, paid by the trust itself.
    #[diesel(sql_type = BigInt)]
    pub trust_paid: Pence,
}

/// The sums of the five columns of [`SPENT`], as a select names them.
pub const SUMS: &str = "\
COALESCE(sum(submitted), 0)::bigint AS submitted, COALESCE(sum(submitted_trust), 0)::bigint AS submitted_trust,
    COALESCE(sum(approved), 0)::bigint AS approved, COALESCE(sum(paid), 0)::bigint AS paid,
    COALESCE(sum(trust_paid), 0)::bigint AS trust_paid";

/// What the claims of a plan cost, in one statement.
pub(super) fn of_plan(conn: &mut PgConnection, plan: PlanId) -> Done<Spent> {
    let statement = format!("SELECT {SUMS} FROM ({SPENT} AND c.plan_id = $1) AS spent");
    Ok(diesel::sql_query(statement).bind::<SqlUuid, _>(plan).get_result(conn)?)
}
