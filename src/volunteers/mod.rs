//! People who are, were or may be involved: their profile, needs, experience, and what finance pays to.
//! Clearances stand in `clearances`.

mod contact;
mod duplicates;
mod experiences;
mod facts;
mod forget;
pub mod held;
mod needs;
mod payee;
mod reach;
mod routes;
mod rules;
mod status;
mod store;
pub mod views;

use crate::db::ids::VolunteerId;
use crate::db::{Change, Writer};
use crate::http::Routes;
use crate::refusal::Done;
use crate::text::Word;
pub use contact::{Contact, contacts};
pub use duplicates::alike_among;
pub use facts::{Facts, facts, facts_of, present, visible, visible_among};
pub use forget::{Held, forget, hold, hold_if_free, is_erased, is_the_asker};
pub use needs::{CommunicationNeed, ContactWay, NeedKind};
pub use payee::{Payee, payees};
pub use reach::engaged_in_plan;
pub use routes::written;
pub use rules::editable;
pub use status::{ERASURE, LIFE, VolunteerStatus, VolunteerVerb};
pub use views::{Membership, UpdatePreferences};

/// Enters somebody who came in from the public side, as prospective, with the privacy notice that they were shown.
///
/// # Errors
/// Those of the database.
pub fn prospective(writer: &mut Writer<'_>, person: views::NewVolunteer, notice: &Word) -> Done<VolunteerId> {
    let due = rules::review_due(!person.communication_needs.is_empty(), person.needs_review_due, writer.today());
    let person = views::NewVolunteer { needs_review_due: due, ..person };
    let id = store::insert(writer, person, Some(notice))?;
    writer.note(Change::created("payee", id));
    writer.note(Change::created(LIFE.resource, id).to(VolunteerStatus::Prospective));
    Ok(id)
}

/// Every step of a person's life with the trust, and its erasure.
#[must_use]
pub fn life() -> Vec<(&'static str, &'static str, &'static str)> {
    LIFE.rows().into_iter().chain(ERASURE.rows()).collect()
}

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    experiences::routes(routes);
    payee::routes(routes);
}
