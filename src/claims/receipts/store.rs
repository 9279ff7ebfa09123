//! SQL of the table `receipts`.
//! Whether a caller may see a receipt depends on its claim.

use crate::db::prelude::*;

use crate::claims::receipts::views::NewReceipt;
use crate::claims::status::ClaimStatus;
use crate::clock::Instant;
use crate::db::among::among_text;
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

macro_rules! attached {
    ($claim:literal) => {
        concat!(
            "(SELECT jsonb_agg(jsonb_build_object('id', r.id, 'amount_pence', r.amount_pence, 'media_type', r.media_type,
    'size_bytes', r.size_bytes, 'sha256', r.sha256, 'scan', r.scan, 'created_at', r.created_at) ORDER BY r.id)
FROM receipts r WHERE r.claim_id = ",
            $claim,
            ")"
        )
    };
}

/// The receipts of a claim, oldest first, as a column of a statement that reads `claims`: null where there are none.
/// `AttachedReceipt` reads what is in it.
pub const OF_THE_CLAIM: &str = attached!("claims.id");

/// The same of the claim of a row called `asked`.
pub const OF_ASKED: &str = attached!("asked.claim_id");

/// The file names of a claim's receipts, for those who may open them.
///
/// # Errors
/// Database errors.
pub fn names(conn: &mut PgConnection, claim: ClaimId) -> Result<Vec<(ReceiptId, Option<String>)>> {
    let named = receipts::table.filter(receipts::claim_id.eq(claim)).select((receipts::id, receipts::file_name));
    Ok(named.load(conn)?)
}

/// The receipts of the claim of a row called `asked` whose exact file is also in another submitted claim, of any person.
pub fn seen_elsewhere_of_asked() -> String {
    format!(
        "\
(SELECT jsonb_agg(mine.id) FROM receipts mine WHERE mine.claim_id = asked.claim_id AND EXISTS (
    SELECT FROM receipts other JOIN claims ON claims.id = other.claim_id
    WHERE other.sha256 = mine.sha256 AND other.claim_id <> asked.claim_id AND {}))",
        among_text("claims.status", ClaimStatus::LIVE)
    )
}
