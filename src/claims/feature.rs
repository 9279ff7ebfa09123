//! What the list of features needs to know of claims and receipts.

use crate::access::Action;
use crate::claims::status::{ClaimStatus, LIFE, SETTLING, SUPPLEMENTARY};
use crate::claims::{called, erase, export};
use crate::db::among::words;
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose, by_others};
use crate::work::titles::Titles;

/// A claim on a work list.
const CLAIM_SHOWN: Shown = Shown {
    resource: "claim",
    id: "w.id",
    path: "'/v1/claims/' || w.id",
    title: "w.reference",
    who: Some("w.volunteer_id"),
    since: Since::Moment("w.submitted_at"),
    due: None,
};

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
            // Nobody decides about a claim that they submitted or entered, or that pays them.
            waits: || {
                let others = by_others(&["w.submitted_by", "w.created_by", "w.volunteer_id"]);
                format!("status = '{}' AND {others}", ClaimStatus::Submitted)
            },
            whose: Whose::Everyones,
            shown: CLAIM_SHOWN,
        },
        WaitingCount {
            name: "claims_to_submit",
            action: Action::AnswerExpressions,
            table: "claims",
            waits: || format!("status = '{}'", ClaimStatus::Draft),
            whose: Whose::Own,
            shown: Shown { who: None, since: Since::Moment("w.updated_at"), due: Some("w.claim_by"), ..CLAIM_SHOWN },
        },
        WaitingCount {
            name: "sessions_to_claim",
            action: Action::AnswerExpressions,
            table: "attendances_offered",
            // What was attended, can still be claimed under the longest usual window and stands in no claim.
            waits: || {
                format!(
                    "w.starts_at > $6 - interval '92 days' AND NOT EXISTS (SELECT FROM claim_lines l JOIN claims c ON c.id = l.claim_id
                        WHERE l.session_id = w.session_id AND l.volunteer_id = w.volunteer_id AND c.status NOT IN ({}))",
                    words(&[ClaimStatus::Rejected, ClaimStatus::Withdrawn])
                )
            },
            whose: Whose::Own,
            shown: Shown {
                resource: "session",
                id: "w.session_id",
                path: "'/v1/sessions/' || w.session_id",
                title: "w.title",
                who: None,
                since: Since::Moment("w.starts_at"),
                due: None,
            },
        },
    ],
};
