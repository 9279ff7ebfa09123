//! An agreement on paper: its frozen text with its hash, and what both sides said to it.
//! Which words the text has stands in `agreements::wording`.

use askama::Template;

use crate::documents::offered::Offered;
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page};

/// A part of the text: a heading, and what stands under it, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading, where it has one.
    pub heading: Option<&'static str>,
    /// Its lines.
    pub lines: Vec<Typed>,
}

/// What one side said.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// Who.
    pub who: Typed,
    /// When; none where they have not said anything yet.
    pub when: Option<String>,
    /// How: online, on paper.
    pub how: &'static str,
    /// Who saw it signed.
    pub witness: Typed,
}

/// An agreement.
#[derive(Clone, Debug, Template)]
#[template(path = "agreement.html")]
pub struct Agreement {
    /// What stands around it.
    pub page: Page,
    /// That it is a draft, or over.
    pub notice: Option<Notice>,
    /// Whether time is paid, which decides the words around the text, too.
    pub paid: bool,
    /// What it is for.
    pub title: Typed,
    /// With whom.
    pub person: Typed,
    /// How the person needs to be written or spoken to: for whoever gives it to them, on the screen alone.
    pub needs: Vec<Typed>,
    /// What the person does.
    pub role: Typed,
    /// The days that it covers.
    pub days: String,
    /// When both sides look at it again.
    pub review: Option<String>,
    /// What is offered.
    pub offered: Offered,
    /// Whom the person turns to.
    pub link_person: Contact,
    /// The text; empty once it was erased.
    pub body: Vec<Part>,
    /// The hash of the text; none before issue.
    pub sha256: Option<String>,
    /// What the trust said, then what the person said.
    pub sides: [Acknowledgement; 2],
}

impl Agreement {
    /// Whether the person is still asked to sign.
    #[must_use]
    pub fn to_be_signed(&self) -> bool {
        self.sha256.is_some() && self.sides.iter().any(|side| side.when.is_none())
    }
}
