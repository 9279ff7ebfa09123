//! Letters to be posted, one after the other in one document, each in the format that its person needs.
//! Who gets a letter, and what it says, is decided in `deliveries`.

use askama::Template;

use crate::documents::typed::Typed;
use crate::documents::{AnswerAt, Layout, Page, other_formats};

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Id of the delivery.
    pub id: uuid::Uuid,
    /// Layout of this letter.
    pub layout: Layout,
    /// Name on the envelope.
    pub to: Typed,
    /// Postal address; empty where none is known.
    pub address: Typed,
    /// Name that the person goes by.
    pub called: Typed,
    /// Whom it is meant for, where somebody who acts with them is written to instead; empty otherwise.
    pub meant_for: Typed,
    /// Name of the service that writes; empty for the trust.
    pub service: Typed,
    /// Where the person can answer without logging in, question by question.
    pub answers: Vec<AnswerAt>,
    /// How many later sessions the letter tells of without such an address.
    pub later: usize,
    /// E-mail address for answers; empty where there is none.
    pub answer_to: String,
    /// Address of the portal.
    pub portal: Option<String>,
    /// Day on which it was printed, in words.
    pub day: String,
    /// Opening sentence.
    pub opening: &'static str,
    /// Title of what it is about.
    pub about: Typed,
    /// Message written for this person.
    pub message: Typed,
    /// What the person can do next.
    pub next: Option<&'static str>,
}

impl Letter {
    /// Whether it is in easy read.
    #[must_use]
    pub fn easy(&self) -> bool {
        self.layout == Layout::EasyRead
    }

    /// The opening as sentences: in easy read, each has a picture.
    #[must_use]
    pub fn opening_sentences(&self) -> Vec<Typed> {
        Typed::new(self.opening).sentences()
    }

    /// What the person can do next as sentences.
    #[must_use]
    pub fn next_sentences(&self) -> Vec<Typed> {
        Typed::maybe(self.next).sentences()
    }

    /// The formats in which it can be sent instead.
    #[must_use]
    pub fn other_formats(&self) -> String {
        other_formats(self.layout)
    }
}

/// A batch of letters.
#[derive(Clone, Debug, Template)]
#[template(path = "letters.html")]
pub struct Letters {
    /// Head and style of the document.
    pub page: Page,
    /// The letters.
    pub letters: Vec<Letter>,
    /// Who needs something else than paper, by name, and what.
    pub others: Vec<(Typed, String)>,
    /// Whether more letters wait.
    pub more: bool,
}

impl Letters {
    /// Whether one of them is in easy read, which takes pictures.
    #[must_use]
    pub fn easy(&self) -> bool {
        self.letters.iter().any(Letter::easy)
    }
}
