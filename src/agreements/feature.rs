//! What the list of features needs to know of agreements.

use crate::access::Action;
use crate::agreements::status::LIFE;
use crate::agreements::{AgreementStatus, erase, export, titles};
use crate::db::among::among_text;
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, WaitingCount, Whose};
use crate::work::titles::Titles;

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "agreements",
    tables: &["agreements", "agreement_texts", "agreement_pauses"],
    resources: &[Resource::of("agreement", "agreements")],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[ExportPart {
        name: "agreements",
        tables: &["agreements", "agreement_texts", "agreement_pauses"],
        rows: export,
    }],
    staff_notes: &[],
    erase: Some(erase),
    titles: &[Titles { resource: "agreement", of: titles }],
    waiting: &[
        WaitingCount {
            name: "agreements_to_answer",
            action: Action::AnswerExpressions,
            table: "agreements",
            waits: || format!("status = '{}'", AgreementStatus::Issued),
            whose: Whose::Own,
        },
        WaitingCount {
            name: "employment_reviews",
            action: Action::DecideAgreements,
            table: "agreements",
            waits: || {
                let in_force = among_text("status", AgreementStatus::IN_FORCE);
                format!("{in_force} AND employment_status ->> 'review_on' < to_char($5::date, 'YYYY-MM-DD')")
            },
            whose: Whose::Everyones,
        },
    ],
};
