//! The advert of an opportunity, for a notice board, a letter or a web page.
//! Where it is put up stands in the channels.

use askama::Template;

use crate::documents::offered::{Offered, Requirement};
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page};

/// Lived experience that is looked for.
#[derive(Clone, Debug)]
pub struct Experience {
    /// From which side.
    pub perspective: &'static str,
    /// Of which service.
    pub service: Typed,
    /// Whether it is needed, not merely welcome.
    pub essential: bool,
}

/// An advert. What is empty or none is left out.
#[derive(Clone, Debug, Template)]
#[template(path = "advert.html")]
pub struct Advert {
    /// What stands around it.
    pub page: Page,
    /// Whether it is open at all.
    pub notice: Option<Notice>,
    /// Its title.
    pub title: Typed,
    /// What kind of activity it is.
    pub kind: &'static str,
    /// The level of involvement, and what it means.
    pub level: Option<(&'static str, &'static str)>,
    /// What it is about.
    pub summary: Typed,
    /// Who is sought.
    pub audience: Option<&'static str>,
    /// The lived experience that is looked for.
    pub experience: Vec<Experience>,
    /// Skills that help.
    pub skills: Typed,
    /// How much time it takes.
    pub commitment: Typed,
    /// Its days.
    pub days: Option<String>,
    /// Where people meet.
    pub mode: Option<&'static str>,
    /// The place.
    pub venue: Typed,
    /// How to get there and in.
    pub access_notes: Typed,
    /// How many people are sought.
    pub places: i32,
    /// The part on an interview panel, and what it means.
    pub panel: Option<(&'static str, &'static str)>,
    /// What scores weigh there, and what that means.
    pub scoring: Option<(&'static str, &'static str)>,
    /// What is offered.
    pub offered: Option<Offered>,
    /// What is needed before somebody starts.
    pub needed: Vec<Requirement>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// Until when to answer.
    pub closes: Option<String>,
}

impl Advert {
    /// Whether it says anything about who is sought.
    #[must_use]
    pub fn seeks(&self) -> bool {
        self.audience.is_some() || !self.experience.is_empty() || !self.skills.is_empty() || self.panel.is_some()
    }

    /// The same as plain text.
    #[must_use]
    pub fn text(&self) -> AdvertText<'_> {
        AdvertText { advert: self }
    }
}

/// An advert as plain text, for an e-mail or a message.
#[derive(Debug, Template)]
#[template(path = "advert.txt")]
pub struct AdvertText<'a> {
    advert: &'a Advert,
}
