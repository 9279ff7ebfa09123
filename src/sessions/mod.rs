//! Sessions of opportunities: planned, told to those who are expected, prepared, and who attended them, on which claims for
//! time depend.

mod arrangement_store;
pub mod arrangement_views;
mod arrangements;
mod attendance;
pub(crate) mod attendance_store;
pub mod attendance_views;
mod counts;
mod erase;
mod expected_store;
mod export;
mod facts;
mod feature;
mod leave;
mod list_store;
mod moved;
mod news;
mod news_rules;
mod news_store;
mod news_words;
mod own_store;
mod preparation_pack;
mod replies;
mod reply_store;
pub mod reply_views;
mod routes;
pub(crate) mod rules;
mod run_sheet;
pub mod run_sheet_views;
mod series;
pub mod series_views;
mod sheet;
mod show;
mod status;
mod store;
pub mod views;
mod window;
mod write;

pub(crate) use attendance::register;
pub use attendance_store::{ATTENDED_OF_ASKED, last_recorded, sat_on_a_panel};
pub use erase::{clear_notes, erase};
pub use expected_store::{expected_at, who_knows};
pub use export::{arrangements as export_arrangements, export, news as export_news, replies as export_replies};
pub use facts::{AttendedSession, Planned, SessionFacts};
pub use feature::FEATURE;
pub use leave::{hold_news_of, leave};
pub(crate) use list_store::SOONEST;
pub(crate) use moved::{meeting_place, move_with};
pub use news::{remind_due, tell_person};
pub(crate) use news::{tell_all, tell_of};
pub(crate) use replies::reply_to_session;
pub(crate) use routes::stepped;
pub use routes::{list_sessions, routes};
pub(crate) use status::SessionVerb;
pub use status::{LIFE, SessionStatus};
pub(crate) use store::of_opportunities;
pub use store::{LOCKED_ATTENDANCE, titles, to_come_on_plan, visible_among};
pub(crate) use store::{SessionRow, hold, lock, lock_to_come};
pub use window::claim_by;
pub(crate) use write::{step, touch};

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::SessionView::SEEN_BY];
