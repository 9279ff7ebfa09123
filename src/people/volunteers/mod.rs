//! Volunteers: people who are, were or may be involved, with their profile, needs, lived experience and payee numbers.
//! Their clearances are in `clearances`.

mod beside;
mod contact;
mod content;
mod departure;
mod duplicates;
mod erase;
mod experiences;
pub mod export;
mod facts;
mod leaving;
mod list;
mod merging;
mod needs;
mod on_the_day;
mod oneself;
mod payee;
mod postal;
mod reach;
pub mod releases;
mod routes;
mod rules;
mod sheet;
mod show;
mod status;
mod store;
mod unite;
pub mod views;

use crate::db::ids::VolunteerId;
use crate::http::Routes;
use crate::refusal::Result;
use crate::text::Label;
use crate::work::{Change, Writer};
pub use beside::{ActsBy, ActsWith, EmergencyContact, Guardian};
pub use contact::{Contact, contacts, hold_presence};
pub use content::{Membership, UpdatePreferences, VolunteerContent, VolunteerDetails};
pub use departure::{Leaver, hold_to_leave, leave, may_leave};
pub use duplicates::{PossibleDuplicate, Said, alike_among, known_by};
pub use erase::{Held, erase, hold, hold_if_free};
pub use facts::{
    CLAIMANT_OF_ASKED, ClaimantFacts, VolunteerFacts, facts, facts_of, is_seen_whole, present, visible, visible_among,
};
pub use leaving::{Departure, Estate, LeaveReason, Leaving};
pub use merging::{Merging, hold_two, merge, merged_into};
pub use needs::{CommunicationNeed, ContactWay, NeedKind, alerts};
pub use on_the_day::{OnTheDay, on_the_day};
pub use oneself::{is_the_caller, is_the_reader, not_about_oneself, not_among, not_oneself};
pub use payee::{PAYEE_LIFE, Payee, PayeeVerb, PayeeView, confirm as confirm_payee, payees, read_payee};
pub use postal::{Postal, postal};
pub use reach::engaged_in_plan;
pub use rules::editable;
pub use show::written;
pub use status::{DEATH, ERASURE, LIFE, VolunteerStatus, VolunteerVerb};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::VolunteerItem::SEEN_BY, views::VolunteerView::SEEN_BY];

/// Adds a person who applied without a log-in, as prospective, with the privacy notice that they were shown.
///
/// # Errors
/// Database errors.
pub fn prospective(writer: &mut Writer<'_>, person: VolunteerContent, notice: &Label) -> Result<VolunteerId> {
    let id = store::insert(writer, rules::with_review(person, writer.today()), Some(notice))?;
    writer.note(Change::created("payee", id));
    writer.note(Change::created(LIFE.resource, id).to(VolunteerStatus::Prospective));
    Ok(id)
}

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    experiences::routes(routes);
    payee::routes(routes);
}
