//! What people are told of sessions, in words: when, where and how, and what it was before.

use crate::documents::words;
use crate::sessions::news_rules::{Group, Item, Said};
use crate::vocabulary::opportunity::Mode;

/// The text of a message about one or more sessions, in the order of time.
pub(super) fn message(group: Group, items: &[&Item]) -> String {
    let texts: Vec<String> = items.iter().map(|item| one(group, item)).collect();
    texts.join("\n")
}

fn one(group: Group, item: &Item) -> String {
    let now = when_and_where(&item.said);
    let join = item.said.join_details.as_deref().filter(|text| !text.trim().is_empty());
    let join = join.map_or_else(String::new, |text| format!("\nHow to take part: {text}"));
    match &item.was {
        Some(was) => format!("It was to be: {}.\nNow it is: {now}.{join}", when_and_where(was)),
        None if group == Group::Reminder => format!("We meet on {now}.{join}"),
        None => format!("{now}.{join}"),
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
        assert_eq!(
            message(Group::Reminder, &[&planned]),
            "We meet on Tuesday 7 April 2026, 2pm to 4pm, Room 2, Riverside Centre."
        );
    }
}
