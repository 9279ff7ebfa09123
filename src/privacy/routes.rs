//! The operations on all personal data of a volunteer: export and erasure.

use serde_json::json;

use crate::access::Action;
use crate::http::Routes;
use crate::privacy::dry_run;
use crate::privacy::export::{PersonExport, export_volunteer};
use crate::privacy::releases::{list_export_releases, release_export};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Privacy", "Export and erasure of a person's data, and how long each kind of personal data is kept.");
    routes
        .content("/v1/volunteers/{id}/export", Some(Action::ExportVolunteers), &["application/json"], export_volunteer)
        .describe(
            "Export everything recorded about a volunteer",
            "A JSON document to download: profile, lived experience, clearances, expressions of interest, agreements \
             with their texts, support, attendance, claims with their lines and receipts, payments, feedback, plans, \
             messages, the history of all of it, and who read it. Only the volunteer and involvement leads can get it. \
             Warnings for approvers and finance's numbers are not in it, but it says which numbers are recorded. Notes \
             that staff wrote for themselves (`private_note` of support contacts, `note` on attendance) are null in the \
             volunteer's own export until an involvement lead has released them; `withheld` says how many are not.",
        )
        .json_is::<PersonExport>()
        .shows(&[("Content-Disposition", "A file name that does not identify the person.")]);
    routes
        .create("/v1/volunteers/{id}/export-releases", Action::ReleaseExports, release_export)
        .describe(
            "Release notes by staff to the volunteer",
            "After you have read the volunteer's export: notes that staff wrote for themselves up to then are given to the \
             volunteer with their own export, except those that you withhold because they would be likely to cause \
             serious harm or tell about somebody else (UK GDPR; Data Protection Act 2018, Schedules 2 and 3). Notes \
             written later need another release; the newest release counts. Nobody releases notes about themselves.",
        )
        .refuses(&["export-not-read", "not-editable", "segregation-of-duties"])
        .example("all but one", json!({
            "exported_at": "2026-11-23T10:00:00Z", "no_serious_harm": true, "no_third_parties": true,
            "withheld": [{ "id": "019d5fdf-c000-7000-8000-000000000001", "ground": "third_party" }],
        }));
    routes.list("/v1/volunteers/{id}/export-releases", Some(Action::ExportVolunteers), list_export_releases).describe(
        "List releases of notes by staff",
        "What involvement leads released to the volunteer, and what they withheld. Newest first.",
    );
    dry_run::routes(routes);
}
