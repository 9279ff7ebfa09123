//! The rules of sessions and attendance, case by case.
//! What needs a database is tested in `tests/it`.

use super::*;
use crate::refusal::Place;

fn volunteer(n: u128) -> VolunteerId {
    uuid::Uuid::from_u128(n).into()
}

fn agreement(n: u128) -> AgreementId {
    uuid::Uuid::from_u128(n + 100).into()
}

fn recorded(n: u128, outcome: Outcome) -> Recorded {
    Recorded { volunteer_id: volunteer(n), agreement_id: agreement(n), outcome, note: None, flags: Vec::new() }
}

fn entry(n: u128, outcome: Outcome) -> Entry {
    Entry { volunteer_id: volunteer(n), outcome, note: None, pointer: format!("/items/{n}") }
}

fn pointers(refusal: Option<Refusal>) -> Vec<String> {
    let places = refusal.map(|refusal| refusal.errors).unwrap_or_default().into_iter().map(|fault| fault.place);
    places.filter_map(|place| if let Place::Pointer(pointer) = place { Some(pointer) } else { None }).collect()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn a_session_is_held_from_its_first_moment_on() {
    let start = at("2026-04-07T13:00:00Z");
    assert_eq!(has_started(start, at("2026-04-07T12:59:59Z")).map_err(|no| no.kind), Err(Kind::SessionNotStarted));
    assert!(has_started(start, start).is_ok());
}

#[test]
fn a_cancellation_counts_from_a_moment_that_was() {
    let now = at("2026-04-07T13:00:00Z");
    let start = now;
    assert_eq!(cancelled_at(None, start, now), Ok(now));
    assert_eq!(cancelled_at(Some(at("2026-04-01T09:00:00Z")), start, now), Ok(at("2026-04-01T09:00:00Z")));
    for wrong in ["2026-04-07T13:01:00Z", "1926-04-07T13:00:00Z"] {
        assert_eq!(pointers(cancelled_at(Some(at(wrong)), start, now).err()), ["/cancelled_at"], "{wrong}");
    }
}

#[test]
fn attendance_of_a_cancelled_session_stands() {
    assert!(takes_attendance(SessionStatus::Scheduled).is_ok());
    assert!(takes_attendance(SessionStatus::Held).is_ok());
    assert_eq!(takes_attendance(SessionStatus::Cancelled).map_err(|no| no.kind), Err(Kind::NotEditable));
}

#[test]
fn only_people_who_are_engaged_are_recorded() {
    let covering = HashMap::from([(volunteer(1), agreement(1))]);
    let before = [recorded(2, Outcome::Attended)];
    let sent = |outcome| vec![entry(1, Outcome::Attended), entry(2, outcome), entry(3, Outcome::NoShow)];
    let refused = engaged(sent(Outcome::Attended), &before, &covering).err();
    assert_eq!(pointers(refused), ["/items/3/volunteer_id"], "what was recorded may be sent again");
    let refused = engaged(sent(Outcome::NoShow), &before, &covering).err();
    assert_eq!(pointers(refused), ["/items/2/volunteer_id", "/items/3/volunteer_id"]);
}

#[test]
fn only_what_differs_is_written() {
    let before = [recorded(1, Outcome::Attended), recorded(2, Outcome::NoShow)];
    let after = || vec![recorded(1, Outcome::Attended), recorded(3, Outcome::Excused)];
    let whole = Difference::of(&before, after(), true);
    assert_eq!((whole.changed.len(), whole.gone.as_slice()), (1, &[volunteer(2)][..]));
    assert!(Difference::of(&before, after(), false).gone.is_empty());
    assert!(Difference::of(&before, before.to_vec(), true).is_nothing());
}

#[test]
fn what_a_claim_rests_on_stays() {
    let before = [recorded(1, Outcome::Attended), recorded(2, Outcome::Attended)];
    let claimed = [volunteer(1)];
    let places = HashMap::from([(volunteer(1), "/items/0".to_owned())]);
    let judge = |after: Vec<Recorded>| {
        pointers(Difference::of(&before, after, true).leaves_claims_alone(&before, &claimed, &places).err())
    };
    let none: [&str; 0] = [];
    assert_eq!(judge(vec![recorded(1, Outcome::NoShow), recorded(2, Outcome::NoShow)]), ["/items/0/outcome"]);
    assert_eq!(judge(vec![recorded(2, Outcome::Attended)]), ["/items"]);
    assert_eq!(judge(vec![recorded(1, Outcome::Attended)]), none);
    let noted = Recorded { note: Some("Came late.".into()), ..recorded(1, Outcome::Attended) };
    assert_eq!(judge(vec![noted, recorded(2, Outcome::Attended)]), none);
}
