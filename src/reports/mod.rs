//! Reports: figures about involvement and its cost, counted from the tables of the other features. They may read any
//! table, because a figure is one statement over several features; the words of states come from the features' own lists.
//! Nothing is written; each report is one file with its view, its SQL statement and its handler.

mod accessible_information;
mod accruals;
mod benefits_letter;
mod channels;
mod clearances;
mod duty_evidence;
mod estimates;
mod evidence;
mod grouping;
mod involvement;
mod link_person;
mod payment_times;
mod period;
mod plan_budget;
mod policy_preview;
mod promises;
mod routes;
mod rows;
mod spend;
mod statement;
mod verification;
mod what_it_means;

pub(crate) use benefits_letter::benefits_letter_routes;
pub use routes::routes;
pub(crate) use statement::read_statement;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] =
    &[grouping::GroupKey::SEEN_BY, spend::SpendGroup::SEEN_BY, payment_times::PaymentTimesGroup::SEEN_BY];
