//! Deliveries: messages that a volunteer must get, by a contact method and in a format that meets their needs. Every
//! decision that a volunteer waits for creates one. The service sends e-mails itself; the others are a work list whose
//! entries staff mark as done. The texts of e-mails are in `words`.

mod about;
mod back_store;
mod came_back;
mod choice;
mod done;
mod email_sender;
mod erase;
mod export;
mod feature;
mod formats;
mod heard_store;
mod letters;
mod notify;
mod notify_of_update;
mod notify_store;
mod post;
mod routes;
mod rules;
mod show;
mod status;
mod store;
mod titles;
pub mod told;
mod untold;
pub mod views;
mod words;

pub use about::About;
pub use came_back::{Returned, hold_returned, return_to_work_list};
pub use email_sender::send_due;
pub use erase::{clear_messages, erase};
pub use export::export;
pub use feature::FEATURE;
pub use formats::Format;
pub use notify::{
    Collected, heard_last, notify, notify_all, notify_collected, notify_each, overtake, supersede, supersede_of,
    supersede_to_leaver, waiting, were_tried,
};
pub use notify_of_update::{UpdateNotice, notify_of_update};
pub use notify_store::{IS_PENDING_FOR_THE_CLAIM, Recipient};
pub use routes::{list_deliveries, routes};
pub use status::{DeliveryStatus, DeliveryVerb, LIFE};
pub use store::{counts, oldest_to_send};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::DeliveryView::SEEN_BY];
