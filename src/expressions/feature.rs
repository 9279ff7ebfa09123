//! What the list of features needs to know of expressions of interest.

use crate::access::Action;
use crate::db::among::words;
use crate::expressions::status::{BY_AGREEMENT, BY_TIME, ExpressionStatus, LIFE, UNDECIDED};
use crate::expressions::{erase, export, titles};
use crate::work::feature::{
    By, ExportPart, Feature, Lived, OPPORTUNITY_TITLE, Resource, Shown, Since, WaitingCount, Whose, by_others,
};
use crate::work::titles::Titles;

/// An expression on a work list.
const EXPRESSION_SHOWN: Shown = Shown {
    resource: "expression",
    id: "w.id",
    path: "'/v1/expressions-of-interest/' || w.id",
    title: OPPORTUNITY_TITLE,
    who: Some("w.volunteer_id"),
    since: Since::Moment("w.created_at"),
    due: None,
};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "expressions",
    tables: &["expressions"],
    resources: &[Resource::of("expression", "expressions")],
    lives: &[
        Lived { life: &LIFE, by: By::Operation },
        Lived { life: &BY_TIME, by: By::Time },
        Lived { life: &BY_AGREEMENT, by: By::Consequence("the end of the agreement that followed") },
    ],
    export: &[ExportPart { name: "expressions", tables: &["expressions"], rows: export }],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "expression", of: titles }],
    waiting: &[
        WaitingCount {
            name: "expressions_to_decide",
            action: Action::DecideExpressions,
            table: "expressions",
            waits: || {
                let to_decide = words(ExpressionStatus::TO_DECIDE);
                format!("status IN ({to_decide}) AND {}", by_others(&["w.volunteer_id"]))
            },
            whose: Whose::OfServices,
            shown: EXPRESSION_SHOWN,
        },
        WaitingCount {
            name: "conflicts_to_decide",
            action: Action::ClearConflicts,
            table: "expressions",
            waits: || {
                let undecided = words(&UNDECIDED);
                let others = by_others(&["w.volunteer_id"]);
                format!("conflict_declared AND conflict_cleared_at IS NULL AND status IN ({undecided}) AND {others}")
            },
            whose: Whose::Everyones,
            shown: EXPRESSION_SHOWN,
        },
        WaitingCount {
            name: "offers_to_answer",
            action: Action::AnswerExpressions,
            table: "expressions",
            waits: || format!("status = '{}' AND (respond_by IS NULL OR respond_by > $6)", ExpressionStatus::Offered),
            whose: Whose::Own,
            shown: Shown {
                who: None,
                since: Since::Moment("w.updated_at"),
                due: Some("london_day(w.respond_by)"),
                ..EXPRESSION_SHOWN
            },
        },
        WaitingCount {
            name: "reserves_to_offer",
            action: Action::DecideExpressions,
            table: "expressions",
            // A place is free beside those that are offered; the reserve is listed in its order.
            waits: || {
                format!(
                    "status = '{}' AND EXISTS (SELECT FROM places_of_opportunities p WHERE p.opportunity_id = w.opportunity_id
                        AND p.open AND p.free > (SELECT count(*) FROM offers_open o WHERE o.opportunity_id = w.opportunity_id
                            AND (o.respond_by IS NULL OR o.respond_by > $6))) AND {}",
                    ExpressionStatus::OnReserve,
                    by_others(&["w.volunteer_id"])
                )
            },
            whose: Whose::OfServices,
            shown: Shown { since: Since::Moment("w.reserved_at"), ..EXPRESSION_SHOWN },
        },
    ],
};
