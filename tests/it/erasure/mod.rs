//! Erasure of a person's data: when it is refused, what is left, and that nothing comes back, even in a race.

mod left;
mod races;
mod refused;

use crate::support::App;
use crate::support::books::ask;

fn erase(volunteer: &str) -> String {
    format!("/v1/volunteers/{volunteer}/erase")
}

fn invoice(app: &App) -> String {
    ask(app, "SELECT invoice_number FROM payments")[0]["invoice_number"].as_str().unwrap().to_owned()
}

/// A login that belongs to a volunteer and also works for the trust.
fn both<'a>(app: &'a App, volunteer: &str) -> crate::support::Client<'a> {
    use involvement::access::Role::{InvolvementLead, Volunteer};
    app.with(involvement::access::token::Mint {
        roles: vec![InvolvementLead, Volunteer],
        subject: "lead.dual".to_owned(),
        volunteer_id: Some(volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..crate::support::app::mint_defaults()
    })
}
