//! The printed agreement: its frozen text with the text's hash, and how each side acknowledged it.
//! The text itself is composed in `agreements::wording`.

use askama::Template;

use crate::documents::offered::Offered;
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page};

/// A section of the text: a heading and the lines below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Heading, if the section has one.
    pub heading: Option<&'static str>,
    /// Lines of text.
    pub lines: Vec<Typed>,
}

/// How one side acknowledged the agreement.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// Name of the person.
    pub who: Typed,
    /// Date and time, in words; `None` while they have not acknowledged it.
    pub when: Option<String>,
    /// How it was acknowledged: online or on paper.
    pub how: &'static str,
    /// Name of the witness.
    pub witness: Typed,
}

/// An agreement.
#[derive(Clone, Debug, Template)]
#[template(path = "agreement.html")]
pub struct Agreement {
    /// Header and footer of the page.
    pub page: Page,
    /// A notice when the agreement is a draft or has ended.
    pub notice: Option<Notice>,
    /// Whether time is paid; the wording around the text depends on it.
    pub paid: bool,
    /// Title of the opportunity.
    pub title: Typed,
    /// Name of the volunteer.
    pub person: Typed,
    /// Communication needs of the volunteer, for the member of staff who hands over the document. Shown on screen, not
    /// printed.
    pub needs: Vec<Typed>,
    /// Role of the volunteer.
    pub role: Typed,
    /// What is expected of the volunteer, for the easy version, which has no text; empty if nothing is said.
    pub expectations: Typed,
    /// Dates that the agreement covers, in words.
    pub days: String,
    /// Review date, in words.
    pub review: Option<String>,
    /// Expenses and pay for time.
    pub offered: Offered,
    /// Member of staff who supports the volunteer.
    pub link_person: Contact,
    /// Text of the agreement; empty after erasure.
    pub body: Vec<Part>,
    /// SHA-256 of the text; `None` until the agreement is issued.
    pub sha256: Option<String>,
    /// Acknowledgement by the trust, then by the volunteer.
    pub sides: [Acknowledgement; 2],
    /// Whether the page has room for a signature: issued, and neither answered nor taken back.
    pub to_be_signed: bool,
    /// What stands where a side has not acknowledged it.
    pub unsaid: &'static str,
}
