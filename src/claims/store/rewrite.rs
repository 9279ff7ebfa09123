//! A claim that was worked out again, with all its lines, in one statement.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Date, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};

use crate::claims::row::{Claim, ClaimLineRow, LineTexts};
use crate::claims::store::line_arrays::{LINE_COLUMNS, LINE_COLUMNS_OF_L, LINE_TEXTS_AS_L, LINES_AS_L, bound_lines};
use crate::claims::store::write::Sums;
use crate::db::exactly_one;
use crate::refusal::Result;
use crate::work::Writer;

/// The lines come before their claim, which freezes them. A line with the id of another claim's line is not written, and then
/// neither is the claim. All lines are in one statement, because their positions are checked at its end: within it, lines can
/// change places.
static REWRITE: LazyLock<String> = LazyLock::new(|| {
    let replaced = LINE_COLUMNS.split(',').map(str::trim).filter(|column| *column != "id");
    let replaced: Vec<String> = replaced.map(|column| format!("{column} = excluded.{column}")).collect();
    format!(
        "WITH line AS (
    INSERT INTO claim_lines AS kept (claim_id, volunteer_id, live, {LINE_COLUMNS})
    SELECT $1, $12, $33, {LINE_COLUMNS_OF_L} FROM {LINES_AS_L}
    ON CONFLICT (id) DO UPDATE SET live = excluded.live, {} WHERE kept.claim_id = excluded.claim_id RETURNING 1
), line_words AS (
    INSERT INTO claim_line_texts AS kept (line_id, claim_id, texts)
    SELECT l.id, $1, l.texts FROM {LINE_TEXTS_AS_L} WHERE l.texts IS NOT NULL
    ON CONFLICT (line_id) DO UPDATE SET texts = excluded.texts WHERE kept.claim_id = excluded.claim_id
), words AS (
    INSERT INTO claim_texts AS kept (claim_id, late_reason, declaration, reason) SELECT $1, $34, $35, $36 WHERE $37
    ON CONFLICT (claim_id) DO UPDATE SET late_reason = excluded.late_reason, declaration = excluded.declaration,
        reason = excluded.reason
)
UPDATE claims SET status = $3, calculation = $4, total_pence = $5, claim_by = $6, late = $7, first_submitted_at = $8,
    submitted_at = $9, submitted_by = $10, updated_at = $11, lines_count = $13, warnings_count = $14, cost_pence = $15,
    version = version + 1
WHERE id = $1 AND version = $2 - 1 AND (SELECT count(*) FROM line) = cardinality($16::uuid[])",
        replaced.join(", ")
    )
});

/// Which texts are written with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// None: they are as they were.
    Kept,
    /// Its own.
    OfTheClaim,
    /// Its own and those of its lines.
    OfTheClaimAndItsLines,
}

/// Writes a locked claim as it is now, with all its lines. Who submits it is the caller.
pub fn rewrite(writer: &mut Writer<'_>, claim: &Claim, sums: Sums, texts: Texts) -> Result<()> {
    let (row, lines) = (&claim.header.row, &claim.lines);
    let by = row.submitted_at.map(|_| writer.actor_id());
    let live = row.submitted_at.is_some();
    let header = diesel::sql_query(REWRITE.as_str())
        .bind::<SqlUuid, _>(row.id)
        .bind::<Integer, _>(row.version)
        .bind::<Text, _>(row.status)
        .bind::<Text, _>(row.calculation)
        .bind::<Nullable<BigInt>, _>(row.total_pence)
        .bind::<Nullable<Date>, _>(row.claim_by)
        .bind::<Bool, _>(row.late)
        .bind::<Nullable<Timestamptz>, _>(row.first_submitted_at)
        .bind::<Nullable<Timestamptz>, _>(row.submitted_at)
        .bind::<Nullable<SqlUuid>, _>(by)
        .bind::<Timestamptz, _>(row.updated_at)
        .bind::<SqlUuid, _>(row.volunteer_id)
        .bind::<SmallInt, _>(sums.of_lines.count)
        .bind::<SmallInt, _>(sums.of_lines.warnings)
        .bind::<BigInt, _>(sums.of_lines.cost);
    let of_lines = texts == Texts::OfTheClaimAndItsLines;
    let of = |line: &ClaimLineRow| -> Option<LineTexts> { of_lines.then(|| line.texts.clone()) };
    let written = bound_lines!(header, lines, of)
        .bind::<Bool, _>(live)
        .bind::<Nullable<Text>, _>(&claim.header.late_reason)
        .bind::<Nullable<Jsonb>, _>(&claim.header.declaration)
        .bind::<Nullable<Text>, _>(&claim.header.reason)
        .bind::<Bool, _>(texts != Texts::Kept)
        .execute(writer.conn)?;
    exactly_one(written)
}
