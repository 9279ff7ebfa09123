//! Involvement plans: written with the people concerned, approved version by version, completed when nothing is open.

mod approval;
mod completion;
mod drafting;

fn path(plan: &str, rest: &str) -> String {
    format!("/v1/plans/{plan}{rest}")
}
