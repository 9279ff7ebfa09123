//! What can be done with a person's data as a whole.

use crate::access::Action;
use crate::http::Routes;
use crate::privacy::export::export_volunteer;
use crate::privacy::retention;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Privacy", "Everything held about a person, erasing it, and how long each kind of data is kept.");
    routes
        .content("/v1/volunteers/{id}/export", Some(Action::ExportVolunteers), &["application/json"], export_volunteer)
        .says(
            "Everything held about a person",
            "One document, as a download: profile, experience, clearances, expressions of interest, agreements with their texts, attendance, claims with lines and what is known of receipts, payments, feedback, plans, what they were told, who did what to any of it, and who looked at it. For the person and involvement leads. Notes that staff made are in it, for they are held about the person; warnings for approvers and finance's numbers are not, but that there are numbers is said.",
        )
        .shows(&[("Content-Disposition", "A name for the file that says nothing of the person.")]);
    retention::routes(routes);
}
