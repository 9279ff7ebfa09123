//! What the list of features needs to know of expressions of interest.

use crate::access::Action;
use crate::db::among::words;
use crate::expressions::status::{BY_TIME, ExpressionStatus, LIFE, UNDECIDED};
use crate::expressions::{erase, export, titles};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "expressions",
    tables: &["expressions"],
    resources: &[Resource::of("expression", "expressions")],
    lives: &[Lived { life: &LIFE, by: By::Operation }, Lived { life: &BY_TIME, by: By::Time }],
    export: &[ExportPart { name: "expressions", tables: &["expressions"], rows: export }],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "expression", of: titles }],
    waiting: &[
        WaitingCount {
            name: "expressions_to_decide",
            action: Action::DecideExpressions,
            table: "expressions",
            waits: || format!("status IN ({})", words(ExpressionStatus::TO_DECIDE)),
            whose: Whose::OfServices,
        },
        WaitingCount {
            name: "conflicts_to_decide",
            action: Action::ClearConflicts,
            table: "expressions",
            waits: || {
                let undecided = words(&UNDECIDED);
                format!("conflict_declared AND conflict_cleared_at IS NULL AND status IN ({undecided})")
            },
            whose: Whose::Everyones,
        },
        WaitingCount {
            name: "offers_to_answer",
            action: Action::AnswerExpressions,
            table: "expressions",
            waits: || format!("status = '{}'", ExpressionStatus::Offered),
            whose: Whose::Own,
        },
    ],
};
