//! A receipt as it is sent and shown.
//! Its bytes are answered apart, to those who may read them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{ClaimId, ReceiptId};
use crate::files::kind::FileKind;
use crate::http::answer::Represent;
use crate::http::body::FormFile;
use crate::money::Pence;

/// A receipt, as a form.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewReceipt {
    /// Its file.
    #[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")]
    pub file: FormFile,
    /// What it comes to: the lines that name it spend no more together.
    #[schema(schema_with = amount)]
    pub amount_pence: Pence,
}

fn amount() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(100_000_000))
        .description(Some("What it comes to, in whole pence: the lines that name it spend no more together."))
        .build()
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptView {
    /// Its id, for a line's `receipt_ids`.
    pub id: ReceiptId,
    /// Always 1: a receipt never changes.
    pub version: i32,
    /// The claim that it belongs to.
    pub claim_id: ClaimId,
    /// What it comes to.
    pub amount_pence: Pence,
    /// What its bytes say it is.
    pub media_type: FileKind,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What its sender called it; null where they didn't, or were erased.
    pub file_name: Option<String>,
    /// When it was sent.
    pub created_at: Instant,
    /// Who sent it.
    pub created_by: Option<String>,
    /// When it was sent: it never changes.
    pub updated_at: Instant,
}

impl Represent for ReceiptView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/receipts/{}/content", self.id))
    }
}

/// A receipt as its claim shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachedReceipt {
    /// Its id.
    pub id: ReceiptId,
    /// What it comes to.
    pub amount_pence: Pence,
    /// What its bytes say it is.
    pub media_type: FileKind,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When it was sent.
    pub created_at: Instant,
}
