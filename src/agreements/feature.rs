//! What the list of features needs to know of agreements.

use crate::access::Action;
use crate::agreements::status::LIFE;
use crate::agreements::{AgreementStatus, erase, export, titles};
use crate::db::among::among_text;
use crate::work::feature::{
    By, ExportPart, Feature, Lived, OPPORTUNITY_TITLE, Resource, Shown, Since, WaitingCount, Whose,
};
use crate::work::titles::Titles;

/// An agreement on a work list.
const AGREEMENT_SHOWN: Shown = Shown {
    resource: "agreement",
    id: "w.id",
    path: "'/v1/agreements/' || w.id",
    title: OPPORTUNITY_TITLE,
    who: None,
    since: Since::Moment("w.issued_at"),
    due: None,
};

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
            shown: AGREEMENT_SHOWN,
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
            shown: Shown {
                who: Some("w.volunteer_id"),
                since: Since::Day("(w.employment_status ->> 'review_on')::date"),
                due: Some("(w.employment_status ->> 'review_on')::date"),
                ..AGREEMENT_SHOWN
            },
        },
        WaitingCount {
            name: "agreements_to_write",
            action: Action::WriteAgreements,
            table: "places_without_agreement",
            waits: || "TRUE".to_owned(),
            whose: Whose::OfServices,
            shown: Shown {
                resource: "expression",
                id: "w.id",
                path: "'/v1/expressions-of-interest/' || w.id",
                title: OPPORTUNITY_TITLE,
                who: Some("w.volunteer_id"),
                since: Since::Moment("w.updated_at"),
                due: None,
            },
        },
        WaitingCount {
            name: "agreement_reviews",
            action: Action::WriteAgreements,
            table: "agreements",
            waits: || format!("{} AND review_on <= $5", among_text("status", AgreementStatus::IN_FORCE)),
            whose: Whose::OfServices,
            shown: Shown {
                who: Some("w.volunteer_id"),
                since: Since::Day("w.review_on"),
                due: Some("w.review_on"),
                ..AGREEMENT_SHOWN
            },
        },
        WaitingCount {
            name: "agreements_ended_by_volunteers",
            action: Action::WriteSupport,
            table: "agreements",
            waits: || {
                let ended = AgreementStatus::Ended;
                format!("status = '{ended}' AND ended_by_volunteer AND updated_at > $6 - interval '28 days'")
            },
            whose: Whose::OfLinkPerson,
            shown: Shown { who: Some("w.volunteer_id"), since: Since::Moment("w.updated_at"), ..AGREEMENT_SHOWN },
        },
    ],
};
