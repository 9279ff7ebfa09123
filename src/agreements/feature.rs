//! What the list of features needs to know of agreements.

use crate::access::Action;
use crate::agreements::status::LIFE;
use crate::agreements::{AgreementStatus, forget, held, titles};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Titles, WaitingCount, Whose};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "agreements",
    tables: &["agreements", "agreement_texts", "agreement_pauses"],
    resources: &[Resource::of("agreement", "agreements")],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    export: &[ExportPart {
        name: "agreements",
        tables: &["agreements", "agreement_texts", "agreement_pauses"],
        rows: held,
    }],
    erase: Some(forget),
    titles: &[Titles { resource: "agreement", of: titles }],
    waiting: &[WaitingCount {
        name: "agreements_to_answer",
        action: Action::AnswerAgreements,
        table: "agreements",
        waits: || format!("status = '{}'", AgreementStatus::Issued),
        whose: Whose::Own,
    }],
    ..Feature::EMPTY
};
