//! SQL of top-ups: the lines that a version may add to, and the claims that come of it, each in one statement for all.
//! Lines are written by the claims' store.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::claims::row::LineRow;
use crate::claims::store;
use crate::claims::top_ups::rules::Settled;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ActorId, ClaimId, PolicyId};
use crate::money::Pence;
use crate::refusal::Done;
use crate::work::Writer;

/// Holds supplementary claims that wait for a decision as they are, so that what they add is counted or not, and stays so.
pub(super) fn hold_undecided(writer: &mut Writer<'_>) -> Done<()> {
    let held =
        "SELECT id FROM claims WHERE supplements_claim_id IS NOT NULL AND status = 'submitted' ORDER BY id FOR SHARE";
    diesel::sql_query(held).execute(writer.conn)?;
    Ok(())
}

const SETTLED: &str = "\
SELECT to_jsonb(line) || '{\"texts\": {}}' AS line, COALESCE(added.pence, 0)::bigint AS topped, COALESCE(added.excess, 0)::bigint AS topped_excess,
    line.approved_pence < LEAST(line.payable_pence, line.elected_pence) OR COALESCE(added.lowered, false) AS lowered
FROM claim_lines line
JOIN claims claim ON claim.id = line.claim_id AND claim.status IN ('approved', 'part_paid', 'paid')
CROSS JOIN LATERAL (
    SELECT sum(later.payable_pence) AS pence, sum(later.taxable_excess_pence) AS excess,
        bool_or(later.approved_pence < later.payable_pence) AS lowered, bool_or(later.policy_id = $2) AS done
    FROM claim_lines later WHERE later.supplements_line_id = line.id AND later.live) added
WHERE line.live AND line.supplements_line_id IS NULL AND line.policy_id = ANY($1)
    AND line.on_day >= $3 AND line.on_day < COALESCE($4, 'infinity') AND added.done IS NOT TRUE
ORDER BY line.claim_id, line.position";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Jsonb)]
    line: Json<LineRow>,
    #[diesel(sql_type = BigInt)]
    topped: Pence,
    #[diesel(sql_type = BigInt)]
    topped_excess: Pence,
    #[diesel(sql_type = Bool)]
    lowered: bool,
}

/// Lines of approved claims that were worked out by other versions, are not topped up to this one yet, and lie in its days:
/// by claim, then position.
pub(super) fn settled(
    writer: &mut Writer<'_>,
    (policy, others): (PolicyId, &[PolicyId]),
    (from, until): (Day, Option<Day>),
) -> Done<Vec<Settled>> {
    let found: Vec<Found> = diesel::sql_query(SETTLED)
        .bind::<Array<SqlUuid>, _>(others)
        .bind::<SqlUuid, _>(policy)
        .bind::<Date, _>(from)
        .bind::<Nullable<Date>, _>(until)
        .load(writer.conn)?;
    let settled =
        |Found { line: Json(line), topped, topped_excess, lowered }| Settled { line, topped, topped_excess, lowered };
    Ok(found.into_iter().map(settled).collect())
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
}

/// The version at which a supplementary claim begins: made, and submitted.
pub(super) const SUBMITTED: i32 = 2;

const INSERT: &str = "\
WITH made AS (
    INSERT INTO claims (id, version, reference, volunteer_id, agreement_id, plan_id, service_id, status, calculation, on_behalf,
        total_pence, supplements_claim_id, first_submitted_at, submitted_at, submitted_by, created_at, created_by, updated_at)
    SELECT o.id, $3, o.reference, original.volunteer_id, original.agreement_id, original.plan_id, original.service_id,
        'submitted', 'frozen', true, o.total, original.id, $1, $1, $2, $1, $2, $1
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[]) AS o (id, original_id, reference, total)
    JOIN claims original ON original.id = o.original_id
    RETURNING id
)
INSERT INTO claim_texts (claim_id) SELECT id FROM made";

/// New claims, submitted by whoever asked, without their lines.
pub(super) fn insert(writer: &mut Writer<'_>, claims: &[Supplementary]) -> Done<()> {
    let references = store::references(writer, claims.len())?;
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    diesel::sql_query(INSERT)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<diesel::sql_types::Integer, _>(SUBMITTED)
        .bind::<Array<SqlUuid>, _>(claims.iter().map(|claim| claim.id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(claims.iter().map(|claim| claim.original).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(references)
        .bind::<Array<BigInt>, _>(claims.iter().map(|claim| claim.total).collect::<Vec<_>>())
        .execute(writer.conn)?;
    Ok(())
}

const RESTS_ON: &str = "\
SELECT EXISTS (SELECT 1 FROM claim_lines mine
    JOIN claim_lines later ON later.supplements_line_id = mine.supplements_line_id AND later.live AND later.claim_id > mine.claim_id
    WHERE mine.claim_id = $1 AND mine.supplements_line_id IS NOT NULL) AS rests";

#[derive(QueryableByName)]
struct Rests {
    #[diesel(sql_type = Bool)]
    rests: bool,
}

/// Whether a later top-up counts on what this supplementary claim adds.
///
/// # Errors
/// Those of the database.
pub fn rests_on(conn: &mut PgConnection, claim: ClaimId) -> Done<bool> {
    let Rests { rests } = diesel::sql_query(RESTS_ON).bind::<SqlUuid, _>(claim).get_result(conn)?;
    Ok(rests)
}
