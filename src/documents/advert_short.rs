//! As much of an advert as a poster or a slip has room for, and how many lines a text takes on paper. Width is in
//! thousandths of the size of the type.

use crate::documents::advert::Advert;
use crate::documents::typed::Typed;

/// How many characters of each text there is room for. What can't be cut is left off where it is longer: half a telephone
/// number or e-mail address reaches nobody, half a rate misleads, and the code leads to the page that has all of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    /// Title.
    pub title: usize,
    /// What it is about.
    pub what: usize,
    /// Venue.
    pub venue: usize,
    /// Rates for time, together.
    pub rates: usize,
    /// Name of the contact.
    pub name: usize,
    /// A telephone number, and an address of the contact or the portal; twice as much where there is no number.
    pub contact: usize,
    /// Name of the service.
    pub service: usize,
    /// Postal address of the trust.
    pub address: usize,
}

/// An advert, as short as the paper asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short<'a> {
    pub advert: &'a Advert,
    pub room: Room,
}

impl Short<'_> {
    pub fn title(&self) -> Typed {
        self.advert.title.cut(self.room.title)
    }

    pub fn what(&self) -> Typed {
        self.advert.summary.brief(self.room.what)
    }

    pub fn venue(&self) -> Typed {
        self.advert.venue.cut(self.room.venue)
    }

    /// What is paid, in a few words; empty where nothing is said.
    pub fn paid(&self) -> String {
        self.advert.offered.as_ref().map(|offered| offered.on_a_poster(self.room.rates)).unwrap_or_default()
    }

    /// Name of the contact.
    pub fn name(&self) -> Typed {
        self.advert.contact.as_ref().map(|contact| contact.name.cut(self.room.name)).unwrap_or_default()
    }

    pub fn phone(&self) -> Option<&str> {
        let phone = self.advert.contact.as_ref()?.phone.as_deref()?;
        Some(phone).filter(|phone| phone.chars().count() <= self.room.contact)
    }

    pub fn email(&self) -> Option<&str> {
        let email = self.advert.contact.as_ref()?.email.as_str();
        let most = if self.phone().is_some() { self.room.contact } else { 2 * self.room.contact };
        Some(email).filter(|email| email.chars().count() <= most)
    }

    pub fn service(&self) -> Typed {
        self.advert.page.service.cut(self.room.service)
    }

    /// The trust and the service that it is from, in one line.
    pub fn issuer(&self) -> Typed {
        let page = &self.advert.page;
        let names: Vec<&str> =
            [page.trust.plain(), page.service.plain()].into_iter().filter(|name| !name.is_empty()).collect();
        Typed::new(&names.join(": ")).cut(2 * self.room.service)
    }

    /// Postal address of the trust, in one line.
    pub fn address(&self) -> Typed {
        let lines: Vec<&str> = self.advert.page.address.iter().map(Typed::plain).collect();
        Typed::new(&lines.join(", ")).cut(self.room.address)
    }

    pub fn portal(&self) -> Option<&str> {
        let portal = self.advert.page.portal.as_deref()?;
        Some(portal).filter(|portal| portal.chars().count() <= self.room.contact)
    }
}

/// What fits: as much of the texts as there is room for, then as large as they can be set. Where nothing fits, the shortest
/// in the smallest type.
pub(super) fn fitting(rooms: &[Room], sizes: &[usize], fits: impl Fn(Room, usize) -> bool) -> (Room, usize) {
    let mut all = rooms.iter().flat_map(|room| sizes.iter().map(move |points| (*room, *points)));
    let last = all.clone().next_back();
    all.find(|(room, points)| fits(*room, *points)).or(last).unwrap_or_default()
}

/// So many hundredths of a millimetre, in thousandths of the size of a type in points.
pub(super) const fn ems(width: usize, points: usize) -> usize {
    width * 100_000 / (3_528 * points)
}

/// The same for bold type, which is a tenth wider.
pub(super) const fn bold_ems(width: usize, points: usize) -> usize {
    ems(width, points) * 10 / 11
}

/// The width of a character in Arial, in thousandths of the size of the type, rather too much than too little. What is no
/// Latin letter counts as a square.
fn width(character: char) -> usize {
    match character {
        ' ' | '.' | ',' | ':' | ';' | '!' | '\'' | '’' | '|' | '/' | 'f' | 'i' | 'j' | 'l' | 't' | 'I' => 280,
        '(' | ')' | '-' | '"' | 'r' => 360,
        'm' | 'M' => 840,
        'w' => 730,
        'W' => 950,
        '@' => 1_020,
        _ if character.is_ascii_digit() || character.is_lowercase() || character == '£' => 560,
        _ if character.is_uppercase() => 760,
        _ => 1_000,
    }
}

/// How many lines a text takes, where each is so wide, in thousandths of the size of the type. A word that does not fit goes to
/// the next line; one that is wider than a line is torn.
pub(super) fn lines(text: &str, room: usize) -> usize {
    let room = room.max(1);
    let (mut lines, mut used) = (0, room);
    for word in text.split_whitespace() {
        let wide: usize = word.chars().map(width).sum();
        let after = used + width(' ') + wide;
        if after <= room {
            used = after;
        } else {
            let torn = wide.div_ceil(room);
            lines += torn;
            used = wide - (torn - 1) * room;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_as_many_lines_as_its_words_fill() {
        for (text, room, wanted) in [
            ("", 5_000, 0),
            ("hoe", 5_000, 1),
            // 1,680 for a word, 280 for the space.
            ("hoe hoe 10", 3_640, 2),
            ("hoe hoe", 3_640, 1),
            ("hoe hoe", 3_639, 2),
            ("hoe hoehoehoehoehoehoe", 3_640, 4),
            ("WWW", 2_000, 2),
            ("مرحبا", 2_000, 3),
            ("abc", 0, 1_680),
        ] {
            assert_eq!(lines(text, room), wanted, "{text} {room}");
        }
        assert_eq!((ems(18_200, 18), bold_ems(18_200, 18)), (28_659, 26_053));
    }

    #[test]
    fn what_fits_is_long_before_it_is_large() {
        let (long, short) = (Room { title: 9, ..Room::default() }, Room { title: 5, ..Room::default() });
        let found = |fits: fn(Room, usize) -> bool| {
            let (room, points) = fitting(&[long, short], &[20, 18], fits);
            (room.title, points)
        };
        assert_eq!(found(|_, _| true), (9, 20));
        assert_eq!(found(|_, points| points < 20), (9, 18));
        assert_eq!(found(|room, _| room.title < 9), (5, 20));
        assert_eq!(found(|_, _| false), (5, 18));
    }
}
