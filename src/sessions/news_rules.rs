//! What one person is to be told of one session, from what they know, what is pending and how things are. Pure.

use serde::{Deserialize, Serialize};

use crate::clock::{Day, Instant};
use crate::db::ids::{DeliveryId, ServiceId, SessionId, VolunteerId};
use crate::deliveries::About;
use crate::text::{LongText, ShortText};
use crate::vocabulary::opportunity::Mode;

/// Sessions that are nearer than this are told of at once.
const NEAR_DAYS: i64 = 3;
/// Hour in London until which the messages of a day are collected.
const EVENING: i8 = 18;

/// What is said of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub venue: Option<ShortText>,
    pub mode: Option<Mode>,
    pub join_details: Option<LongText>,
}

/// What a message says of a session, and what the person knew of it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub said: Said,
    pub was: Option<Said>,
}

/// Messages about sessions: of one person and opportunity, at most one of each group is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// That sessions are planned, or changed.
    News,
    /// That sessions moved to a day on which the person is not expected.
    Away,
    /// That a session is near.
    Reminder,
}

impl Group {
    /// The group of a delivery.
    pub fn of(about: About) -> Self {
        match about {
            About::SessionReminder => Self::Reminder,
            About::SessionMovedAway => Self::Away,
            _ => Self::News,
        }
    }

    /// What a delivery with these items is about.
    pub fn about(self, items: &[(SessionId, Item)]) -> About {
        match self {
            Self::Reminder => About::SessionReminder,
            Self::Away => About::SessionMovedAway,
            Self::News if items.iter().any(|(_, item)| item.was.is_some()) => About::SessionChanged,
            Self::News => About::SessionPlanned,
        }
    }
}

/// How things stand between one person and one session.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub volunteer: VolunteerId,
    pub session: SessionId,
    pub service: ServiceId,
    /// The session as it is, if the person is expected at it and it is still to come.
    pub now: Option<Said>,
    /// The session as it is, if it moved to a day that their agreement does not cover, from one that it covers and that is still
    /// to come.
    pub away: Option<Said>,
    /// What is pending.
    pub pending: Option<(DeliveryId, Group, Item)>,
    /// What they were told last; none where that is that it moved away from them.
    pub known: Option<Said>,
    /// Whether anything was written to them about it since the days before it began on which people are reminded.
    pub told_lately: bool,
    /// Whether they said that they can't come, to the date that it has now.
    pub declined: bool,
}

/// What the person is to be told of the session, if anything. With 0 days nobody is reminded.
pub(super) fn wanted(standing: Standing, today: Day, remind_days: u16) -> Option<(Group, Item)> {
    let Some(said) = standing.now else {
        // Whoever knows of it would come to an empty room.
        let (said, was) = standing.away.zip(standing.known)?;
        return Some((Group::Away, Item { said, was: Some(was) }));
    };
    let was = standing.known.clone().filter(|known| *known != said);
    let near = remind_days > 0 && said.starts_at.london_day().plus_days(-i64::from(remind_days)) <= today;
    if near && !standing.told_lately && !standing.declined {
        return Some((Group::Reminder, Item { said, was }));
    }
    match standing.pending {
        // A reminder that is still right is still to be given, unless they said meanwhile that they can't come.
        Some((_, Group::Reminder, item)) if item.said == said && !standing.declined => Some((Group::Reminder, item)),
        _ if standing.known.as_ref() == Some(&said) => None,
        // Whoever said so knows of it, whoever told them.
        Some((_, Group::Reminder, _)) | None if standing.declined && standing.known.is_none() => None,
        _ => Some((Group::News, Item { said, was })),
    }
}

/// The moment before which a message waits for others of its day: the next six in the evening in London; none where a
/// session is near.
pub(super) fn not_before(items: &[&Item], now: Instant) -> Option<Instant> {
    let today = now.london_day();
    let nearest = items.iter().flat_map(|item| [Some(&item.said), item.was.as_ref()]).flatten();
    if nearest.map(|said| said.starts_at.london_day()).min()? <= today.plus_days(NEAR_DAYS) {
        return None;
    }
    let at = |day: Day| Instant::of_london_clock(day.date().at(EVENING, 0, 0, 0));
    at(today).filter(|evening| now < *evening).or_else(|| at(today.plus_days(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(starts: &str, venue: &str) -> Said {
        let starts_at: Instant = starts.parse().unwrap();
        Said {
            starts_at,
            ends_at: starts_at.plus_minutes(60),
            venue: Some(venue.into()),
            mode: None,
            join_details: None,
        }
    }

    fn standing(now: Option<Said>, pending: Option<(Group, Item)>, known: Option<Said>, lately: bool) -> Standing {
        let nil = uuid::Uuid::nil();
        Standing {
            volunteer: nil.into(),
            session: nil.into(),
            service: nil.into(),
            now,
            away: None,
            pending: pending.map(|(group, item)| (nil.into(), group, item)),
            known,
            told_lately: lately,
            declined: false,
        }
    }

    #[test]
    fn people_are_told_what_they_do_not_know() {
        let (a, b) = (said("2026-06-20T10:00:00Z", "Hall"), said("2026-06-21T10:00:00Z", "Library"));
        let today: Day = "2026-06-10".parse().unwrap();
        let news =
            |said: &Said, was: Option<&Said>| Some((Group::News, Item { said: said.clone(), was: was.cloned() }));
        let told = |standing| wanted(standing, today, 3);
        assert_eq!(told(standing(Some(a.clone()), None, None, true)), news(&a, None));
        assert_eq!(told(standing(Some(b.clone()), None, Some(a.clone()), true)), news(&b, Some(&a)));
        assert_eq!(told(standing(Some(a.clone()), None, Some(a.clone()), true)), None);
        assert_eq!(told(standing(None, news(&a, None), Some(a.clone()), true)), None, "no longer theirs");
        assert_eq!(told(standing(Some(a.clone()), news(&b, Some(&a)), Some(a.clone()), true)), None, "moved back");
    }

    #[test]
    fn whoever_knows_of_a_session_that_moved_away_from_them_is_told_once() {
        let (a, b) = (said("2026-06-20T10:00:00Z", "Hall"), said("2026-06-27T10:00:00Z", "Hall"));
        let today: Day = "2026-06-10".parse().unwrap();
        let away = Some((Group::Away, Item { said: b.clone(), was: Some(a.clone()) }));
        let told = |pending, known| {
            wanted(Standing { away: Some(b.clone()), ..standing(None, pending, known, true) }, today, 3)
        };
        assert_eq!(told(None, Some(a.clone())), away);
        assert_eq!(told(away.clone(), Some(a.clone())), away, "it stays until they are told");
        assert_eq!(told(None, None), None, "nobody told them");
        assert_eq!(Group::of(Group::Away.about(&[])), Group::Away);
    }

    #[test]
    fn a_reminder_is_given_once_and_again_after_a_move() {
        let a = said("2026-06-20T10:00:00Z", "Hall");
        let day = |text: &str| text.parse::<Day>().unwrap();
        let reminder = Some((Group::Reminder, Item { said: a.clone(), was: None }));
        let of = |pending, lately| standing(Some(a.clone()), pending, Some(a.clone()), lately);
        assert_eq!(wanted(of(None, false), day("2026-06-16"), 3), None);
        assert_eq!(wanted(of(None, false), day("2026-06-17"), 3), reminder);
        assert_eq!(wanted(of(None, false), day("2026-06-17"), 0), None);
        assert_eq!(wanted(of(None, true), day("2026-06-17"), 3), None, "told of it lately");
        assert_eq!(wanted(of(reminder.clone(), true), day("2026-06-17"), 3), reminder);
        let other = said("2026-06-20T12:00:00Z", "Hall");
        let moved = standing(Some(other.clone()), reminder, Some(a.clone()), true);
        assert_eq!(wanted(moved, day("2026-06-17"), 3), Some((Group::News, Item { said: other, was: Some(a) })));
    }

    #[test]
    fn whoever_said_that_they_cannot_come_is_not_reminded() {
        let (a, b) = (said("2026-06-20T10:00:00Z", "Hall"), said("2026-06-20T10:00:00Z", "Library"));
        let today: Day = "2026-06-17".parse().unwrap();
        let reminder = || Some((Group::Reminder, Item { said: b.clone(), was: None }));
        let declined = |pending, known| Standing { declined: true, ..standing(Some(b.clone()), pending, known, true) };
        for known in [None, Some(b.clone())] {
            assert_eq!(wanted(declined(None, known.clone()), today, 3), None);
            assert_eq!(wanted(declined(reminder(), known), today, 3), None, "not one that waits either");
        }
        // Where it is now, they hear all the same: they may change their mind.
        let news = Some((Group::News, Item { said: b.clone(), was: Some(a.clone()) }));
        assert_eq!(wanted(declined(reminder(), Some(a)), today, 3), news);
        let planned = Some((Group::News, Item { said: b.clone(), was: None }));
        assert_eq!(wanted(declined(planned.clone(), None), today, 3), planned);
    }

    #[test]
    fn messages_wait_for_the_evening_unless_a_session_is_near() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let item = |starts: &str| Item { said: said(starts, "Hall"), was: None };
        let far = item("2026-06-20T10:00:00Z");
        assert_eq!(not_before(&[&far], at("2026-06-15T10:00:00Z")), Some(at("2026-06-15T17:00:00Z")));
        assert_eq!(not_before(&[&far], at("2026-06-15T17:00:00Z")), Some(at("2026-06-16T17:00:00Z")));
        assert_eq!(not_before(&[&far, &item("2026-06-18T10:00:00Z")], at("2026-06-15T10:00:00Z")), None);
        let away = Item { said: far.said.clone(), was: Some(said("2026-06-16T10:00:00Z", "Hall")) };
        assert_eq!(not_before(&[&away], at("2026-06-15T10:00:00Z")), None, "they would go there");
    }
}
