//! Chooses the contact method and the formats of a message to a person, its day, and whether the service sends it
//! itself.
//! Pure; which formats meet a need is in `formats`.

use std::collections::BTreeSet;

use jiff::ToSpan;

use crate::clock::Day;
use crate::deliveries::formats::{Asks, Format, asks, needed};
use crate::people::volunteers::{Contact, NeedKind};
use crate::vocabulary::contact::{FeedbackFrequency, FeedbackMethod as Way};

/// How one message reaches one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// Contact method.
    pub way: Way,
    /// Formats.
    pub formats: BTreeSet<Format>,
    /// Whether the service can send it itself.
    pub automatic: bool,
}

/// The order in which other contact methods are tried when none that the person asked for is possible.
const OTHERWISE: [Way; 4] = [Way::Letter, Way::Email, Way::Phone, Way::InPerson];

/// How a person gets a message: by the first contact method they asked for that reaches them and that their needs
/// allow.
/// `given` holds the formats in which somebody has written the message.
pub(super) fn of(person: &Contact, asked: &[Way], given: &BTreeSet<Format>) -> Choice {
    let needs = person.need_kinds();
    let suits = |way: &Way| !needs.iter().any(|need| asks(*need, *way) == Asks::AnotherWay);
    // Staff can ask for a postal address or a telephone number; an e-mail can't be sent without an address.
    let wished = asked.iter().filter(|way| **way != Way::Email || person.email.is_some());
    let known = OTHERWISE.iter().filter(|way| person.reached_by(**way));
    let way = wished.chain(known).copied().find(suits).unwrap_or(Way::InPerson);
    let formats = needed(&needs, way);
    let automatic = way == Way::Email && can_send(&needs, &formats, given) && !person.told_by_another;
    Choice { way, formats, automatic }
}

/// How a person is told again after a message by one contact method came back: by another that reaches them and suits their
/// needs, on the work list; in person where there is none.
pub(super) fn another(person: &Contact, not: Way) -> Choice {
    let needs = person.need_kinds();
    let suits = |way: &Way| !needs.iter().any(|need| asks(*need, *way) == Asks::AnotherWay);
    let ways = std::iter::once(person.way()).chain(OTHERWISE);
    let way = ways.filter(|way| *way != not && person.reached_by(*way)).find(suits).unwrap_or(Way::InPerson);
    Choice { way, formats: needed(&needs, way), automatic: false }
}

/// How a person gets a message by a contact method that is not their own choice, in the formats that are available.
pub(super) fn forced(person: &Contact, way: Way, given: &BTreeSet<Format>) -> Choice {
    let needs = person.need_kinds();
    let wanted = needed(&needs, way);
    if way != Way::Email {
        return Choice { way, formats: wanted, automatic: false };
    }
    if person.email.is_none() {
        // An e-mail can't be sent without an address; they get the message as they would otherwise.
        return of(person, &for_updates(person), given);
    }
    let formats = wanted.into_iter().filter(|format| made(*format, given)).collect();
    Choice { way, formats, automatic: !person.told_by_another }
}

/// Whether an e-mail can be in this format: the service makes large print itself, any other format somebody must have
/// written.
pub(super) fn made(format: Format, given: &BTreeSet<Format>) -> bool {
    format == Format::LargePrint || given.contains(&format)
}

/// Whether an automatic e-mail meets these needs, and nobody has to read the needs first.
pub(super) fn can_send(needs: &[NeedKind], formats: &BTreeSet<Format>, given: &BTreeSet<Format>) -> bool {
    formats.iter().all(|format| made(*format, given))
        && needs.iter().all(|need| asks(*need, Way::Email) != Asks::Judgement)
}

/// The contact methods by which a person wants updates: those they chose, else their preferred contact method.
pub(super) fn for_updates(person: &Contact) -> Vec<Way> {
    let mut ways: Vec<Way> =
        person.update_preferences.iter().flat_map(|preferences| preferences.methods.iter().copied()).collect();
    // If the preferred contact method is among those chosen, it comes first.
    ways.sort_by_key(|way| *way != person.way());
    if ways.is_empty() {
        ways.push(person.way());
    }
    ways
}

/// The first day on which a person may be told again, by the frequency they asked for, counted from the last time; none
/// for at once. What is already waiting is sent on the same day, together.
pub(super) fn send_from(frequency: Option<FeedbackFrequency>, last: Option<Day>, today: Day) -> Option<Day> {
    let last = last?;
    let between = match frequency? {
        FeedbackFrequency::Weekly => 1.week(),
        FeedbackFrequency::Monthly => 1.month(),
        FeedbackFrequency::Quarterly => 3.months(),
        FeedbackFrequency::AtMilestones => return None,
    };
    if last > today {
        return Some(last);
    }
    Some(Day::from(last.date().saturating_add(between))).filter(|day| *day > today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::volunteers::{CommunicationNeed, ContactWay, UpdatePreferences};

    fn person(way: ContactWay, needs: &[NeedKind]) -> Contact {
        Contact {
            preferred_contact: way,
            needs: needs.iter().map(|kind| CommunicationNeed { kind: *kind, detail: None }).collect(),
            ..Contact::reachable_by_everything()
        }
    }

    fn told(person: &Contact) -> (Way, Vec<&'static str>, bool) {
        let choice = of(person, &[person.way()], &BTreeSet::new());
        (choice.way, choice.formats.iter().map(|format| format.as_str()).collect(), choice.automatic)
    }

    #[test]
    fn the_persons_own_way_where_it_reaches_them_and_suits_their_needs() {
        for (way, needs, wanted) in [
            (ContactWay::Email, &[][..], (Way::Email, vec![], true)),
            (ContactWay::Letter, &[], (Way::Letter, vec![], false)),
            (ContactWay::Phone, &[], (Way::Phone, vec![], false)),
            (ContactWay::Email, &[NeedKind::LargePrint], (Way::Email, vec!["large_print"], true)),
            (ContactWay::Email, &[NeedKind::EasyRead], (Way::Email, vec!["easy_read"], false)),
            (ContactWay::Email, &[NeedKind::Braille], (Way::Email, vec!["braille"], false)),
            (ContactWay::Email, &[NeedKind::Other], (Way::Email, vec![], false)),
            (ContactWay::Email, &[NeedKind::Advocate], (Way::Email, vec![], false)),
            (ContactWay::Email, &[NeedKind::LipReading], (Way::Email, vec![], true)),
            (ContactWay::Phone, &[NeedKind::LipReading], (Way::Letter, vec![], false)),
            (ContactWay::Phone, &[NeedKind::Bsl], (Way::Letter, vec!["bsl"], false)),
        ] {
            assert_eq!(told(&person(way, needs)), wanted, "{way} {needs:?}");
        }
    }

    #[test]
    fn an_e_mail_without_an_address_goes_by_what_is_known() {
        let known = |address, phone| {
            told(&Contact { email: None, has_phone: phone, has_address: address, ..person(ContactWay::Email, &[]) }).0
        };
        assert_eq!(known(true, true), Way::Letter);
        assert_eq!(known(false, true), Way::Phone);
        assert_eq!(known(false, false), Way::InPerson);
        let letter = Contact { has_address: false, ..person(ContactWay::Letter, &[]) };
        assert_eq!(told(&letter).0, Way::Letter, "an address can be asked for");
    }

    #[test]
    fn what_came_back_goes_another_way_and_never_the_same() {
        let told = |person: &Contact, not| another(person, not).way;
        assert_eq!(told(&person(ContactWay::Letter, &[]), Way::Letter), Way::Email);
        assert_eq!(told(&person(ContactWay::Phone, &[]), Way::Letter), Way::Phone);
        assert_eq!(told(&person(ContactWay::Email, &[]), Way::Email), Way::Letter);
        let known = Contact { email: None, has_address: true, ..person(ContactWay::Letter, &[NeedKind::Bsl]) };
        assert_eq!(told(&known, Way::Letter), Way::InPerson, "nobody rings somebody who signs");
        assert!(!another(&known, Way::Letter).automatic);
    }

    #[test]
    fn easy_words_are_sent_where_somebody_wrote_them() {
        let person = person(ContactWay::Email, &[NeedKind::EasyRead, NeedKind::LargePrint]);
        let given = BTreeSet::from([Format::EasyRead]);
        assert!(of(&person, &[Way::Email], &given).automatic);
        assert!(!of(&person, &[Way::Email], &BTreeSet::new()).automatic);
    }

    #[test]
    fn updates_go_the_ways_that_were_chosen_for_them() {
        let mut person = person(ContactWay::Email, &[]);
        assert_eq!(for_updates(&person), [Way::Email]);
        let chosen = |ways: &[Way]| {
            Some(UpdatePreferences { methods: ways.iter().copied().collect(), frequency: FeedbackFrequency::Monthly })
        };
        person.update_preferences = chosen(&[Way::Poster, Way::Meeting]);
        assert_eq!(of(&person, &for_updates(&person), &BTreeSet::new()).way, Way::Poster);
        person.update_preferences = chosen(&[Way::Letter, Way::Email]);
        assert_eq!(for_updates(&person)[0], Way::Email);
        person.preferred_contact = ContactWay::Letter;
        assert_eq!(for_updates(&person)[0], Way::Letter);
        person.update_preferences = chosen(&[]);
        assert_eq!(for_updates(&person), [Way::Letter]);
    }

    #[test]
    fn nobody_is_told_more_often_than_they_asked() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        use FeedbackFrequency::{AtMilestones, Monthly, Quarterly, Weekly};
        for (frequency, last, today, wanted) in [
            (Some(Weekly), None, "2026-06-15", None),
            (None, Some("2026-06-15"), "2026-06-15", None),
            (Some(AtMilestones), Some("2026-06-15"), "2026-06-15", None),
            (Some(Weekly), Some("2026-06-15"), "2026-06-15", Some("2026-06-22")),
            (Some(Weekly), Some("2026-06-15"), "2026-06-21", Some("2026-06-22")),
            (Some(Weekly), Some("2026-06-15"), "2026-06-22", None),
            (Some(Monthly), Some("2026-01-31"), "2026-02-27", Some("2026-02-28")),
            (Some(Monthly), Some("2026-01-31"), "2026-02-28", None),
            (Some(Quarterly), Some("2026-03-31"), "2026-06-29", Some("2026-06-30")),
            (Some(Weekly), Some("2026-06-22"), "2026-06-16", Some("2026-06-22")),
        ] {
            assert_eq!(
                send_from(frequency, last.map(day), day(today)),
                wanted.map(day),
                "{frequency:?} {last:?} {today}"
            );
        }
    }
}
