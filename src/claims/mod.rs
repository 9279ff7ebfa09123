//! Claims: drafted, worked out, submitted with every check, decided by another person, frozen.
//! `payments` moves a claim only through `settle`; `claims` opens and reads payments through two functions of `payments`.

mod approval;
mod becomes;
mod blank_form;
pub mod bodies;
mod calculate;
mod checks;
mod context;
mod decide;
mod draft;
mod erase;
mod export;
mod feature;
#[cfg(test)]
mod fixture;
mod form;
pub mod line;
mod line_rows;
mod line_schema;
mod line_warnings;
mod listed;
pub mod money_views;
mod names;
mod promise;
mod quote;
pub mod receipts;
mod recoverable;
mod reopen;
mod routes;
mod row;
mod settle;
mod sheet;
mod show;
mod spending;
pub mod status;
mod store;
mod time_claimed;
mod told;
mod top_ups;
pub mod views;
pub mod warning;
mod weekly;

use diesel::PgConnection;

use crate::db::ids::{ClaimId, PlanId, SessionId, VolunteerId};
use crate::refusal::Result;
use crate::work::Writer;
pub use erase::{erase, lock_unsettled};
pub use export::export;
pub use feature::FEATURE;
pub use recoverable::{PaidLine, Recoverable, recoverable};
pub use routes::{list_claims, routes};
pub use spending::{SUMS, Spent, of_days as spent_on_days};
pub use status::LIFE;
pub use store::called;
pub use told::unpaid as tell_unpaid;
pub use top_ups::{TopUpEstimate, estimate as estimate_top_ups};
pub use weekly::sunday;

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[
    views::FullClaim::SEEN_BY,
    views::FullClaimItem::SEEN_BY,
    views::ListedClaim::SEEN_BY,
    views::LineView::SEEN_BY,
    money_views::MoneyClaim::SEEN_BY,
    money_views::MoneyClaimItem::SEEN_BY,
    quote::QuotedLine::SEEN_BY,
];

/// Moves a claim by what became of its payments: all paid, some paid, or none (any more).
///
/// # Errors
/// Database errors.
pub fn settle(writer: &mut Writer<'_>, claims: &[ClaimId]) -> Result<()> {
    settle::settle(writer, claims)
}

/// Locks claims, in the order of their ids.
///
/// # Errors
/// Database errors.
pub fn hold(writer: &mut Writer<'_>, claims: &[ClaimId]) -> Result<()> {
    store::lock_all(writer, claims).map(drop)
}

/// The people with a line on one of these sessions in a live claim, each with the session.
///
/// # Errors
/// Database errors.
pub fn on_sessions(conn: &mut PgConnection, sessions: &[SessionId]) -> Result<Vec<(SessionId, VolunteerId)>> {
    store::on_sessions(conn, sessions)
}

/// What the claims of a plan cost, by how far the money got.
///
/// # Errors
/// Database errors.
pub fn spent_on_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Spent> {
    spending::on_plan(conn, plan)
}

/// What a person asked for or got for time, by the day that it is for, in claims that are submitted, approved or paid.
///
/// # Errors
/// Database errors.
pub fn time_by_day(
    conn: &mut PgConnection,
    volunteer: VolunteerId,
    days: (crate::clock::Day, crate::clock::Day),
) -> Result<Vec<(crate::clock::Day, crate::money::Pence)>> {
    // No claim has this id, so that none counts beside the live ones.
    store::time_elected(conn, uuid::Uuid::nil().into(), volunteer, days)
}

/// How many attendances under a plan are unclaimed and can still be claimed in time, where the agreement offers anything.
///
/// # Errors
/// Database errors.
pub fn possible_on_plan(conn: &mut PgConnection, plan: PlanId, today: crate::clock::Day) -> Result<i64> {
    let published = crate::policies::published(conn)?;
    let unclaimed = store::unclaimed_on_plan(conn, plan)?;
    let in_time = |at: &&crate::clock::Instant| {
        crate::sessions::claim_by(&published, at.london_day()).is_some_and(|last| today <= last)
    };
    i64::try_from(unclaimed.iter().filter(in_time).count()).map_err(crate::refusal::Failure::broken)
}

/// How many claims of a plan are open: drafts within their window, submitted, approved or part paid.
///
/// # Errors
/// Database errors.
pub fn open_on_plan(conn: &mut PgConnection, plan: PlanId, today: crate::clock::Day) -> Result<i64> {
    store::open_on_plan(conn, plan, today)
}
