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

impl Poster {
    /// The items, a printed page of them at a time.
    #[must_use]
    pub fn sheets(&self) -> Vec<&[SaidAndDone]> {
        self.items.chunks(ON_A_SHEET).collect()
    }
}
