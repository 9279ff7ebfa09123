//! The operations on all personal data of a volunteer: export and erasure.

use crate::access::Action;
use crate::http::Routes;
use crate::privacy::erase::erase_volunteer;
use crate::privacy::export::export_volunteer;
use crate::privacy::retention;
use crate::volunteers::{ERASURE, VolunteerVerb};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Privacy", "Export and erasure of a person's data, and how long each kind of personal data is kept.");
    routes
        .content("/v1/volunteers/{id}/export", Some(Action::ExportVolunteers), &["application/json"], export_volunteer)
        .says(
            "Export everything recorded about a volunteer",
            "A JSON document to download: profile, lived experience, clearances, expressions of interest, agreements \
             with their texts, support, attendance, claims with their lines and receipts, payments, feedback, plans, \
             messages, the history of all of it, and who read it. Only the volunteer and involvement leads can get it. \
             Notes by staff are included, because they are about the person. Warnings for approvers and finance's \
             numbers are not, but it says which numbers are recorded.",
        )
        .shows(&[("Content-Disposition", "File name for the download; it does not identify the person.")]);
    routes
        .post("/v1/volunteers/{id}/erase", Action::EraseVolunteers, erase_volunteer)
        .says(
            "Erase a volunteer's personal data",
            "This cannot be undone, and nobody can erase their own data. Profile, lived experience, clearances, \
             messages, texts of agreements and claims, and files of receipts are deleted; open expressions of \
             interest, agreements not yet accepted and draft claims are withdrawn. Figures, references, hashes and \
             finance's numbers stay under the volunteer's id. Files of payment runs that named the volunteer are \
             deleted, and requests for them answer `410`. Refused while an agreement is in force, and while money is \
             on its way; then the answer gives the day from which erasure should be possible.",
        )
        .verb(&ERASURE, VolunteerVerb::Erase)
        .refuses(&["payment-in-flight", "still-engaged", "segregation-of-duties"]);
    retention::routes(routes);
}
