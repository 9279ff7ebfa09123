//! The advert of an opportunity, for a notice board, a letter or a web page.
//! Where adverts are placed is recorded in `channels`.

use askama::Template;

use crate::documents::offered::{Offered, Requirement};
use crate::documents::typed::Typed;
use crate::documents::{Contact, Notice, Page, qr};

/// Lived experience that the opportunity asks for.
#[derive(Clone, Debug)]
pub struct Experience {
    /// Perspective: patient, carer or family.
    pub perspective: &'static str,
    /// Name of the service that was used.
    pub service: Typed,
    /// Whether the experience is essential, not only helpful.
    pub essential: bool,
}

/// An advert. Empty fields are left off the page.
#[derive(Clone, Debug, Template)]
#[template(path = "advert.html")]
pub struct Advert {
    /// Header and footer of the page.
    pub page: Page,
    /// A notice when the opportunity is not open.
    pub notice: Option<Notice>,
    /// Title of the opportunity.
    pub title: Typed,
    /// Kind of activity.
    pub kind: &'static str,
    /// What that kind of activity is, for whoever does not know the word.
    pub about: &'static str,
    /// Address of its public page.
    pub link: String,
    /// Level of involvement and its meaning.
    pub level: Option<(&'static str, &'static str)>,
    /// Summary of the opportunity.
    pub summary: Typed,
    /// Who the opportunity is for.
    pub audience: Option<&'static str>,
    /// Lived experience that the opportunity asks for.
    pub experience: Vec<Experience>,
    /// Skills that help.
    pub skills: Typed,
    /// How much time is needed.
    pub commitment: Typed,
    /// Dates, in words.
    pub days: Option<String>,
    /// How people meet: in person, online or either.
    pub mode: Option<&'static str>,
    /// Venue.
    pub venue: Typed,
    /// How to get to the venue and into the building.
    pub access_notes: Typed,
    /// Number of places.
    pub places: i32,
    /// Role on an interview panel and its meaning.
    pub panel: Option<(&'static str, &'static str)>,
    /// How the person's scores count on the panel, and what that means.
    pub scoring: Option<(&'static str, &'static str)>,
    /// Expenses and pay for time.
    pub offered: Option<Offered>,
    /// Clearances and training needed before starting.
    pub needed: Vec<Requirement>,
    /// Member of staff to contact.
    pub contact: Option<Contact>,
    /// Closing date and time, in words.
    pub closes: Option<String>,
}

impl Advert {
    /// Whether the section on who the opportunity is for has anything to show.
    #[must_use]
    pub fn seeks(&self) -> bool {
        self.audience.is_some() || !self.experience.is_empty() || !self.skills.is_empty() || self.panel.is_some()
    }

    /// Code of its public page.
    #[must_use]
    pub fn code(&self) -> String {
        qr::svg(&self.link, "Code of the page of this opportunity")
    }

    /// The advert as plain text.
    #[must_use]
    pub fn text(&self) -> AdvertText<'_> {
        AdvertText { advert: self }
    }
}

/// An advert as plain text, for an email or a message.
#[derive(Debug, Template)]
#[template(path = "advert.txt")]
pub struct AdvertText<'a> {
    advert: &'a Advert,
}
