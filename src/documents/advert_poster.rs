//! An advert as a poster of one A4 page, and as slips to go with appointment letters: how large each is set, so that it
//! fills its page and never runs over it.
//! Heights are estimates in hundredths of a millimetre, a little too high rather than too low; the layout is in the
//! templates and their style.

use askama::Template;

use crate::documents::advert::Advert;
use crate::documents::typed::Typed;
use crate::documents::{Notice, Page};

/// Sizes of the type of a poster, in points, from the largest.
const POSTER: [usize; 8] = [26, 24, 22, 20, 18, 16, 14, 12];
/// The height of a page of a poster, within its margins.
const PAGE: usize = 26_800;
/// Sizes of the type of a slip, in points, from the largest.
const SLIP: [usize; 6] = [13, 12, 11, 10, 9, 8];
/// The height of a slip, within its frame.
const STRIP: usize = 7_900;

/// How many lines a text takes, where so many characters stand in one.
fn lines(length: usize, in_a_line: usize) -> usize {
    length.div_ceil(in_a_line.max(1))
}

/// An advert as a poster of one A4 page, to be read at two metres.
#[derive(Debug, Template)]
#[template(path = "advert_poster.html")]
pub struct AdvertPoster<'a> {
    advert: &'a Advert,
    page: &'a Page,
}

impl<'a> AdvertPoster<'a> {
    /// The advert as a poster.
    #[must_use]
    pub fn of(advert: &'a Advert) -> Self {
        Self { advert, page: &advert.page }
    }

    /// What it is about, as far as a poster has room for it.
    fn what(&self) -> Typed {
        self.advert.summary.brief(170)
    }

    /// The size of its type, in points: as large as one page allows.
    fn points(&self) -> usize {
        POSTER.into_iter().find(|points| self.height(*points) <= PAGE).unwrap_or(12)
    }

    fn height(&self, points: usize) -> usize {
        let advert = self.advert;
        let head = (53 * points * lines(self.page.trust.length(), 600 / points) + 1_100).max(1_300) + 32 * points + 250;
        let kind = 46 * points * lines(advert.kind.len() + 14, 860 / points) + 9 * points;
        let title = 90 * points * lines(advert.title.length(), 350 / points) + 21 * points;
        let notice = advert.notice.map_or(0, |notice| 110 * points + 46 * points * lines(said(notice), 850 / points));
        let what = 51 * points * lines(self.what().length(), 820 / points) + 14 * points;
        head + kind + title + notice + what + self.facts(points) + self.answer(points) + 1_400 + 25 * points
    }

    fn facts(&self, points: usize) -> usize {
        let advert = self.advert;
        let facts = [
            advert.audience.map_or(0, str::len),
            advert.days.as_ref().map_or(0, String::len),
            advert.venue.length(),
            advert.paid().len(),
        ];
        // The terms stand before them, in a column of their own.
        let in_a_line = 908_usize.saturating_sub(9 * points) / points;
        let fact = |length: usize| 46 * points * lines(length, in_a_line) + 7 * points + 50;
        facts.into_iter().filter(|length| *length > 0).map(fact).sum::<usize>() + 28 * points
    }

    fn answer(&self, points: usize) -> usize {
        let advert = self.advert;
        let contact = advert.contact.as_ref();
        let said = [
            contact.map_or(0, |contact| contact.name.length() + 8),
            contact.and_then(|contact| contact.phone.as_ref()).map_or(0, |phone| phone.len()),
            contact.map_or(0, |contact| contact.email.len()),
            advert.closes.as_ref().map_or(0, |closes| closes.len() + 3),
        ];
        // Beside them stands the code.
        let in_a_line = 700_usize.saturating_sub(5 * points) / points;
        let said: usize = said.into_iter().map(|length| lines(length, in_a_line)).sum();
        (43 * points * said + 62 * points).max(5_500) + 29 * points + 300
    }
}

/// An advert as slips, several to a page, to go with an appointment letter.
#[derive(Debug, Template)]
#[template(path = "advert_slip.html")]
pub struct AdvertSlip<'a> {
    advert: &'a Advert,
    page: &'a Page,
}

impl<'a> AdvertSlip<'a> {
    /// The advert as slips.
    #[must_use]
    pub fn of(advert: &'a Advert) -> Self {
        Self { advert, page: &advert.page }
    }

    /// What it is about, as far as a slip has room for it.
    fn what(&self) -> Typed {
        self.advert.summary.brief(160)
    }

    /// The size of its type, in points: as large as a slip allows.
    fn points(&self) -> usize {
        SLIP.into_iter().find(|points| self.height(*points) <= STRIP).unwrap_or(8)
    }

    fn height(&self, points: usize) -> usize {
        let advert = self.advert;
        let contact = advert.contact.as_ref().map_or(0, |contact| {
            contact.name.length() + contact.email.len() + contact.phone.as_ref().map_or(0, |it| it.len())
        });
        let paragraphs = [
            self.page.trust.length() + self.page.service.length() + 2,
            self.what().length(),
            advert.audience.map_or(0, str::len) + advert.days.as_ref().map_or(0, String::len) + 14,
            advert.paid().len() + 9,
            contact + advert.closes.as_ref().map_or(0, String::len) + 38,
            38,
            advert.notice.map_or(0, |notice| said(notice) + 4),
        ];
        let paragraph = |length: usize| 45 * points * lines(length, 730 / points) + 85;
        let title = 55 * points * lines(advert.title.length(), 530 / points) + 85;
        let notice = advert.notice.map_or(0, |_| 600);
        paragraphs.into_iter().filter(|length| *length > 0).map(paragraph).sum::<usize>() + title + notice
    }
}

fn said(notice: Notice) -> usize {
    notice.word.len() + notice.meaning.len() + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_as_many_lines_as_it_fills() {
        for (length, in_a_line, wanted) in [(0, 40, 0), (1, 40, 1), (40, 40, 1), (41, 40, 2), (5, 0, 5)] {
            assert_eq!(lines(length, in_a_line), wanted, "{length} {in_a_line}");
        }
    }
}
