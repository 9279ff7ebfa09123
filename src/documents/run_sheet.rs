//! The run sheet of a session on paper and on a telephone: for whoever receives people at the door.

use askama::Template;

use crate::documents::typed::Typed;
use crate::documents::{Contact, Page};

/// Something that is arranged for somebody.
#[derive(Clone, Debug)]
pub struct Arranged {
    /// What it is.
    pub what: Typed,
    /// How far it is arranged, in words.
    pub status: &'static str,
    /// Whether it is still to be booked.
    pub open: bool,
    /// Details.
    pub detail: Typed,
}

/// Somebody beside a person who is expected: whom to ring in an emergency, an advocate or carer, a guardian.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What they are there for.
    pub role: &'static str,
    /// Who they are.
    pub who: Typed,
    /// How to reach them.
    pub contact: Typed,
    /// The contact as the address of a link, where it is a telephone number.
    pub tel: Option<String>,
}

/// Somebody who is expected.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Name that they go by.
    pub name: Typed,
    /// Legal name, where it is another one.
    pub legal_name: Typed,
    /// Pronouns.
    pub pronouns: Typed,
    /// What they replied, in words.
    pub reply: &'static str,
    /// What they said with it.
    pub note: Typed,
    /// Whether the session was moved after the reply.
    pub moved_since: bool,
    /// How to reach them; empty if nothing is recorded.
    pub contact: Typed,
    /// The contact as the address of a link, where it is a telephone number.
    pub tel: Option<String>,
    /// Communication needs, in words.
    pub needs: Vec<Typed>,
    /// What is arranged, and what is still to be booked: every adjustment is one or the other.
    pub arrangements: Vec<Arranged>,
    /// The people beside them.
    pub beside: Vec<Beside>,
    /// Checks that are not in date, in words.
    pub missing: Vec<String>,
    /// Link person of the agreement, where it is not the one at the head of the sheet.
    pub link_person: Option<Contact>,
}

/// The run sheet of a session.
#[derive(Clone, Debug, Template)]
#[template(path = "run_sheet.html")]
pub struct RunSheet {
    /// Header and footer of the page.
    pub page: Page,
    /// Title of the opportunity.
    pub title: Typed,
    /// Title of the session.
    pub session: Typed,
    /// Whether the session was cancelled.
    pub cancelled: bool,
    /// When it takes place, in words.
    pub when: String,
    /// Venue.
    pub venue: Typed,
    /// How to get there and into the building.
    pub access_notes: Typed,
    /// How people meet.
    pub mode: Option<&'static str>,
    /// How to take part from somewhere else.
    pub join_details: Typed,
    /// Who can be asked.
    pub link_person: Option<Contact>,
    /// Number of people who said that they come.
    pub coming: usize,
    /// Number of arrangements still to be booked.
    pub to_book: usize,
    /// Last day on which contact details were shown, in words, once it has passed.
    pub contacts_until: Option<String>,
    /// Everybody who did not say that they can't come, by name.
    pub people: Vec<Expected>,
    /// Those who said that they can't come.
    pub apart: Vec<Expected>,
}
