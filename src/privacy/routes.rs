//! The operations on all personal data of a volunteer: export and erasure.

use crate::access::Action;
use crate::http::Routes;
use crate::privacy::dry_run;
use crate::privacy::export::export_volunteer;

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
             Notes by staff are included, because they are about the person. Warnings for approvers and finance's \
             numbers are not, but it says which numbers are recorded.",
        )
        .shows(&[("Content-Disposition", "A file name that does not identify the person.")]);
    dry_run::routes(routes);
}
