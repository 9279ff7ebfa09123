//! Claims into the database: drafts, their lines, and every step of their life.
//! Frozen claims are guarded by the database; lines are set before the claim's own state.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb};

use crate::agreements;
use crate::claims::bodies::NewClaim;
use crate::claims::row::{Claim, LineRow, Row};
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::store::read::find;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ActorId, ClaimId, ClaimLineId};
use crate::db::schema::{claim_lines, claim_texts, claims};
use crate::money::Pence;
use crate::refusal::{Done, Failure};
use crate::work::Writer;

/// What the lines of a claim come to together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What is paid; none where a line can't be worked out.
    pub total: Option<Pence>,
    /// The earliest last day of its lines.
    pub claim_by: Option<Day>,
}

/// Takes a claim's lock, then reads it as it stands under the lock.
pub fn lock(writer: &mut Writer<'_>, id: ClaimId) -> Done<Claim> {
    claims::table.find(id).select(claims::id).for_update().first::<ClaimId>(writer.conn).optional()?;
    find(writer, id)
}

/// Takes the locks of several claims in the order of their ids.
pub fn lock_all(writer: &mut Writer<'_>, ids: &[ClaimId]) -> Done<Vec<Row>> {
    let query = claims::table.filter(claims::id.eq_any(ids)).order(claims::id).select(Row::as_select()).for_update();
    Ok(query.load(writer.conn)?)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// New references: unique for ever, though numbers may be missing.
pub fn references(writer: &mut Writer<'_>, count: usize) -> Done<Vec<String>> {
    let asked = "SELECT nextval('claim_reference_numbers') AS number FROM generate_series(1, $1)";
    let count = i64::try_from(count).map_err(Failure::broken)?;
    let numbers: Vec<Number> = diesel::sql_query(asked).bind::<BigInt, _>(count).load(writer.conn)?;
    let year = writer.today().date().year();
    Ok(numbers.into_iter().map(|Number { number }| format!("CLM-{year}-{number:06}")).collect())
}

/// A new draft without its lines.
pub fn insert(
    writer: &mut Writer<'_>,
    id: ClaimId,
    new: &NewClaim,
    agreement: &agreements::AgreementFacts,
    sums: Sums,
) -> Done<()> {
    let reference = references(writer, 1)?.pop();
    let reference = reference.ok_or_else(|| Failure::broken("no number for a claim"))?;
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let on_behalf = writer.grant().own() != Some(agreement.volunteer_id);
    diesel::insert_into(claims::table)
        .values((
            claims::id.eq(id),
            claims::reference.eq(reference),
            claims::volunteer_id.eq(agreement.volunteer_id),
            claims::agreement_id.eq(agreement.id),
            claims::plan_id.eq(agreement.plan_id),
            claims::service_id.eq(agreement.service_id),
            claims::status.eq(ClaimStatus::Draft),
            claims::calculation.eq(Calculation::Provisional),
            claims::on_behalf.eq(on_behalf),
            (claims::total_pence.eq(sums.total), claims::claim_by.eq(sums.claim_by)),
            (claims::created_at.eq(now), claims::created_by.eq(by), claims::updated_at.eq(now)),
        ))
        .execute(writer.conn)?;
    save_texts(writer, id, new)
}

/// What was written about a claim.
pub fn save_texts(writer: &mut Writer<'_>, id: ClaimId, new: &NewClaim) -> Done<()> {
    let said =
        (claim_texts::late_reason.eq(&new.late_reason), claim_texts::declaration.eq(new.declaration.clone().map(Json)));
    diesel::insert_into(claim_texts::table)
        .values((claim_texts::claim_id.eq(id), said.clone()))
        .on_conflict(claim_texts::claim_id)
        .do_update()
        .set(said)
        .execute(writer.conn)?;
    Ok(())
}

/// Why a claim was sent back or refused.
pub fn save_reason(writer: &mut Writer<'_>, id: ClaimId, reason: &str) -> Done<()> {
    diesel::update(claim_texts::table.find(id)).set(claim_texts::reason.eq(reason)).execute(writer.conn)?;
    Ok(())
}

const SAVE_LINES: &str = "\
WITH written AS (
    INSERT INTO claim_lines SELECT line.* FROM jsonb_populate_recordset(NULL::claim_lines, $1) line
    ON CONFLICT (id) DO UPDATE SET (position, kind, session_id, on_day, inputs, live, policy_id, route, tax_year, miles_first_rate,
        payable_pence, elected_pence, approved_pence, taxable_excess_pence, trust_cost_pence, explanation, warnings)
    = ROW (EXCLUDED.position, EXCLUDED.kind, EXCLUDED.session_id, EXCLUDED.on_day, EXCLUDED.inputs, EXCLUDED.live, EXCLUDED.policy_id,
        EXCLUDED.route, EXCLUDED.tax_year, EXCLUDED.miles_first_rate, EXCLUDED.payable_pence, EXCLUDED.elected_pence,
        EXCLUDED.approved_pence, EXCLUDED.taxable_excess_pence, EXCLUDED.trust_cost_pence, EXCLUDED.explanation, EXCLUDED.warnings)
    WHERE claim_lines.claim_id = EXCLUDED.claim_id
)
INSERT INTO claim_line_texts (line_id, claim_id, texts)
SELECT (line->>'id')::uuid, (line->>'claim_id')::uuid, line->'texts' FROM jsonb_array_elements($1) line
ON CONFLICT (line_id) DO UPDATE SET texts = EXCLUDED.texts WHERE claim_line_texts.claim_id = EXCLUDED.claim_id";

/// Makes a claim's lines these: those that are not among them go, the others are written in one statement.
pub fn save_lines(writer: &mut Writer<'_>, claim: ClaimId, lines: Vec<LineRow>) -> Done<()> {
    let kept: Vec<ClaimLineId> = lines.iter().map(|line| line.id).collect();
    let gone = claim_lines::table.filter(claim_lines::claim_id.eq(claim)).filter(claim_lines::id.ne_all(kept));
    diesel::delete(gone).execute(writer.conn)?;
    add_lines(writer, lines)
}

/// Writes lines of claims that are there, all in one statement.
pub fn add_lines(writer: &mut Writer<'_>, lines: Vec<LineRow>) -> Done<()> {
    if !lines.is_empty() {
        diesel::sql_query(SAVE_LINES).bind::<Jsonb, _>(Json(lines)).execute(writer.conn)?;
    }
    Ok(())
}

/// Lines of a claim that is given up use up nothing any more. Before the claim's own state, which freezes them.
pub fn release_lines(writer: &mut Writer<'_>, claim: ClaimId) -> Done<()> {
    diesel::update(claim_lines::table.filter(claim_lines::claim_id.eq(claim).and(claim_lines::live)))
        .set(claim_lines::live.eq(false))
        .execute(writer.conn)?;
    Ok(())
}

/// One update of a claim with its new version; none of the row's own columns is set twice.
macro_rules! update {
    ($writer:expr, $row:expr, $values:expr) => {{
        let (now, row) = ($writer.now(), $row);
        diesel::update(claims::table.find(row.id).filter(claims::version.eq(row.version)))
            .set(($values, claims::version.eq(row.version + 1), claims::updated_at.eq(now)))
            .execute($writer.conn)?;
        Ok(())
    }};
}

/// A draft that was changed.
pub fn change(writer: &mut Writer<'_>, row: &Row, sums: Sums) -> Done<()> {
    update!(writer, row, (claims::total_pence.eq(sums.total), claims::claim_by.eq(sums.claim_by)))
}

/// A draft that was submitted, its figures frozen.
pub fn submit(writer: &mut Writer<'_>, row: &Row, sums: Sums, late: bool) -> Done<()> {
    let (at, by) = (writer.now(), writer.actor_id());
    let values = (
        claims::status.eq(ClaimStatus::Submitted),
        claims::calculation.eq(Calculation::Frozen),
        (claims::total_pence.eq(sums.total), claims::claim_by.eq(sums.claim_by), claims::late.eq(late)),
        claims::first_submitted_at.eq(row.first_submitted_at.unwrap_or(at)),
        claims::submitted_at.eq(at),
        claims::submitted_by.eq(by),
    );
    update!(writer, row, values)
}

/// A claim sent back: a draft again, provisional again.
pub fn give_back(writer: &mut Writer<'_>, row: &Row, sums: Sums) -> Done<()> {
    let values = (
        claims::status.eq(ClaimStatus::Draft),
        claims::calculation.eq(Calculation::Provisional),
        (claims::total_pence.eq(sums.total), claims::claim_by.eq(sums.claim_by)),
        claims::submitted_at.eq(None::<Instant>),
        claims::submitted_by.eq(None::<ActorId>),
    );
    update!(writer, row, values)
}

/// A claim that was approved.
pub fn approve(writer: &mut Writer<'_>, row: &Row, total: Pence) -> Done<()> {
    let values = (
        claims::status.eq(ClaimStatus::Approved),
        claims::total_pence.eq(total),
        claims::approved_at.eq(writer.now()),
        claims::approved_by.eq(writer.actor_id()),
    );
    update!(writer, row, values)
}

/// A claim whose state alone changes.
pub fn set_status(writer: &mut Writer<'_>, row: &Row, to: ClaimStatus) -> Done<()> {
    update!(writer, row, claims::status.eq(to))
}

/// Claims under their locks whose state alone changes, all to the same, in one statement.
pub fn set_all(writer: &mut Writer<'_>, ids: &[ClaimId], to: ClaimStatus) -> Done<()> {
    let now = writer.now();
    let paid_at = (to == ClaimStatus::Paid).then_some(now);
    diesel::update(claims::table.filter(claims::id.eq_any(ids)))
        .set((
            claims::status.eq(to),
            claims::paid_at.eq(paid_at),
            claims::version.eq(claims::version + 1),
            claims::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}
