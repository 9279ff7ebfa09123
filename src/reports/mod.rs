//! Reports: what involvement comes to, counted from what the other features keep.
//! Nothing is written; a report is one file with its view, its statement and its handler.

mod accessible_information;
mod channels;
mod clearances;
mod duty_evidence;
mod grouping;
mod involvement;
mod link_person;
mod payment_times;
mod period;
mod plan_budget;
mod routes;
mod rows;
mod spend;

pub use routes::routes;
