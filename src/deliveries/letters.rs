//! The letters of a batch as one document: each with its address, in the format that its person needs.
//! What they say is in `words`; the layout is in `documents`.

use std::collections::{BTreeSet, HashMap};

use crate::access::{Action, permit};
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::db::page::Rows;
use crate::deliveries::formats::Format;
use crate::deliveries::store::DeliveryRow;
use crate::deliveries::titles::titles;
use crate::deliveries::{About, words};
use crate::documents::{self, Layout, Letter, Letters, Page, Typed};
use crate::http::Content;
use crate::people::volunteers::{self, Postal};
use crate::refusal::Result;
use crate::secret_addresses::{self, Answers};
use crate::services::{self, ServiceFacts};
use crate::work::Reader;

/// Formats that a sheet of paper can have.
const PRINTED: [Format; 2] = [Format::LargePrint, Format::EasyRead];

/// Sessions of one letter that have a code for the answer. The reminder before each later one has its own.
const MOST_CODES: usize = 6;

/// To whom and from whom the letters go.
pub(super) struct People {
    to: HashMap<VolunteerId, Postal>,
    from: HashMap<ServiceId, ServiceFacts>,
    about: HashMap<uuid::Uuid, String>,
}

impl People {
    pub fn of(reader: &mut Reader<'_>, rows: &[DeliveryRow]) -> Result<Self> {
        let ids: Vec<VolunteerId> = rows.iter().map(|row| row.volunteer_id).collect();
        let of: BTreeSet<ServiceId> = rows.iter().filter_map(|row| row.service_id).collect();
        let of: Vec<ServiceId> = of.into_iter().collect();
        Ok(Self {
            to: volunteers::postal(reader.conn, &ids)?,
            from: services::facts_of(reader.conn, &of)?.into_iter().map(|service| (service.id, service)).collect(),
            about: titles(reader, &rows.iter().collect::<Vec<_>>())?,
        })
    }
}

impl People {
    /// Whether a letter goes to the person, and not to somebody who acts with them.
    fn is_written_to(&self, person: VolunteerId) -> bool {
        self.to.get(&person).is_some_and(|to| to.told_instead.is_none())
    }
}

/// The document, and a first sheet on screen with what can't be printed.
pub(super) fn document(reader: &mut Reader<'_>, rows: Rows<DeliveryRow>, people: &People) -> Result<Content> {
    // Easy read is written by people: only what an update says was.
    let written = |row: &DeliveryRow| row.about == About::Update || !row.formats.0.contains(&Format::EasyRead);
    let printed = |row: &DeliveryRow| row.formats.0.iter().all(|format| PRINTED.contains(format)) && written(row);
    let (letters, others): (Vec<DeliveryRow>, Vec<DeliveryRow>) = rows.rows.into_iter().partition(printed);
    // Made with the print, and nowhere kept but as hashes; those of an earlier print go on working. What is answered by
    // such an address counts as the person's own answer, so a letter to somebody else has none.
    // Whoever holds it can answer, so a token that only reads gets none.
    let writes = reader.context().actor.as_ref().is_some_and(|actor| permit(actor, Action::WriteDeliveries).is_ok());
    let asks = letters.iter().filter(|row| writes && row.about.asks() && people.is_written_to(row.volunteer_id));
    let asks: HashMap<DeliveryId, Layout> = asks.map(|row| (row.id, layout(&row.formats.0))).collect();
    let mut answers = secret_addresses::ask(reader, &asks, MOST_CODES)?;
    let page =
        Page::new(reader.trust(), Layout::Standard, "Letters to be posted", "The involvement team", reader.today());
    let today = reader.today().words();
    let portal = reader.trust().portal.as_deref();
    documents::html(&Letters {
        letters: letters
            .iter()
            .map(|row| letter(row, people, answers.remove(&row.id).unwrap_or_default(), (&today, portal)))
            .collect(),
        others: others.iter().map(|row| other(row, people)).collect(),
        more: rows.more,
        page,
    })
}

fn letter(row: &DeliveryRow, people: &People, answers: Answers, (today, portal): (&str, Option<&str>)) -> Letter {
    let (words, to) = (words::of(row.about), people.to.get(&row.volunteer_id));
    let from = row.service_id.and_then(|service| people.from.get(&service));
    let instead = to.and_then(|to| to.told_instead.as_ref());
    let name = instead.map(|(name, _)| name).or(to.map(|to| &to.name));
    // How to ring somebody is no address.
    let address = match instead {
        Some((_, address)) => address.as_ref(),
        None => to.and_then(|to| to.address.as_ref()),
    };
    let about = people.about.get(&row.subject_id).filter(|_| row.about != About::Update);
    Letter {
        id: row.id.into(),
        layout: layout(&row.formats.0),
        to: Typed::maybe(name),
        address: Typed::maybe(address),
        called: Typed::maybe(instead.map(|(name, _)| name).or(to.map(|to| &to.called))),
        meant_for: Typed::maybe(instead.and(to).map(|to| &to.called)),
        service: Typed::maybe(from.map(|from| from.name.as_str())),
        answers: answers.at,
        later: answers.later,
        answer_to: from.map(|from| from.contact_email.as_str().to_owned()).unwrap_or_default(),
        portal: portal.map(str::to_owned),
        day: today.to_owned(),
        opening: words.opening,
        about: Typed::maybe(about),
        message: Typed::maybe(row.message.as_deref()),
        next: words.next,
    }
}

fn layout(formats: &BTreeSet<Format>) -> Layout {
    if formats.contains(&Format::EasyRead) {
        return Layout::EasyRead;
    }
    if formats.contains(&Format::LargePrint) { Layout::LargePrint } else { Layout::Standard }
}

/// Who needs something else than paper, and what.
fn other(row: &DeliveryRow, people: &People) -> (Typed, String) {
    let formats: Vec<&str> = row.formats.0.iter().map(|format| said(*format)).collect();
    (Typed::maybe(people.to.get(&row.volunteer_id).map(|to| &to.called)), formats.join(", "))
}

const fn said(format: Format) -> &'static str {
    match format {
        Format::LargePrint => "large print",
        Format::EasyRead => "easy read",
        Format::Braille => "braille",
        Format::Audio => "a recording",
        Format::Bsl => "a film in British Sign Language",
        Format::Translated => "a translation",
    }
}
