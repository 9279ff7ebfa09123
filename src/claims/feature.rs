//! What the list of features needs to know of claims and receipts.

use crate::access::Action;
use crate::claims::status::{ClaimStatus, LIFE, SETTLING, SUPPLEMENTARY};
use crate::claims::{called, erase, export};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "claims",
    tables: &["claims", "claim_texts", "claim_lines", "claim_line_texts", "mileage_years", "plan_spending", "receipts"],
    resources: &[
        Resource::of("claim", "claims"),
        Resource { each_version: false, ..Resource::of("receipt", "(SELECT id, 1 AS version FROM receipts)") },
    ],
    lives: &[
        Lived { life: &LIFE, by: By::Operation },
        Lived { life: &SUPPLEMENTARY, by: By::Consequence("the same operations, on a supplementary claim") },
        Lived { life: &SETTLING, by: By::Consequence("what becomes of its payments") },
    ],
    export: &[ExportPart {
        name: "claims",
        tables: &["claims", "claim_texts", "claim_lines", "claim_line_texts", "receipts"],
        rows: export,
    }],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "claim", of: called }],
    waiting: &[
        WaitingCount {
            name: "claims_to_decide",
            action: Action::DecideClaims,
            table: "claims",
            waits: || format!("status = '{}'", ClaimStatus::Submitted),
            whose: Whose::Everyones,
        },
        WaitingCount {
            name: "claims_to_submit",
            action: Action::AnswerExpressions,
            table: "claims",
            waits: || format!("status = '{}'", ClaimStatus::Draft),
            whose: Whose::Own,
        },
    ],
};
