//! The lines that a new version may add to, and the supplementary claims: each in one statement for all.
//! The lines of those claims are written by the claims' own store.

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::store::{self, OfLines};
use crate::claims::top_ups::rules::ApprovedLine;
use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::ids::{ActorId, ClaimId, PolicyId};
use crate::db::schema::claims;
use crate::money::Pence;
use crate::refusal::{Failure, Result};
use crate::work::{Reader, Writer};

/// Locks the supplementary claims that wait for a decision as they are: whether what they add counts does not change.
pub(super) fn lock_undecided(writer: &mut Writer<'_>) -> Result<()> {
    let undecided = claims::table
        .filter(claims::supplements_claim_id.is_not_null())
        .filter(among("claims.status", [ClaimStatus::Submitted]))
        .order_by(claims::id)
        .select(claims::id)
        .for_share();
    undecided.load::<ClaimId>(writer.conn)?;
    Ok(())
}

// What was rejected adds nothing and is not made again by the same version, until the approval that it was about is given anew.
const APPROVED_LINES: &str = "\
SELECT line.id, line.claim_id, line.volunteer_id, line.position, line.kind, line.session_id, line.on_day, line.inputs, line.live,
    line.policy_id, line.route, line.tax_year, line.miles_first_rate, line.payable_pence, line.elected_pence, line.approved_pence,
    line.taxable_excess_pence, line.trust_cost_pence, line.explanation, line.warnings, line.supplements_line_id, NULL::jsonb AS texts, COALESCE(added.pence, 0)::bigint AS topped, COALESCE(added.excess, 0)::bigint AS topped_excess,
    line.approved_pence < LEAST(line.payable_pence, line.elected_pence) OR COALESCE(added.lowered, false) AS lowered,
    EXISTS (SELECT FROM lines_to_come_back back WHERE back.line_id = line.id OR back.line_id = ANY(added.lines)) AS recovered
FROM claim_lines line
JOIN claims claim ON claim.id = line.claim_id AND claim.status = ANY($5)
CROSS JOIN LATERAL (
    SELECT sum(later.payable_pence) FILTER (WHERE later.live) AS pence,
        sum(later.taxable_excess_pence) FILTER (WHERE later.live) AS excess,
        bool_or(later.approved_pence < later.payable_pence) FILTER (WHERE later.live) AS lowered,
        bool_or(later.policy_id = $2 AND (later.live OR more.created_at >= claim.approved_at)) AS done,
        array_agg(later.id) AS lines
    FROM claim_lines later JOIN claims more ON more.id = later.claim_id WHERE later.supplements_line_id = line.id) added
WHERE line.live AND line.supplements_line_id IS NULL AND line.policy_id = ANY($1)
    AND line.on_day >= $3 AND line.on_day < COALESCE($4, 'infinity') AND added.done IS NOT TRUE
ORDER BY line.claim_id, line.position";

/// Lines of approved claims that were worked out by other versions, are not topped up to this one yet, and lie in its days:
/// by claim, then position. Without their texts.
pub(super) fn approved_lines(
    reader: &mut Reader<'_>,
    (policy, others): (PolicyId, &[PolicyId]),
    (from, until): (Day, Option<Day>),
) -> Result<Vec<ApprovedLine>> {
    Ok(diesel::sql_query(APPROVED_LINES)
        .bind::<Array<SqlUuid>, _>(others)
        .bind::<SqlUuid, _>(policy)
        .bind::<Date, _>(from)
        .bind::<Nullable<Date>, _>(until)
        .bind::<Array<Text>, _>(ClaimStatus::APPROVED_OR_PAID)
        .load(reader.conn)?)
}

/// Locks the claims that are to be topped up, as they were found: approved. No approval is undone meanwhile.
///
/// # Errors
/// `Collided` where one was undone since they were found.
pub(super) fn lock_originals(writer: &mut Writer<'_>, ids: &[ClaimId]) -> Result<()> {
    let approved = claims::table
        .filter(claims::id.eq_any(ids))
        .filter(claims::status.eq_any(ClaimStatus::APPROVED_OR_PAID))
        .order_by(claims::id)
        .select(claims::id)
        .for_share();
    if approved.load::<ClaimId>(writer.conn)?.len() == ids.len() {
        return Ok(());
    }
    Err(Failure::Collided("the approval of a claim was undone while it was topped up".to_owned()))
}

/// A claim that adds to another.
#[derive(Clone, Debug)]
pub(super) struct Supplementary {
    /// Its id.
    pub id: ClaimId,
    /// The claim that it adds to.
    pub original: ClaimId,
    /// What it comes to.
    pub total: Pence,
    /// What lists show of its lines.
    pub of_lines: OfLines,
}

/// The version at which a supplementary claim begins: made, and submitted.
pub(super) const SUBMITTED: i32 = 2;

const INSERT: &str = "\
INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, opportunity_id, plan_id, service_id, status, calculation,
    on_behalf, total_pence, lines_count, warnings_count, cost_pence, supplements_claim_id, first_submitted_at, submitted_at,
    submitted_by, created_at, created_by, updated_at)
SELECT o.id, $3, o.reference, original.volunteer_id, original.agreement_id, original.opportunity_id, original.plan_id,
    original.service_id, $8, $9, true, o.total, o.lines, o.warnings, o.cost, original.id, $1, $1, $2, $1, $2, $1
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $10::smallint[], $11::smallint[], $12::bigint[])
    AS o (id, original_id, reference, total, lines, warnings, cost)
JOIN claims original ON original.id = o.original_id";

/// New claims, submitted by whoever asked, without their lines.
pub(super) fn insert(writer: &mut Writer<'_>, claims: &[Supplementary]) -> Result<()> {
    let references = store::references(writer, claims.len())?;
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    diesel::sql_query(INSERT)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Integer, _>(SUBMITTED)
        .bind::<Array<SqlUuid>, _>(claims.iter().map(|claim| claim.id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(claims.iter().map(|claim| claim.original).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(references)
        .bind::<Array<BigInt>, _>(claims.iter().map(|claim| claim.total).collect::<Vec<_>>())
        .bind::<Text, _>(ClaimStatus::Submitted)
        .bind::<Text, _>(Calculation::Frozen)
        .bind::<Array<SmallInt>, _>(claims.iter().map(|claim| claim.of_lines.count).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(claims.iter().map(|claim| claim.of_lines.warnings).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(claims.iter().map(|claim| claim.of_lines.cost).collect::<Vec<_>>())
        .execute(writer.conn)?;
    Ok(())
}

/// Whether a supplementary claim that stands adds to this one.
///
/// # Errors
/// Database errors.
pub fn is_topped_up(conn: &mut PgConnection, claim: ClaimId) -> Result<bool> {
    let live =
        claims::table.filter(claims::supplements_claim_id.eq(claim)).filter(claims::status.eq_any(ClaimStatus::LIVE));
    Ok(diesel::select(diesel::dsl::exists(live)).get_result(conn)?)
}

const RESTS_ON: &str = "\
SELECT EXISTS (SELECT 1 FROM claim_lines mine
    JOIN claim_lines later ON later.supplements_line_id = mine.supplements_line_id AND later.live AND later.claim_id > mine.claim_id
    WHERE mine.claim_id = $1 AND mine.supplements_line_id IS NOT NULL) AS rests";

#[derive(QueryableByName)]
struct RestsOnRow {
    #[diesel(sql_type = Bool)]
    rests: bool,
}

/// Whether a later top-up counts on what this supplementary claim adds.
///
/// # Errors
/// Database errors.
pub fn rests_on(conn: &mut PgConnection, claim: ClaimId) -> Result<bool> {
    let RestsOnRow { rests } = diesel::sql_query(RESTS_ON).bind::<SqlUuid, _>(claim).get_result(conn)?;
    Ok(rests)
}
