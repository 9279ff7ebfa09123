//! An advert as a poster of one A4 page, and as slips to go with appointment letters: how much of each text it has and how large
//! it is set, so that it can be read, fills its page and never runs over it.
//! Sizes are estimates in hundredths of a millimetre, a little too large rather than too small: a line at one point is 46 high
//! (1.3 of its size). The layout is in the templates and their style; `tests/browser` prints both with the longest texts.

use askama::Template;

use crate::documents::advert::Advert;
use crate::documents::advert_short::{Room, Short, bold_ems, ems, fitting, lines};
use crate::documents::{Notice, Page, other_formats};

/// Sizes of the type of a poster, in points, from the largest.
///
/// The smallest can be read at two metres. Somebody with ordinary sight (6/6) reads letters of 5 minutes of arc (the chart of
/// ISO 8596), which are 2.9 mm high at that distance. In Arial, a small letter without ascender is 0.519 of the size of the type
/// and a capital 0.716: at 18 points, 3.3 mm and 4.5 mm.
const POSTER: [usize; 8] = [26, 24, 23, 22, 21, 20, 19, 18];
/// The width and the height of a page of a poster, within its margins.
const WIDTH: usize = 18_200;
const PAGE: usize = 26_800;
/// What a poster has room for: all that is usual first, then less and less.
const POSTER_ROOM: [Room; 4] = [
    Room { title: 110, what: 170, venue: 110, rates: 90, name: 40, contact: 60, service: 60, address: 160 },
    Room { title: 80, what: 110, venue: 70, rates: 75, name: 32, contact: 45, service: 50, address: 120 },
    Room { title: 60, what: 60, venue: 50, rates: 0, name: 24, contact: 36, service: 40, address: 80 },
    Room { title: 42, what: 0, venue: 38, rates: 0, name: 22, contact: 30, service: 38, address: 60 },
];
/// Most characters of a title that is set large.
const LARGE_TITLE: usize = 40;
/// The size of what is read from close by: the service, a notice, what stands beneath the code and at the foot.
const SMALL: usize = 14;

/// Sizes of the type of a slip, in points, from the largest. It is read at hand.
const SLIP: [usize; 2] = [13, 12];
/// The width of the text of a slip, beside the code, and the height within the frame.
const STRIP_WIDTH: usize = 14_200;
const STRIP: usize = 8_000;
/// What a slip has room for.
const SLIP_ROOM: [Room; 4] = [
    Room { title: 110, what: 110, venue: 0, rates: 90, name: 40, contact: 60, service: 60, address: 120 },
    Room { title: 80, what: 90, venue: 0, rates: 75, name: 32, contact: 45, service: 50, address: 80 },
    Room { title: 60, what: 70, venue: 0, rates: 75, name: 28, contact: 40, service: 40, address: 60 },
    Room { title: 45, what: 0, venue: 0, rates: 0, name: 22, contact: 30, service: 30, address: 40 },
];

/// An advert as a poster of one A4 page, to be read at two metres.
#[derive(Debug, Template)]
#[template(path = "advert_poster.html")]
pub struct AdvertPoster<'a> {
    advert: &'a Advert,
    page: &'a Page,
    short: Short<'a>,
    points: usize,
}

impl<'a> AdvertPoster<'a> {
    /// The advert as a poster.
    #[must_use]
    pub fn of(advert: &'a Advert) -> Self {
        let set = |room, points| Self { advert, page: &advert.page, short: Short { advert, room }, points };
        let (room, points) = fitting(&POSTER_ROOM, &POSTER, |room, points| set(room, points).height() <= PAGE);
        set(room, points)
    }

    /// Whether its title is too long to be set large.
    fn long(&self) -> bool {
        self.short.title().length() > LARGE_TITLE
    }

    fn height(&self) -> usize {
        let points = self.points;
        let kind = format!("Get involved: {}", self.advert.kind);
        let kind = 46 * points * lines(&kind, bold_ems(WIDTH, points)) + 9 * points;
        // The large title takes 2.3 times the size, a long one 1.6 times.
        let (line, room) = if self.long() { (63, WIDTH * 10 / 16) } else { (90, WIDTH * 10 / 23) };
        let title = line * points * lines(self.short.title().plain(), bold_ems(room, points)) + 21 * points;
        let notice = self.advert.notice.map_or(0, |notice| 650 * lines(&said(notice), ems(WIDTH - 1_000, SMALL)) + 520);
        let what = 51 * points * lines(self.short.what().plain(), ems(WIDTH * 10 / 11, points)) + 14 * points;
        self.head() + kind + title + notice + what + self.facts() + self.answer() + self.foot()
    }

    /// The names of the trust and the service, beside the logo.
    fn head(&self) -> usize {
        let points = self.points;
        let room = if self.page.logo.is_some() { WIDTH - 6_000 - 36 * points } else { WIDTH };
        let names = 46 * points * lines(self.page.trust.plain(), bold_ems(room, points))
            + 650 * lines(self.short.service().plain(), bold_ems(room, SMALL));
        names.max(1_200) + 32 * points + 160
    }

    fn facts(&self) -> usize {
        let (advert, points) = (self.advert, self.points);
        let (venue, paid) = (self.short.venue(), self.short.paid());
        let facts = [
            advert.audience.unwrap_or_default(),
            advert.days.as_deref().unwrap_or_default(),
            venue.plain(),
            paid.as_str(),
        ];
        // The terms stand before them, in a column of their own.
        let room = ems(WIDTH, points) - 4_700;
        let fact = |text: &&str| 46 * points * lines(text, room) + 7 * points + 30;
        facts.iter().filter(|text| !text.is_empty()).map(fact).sum::<usize>() + 28 * points
    }

    fn answer(&self) -> usize {
        let points = self.points;
        let name = format!("Talk to {}", self.short.name().plain());
        let closes = self.advert.closes.as_ref().map(|closes| format!("By {closes}")).unwrap_or_default();
        let said = [
            name.as_str(),
            self.short.phone().unwrap_or_default(),
            self.short.email().unwrap_or_default(),
            closes.as_str(),
        ];
        // Beside them stands the code, with two lines beneath it.
        let room = ems(WIDTH - 4_020, points) - 2_600;
        let said: usize = said.into_iter().map(|text| lines(text, room)).sum();
        (43 * points * said + 62 * points).max(5_000 + 7 * points) + 29 * points + 220
    }

    /// Where the trust is, and other formats.
    fn foot(&self) -> usize {
        let where_it_is = format!("{}. {}", self.short.address().plain(), self.short.portal().unwrap_or_default());
        let formats = format!("We can send this in {}.", other_formats(self.page.layout));
        let room = ems(WIDTH, SMALL);
        25 * self.points + 60 + 650 * (lines(&where_it_is, room) + lines(&formats, room))
    }
}

/// An advert as slips, several to a page, to go with an appointment letter.
#[derive(Debug, Template)]
#[template(path = "advert_slip.html")]
pub struct AdvertSlip<'a> {
    advert: &'a Advert,
    page: &'a Page,
    short: Short<'a>,
    points: usize,
}

impl<'a> AdvertSlip<'a> {
    /// The advert as slips.
    #[must_use]
    pub fn of(advert: &'a Advert) -> Self {
        let set = |room, points| Self { advert, page: &advert.page, short: Short { advert, room }, points };
        let (room, points) = fitting(&SLIP_ROOM, &SLIP, |room, points| set(room, points).height() <= STRIP);
        set(room, points)
    }

    fn height(&self) -> usize {
        let (advert, short, points) = (self.advert, self.short, self.points);
        let closes = advert.closes.as_ref().map(|closes| format!(" Tell us by {closes}.")).unwrap_or_default();
        let (phone, email) = (short.phone().unwrap_or_default(), short.email().unwrap_or_default());
        let paragraphs = [
            short.issuer().plain().to_owned(),
            short.what().plain().to_owned(),
            format!(
                "Who: {}. When: {}.",
                advert.audience.unwrap_or_default(),
                advert.days.as_deref().unwrap_or_default()
            ),
            format!("You get: {}", short.paid()),
            format!("Interested? Talk to {}: {phone}, {email}.{closes}", short.name().plain()),
            format!(
                "Another format or language? Ask us: {}. {}",
                short.address().plain(),
                short.portal().unwrap_or_default()
            ),
            advert.notice.map(said).unwrap_or_default(),
        ];
        let paragraph = |text: &String| 45 * points * lines(text, ems(STRIP_WIDTH, points)) + 43;
        let title = 51 * points * lines(short.title().plain(), bold_ems(STRIP_WIDTH * 4 / 5, points)) + 43;
        let notice = advert.notice.map_or(0, |_| 300);
        paragraphs.iter().filter(|text| !text.is_empty()).map(paragraph).sum::<usize>() + title + notice
    }
}

fn said(notice: Notice) -> String {
    format!("{}. {}", notice.word, notice.meaning)
}

#[cfg(test)]
#[path = "advert_poster_tests.rs"]
mod tests;
