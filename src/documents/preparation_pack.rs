//! What somebody with lived experience needs to know before they sit on an interview panel.
//! It holds nothing about candidates, because the service stores nothing about them.

use askama::Template;

use crate::documents::offered::{Offered, Requirement};
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page};

/// One meeting of the panel.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Date and times, in words.
    pub when: String,
    /// Venue, if it differs from the opportunity's.
    pub venue: Typed,
}

/// A preparation pack.
#[derive(Clone, Debug, Template)]
#[template(path = "preparation_pack.html")]
pub struct PreparationPack {
    /// Header and footer of the page.
    pub page: Page,
    /// A notice when the opportunity is a draft or has ended.
    pub notice: Option<Notice>,
    /// Title of the panel.
    pub title: Typed,
    /// Role on the panel and its meaning.
    pub role: Option<(&'static str, &'static str)>,
    /// Whether the person leads the panel, which needs more preparation.
    pub chair: bool,
    /// How the person's scores count, and what that means.
    pub scoring: Option<(&'static str, &'static str)>,
    /// Clearances and training needed before starting.
    pub needed: Vec<Requirement>,
    /// How people are prepared, as worded in the plan.
    pub preparation: Typed,
    /// How much time is needed.
    pub commitment: Typed,
    /// Dates, in words.
    pub days: Option<String>,
    /// Meetings of the panel.
    pub meetings: Vec<Meeting>,
    /// How people meet: in person, online or either.
    pub mode: Option<&'static str>,
    /// Venue.
    pub venue: Typed,
    /// How to get to the venue and into the building.
    pub access_notes: Typed,
    /// Expenses and pay for time.
    pub offered: Option<Offered>,
    /// Member of staff to contact.
    pub contact: Option<Contact>,
}
