//! Agreements: what is needed, what support is given and what is paid; accepted by both sides, the text frozen and
//! hashed.
//! What they promise can be claimed; `claims` reads it here.

pub mod bodies;
pub mod content;
mod erase;
mod export;
mod facts;
mod feature;
mod first_day;
mod leave;
mod paper;
mod promise;
mod requirements;
mod routes;
pub(crate) mod rules;
mod sheet;
mod short_form;
mod show;
mod status;
mod store;
mod support;
mod told_again;
mod verbs;
pub mod views;
mod with_place;
mod wording;
mod write;

pub use bodies::{AcceptAgreement, AcceptedHow};
pub use erase::{erase, hold_in_force};
pub use export::export;
pub use facts::{
    AgreementFacts, covering, facts, facts_with, given_to, open_on_plan, people_of_plan, services_in_force, titles,
    visible, visible_with,
};
pub use feature::FEATURE;
pub use first_day::first_day;
pub use leave::leave;
pub use promise::promised;
pub use routes::{list_agreements, routes};
pub use short_form::make_short_form;
pub(crate) use status::AgreementVerb;
pub use status::LIFE;
pub(crate) use store::{AgreementStep, AgreementTexts, in_force, lock, lock_places};
pub use support::{induction_due, supported};
pub use told_again::{message_now, tell_again};
pub(crate) use verbs::{answered, end_replaced, refuse_agreement};
pub use views::AgreementView;
pub use with_place::withdraw_with_place;
pub(crate) use write::step as write_step;

crate::text_enum! {
    /// Status of an agreement.
    pub enum AgreementStatus {
        /// Being written.
        Draft = "draft",
        /// Given to the volunteer, waiting for their answer.
        Issued = "issued",
        /// Accepted and in force.
        Active = "active",
        /// In force, but taking a break; claims for days of the pause carry a warning.
        Paused = "paused",
        /// Ended.
        Ended = "ended",
        /// The volunteer said no.
        Refused = "refused",
        /// Taken back by the trust before it was accepted.
        Withdrawn = "withdrawn",
    }
}
