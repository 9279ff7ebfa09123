//! What the list of features needs to know of people and their clearances.

use crate::access::Action;
use crate::people::clearances;
use crate::people::volunteers::{self, DEATH, ERASURE, LIFE, PAYEE_LIFE};
use crate::work::feature::{By, ExportPart, Feature, Lived, Resource, Shown, Since, WaitingCount, Whose, by_others};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "people",
    tables: &[
        "volunteers",
        "volunteer_profiles",
        "payees",
        "experiences",
        "clearances",
        "clearance_reminders",
        "export_releases",
        "trainings",
        "merges",
    ],
    resources: &[
        Resource::of("volunteer", "volunteers"),
        Resource { gone_by: &["erase"], ..Resource::of("experience", "experiences") },
        Resource {
            key: "volunteer_id",
            vouched: Some("payee_digest(t.salt, t.supplier_number, t.supplier_site, t.payroll_number)"),
            ..Resource::of("payee", "payees")
        },
        Resource { gone_by: &["erase"], ..Resource::of("clearance", "clearances") },
        Resource { gone_by: &["erase"], ..Resource::of("clearance_reminder", "clearance_reminders") },
        // Those that come with the service have a history from their first change on.
        Resource::of("training", "(SELECT id, version FROM trainings WHERE created_by IS NOT NULL OR version > 1)"),
        Resource {
            gone_by: &["erase"],
            ..Resource::of("export_release", "(SELECT id, 1 AS version FROM export_releases)")
        },
    ],
    lives: &[
        Lived { life: &LIFE, by: By::Operation },
        Lived { life: &DEATH, by: By::Operation },
        Lived { life: &ERASURE, by: By::Operation },
        Lived { life: &PAYEE_LIFE, by: By::Operation },
    ],
    export: &[
        ExportPart {
            name: "profile",
            tables: &["volunteers", "volunteer_profiles"],
            rows: volunteers::export::profile,
        },
        ExportPart { name: "merged_records", tables: &["merges"], rows: volunteers::export::merged },
        ExportPart { name: "experiences", tables: &["experiences"], rows: volunteers::export::experiences },
        ExportPart { name: "payee", tables: &["payees"], rows: volunteers::export::payee },
        ExportPart { name: "clearances", tables: &["clearances"], rows: clearances::export_clearances },
        ExportPart {
            name: "clearance_reminders",
            tables: &["clearance_reminders"],
            rows: clearances::export_reminders,
        },
        ExportPart { name: "export_releases", tables: &["export_releases"], rows: volunteers::releases::export },
    ],
    // The person goes first, in `processes::erase_person`: what stands here is what goes with them.
    erase: Some(clearances::erase),
    waiting: &[
        WaitingCount {
            name: "needs_reviews_overdue",
            action: Action::DecideVolunteers,
            table: "volunteer_profiles",
            waits: || "needs_review_due < $5 AND communication_needs <> '[]'".to_owned(),
            whose: Whose::OfPeoplePresent,
            shown: Shown {
                resource: "volunteer",
                id: "w.volunteer_id",
                path: "'/v1/volunteers/' || w.volunteer_id",
                title: "'Review of communication needs'",
                who: Some("w.volunteer_id"),
                since: Since::Day("w.needs_review_due"),
                due: Some("w.needs_review_due"),
            },
        },
        WaitingCount {
            name: "payees_to_confirm",
            action: Action::WritePayees,
            table: "payees",
            // Whoever proposed a change can't confirm it.
            waits: || format!("proposed_at IS NOT NULL AND {}", by_others(&["w.proposed_by", "w.volunteer_id"])),
            whose: Whose::Everyones,
            shown: Shown {
                resource: "payee",
                id: "w.volunteer_id",
                path: "'/v1/volunteers/' || w.volunteer_id || '/payee'",
                title: "(SELECT n.legal_name FROM payee_names n WHERE n.volunteer_id = w.volunteer_id)",
                who: None,
                since: Since::Moment("w.proposed_at"),
                due: None,
            },
        },
    ],
    ..Feature::EMPTY
};
