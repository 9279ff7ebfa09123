//! People who are, were or may be involved: their profile, needs, experience, and what finance pays to.
//! Clearances stand in `clearances`.

mod experiences;
mod facts;
mod needs;
mod payee;
mod reach;
mod routes;
mod rules;
mod status;
mod store;
pub mod views;

use crate::http::Routes;
pub use facts::{Facts, facts, facts_of, present, visible, visible_among};
pub use needs::{CommunicationNeed, ContactWay, NeedKind};
pub use payee::{Payee, payees};
pub use reach::engaged_in_plan;
pub use rules::editable;
pub use status::{LIFE, VolunteerStatus, VolunteerVerb};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes::routes(routes);
    experiences::routes(routes);
    payee::routes(routes);
}
