//! Opportunities to take part in: drafted under a plan, published with an explicit offer, then closed.
//! Expressions of interest in them are in `expressions`.

mod advert;
mod cautions;
mod facts;
mod feature;
mod filter;
mod kind_defaults;
mod known;
mod list;
mod places;
mod publication;
pub(crate) mod published;
mod reach;
mod readiness;
mod routes;
mod row;
mod rules;
mod sheet;
mod show;
pub mod status;
pub(crate) mod store;
mod verbs;
pub mod views;

pub(crate) use advert::{AdvertFilter, AdvertSource, FORMATS as ADVERT_FORMATS, read_advert};
pub use facts::OpportunityFacts;
pub use feature::FEATURE;
pub(crate) use known::engaged;
pub use known::{facts, of_plan, titles, titles_of, visible};
pub(crate) use list::SORTINGS;
pub use places::{
    Held, free_place, free_places, hold, hold_published, lock_places, lock_places_of, lock_places_where, lock_under,
    take_place,
};
pub(crate) use routes::change_opportunity;
pub use routes::routes;
pub(crate) use status::OpportunityVerb;
pub use status::{LIFE, OpportunityStatus};
pub(crate) use store::{OpportunityStep, lock};
pub use verbs::{close_due, close_under};
pub(crate) use verbs::{settled, stepped};
pub use views::{ExperienceWanted, Panel};
pub use views::{OpportunityCancellation, OpportunityView};
