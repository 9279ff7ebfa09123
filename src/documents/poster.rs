//! The "you said, we did" poster.
//! Never who said it, nor who wrote it down.

use askama::Template;

use crate::documents::Page;
use crate::documents::typed::Typed;

/// What people said, and what was done.
#[derive(Clone, Debug)]
pub struct SaidAndDone {
    /// What people said.
    pub you_said: Typed,
    /// What was decided, as the heading of the answer.
    pub decision: &'static str,
    /// Whether it is not done, so that the reason comes first.
    pub refused: bool,
    /// The same in a sentence.
    pub sentence: &'static str,
    /// What was done.
    pub we_did: Typed,
    /// Why.
    pub because: Typed,
}

/// A poster.
#[derive(Clone, Debug, Template)]
#[template(path = "you_said_we_did.html")]
pub struct Poster {
    /// What stands around it.
    pub page: Page,
    /// The plan's title.
    pub plan: Typed,
    /// What people said, and what was done.
    pub items: Vec<SaidAndDone>,
    /// Whether there is more than fits.
    pub more: bool,
}
