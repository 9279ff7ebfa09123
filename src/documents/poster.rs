//! The "you said, we did" poster.
//! It never names who gave or recorded the feedback.

use askama::Template;

use crate::documents::Page;
use crate::documents::typed::Typed;

/// One item of published feedback and its response.
#[derive(Clone, Debug)]
pub struct SaidAndDone {
    /// The feedback.
    pub you_said: Typed,
    /// The decision, as a heading.
    pub decision: &'static str,
    /// Whether the decision was not to act; the reason is then shown first.
    pub refused: bool,
    /// The decision, as a sentence.
    pub sentence: &'static str,
    /// What was done.
    pub we_did: Typed,
    /// The reason for the decision.
    pub because: Typed,
    /// How many people, hours and pounds stand behind it, as a sentence; none where that can't be told.
    pub behind: Option<String>,
}

/// A poster.
#[derive(Clone, Debug, Template)]
#[template(path = "you_said_we_did.html")]
pub struct Poster {
    /// Header and footer of the page.
    pub page: Page,
    /// Title of the plan.
    pub plan: Typed,
    /// Published feedback, newest first.
    pub items: Vec<SaidAndDone>,
    /// Whether there is more feedback than the page shows.
    pub more: bool,
}

/// Most items on a printed page: more of them could not be read from a chair.
const ON_A_SHEET: usize = 3;
/// Sizes of the type, in points, that can be read from a chair, from the largest.
const SIZES: [usize; 5] = [30, 24, 20, 16, 14];
/// The size of what fits no page in any of them.
const SMALLEST: usize = 12;

/// A printed page of items, and how large they are set.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The items.
    pub items: &'a [SaidAndDone],
    /// Size of the type, in points.
    pub points: usize,
}

/// Where a printed page stands: the first has the title above the items, the last has the footer below them.
#[derive(Clone, Copy, Debug)]
struct Room {
    first: bool,
    last: bool,
}

impl Room {
    /// The height for items, in tenths of a millimetre.
    const fn height(self) -> usize {
        match (self.first, self.last) {
            (true, true) => 1_330,
            (true, false) => 1_900,
            (false, true) => 1_950,
            (false, false) => 2_500,
        }
    }

    /// The largest type in which these items fit.
    fn points(self, items: &[SaidAndDone]) -> Option<usize> {
        let fits = |points: &usize| items.iter().map(|item| item.height(*points)).sum::<usize>() <= self.height();
        SIZES.into_iter().find(fits)
    }
}

impl SaidAndDone {
    /// About how high it is in print, in tenths of a millimetre: two columns of lines under headings, in a frame. At a size of
    /// one point, a column would take 380 characters in a line.
    fn height(&self, points: usize) -> usize {
        let lines = |text: &Typed| -> usize {
            text.lines().iter().map(|line| line.length().div_ceil((380 / points).max(1))).sum()
        };
        let both = usize::from(!self.we_did.is_empty() && !self.because.is_empty());
        // The sentence of what stands behind it takes two lines, rarely three.
        let behind = if self.behind.is_some() { 3 } else { 0 };
        let did = (lines(&self.we_did) + lines(&self.because)).max(1) + both + behind;
        let (frame, heading, line) = (180 + 32 * both, 57 * points / 10, 44 * points / 10);
        frame + heading + line * lines(&self.you_said).max(did)
    }
}

impl Poster {
    /// Whether it must say what "behind this" counts.
    #[must_use]
    pub fn tells_what_is_behind(&self) -> bool {
        self.items.iter().any(|item| item.behind.is_some())
    }

    /// The items, a printed page of them at a time, each page set as large as it can be.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet<'_>> {
        let (mut sheets, mut rest) = (Vec::new(), self.items.as_slice());
        while !rest.is_empty() {
            let set = |many: usize| {
                let (items, after) = rest.split_at(many.min(rest.len()));
                let room = Room { first: sheets.is_empty(), last: after.is_empty() };
                (Sheet { items, points: room.points(items).unwrap_or(SMALLEST) }, after)
            };
            let readable = (1..=ON_A_SHEET).rev().map(set).find(|(sheet, _)| sheet.points > SMALLEST);
            let (sheet, after) = readable.unwrap_or_else(|| set(1));
            sheets.push(sheet);
            rest = after;
        }
        sheets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(said: usize, did: usize) -> SaidAndDone {
        let words = |length: usize| Typed::new(&"word ".repeat(length / 5));
        SaidAndDone {
            you_said: words(said),
            decision: "We did",
            refused: false,
            sentence: "We have done this.",
            we_did: words(did),
            because: Typed::default(),
            behind: None,
        }
    }

    #[test]
    fn a_sheet_has_up_to_three_items_as_large_as_they_fit() {
        for (items, wanted) in [
            (vec![], vec![]),
            (vec![item(60, 60)], vec![(1, 30)]),
            (vec![item(60, 60), item(60, 60)], vec![(2, 20)]),
            (vec![item(60, 60); 3], vec![(3, 14)]),
            (vec![item(60, 60); 5], vec![(3, 16), (2, 24)]),
            // The second would make the type of the first sheet too small to be read from a chair.
            (vec![item(60, 500), item(60, 500)], vec![(1, 16), (1, 16)]),
            (vec![item(60, 4_000)], vec![(1, 12)]),
        ] {
            let page = Page::new(&crate::trust::Trust::default(), crate::documents::Layout::Standard, "", "", day());
            let poster = Poster { page, plan: Typed::default(), items, more: false };
            let sheets: Vec<(usize, usize)> =
                poster.sheets().iter().map(|sheet| (sheet.items.len(), sheet.points)).collect();
            assert_eq!(sheets, wanted);
        }
    }

    fn day() -> crate::clock::Day {
        "2026-06-15".parse().unwrap()
    }
}
