//! The operations on receipts.

use serde_json::json;

use crate::access::Action;
use crate::claims::receipts::store::{self, ReceiptRow};
use crate::claims::receipts::views::{NewReceipt, ReceiptView};
use crate::claims::status::ClaimStatus;
use crate::claims::store as claims;
use crate::db::ids::{ClaimId, ReceiptId, VolunteerId};
use crate::digest::content_digest;
use crate::files::Arrived;
use crate::files::kind::FileKind;
use crate::http::answer::{Body, Source};
use crate::http::download::attachment;
use crate::http::{Content, Nothing, Routes};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::work::access_log::Category;
use crate::work::{Change, Changed, Reader, Writer};

/// Most receipts of one claim.
const MOST: i64 = 100;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes
        .upload("/v1/claims/{id}/receipts", Action::WriteReceipts, add_receipt)
        .describe(
            "Add a receipt",
            "Adds a receipt to a draft claim, as `multipart/form-data` with `file` and `amount_pence`. Then name its \
             `id` in the `receipt_ids` of one or more lines; together they can spend at most its amount. The version \
             of the claim does not change. Where a picture was taken (its GPS data) is taken out of it before it is \
             kept, so `sha256` can be another than that of what was sent. Where a scanner for malware is set, an infected \
             file is refused.",
        )
        .refuses(&["not-editable", "file-infected"])
        .example(
            "a car park's ticket",
            json!({ "file": "(the bytes of a PDF, JPEG, PNG or HEIC)", "amount_pence": 350 }),
        );
    let kinds: Vec<&'static str> = FileKind::ALL.iter().map(|kind| kind.as_str()).collect();
    routes
        .content("/v1/receipts/{id}/content", Some(Action::ReadReceipts), &kinds, read_receipt_content)
        .describe(
            "Download a receipt",
            "For the claimant and involvement leads. The file is sent as a download with the media type of its \
             contents and a name with its ending; `Content-Digest` holds its hash. It is deleted when the claimant's data is erased.",
        )
        .refuses(&["erased"]);
}

fn read_receipt_content(reader: &mut Reader<'_>, id: ReceiptId, _: &Nothing) -> Result<Content> {
    let (row, _) = store::find(reader, id)?;
    let claim = claims::find(reader, row.claim_id)?;
    if !row.kept {
        return Err(Refusal::new(
            Kind::Erased,
            "The file was deleted when the claimant's data was erased. Its amount is still on the claim.",
        )
        .into());
    }
    let file = store::file_of(row.id);
    let length = u64::try_from(row.size_bytes).map_err(Failure::broken)?;
    let name = row.media_type.named(row.file_name.as_deref());
    let headers = vec![
        ("etag", format!("\"{}\"", row.sha256)),
        ("content-digest", content_digest(&row.sha256).map_err(Failure::broken)?),
        ("content-disposition", attachment(&name)),
    ];
    let content = Content::of(row.media_type.as_str(), headers, Body::Pieces(length, Source::File(file)));
    Ok(content.showing(claim.row.volunteer_id, Category::Receipt, Some(id.into())))
}

fn add_receipt(
    writer: &mut Writer<'_>,
    claim: ClaimId,
    new: NewReceipt,
    file: &Arrived,
) -> Result<Changed<ReceiptView>> {
    let found = claims::lock(writer, claim)?;
    if found.claim.header.row.status != ClaimStatus::Draft {
        let detail = "Receipts can be added to a draft only. Have the claim returned first.";
        return Err(Refusal::new(Kind::NotEditable, detail).into());
    }
    if store::count(writer, claim)? >= MOST {
        return Err(Refusal::new(Kind::NotEditable, format!("A claim can have at most {MOST} receipts.")).into());
    }
    let id = store::insert(writer, claim, &new, file)?;
    let view = view(store::find(writer, id)?, found.claim.header.row.volunteer_id);
    Ok(writer.changed(Change::created("receipt", id), view))
}

fn view((row, created_by): (ReceiptRow, Option<String>), volunteer_id: VolunteerId) -> ReceiptView {
    ReceiptView {
        id: row.id,
        version: 1,
        claim_id: row.claim_id,
        amount_pence: row.amount_pence,
        media_type: row.media_type,
        size_bytes: row.size_bytes,
        sha256: row.sha256,
        scan: row.scan,
        file_name: row.file_name,
        created_at: row.created_at,
        created_by,
        updated_at: row.created_at,
        volunteer_id,
    }
}
