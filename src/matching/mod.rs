//! Matching: which volunteers fit an opportunity, best first, and why. For involvement leads only.
//! How each applicant of an opportunity fits it, for staff, too.
//! Nothing is decided here: a lead reads the list and asks people. It may read the tables of all features.

mod applicant_views;
mod applicants;
mod fit;
mod routes;
mod rules;
mod store;
mod views;
mod words;

pub use routes::routes;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] =
    &[applicant_views::ApplicantItem::SEEN_BY, applicant_views::ApplicantFit::SEEN_BY];
