//! What people are told of sessions, in words: when, where and how, and what it was before.

use crate::documents::words;
use crate::sessions::news_rules::{Group, Item, Said};
use crate::vocabulary::opportunity::Mode;

/// The text of a message about one or more sessions, in the order of time.
pub(super) fn message(group: Group, items: &[&Item]) -> String {
    let mut texts = Vec::new();
    for (position, item) in items.iter().enumerate() {
        texts.push(one(group, item));
        if group == Group::Away {
            continue;
        }
        // Of sessions in a row that are joined in the same way, that is said once.
        let join = how_to_join(item);
        if join != items.get(position + 1).and_then(|next| how_to_join(next)) {
            texts.extend(join.map(|join| format!("How to take part: {join}")));
        }
    }
    texts.join("\n")
}

fn how_to_join(item: &Item) -> Option<&str> {
    item.said.join_details.as_deref().filter(|text| !text.trim().is_empty())
}

fn one(group: Group, item: &Item) -> String {
    let now = when_and_where(&item.said);
    match &item.was {
        Some(was) if when_and_where(was) == now && how_to_join(item).is_some() => {
            format!("{now}.\nHow to take part has changed.")
        }
        Some(was) if when_and_where(was) == now => {
            format!("{now}.\nWhat we told you about joining from elsewhere no longer holds.")
        }
        Some(was) => format!("It was to be: {}.\nNow it is: {now}.", when_and_where(was)),
        None if group == Group::Reminder => format!("We meet on {now}."),
        None => format!("{now}."),
    }
}

/// When, where and how people meet, in one line.
fn when_and_where(said: &Said) -> String {
    let mut text = words::span(said.starts_at, said.ends_at);
    let how = said.mode.map(|mode| match mode {
        Mode::InPerson => "in person",
        Mode::Online => "online or by telephone",
        Mode::Hybrid => "in person, online or by telephone",
    });
    for part in said.venue.as_deref().into_iter().chain(how) {
        text.push_str(", ");
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_and_the_new_in_words() {
        let said = |starts: &str, venue: Option<&str>, mode, join: Option<&str>| Said {
            starts_at: starts.parse().unwrap(),
            ends_at: starts.parse::<crate::clock::Instant>().unwrap().plus_minutes(120),
            venue: venue.map(Into::into),
            mode,
            join_details: join.map(Into::into),
        };
        let hall = said("2026-04-07T13:00:00Z", Some("Room 2, Riverside Centre"), None, None);
        let call = said("2026-04-09T13:30:00Z", None, Some(Mode::Online), Some("Telephone 01223 555 0101"));
        let (planned, moved) =
            (Item { said: hall.clone(), was: None }, Item { said: call.clone(), was: Some(hall.clone()) });
        assert_eq!(
            message(Group::News, &[&planned, &moved]),
            "Tuesday 7 April 2026, 2pm to 4pm, Room 2, Riverside Centre.\nIt was to be: Tuesday 7 April 2026, 2pm to 4pm, \
             Room 2, Riverside Centre.\nNow it is: Thursday 9 April 2026, 2:30pm to 4:30pm, online or by telephone.\nHow \
             to take part: Telephone 01223 555 0101"
        );
        let again = Item { said: call, was: None };
        assert_eq!(message(Group::News, &[&again, &again]).matches("How to take part").count(), 1);
        assert_eq!(message(Group::News, &[&again, &planned, &again]).matches("How to take part").count(), 2);
        assert_eq!(
            message(Group::Reminder, &[&planned]),
            "We meet on Tuesday 7 April 2026, 2pm to 4pm, Room 2, Riverside Centre."
        );
    }
}
