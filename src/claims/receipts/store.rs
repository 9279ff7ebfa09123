//! SQL of the table `receipts`.
//! Whether a caller may see a receipt depends on its claim.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};

use crate::claims::receipts::ReceiptAmount;
use crate::claims::receipts::views::NewReceipt;
use crate::claims::status::ClaimStatus;
use crate::clock::Instant;
use crate::db::ids::{ActorId, ClaimId, FileId, ReceiptId};
use crate::db::schema::{actors, receipts};
use crate::files::kind::FileKind;
use crate::files::{self, Arrived, ScanState};
use crate::money::Pence;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = receipts, check_for_backend(diesel::pg::Pg))]
pub(super) struct ReceiptRow {
    pub id: ReceiptId,
    pub claim_id: ClaimId,
    pub amount_pence: Pence,
    pub media_type: FileKind,
    pub size_bytes: i64,
    pub sha256: String,
    pub file_name: Option<String>,
    pub kept: bool,
    pub created_at: Instant,
    pub scan: ScanState,
}

/// The file of a receipt.
pub(super) fn file_of(id: ReceiptId) -> FileId {
    FileId::from(uuid::Uuid::from(id))
}

/// A receipt, whoever asks; the calling function must check that the grant reaches its claim.
pub(super) fn find(reader: &mut Reader<'_>, id: ReceiptId) -> Result<(ReceiptRow, Option<String>)> {
    let row = receipts::table
        .inner_join(actors::table)
        .filter(receipts::id.eq(id))
        .select((ReceiptRow::as_select(), actors::subject))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// How many receipts a claim has.
pub(super) fn count(writer: &mut Writer<'_>, claim: ClaimId) -> Result<i64> {
    Ok(receipts::table.filter(receipts::claim_id.eq(claim)).count().get_result(writer.conn)?)
}

/// Inserts a receipt whose file has arrived; the file belongs to it from now on.
pub(super) fn insert(writer: &mut Writer<'_>, claim: ClaimId, new: &NewReceipt, file: &Arrived) -> Result<ReceiptId> {
    files::adopt(writer, file.id)?;
    let id = ReceiptId::from(uuid::Uuid::from(file.id));
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    diesel::insert_into(receipts::table)
        .values((
            receipts::id.eq(id),
            receipts::claim_id.eq(claim),
            receipts::amount_pence.eq(new.amount_pence),
            receipts::media_type.eq(file.kind),
            receipts::size_bytes.eq(file.size_bytes),
            receipts::sha256.eq(&file.sha256),
            receipts::file_name.eq(&file.name),
            receipts::created_at.eq(now),
            receipts::created_by.eq(by),
            receipts::scan.eq(file.scan),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// The receipts of a claim, oldest first, as a column of a statement that reads `claims`: null where there are none.
/// `AttachedReceipt` reads what is in it.
pub const OF_THE_CLAIM: &str = "\
(SELECT jsonb_agg(jsonb_build_object('id', r.id, 'amount_pence', r.amount_pence, 'media_type', r.media_type, 'size_bytes', r.size_bytes,
    'sha256', r.sha256, 'scan', r.scan, 'created_at', r.created_at) ORDER BY r.id)
FROM receipts r WHERE r.claim_id = claims.id)";

/// The amounts of a claim's receipts, for the checks; oldest first.
///
/// # Errors
/// Database errors.
pub fn amounts(conn: &mut PgConnection, claim: ClaimId) -> Result<Vec<ReceiptAmount>> {
    let receipts = receipts::table.filter(receipts::claim_id.eq(claim)).order(receipts::id);
    Ok(receipts.select((receipts::id, receipts::amount_pence)).load(conn)?)
}

/// The file names of a claim's receipts, for those who may open them.
///
/// # Errors
/// Database errors.
pub fn names(conn: &mut PgConnection, claim: ClaimId) -> Result<Vec<(ReceiptId, Option<String>)>> {
    let named = receipts::table.filter(receipts::claim_id.eq(claim)).select((receipts::id, receipts::file_name));
    Ok(named.load(conn)?)
}

const SEEN_ELSEWHERE: &str = "\
SELECT mine.id FROM receipts mine WHERE mine.claim_id = $1 AND EXISTS (
    SELECT 1 FROM receipts other JOIN claims ON claims.id = other.claim_id
    WHERE other.sha256 = mine.sha256 AND other.claim_id <> $1 AND claims.status = ANY($2))";

#[derive(QueryableByName)]
#[diesel(table_name = receipts, check_for_backend(diesel::pg::Pg))]
struct SeenReceiptRow {
    id: ReceiptId,
}

/// The receipts of a claim whose exact file is also in another submitted claim, of any person.
///
/// # Errors
/// Database errors.
pub fn seen_elsewhere(conn: &mut PgConnection, claim: ClaimId) -> Result<Vec<ReceiptId>> {
    let query = diesel::sql_query(SEEN_ELSEWHERE).bind::<SqlUuid, _>(claim).bind::<Array<Text>, _>(ClaimStatus::LIVE);
    let seen: Vec<SeenReceiptRow> = query.load(conn)?;
    Ok(seen.into_iter().map(|SeenReceiptRow { id }| id).collect())
}
