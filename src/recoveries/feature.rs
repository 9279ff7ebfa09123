//! What the list of features needs to know of recoveries.

use crate::access::Action;
use crate::recoveries::status::{RECOVERY_LIFE, RECOVERY_MOVES, RecoveryStatus};
use crate::recoveries::{erase, export, store};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose, by_others};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "recoveries",
    tables: &["recoveries", "recovery_texts", "recovery_lines", "repayments"],
    resources: &[Resource::of("recovery", "recoveries")],
    lives: &[
        Lived { life: &RECOVERY_LIFE, by: By::Operation },
        Lived { life: &RECOVERY_MOVES, by: By::Consequence("the payments that its credits are taken off") },
    ],
    export: &[ExportPart {
        name: "recoveries",
        tables: &["recoveries", "recovery_texts", "recovery_lines", "repayments"],
        rows: export::export,
    }],
    erase: Some(erase::erase),
    titles: &[Titles { resource: "recovery", of: store::called }],
    waiting: &[WaitingCount {
        name: "recoveries_to_confirm",
        action: Action::ConfirmRecoveries,
        table: "recoveries",
        waits: || {
            let others = by_others(&["w.created_by", "w.volunteer_id"]);
            format!("status = '{}' AND {others}", RecoveryStatus::Proposed)
        },
        whose: Whose::Everyones,
        shown: Shown {
            resource: "recovery",
            id: "w.id",
            path: "'/v1/recoveries/' || w.id",
            title: "w.reference",
            who: None,
            since: Since::Moment("w.created_at"),
            due: None,
        },
    }],
    ..Feature::EMPTY
};
