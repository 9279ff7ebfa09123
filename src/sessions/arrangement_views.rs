//! What is arranged for somebody at a session, as clients write and see it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::clock::Instant;
use crate::db::ids::{ArrangementId, SessionId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::body::rule;
use crate::text::{LongText, RequiredText};

/// What arrangements are called in the record.
pub(super) const RESOURCE: &str = "arrangement";

crate::text_enum! {
    /// How far something that somebody needs at a session is arranged.
    pub enum ArrangementStatus {
        /// Still to be booked.
        ToBook = "to_book",
        /// Booked.
        Booked = "booked",
        /// Not needed this time, as the person said.
        NotNeeded = "not_needed",
    }
}

/// Something that is arranged for somebody at a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArrangementItem {
    /// What is needed. To answer a need from the run sheet, copy its text exactly.
    /// Example: British Sign Language interpreter
    pub what: RequiredText,
    /// How far it is arranged.
    pub status: ArrangementStatus,
    /// Details, such as who comes and when.
    /// Example: Sam Field, from 1:30pm, booking 4417.
    #[serde(default)]
    pub detail: Option<LongText>,
}

/// What is arranged for somebody at a session, as the client sends it; it replaces what was arranged before.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct NewArrangements {
    /// Each thing once.
    #[schema(max_items = 50)]
    pub items: Vec<ArrangementItem>,
}

impl Validate for NewArrangements {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        let mut seen = HashSet::new();
        for (position, item) in self.items.iter().enumerate() {
            if !seen.insert(&item.what) {
                errors.add("__all__", rule(&format!("/items/{position}/what"), "repeated", "is in the list twice"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// What is arranged for somebody at a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArrangementsView {
    /// Unique identifier (UUIDv7).
    pub id: ArrangementId,
    /// Version, counted from 1; send it in If-Match to change the record.
    pub version: i32,
    /// Session that it is for.
    pub session_id: SessionId,
    /// Volunteer that it is for.
    pub volunteer_id: VolunteerId,
    /// What is arranged. What else is to be booked is in the run sheet.
    pub items: Vec<ArrangementItem>,
    /// When it was first written.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Who wrote it: the subject of their token; null once that person was erased.
    pub updated_by: Option<String>,
}

impl Represent for ArrangementsView {
    shows!(Arrangements, |it| [(it.volunteer_id, Some(it.session_id.into()))]);

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}

/// What is arranged and what is still asked for, in this order: an item answers what is asked for in the same words.
#[must_use]
pub(super) fn with_asked(items: &[ArrangementItem], asked: &[String]) -> Vec<ArrangementItem> {
    let answered = |what: &&String| items.iter().any(|item| item.what.as_str() == what.as_str());
    let open = asked.iter().filter(|what| !answered(what)).map(|what| ArrangementItem {
        what: RequiredText::from(what.as_str()),
        status: ArrangementStatus::ToBook,
        detail: None,
    });
    items.iter().cloned().chain(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_to_book_until_it_is_answered() {
        let item = |what: &str, status| ArrangementItem { what: what.into(), status, detail: None };
        let asked = ["Interpreter: Polish".to_owned(), "A seat near the door.".to_owned()];
        assert_eq!(
            with_asked(&[], &asked),
            [item(&asked[0], ArrangementStatus::ToBook), item(&asked[1], ArrangementStatus::ToBook)]
        );
        let booked = [item("Taxi", ArrangementStatus::Booked), item(&asked[0], ArrangementStatus::NotNeeded)];
        let all = with_asked(&booked, &asked);
        assert_eq!(all[..2], booked);
        assert_eq!(all[2..], [item(&asked[1], ArrangementStatus::ToBook)]);
    }
}
