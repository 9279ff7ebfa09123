//! A receipt in requests and answers.
//! Its file is a separate operation, for those who may read it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::{ClaimId, ReceiptId, VolunteerId};
use crate::files::ScanState;
use crate::files::kind::FileKind;
use crate::http::answer::Represent;
use crate::http::answer::shows;
use crate::http::body::FormFile;
use crate::money::{Pence, some_pence};

/// A receipt to be added, as form data.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewReceipt {
    /// File of the receipt.
    #[expect(dead_code, reason = "the check of the schema reads it; the file is in the store")]
    pub file: FormFile,
    /// Amount on the receipt, in pence; the lines that name it can spend no more together.
    #[schema(schema_with = amount)]
    pub amount_pence: Pence,
}

fn amount() -> Object {
    some_pence("Amount on the receipt, in pence; the lines that name it can spend no more together.")
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptView {
    /// Unique identifier (UUIDv7), for a line's `receipt_ids`.
    pub id: ReceiptId,
    /// Always 1: a receipt never changes.
    pub version: i32,
    /// The claim that it belongs to.
    pub claim_id: ClaimId,
    /// Amount on the receipt, in pence.
    pub amount_pence: Pence,
    /// Media type, as found in the contents of the file.
    pub media_type: FileKind,
    /// Length of the file, in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether a scanner for malware found nothing when it was uploaded, or none was set.
    pub scan: ScanState,
    /// Name of the file when it was uploaded; null if it had none, or once erased.
    #[schema(example = "car-park.pdf")]
    pub file_name: Option<String>,
    /// When it was added.
    pub created_at: Instant,
    /// Who added it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was added; a receipt never changes.
    pub updated_at: Instant,
    #[serde(skip)]
    pub(super) volunteer_id: VolunteerId,
}

impl Represent for ReceiptView {
    shows!(Receipt, |it| [(it.volunteer_id, Some(it.id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        Some(format!("/v1/receipts/{}/content", self.id))
    }
}

/// A receipt as its claim shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct AttachedReceipt {
    /// Unique identifier (UUIDv7).
    pub id: ReceiptId,
    /// Amount on the receipt, in pence.
    pub amount_pence: Pence,
    /// Media type, as found in the contents of the file.
    pub media_type: FileKind,
    /// Length of the file, in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether a scanner for malware found nothing when it was uploaded, or none was set.
    pub scan: ScanState,
    /// When it was added.
    pub created_at: Instant,
}
