//! What somebody with lived experience needs to know before they sit on an interview panel.
//! Nothing about candidates: the service knows nothing about them.

use askama::Template;

use crate::documents::offered::{Offered, Requirement};
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page};

/// When and where the panel meets.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// When.
    pub when: String,
    /// Where.
    pub venue: Typed,
}

/// A preparation pack.
#[derive(Clone, Debug, Template)]
#[template(path = "preparation_pack.html")]
pub struct PreparationPack {
    /// What stands around it.
    pub page: Page,
    /// That it is a draft, or over.
    pub notice: Option<Notice>,
    /// The panel's title.
    pub title: Typed,
    /// The person's part, and what it means.
    pub role: Option<(&'static str, &'static str)>,
    /// Whether the person leads the panel, which asks for more.
    pub chair: bool,
    /// What the person's scores weigh.
    pub scoring: Option<(&'static str, &'static str)>,
    /// What is needed before somebody starts.
    pub needed: Vec<Requirement>,
    /// How people are prepared, in the words of the plan.
    pub preparation: Typed,
    /// How much time it takes.
    pub commitment: Typed,
    /// Its days.
    pub days: Option<String>,
    /// When it meets.
    pub meetings: Vec<Meeting>,
    /// Where people meet.
    pub mode: Option<&'static str>,
    /// The place.
    pub venue: Typed,
    /// How to get there and in.
    pub access_notes: Typed,
    /// What is offered.
    pub offered: Option<Offered>,
    /// Whom to ask.
    pub contact: Option<Contact>,
}
