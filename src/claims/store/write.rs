//! Writing claims and their lines: drafts, and every step of a claim's life.
//! The database guards frozen claims, so lines are written before the state of their claim.

use std::sync::LazyLock;

use crate::db::prelude::*;
use crate::db::statement::in_blocks;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::upsert::excluded;

use crate::claims::receipts::{self, AttachedReceipt};
use crate::claims::row::{ClaimLineRow, ClaimRow};
use crate::claims::status::ClaimStatus;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ActorId, ClaimId, ClaimLineId};
use crate::db::schema::{claim_line_texts, claim_lines, claim_texts, claims};
use crate::db::{exactly, exactly_one};
use crate::deliveries;
use crate::money::Pence;
use crate::refusal::{Failure, Result};
use crate::work::Writer;

/// What the lines of a claim come to together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What is paid; none where a line can't be worked out.
    pub total: Option<Pence>,
    /// The earliest last day of its lines.
    pub claim_by: Option<Day>,
    /// What lists show of its lines.
    pub of_lines: OfLines,
}

/// What lists show of the lines of a claim without reading them: kept with the claim, because a page of claims is read more
/// often than a claim is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = claims)]
pub struct OfLines {
    /// Number of lines.
    #[diesel(column_name = lines_count)]
    pub count: i16,
    /// Number of warnings kept with them.
    #[diesel(column_name = warnings_count)]
    pub warnings: i16,
    /// What they would cost, with what the trust pays itself.
    #[diesel(column_name = cost_pence)]
    pub cost: Pence,
}

impl OfLines {
    /// Of these lines.
    ///
    /// # Errors
    /// Where there are more than a claim may have.
    pub fn of(lines: &[ClaimLineRow]) -> Result<Self> {
        let warnings = lines.iter().map(|line| line.warnings.0.len()).sum::<usize>();
        let costs =
            lines.iter().map(|line| ClaimLineRow::cost(line.payable_pence, line.elected_pence, line.trust_cost_pence));
        Ok(Self {
            count: i16::try_from(lines.len()).map_err(Failure::broken)?,
            warnings: i16::try_from(warnings).map_err(Failure::broken)?,
            cost: Pence::checked_sum(costs).ok_or_else(|| Failure::broken("the cost of a claim beyond range"))?,
        })
    }
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    reference: String,
}

/// New references: a number is never used twice, but numbers may be missing.
pub fn references(writer: &mut Writer<'_>, count: usize) -> Result<Vec<String>> {
    let asked = "SELECT next_claim_reference($1) AS reference FROM generate_series(1, $2)";
    let (year, count) = (writer.today().date().year(), i64::try_from(count).map_err(Failure::broken)?);
    let asked = diesel::sql_query(asked).bind::<Integer, _>(i32::from(year)).bind::<BigInt, _>(count);
    let references: Vec<Reference> = asked.load(writer.conn)?;
    Ok(references.into_iter().map(|Reference { reference }| reference).collect())
}

/// Keeps what was written about a claim. A claim has a row of texts once something was.
macro_rules! save_text {
    ($writer:expr, $id:expr, $texts:expr) => {{
        let (id, texts) = ($id, $texts);
        let written = diesel::insert_into(claim_texts::table)
            .values((claim_texts::claim_id.eq(id), texts.clone()))
            .on_conflict(claim_texts::claim_id)
            .do_update()
            .set(texts)
            .execute($writer.conn)?;
        exactly_one(written)
    }};
}

/// Why an approval was undone.
pub fn save_reason(writer: &mut Writer<'_>, id: ClaimId, reason: &str) -> Result<()> {
    save_text!(writer, id, claim_texts::reason.eq(reason))
}

/// Why a claim is approved beyond the budget of its plan.
pub fn save_over_budget(writer: &mut Writer<'_>, id: ClaimId, reason: Option<&str>) -> Result<()> {
    save_text!(writer, id, claim_texts::over_budget_reason.eq(reason))
}

/// Adds the lines of new claims.
pub fn insert_lines(writer: &mut Writer<'_>, lines: &[ClaimLineRow]) -> Result<()> {
    in_blocks(lines.iter(), |lines| diesel::insert_into(claim_lines::table).values(lines).execute(writer.conn))?;
    Ok(())
}

/// Writes the free texts of lines that were written just now.
pub fn save_line_texts(writer: &mut Writer<'_>, lines: &[ClaimLineRow]) -> Result<()> {
    use claim_line_texts::{claim_id, line_id, texts};
    use diesel::query_dsl::methods::FilterDsl;
    let rows = lines.iter().map(|line| (line_id.eq(line.id), claim_id.eq(line.claim_id), texts.eq(&line.texts)));
    in_blocks(rows, |rows| {
        diesel::insert_into(claim_line_texts::table)
            .values(rows)
            .on_conflict(line_id)
            .do_update()
            .set(texts.eq(excluded(texts)))
            .filter(claim_id.eq(excluded(claim_id)))
            .execute(writer.conn)
    })?;
    Ok(())
}

/// Removes lines of a draft, with their texts.
pub fn remove_lines(writer: &mut Writer<'_>, ids: &[ClaimLineId]) -> Result<()> {
    if !ids.is_empty() {
        diesel::delete(claim_lines::table.filter(claim_lines::id.eq_any(ids))).execute(writer.conn)?;
    }
    Ok(())
}

/// What is found of a claim by the statement that writes it. It begins once the claim is locked, so it sees what changed while
/// the lock was waited for and left the claim's version as it was: messages that came back, and receipts.
#[derive(Debug, QueryableByName)]
pub struct FoundByWriting {
    /// Whether a message about it is still to be sent.
    #[diesel(sql_type = Bool)]
    pub is_message_pending: bool,
    #[diesel(sql_type = Nullable<Jsonb>)]
    receipts: Option<Json<Vec<AttachedReceipt>>>,
}

impl FoundByWriting {
    /// Its receipts, oldest first.
    pub fn receipts(self) -> Vec<AttachedReceipt> {
        self.receipts.map(|Json(receipts)| receipts).unwrap_or_default()
    }
}

/// Writes one claim, and answers what is found of it.
macro_rules! written {
    ($writer:expr, $query:expr) => {
        $query
            .get_result::<FoundByWriting>($writer.conn)
            .optional()?
            .ok_or_else(|| Failure::broken("a claim that changed under its lock"))
    };
}

/// The end of such a statement.
fn and_finds(statement: &str) -> String {
    let (pending, receipts) = (deliveries::IS_PENDING_FOR_THE_CLAIM, receipts::OF_THE_CLAIM);
    format!("{statement} RETURNING {pending} AS is_message_pending, {receipts} AS receipts")
}

static CLOSE: LazyLock<String> = LazyLock::new(|| {
    and_finds(
        "WITH line AS (UPDATE claim_lines SET live = false WHERE claim_id = $1 AND live RETURNING 1), words AS (
    INSERT INTO claim_texts AS kept (claim_id, reason) SELECT $1, $5 WHERE $5 IS NOT NULL
    ON CONFLICT (claim_id) DO UPDATE SET reason = excluded.reason)
UPDATE claims SET status = $4, version = version + 1, updated_at = $3
WHERE id = $1 AND version = $2 AND (SELECT count(*) FROM line) >= 0",
    )
});

/// A claim that is rejected for a reason, or withdrawn, which freezes it: its lines count no more, and come first.
pub fn close(writer: &mut Writer<'_>, row: &ClaimRow, to: ClaimStatus, reason: Option<&str>) -> Result<FoundByWriting> {
    let now = writer.now();
    let closed = diesel::sql_query(CLOSE.as_str())
        .bind::<SqlUuid, _>(row.id)
        .bind::<Integer, _>(row.version)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(to)
        .bind::<Nullable<Text>, _>(reason);
    written!(writer, closed)
}

/// One update of a locked claim with its new version, which writes one row.
macro_rules! update {
    ($writer:expr, $row:expr, $values:expr) => {{
        let (now, row) = ($writer.now(), $row);
        let written = diesel::update(claims::table.find(row.id).filter(claims::version.eq(row.version)))
            .set(($values, claims::version.eq(row.version + 1), claims::updated_at.eq(now)))
            .execute($writer.conn)?;
        exactly_one(written)
    }};
}

static APPROVE: LazyLock<String> = LazyLock::new(|| {
    and_finds(
        "WITH line AS (
    UPDATE claim_lines SET approved_pence = l.pence FROM unnest($5::uuid[], $6::bigint[]) AS l (id, pence)
    WHERE claim_lines.id = l.id AND claim_lines.claim_id = $1 RETURNING 1
)
UPDATE claims SET status = $7, total_pence = $8, over_budget = $9, approved_at = $3, approved_by = $4, version = version + 1, updated_at = $3
WHERE id = $1 AND version = $2 AND (SELECT count(*) FROM line) = cardinality($5::uuid[])",
    )
});

/// A claim that was approved, with what was approved of each line: the lines first, because their sum is checked.
pub fn approve(
    writer: &mut Writer<'_>,
    row: &ClaimRow,
    lines: &[ClaimLineRow],
    (total, over_budget): (Pence, bool),
) -> Result<FoundByWriting> {
    let (now, by) = (writer.now(), writer.actor_id());
    let approved = diesel::sql_query(APPROVE.as_str())
        .bind::<SqlUuid, _>(row.id)
        .bind::<Integer, _>(row.version)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(lines.iter().map(|line| line.id).collect::<Vec<_>>())
        .bind::<Array<Nullable<BigInt>>, _>(lines.iter().map(|line| line.approved_pence).collect::<Vec<_>>())
        .bind::<Text, _>(ClaimStatus::Approved)
        .bind::<BigInt, _>(total)
        .bind::<Bool, _>(over_budget);
    written!(writer, approved)
}

const FORGET_APPROVAL: &str = "\
WITH line AS (UPDATE claim_lines SET approved_pence = NULL WHERE claim_id = $1 RETURNING 1)
UPDATE claim_line_texts SET texts = texts - 'approval_reason' WHERE claim_id = $1 AND texts ? 'approval_reason'";

/// An approved claim that is to be decided again: as it was submitted, with nothing approved.
pub fn reopen(writer: &mut Writer<'_>, row: &ClaimRow, total: Pence) -> Result<()> {
    let values = (
        claims::status.eq(ClaimStatus::Submitted),
        claims::total_pence.eq(total),
        claims::approved_at.eq(None::<Instant>),
        claims::approved_by.eq(None::<ActorId>),
    );
    update!(writer, row, values)?;
    // After the claim, because the lines of an approved claim are frozen.
    diesel::sql_query(FORGET_APPROVAL).bind::<SqlUuid, _>(row.id).execute(writer.conn)?;
    Ok(())
}

/// Locked claims that all change to the same state, in one statement.
pub fn set_all(writer: &mut Writer<'_>, ids: &[ClaimId], to: ClaimStatus) -> Result<()> {
    let now = writer.now();
    let paid_at = (to == ClaimStatus::Paid).then_some(now);
    let written = diesel::update(claims::table.filter(claims::id.eq_any(ids)))
        .set((
            claims::status.eq(to),
            claims::paid_at.eq(paid_at),
            claims::version.eq(claims::version + 1),
            claims::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(ids.len(), written)
}
