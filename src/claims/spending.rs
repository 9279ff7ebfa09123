//! What claims cost, line by line, and how far the money got: the SQL of budgets and reports.
//! How the pence of a line are worked out stands in the calculator; nothing is changed here.

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};

use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::db::among::{among_text, literal};
use crate::db::ids::PlanId;
use crate::money::Pence;
use crate::payments::PaymentStatus;
use crate::refusal::Result;

/// The columns of a line, by how far its money got.
fn columns() -> String {
    let (submitted, paid, time) =
        (literal(ClaimStatus::Submitted), literal(PaymentStatus::Paid), literal(LineKind::Time));
    format!(
        "\
SELECT c.service_id, c.plan_id, COALESCE(p.cost_centre, s.cost_centre) AS cost_centre, l.route, l.on_day,
    CASE WHEN l.kind = {time} THEN COALESCE(p.subjective_payment, s.subjective_payment)
        ELSE COALESCE(p.subjective_expense, s.subjective_expense) END AS subjective,
    CASE WHEN c.status = {submitted} THEN LEAST(l.payable_pence, l.elected_pence) END AS submitted,
    CASE WHEN c.status = {submitted} THEN l.trust_cost_pence END AS submitted_trust,
    CASE WHEN c.status <> {submitted} AND p.status IS DISTINCT FROM {paid} THEN l.approved_pence END AS approved,
    CASE WHEN c.status <> {submitted} AND p.status = {paid} THEN l.approved_pence - COALESCE(back.pence, 0) END AS paid,
    CASE WHEN c.status <> {submitted} THEN l.trust_cost_pence END AS trust_paid"
    )
}

/// The service of a live claim, and the live payment of a line.
// `OFFSET 0` makes PostgreSQL find the claim and payment of each line by key: the cost grows with the lines asked for,
// not with all claims.
fn payment() -> String {
    let live_claim = among_text("c.status", ClaimStatus::LIVE);
    format!(
        "\
JOIN services s ON s.id = c.service_id
LEFT JOIN LATERAL (SELECT status, cost_centre, subjective_expense, subjective_payment FROM live_payments
    WHERE claim_id = c.id AND route = l.route OFFSET 0) p ON true
LEFT JOIN LATERAL (SELECT sum(pence)::bigint AS pence FROM recovered_lines WHERE line_id = l.id OFFSET 0) back ON true
WHERE {live_claim}"
    )
}

/// One row a line of a live claim, supplementary ones included, for days from `$1` to `$2`. To be narrowed by more
/// conditions on `s` (services). Every penny is in one column only:
///
/// - `submitted`: what the person is to get, before the decision: the lower of payable and elected;
/// - `submitted_trust`: what the trust paid itself (`paid_by: trust`), before the decision;
/// - `approved`: what was approved and did not reach the person yet: due, in a run, or due again after a failure or a return;
/// - `paid`: what reached them, less what came back by a recovery. A line is paid where the one live payment of its claim and
///   route is;
/// - `trust_paid`: what the trust paid itself, from the approval on.
///
/// Drafts, rejected and withdrawn claims cost nothing. The cost centre is the payment's, and the service's of today where
/// there is no payment.
#[must_use]
pub fn of_days() -> String {
    format!(
        "{} FROM (SELECT * FROM claim_lines WHERE live AND on_day BETWEEN $1 AND $2) l
JOIN LATERAL (SELECT id, service_id, plan_id, status FROM claims WHERE id = l.claim_id OFFSET 0) c ON true
{}",
        columns(),
        payment()
    )
}

/// The same, of the claims of plan `$1`.
fn of_plan() -> String {
    format!(
        "{} FROM (SELECT id, service_id, plan_id, status FROM claims WHERE plan_id = $1) c
JOIN LATERAL (SELECT * FROM claim_lines WHERE claim_id = c.id AND live OFFSET 0) l ON true
{}",
        columns(),
        payment()
    )
}

/// What the claims of a plan cost, by how far the money got; see [`of_days`].
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

/// The sums of the five columns of [`of_days`], as a select names them.
pub const SUMS: &str = "\
COALESCE(sum(submitted), 0)::bigint AS submitted, COALESCE(sum(submitted_trust), 0)::bigint AS submitted_trust,
    COALESCE(sum(approved), 0)::bigint AS approved, COALESCE(sum(paid), 0)::bigint AS paid,
    COALESCE(sum(trust_paid), 0)::bigint AS trust_paid";

/// What the claims of a plan cost, in one statement.
pub(super) fn on_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Spent> {
    let statement = format!("SELECT {SUMS} FROM ({}) AS spent", of_plan());
    Ok(diesel::sql_query(statement).bind::<SqlUuid, _>(plan).get_result(conn)?)
}
