//! Who sees how much of a support contact, when support is due, and what may be recorded.
//! Pure functions: no SQL, no HTTP, no clock.

use crate::access::{Viewer, Viewers};
use crate::agreements::AgreementStatus;
use crate::clock::Day;
use crate::refusal::{Happened, Kind, Refusal};
use crate::text::{Person, comparable};

/// The first contact is due this many days after the start of an agreement.
const FIRST_CONTACT_DAYS: i64 = 28;
/// An induction is due this many days after it began.
const INDUCTION_DAYS: i64 = 28;

/// Whether a log-in is the link person: by its subject or, where the agreement names none, by their e-mail address.
#[must_use]
pub fn is_link_person(person: &Person, subject: &str) -> bool {
    match &person.subject {
        Some(named) => comparable(named) == comparable(subject),
        None => comparable(person.email.as_str()) == comparable(subject),
    }
}

/// Whether a log-in may record support: the link person's, or, where the agreement names no subject, that of anybody
/// who works for the service, because then the link person can't be told from others.
#[must_use]
pub(super) fn may_record(link_person: &Person, subject: &str, works_there: bool) -> bool {
    is_link_person(link_person, subject) || (link_person.subject.is_none() && works_there)
}

/// Whom a caller is to a contact: volunteers see their own as volunteers, even if they are the link person or a lead
/// (docs/rules.md, point 2).
pub(super) fn viewer(caller: Viewers, link_person: bool) -> Viewer {
    let caller = if link_person { caller.with(Viewer::LinkPerson) } else { caller };
    caller.nearest()
}

/// The dates of an agreement that decide about its support.
#[derive(Clone, Copy, Debug)]
pub(super) struct SupportDates {
    pub status: AgreementStatus,
    pub starts_on: Day,
    /// Day of the newest contact.
    pub supported_on: Option<Day>,
    /// Due day of the next contact, as the newest contact named it.
    pub next_due: Option<Day>,
    /// Due day of the induction; none where it is complete or there is none.
    pub induction_due_on: Option<Day>,
}

impl SupportDates {
    fn is_live(self) -> bool {
        AgreementStatus::IN_FORCE.contains(&self.status)
    }

    /// When the next contact is due: on the day that the newest contact named; the first, 28 days after the start.
    pub fn due_on(self) -> Option<Day> {
        match self.supported_on {
            None => Some(self.starts_on.plus_days(FIRST_CONTACT_DAYS)),
            Some(_) => self.next_due,
        }
    }

    /// Whether a contact is overdue: the due day has passed, and the agreement is active or paused.
    pub fn is_overdue(self, today: Day) -> bool {
        self.is_live() && self.due_on().is_some_and(|due| due < today)
    }

    /// Whether the induction is overdue.
    pub fn is_induction_overdue(self, today: Day) -> bool {
        self.is_live() && self.induction_due_on.is_some_and(|due| due < today)
    }
}

/// Support can be recorded under an agreement that is or was in force, so that contacts can be entered afterwards.
///
/// # Errors
/// `not-editable`.
pub(super) fn recordable(status: AgreementStatus) -> Result<(), Refusal> {
    if AgreementStatus::BEGUN.contains(&status) {
        return Ok(());
    }
    let detail = format!("Support can't be recorded under an agreement with the status {status}.");
    Err(Refusal::new(Kind::NotEditable, detail))
}

/// An induction can be changed while its agreement is in force.
///
/// # Errors
/// `not-editable`.
pub(super) fn inductable(status: AgreementStatus) -> Result<(), Refusal> {
    if AgreementStatus::IN_FORCE.contains(&status) {
        return Ok(());
    }
    let detail = format!("The induction can't be changed: the agreement has the status {status}.");
    Err(Refusal::new(Kind::NotEditable, detail))
}

/// When a contact or a step of an induction can have happened: since the agreement began, until today.
pub(super) fn possible(began_on: Day, today: Day) -> Happened {
    Happened::since(began_on, "the day on which the agreement began or was drafted", today)
}

/// Due day of an induction that begins with this agreement, counted from its start or, if later, from today.
pub(super) fn induction_due(starts_on: Day, today: Day) -> Day {
    starts_on.max(today).plus_days(INDUCTION_DAYS)
}

/// The day on which the last item was done; none while an item is not done.
pub(super) fn completed_on(done: &[Option<Day>]) -> Option<Day> {
    done.iter().copied().collect::<Option<Vec<Day>>>()?.into_iter().max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::views::{SupportContactItem, SupportContactView};
    use AgreementStatus::{Active, Draft, Ended, Issued, Paused, Refused, Withdrawn};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_person_is_known_by_subject_and_without_one_by_an_address_that_is_it() {
        for (named, subject, is) in [
            (Some("nurse.okafor"), "nurse.okafor", true),
            (Some("nurse.okafor"), " Nurse.Okafor", true),
            (Some("nurse.okafor"), "amara@trust.example", false),
            (None, "amara@trust.example", true),
            (None, "Amara@Trust.example", true),
            (None, "nurse.okafor", false),
            (None, "", false),
        ] {
            let person = Person {
                name: "Amara Okafor".into(),
                email: "amara@trust.example".into(),
                phone: None,
                subject: named.map(Into::into),
            };
            assert_eq!(is_link_person(&person, subject), is, "{named:?} {subject}");
        }
    }

    #[test]
    fn notes_are_for_link_person_lead_and_volunteer() {
        let caller = |viewers: &[Viewer]| Viewers::of(viewers);
        for (caller, link, shared, private) in [
            (caller(&[Viewer::Lead]), false, true, true),
            (caller(&[Viewer::Service]), true, true, true),
            (caller(&[Viewer::Lead, Viewer::Own]), true, true, false),
            (caller(&[Viewer::Own]), false, true, false),
            (caller(&[Viewer::Service]), false, false, false),
        ] {
            let viewer = viewer(caller, link);
            let sees = (viewer.sees(SupportContactItem::SHARED_NOTE), viewer.sees(SupportContactView::PRIVATE_NOTE));
            assert_eq!(sees, (shared, private), "{caller:?} {link}");
        }
    }

    #[test]
    fn support_is_overdue_from_the_day_after_while_the_agreement_lives() {
        let today = day("2026-06-15");
        for (status, starts_on, newest, overdue) in [
            (Active, "2026-05-18", None, false),
            (Active, "2026-05-17", None, true),
            (Paused, "2026-05-17", None, true),
            (Ended, "2026-05-17", None, false),
            (Issued, "2026-01-01", None, false),
            (Active, "2026-01-01", Some(Some("2026-06-15")), false),
            (Active, "2026-01-01", Some(Some("2026-06-14")), true),
            (Ended, "2026-01-01", Some(Some("2026-06-14")), false),
            (Active, "2026-01-01", Some(None), false),
        ] {
            let dates = SupportDates {
                status,
                starts_on: day(starts_on),
                supported_on: newest.map(|_| day("2026-05-20")),
                next_due: newest.flatten().map(day),
                induction_due_on: None,
            };
            assert_eq!(dates.is_overdue(today), overdue, "{status} {starts_on} {newest:?}");
        }
    }

    #[test]
    fn an_induction_is_overdue_from_the_day_after_until_it_is_done() {
        let today = day("2026-06-15");
        for (status, due, overdue) in [
            (Active, Some("2026-06-15"), false),
            (Active, Some("2026-06-14"), true),
            (Paused, Some("2026-06-14"), true),
            (Ended, Some("2026-06-14"), false),
            (Active, None, false),
        ] {
            let dates = SupportDates {
                status,
                starts_on: day("2026-01-01"),
                supported_on: None,
                next_due: None,
                induction_due_on: due.map(day),
            };
            assert_eq!(dates.is_induction_overdue(today), overdue, "{status} {due:?}");
        }
    }

    #[test]
    fn support_and_induction_go_with_the_agreement() {
        for (status, support, induction) in [
            (Draft, false, false),
            (Issued, false, false),
            (Active, true, true),
            (Paused, true, true),
            (Ended, true, false),
            (Refused, false, false),
            (Withdrawn, false, false),
        ] {
            assert_eq!((recordable(status).is_ok(), inductable(status).is_ok()), (support, induction), "{status}");
        }
    }

    #[test]
    fn an_induction_has_four_weeks_from_when_it_could_begin() {
        let today = day("2026-06-15");
        for (starts_on, due) in
            [("2026-01-10", "2026-07-13"), ("2026-06-15", "2026-07-13"), ("2026-06-16", "2026-07-14")]
        {
            assert_eq!(induction_due(day(starts_on), today), day(due));
        }
    }

    #[test]
    fn a_checklist_is_complete_with_its_last_item() {
        let (first, last) = (day("2026-06-01"), day("2026-06-10"));
        for (done, on) in [(vec![Some(last), Some(first)], Some(last)), (vec![Some(last), None], None), (vec![], None)]
        {
            assert_eq!(completed_on(&done), on, "{done:?}");
        }
    }
}
