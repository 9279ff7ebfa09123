//! The signed-in user: identity from the token, counts of waiting work, their calendar, and their statement of payments,
//! which is made in `reports`.
//! Read only: waiting work is counted here and done in the other features.

mod calendar;
mod calendar_address;
mod involvement;
mod waiting;
mod work;

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Action, Role};
use crate::db::ids::VolunteerId;
use crate::http::{Represent, Routes};
use crate::refusal::Result;
use crate::reports::{benefits_letter_routes, read_statement};
use crate::work::Reader;
pub use waiting::Waiting;

/// The signed-in user, as their token says, with counts of waiting work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Subject of the token, which identifies the log-in.
    #[schema(example = "nurse.okafor")]
    pub subject: String,
    /// Name in the token, as histories show it; null if the token has none.
    #[schema(example = "Amara Okafor")]
    pub name: Option<String>,
    /// Roles in the token that this service knows.
    pub roles: Vec<Role>,
    /// Codes of the services that the user works for.
    #[schema(example = json!(["crisis-cafe"]))]
    pub services: Vec<String>,
    /// Volunteer that the log-in belongs to; null if it belongs to none.
    pub volunteer_id: Option<VolunteerId>,
    /// Scopes that narrow what the roles allow; null if the token has no scope.
    #[schema(example = json!(["claims:read", "claims:write"]))]
    pub scope: Option<Vec<String>>,
    /// Counts of waiting work; only what the user's roles let them act on, counted up to 1,000.
    pub waiting: Waiting,
}

impl Represent for Me {}

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Me", "The signed-in user: who they are, what waits for them and what they were paid.");
    routes.get("/v1/me", Action::ReadSelf, read_me).without_etag().describe(
        "Get the signed-in user",
        "The identity and roles in the token, and counts of what waits for the user, such as claims to decide, offers \
         to answer or payments due.",
    );
    routes.table("/v1/me/statement", Action::ReadStatement, read_statement).may_be_missing().describe(
        "Get my statement of payments for a tax year",
        "For a volunteer's own records, and for conversations about tax and benefits. A tax year runs from 6 April to \
         5 April; payments count by day of payment, car miles by day of travel. Each payment is split into time, which \
         is income, and expenses, which are not income except for `taxable_excess_pence`. `declined_pence` is what was \
         offered for time and the volunteer chose not to take, in claims approved in the year; it was never paid. \
         Payments that the bank returned are left out; a payment that replaces one counts on its own day. \
         `explanation` says the same in plain English. In the CSV, amounts are in pounds with two decimals.",
    );
    benefits_letter_routes(routes);
    calendar::routes(routes);
    calendar_address::routes(routes);
    // The calendar at a secret address is a public one.
    routes.within("Me");
    involvement::routes(routes);
    work::routes(routes);
}

fn read_me(reader: &mut Reader<'_>, (): ()) -> Result<Me> {
    let waiting = waiting::count(reader)?;
    let actor = reader.actor()?;
    Ok(Me {
        subject: actor.subject.clone(),
        name: actor.name.clone(),
        roles: actor.roles.clone(),
        services: actor.services.clone(),
        volunteer_id: actor.volunteer_id,
        scope: actor.scope.clone(),
        waiting,
    })
}
