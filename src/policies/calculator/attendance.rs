//! Whether a line of a session is paid, by how the session went.
//! Not here: the amount, and whether the claim may be submitted at all.

use crate::policies::terms::Cancellation;

use super::explain::hours_and_minutes;
use super::{Attendance, Outcome};

/// Whether a line is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payable {
    /// Paid like any other line.
    Paid,
    /// The line pays nothing.
    Nothing,
}

/// Whether a line of a session is paid, with the reason where one must be given.
pub(super) fn standing(
    attendance: Option<Attendance>,
    cancellation: Cancellation,
    time: bool,
) -> (Payable, Vec<String>) {
    let said = |standing, words: &str| (standing, vec![words.to_owned()]);
    let Some(attendance) = attendance else { return (Payable::Paid, Vec::new()) };
    match attendance.outcome {
        Outcome::LeftEarly if time => said(Payable::Paid, "Left early: paid in full"),
        Outcome::Excused if time => said(Payable::Nothing, "Excused: time is not paid"),
        Outcome::Attended | Outcome::LeftEarly | Outcome::Excused => (Payable::Paid, Vec::new()),
        Outcome::NoShow => said(Payable::Nothing, "Did not attend: nothing is paid"),
        Outcome::CancelledByTrust => cancelled(attendance.notice_minutes, cancellation.notice_hours),
    }
}

/// Whether a session that the trust cancelled is paid as if attended: with less notice than promised, or when the notice is
/// not known.
#[must_use]
pub fn is_paid_when_cancelled(notice_minutes: Option<i64>, cancellation: Cancellation) -> bool {
    cancelled(notice_minutes, cancellation.notice_hours).0 == Payable::Paid
}

/// With less notice than promised, or when the notice is not known, the person is paid.
fn cancelled(notice_minutes: Option<i64>, notice_hours: i64) -> (Payable, Vec<String>) {
    let promised_minutes = notice_hours.saturating_mul(60);
    let promised = hours_and_minutes(promised_minutes);
    match notice_minutes {
        Some(minutes) if minutes >= promised_minutes => {
            (Payable::Nothing, vec![format!("Cancelled by the trust with {promised} to go or more: nothing is paid")])
        }
        Some(_) => {
            let words = format!("Cancelled by the trust with less than {promised} to go: paid as if attended");
            (Payable::Paid, vec![words])
        }
        None => (Payable::Paid, vec!["Cancelled by the trust: paid as if attended".to_owned()]),
    }
}
