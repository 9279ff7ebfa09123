//! Secret addresses: what somebody may do without a log-in because they hold an address that only they were told. Two
//! kinds: an address in a message, which answers the one question that the message asks, and the address at which a
//! calendar app reads a person's sessions. Only hashes of the secrets are kept (ADR 23).
//!
//! Answering is a process (`processes::answer_question`); the calendar is made in `me`.

mod calendar;
mod erase;
mod export;
mod feature;
mod page;
mod questions;
mod routes;
mod secret;
mod views;

pub use calendar::{CalendarAddress, find as calendar_address, make as make_calendar_address, owner, remove_of};
pub use erase::{close_all, close_of_message};
pub use feature::FEATURE;
pub use page::{Answering, answered, problem_page};
pub use questions::{Answers, Question, QuestionKind, ask, close, expire, find, is_open};
pub use routes::{FORMATS, READ_FORM, routes};
pub use secret::Secret;
pub use views::{AnsweredView, ReplyFilter, SecretReply, WrittenAnswer};
