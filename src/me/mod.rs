//! Who one is, by the token, how much waits for one, and what one was paid.
//! What waits is counted here and done elsewhere; nothing is written.

mod statement;
mod waiting;

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Action, Role};
use crate::db::ids::VolunteerId;
use crate::http::{Represent, Routes};
use crate::refusal::Done;
use crate::work::Reader;
pub use waiting::Waiting;

/// The asker, as the token says.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Who one is to the issuer.
    pub subject: String,
    /// What histories call one.
    pub name: Option<String>,
    /// The roles that the service knows.
    pub roles: Vec<Role>,
    /// The codes of the services that one works for.
    pub services: Vec<String>,
    /// The volunteer that one is.
    pub volunteer_id: Option<VolunteerId>,
    /// What the roles are narrowed to.
    pub scope: Option<Vec<String>>,
    /// How much waits for one; only what one's roles can do something about, counted up to 1,000.
    pub waiting: Waiting,
}

impl Represent for Me {}

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Me", "Who one is, what waits, and what one was paid.");
    routes.get("/v1/me", Action::ReadSelf, read_me).says(
        "Who one is",
        "What the token says, and how much waits for one: claims to decide, offers to answer, payments due.",
    );
    routes.table("/v1/me/statement", Action::ReadStatement, statement::read_statement).says(
        "What one was paid in a tax year",
        "For a volunteer's own records, and for talks about tax and benefits. A tax year goes from 6 April to 5 April; \
         payments count by their day of payment, car miles by the day of travel. Each payment is split into time, which \
         is income, and expenses, which are not but for `taxable_excess_pence`. `declined_pence` is what was offered for \
         time and not taken, by election, in claims approved in the year; it was never paid. Payments that the bank \
         returned are left out; the one that replaced them counts on its own day. `explanation` says the same in plain \
         English. In the CSV amounts are pounds with two decimals.",
    );
}

fn read_me(reader: &mut Reader<'_>, (): ()) -> Done<Me> {
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
