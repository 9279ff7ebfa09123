//! What the list of features needs to know of support contacts and inductions.

use crate::access::Action;
use crate::agreements::AgreementStatus;
use crate::db::among::words;
use crate::support::{erase, export};
use crate::work::feature::{
    ExportPart, Feature, OPPORTUNITY_TITLE, Resource, Shown, Since, StaffNotes, WaitingCount, Whose,
};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "support",
    tables: &["support_contacts", "support_contact_texts", "inductions", "induction_steps", "induction_items"],
    resources: &[Resource::of("support_contact", "support_contacts"), Resource::of("induction", "inductions")],
    export: &[
        ExportPart {
            name: "support_contacts",
            tables: &["support_contacts", "support_contact_texts"],
            rows: export::contacts,
        },
        ExportPart { name: "inductions", tables: &["inductions", "induction_steps"], rows: export::inductions },
    ],
    staff_notes: &[StaffNotes { part: "support_contacts", id: "id", note: "private_note", written_at: "updated_at" }],
    erase: Some(erase),
    // As the indexes `agreements_support_due` and `agreements_induction_due` have it.
    waiting: &[
        WaitingCount {
            name: "support_overdue",
            action: Action::WriteSupport,
            table: "supported_agreements",
            waits: || format!("status IN ({}) AND contact_due_on < $5", words(AgreementStatus::IN_FORCE)),
            whose: Whose::OfLinkPerson,
            shown: Shown {
                resource: "agreement",
                id: "w.id",
                path: "'/v1/agreements/' || w.id || '/support-contacts'",
                title: OPPORTUNITY_TITLE,
                who: Some("w.volunteer_id"),
                since: Since::Day("w.contact_due_on"),
                due: Some("w.contact_due_on"),
            },
        },
        WaitingCount {
            name: "inductions_overdue",
            action: Action::WriteSupport,
            table: "supported_agreements",
            waits: || format!("status IN ({}) AND induction_due_on < $5", words(AgreementStatus::IN_FORCE)),
            whose: Whose::OfLinkPerson,
            shown: Shown {
                resource: "induction",
                id: "w.id",
                path: "'/v1/agreements/' || w.id || '/induction'",
                title: OPPORTUNITY_TITLE,
                who: Some("w.volunteer_id"),
                since: Since::Day("w.induction_due_on"),
                due: Some("w.induction_due_on"),
            },
        },
    ],
    ..Feature::EMPTY
};
