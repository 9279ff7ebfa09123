//! Questions that are answered without a log-in, and their answers, as people and portals see and write them. They say
//! nothing of a service, an opportunity or the person: whoever holds the address may be somebody else.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::{Day, Instant};
use crate::secret_addresses::questions::{Question, QuestionKind};
use crate::text::{Email, Person, Phone, ShortText};

crate::text_enum! {
    /// Answers that can be given without logging in.
    pub enum WrittenAnswer {
        /// Accept the place or the agreement.
        Accept = "accept",
        /// Turn down the place or the agreement.
        TurnDown = "turn_down",
        /// The person is coming to the session.
        Coming = "coming",
        /// The person can't come to the session.
        NotComing = "not_coming",
    }
}

impl QuestionKind {
    /// The answers that the question can have.
    #[must_use]
    pub const fn answers(self) -> &'static [WrittenAnswer] {
        match self {
            Self::Offer | Self::Agreement => &[WrittenAnswer::Accept, WrittenAnswer::TurnDown],
            Self::Session => &[WrittenAnswer::Coming, WrittenAnswer::NotComing],
        }
    }
}

crate::text_enum! {
    /// Formats of a question and of the confirmation of an answer.
    pub enum ReplyFormat {
        /// JSON, for a portal.
        Json = "json",
        /// An accessible page, which needs no scripts.
        Html = "html",
    }
}

/// Query parameters of a question and its answer.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReplyFilter {
    /// Format: `json` (the default) or `html`. Browsers get the page.
    #[serde(default)]
    pub format: Option<ReplyFormat>,
}

/// An answer to the question.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct SecretReply {
    /// Answer: one of the question's `answers`.
    pub answer: WrittenAnswer,
}

/// Member of staff whom the person can ask.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuestionContact {
    /// Name.
    #[schema(example = "Amara Okafor")]
    pub name: ShortText,
    /// Work e-mail address.
    #[schema(example = "amara.okafor@trust.example")]
    pub email: Email,
    /// Work telephone number; null if none is given.
    pub phone: Option<Phone>,
}

impl From<&Person> for QuestionContact {
    fn from(person: &Person) -> Self {
        Self { name: person.name.clone(), email: person.email.clone(), phone: person.phone.clone() }
    }
}

/// Question of a message that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// What is asked.
    pub kind: QuestionKind,
    /// Question in words.
    #[schema(example = "Can you come on Tuesday 7 April 2026, 2pm to 4pm?")]
    pub question: String,
    /// Answers that are possible.
    pub answers: Vec<WrittenAnswer>,
    /// Day of the message that asked, London date.
    pub asked_on: Day,
    /// Moment before which an answer is possible; null if there is none.
    pub answer_before: Option<Instant>,
    /// Start of the session; null for other questions.
    pub starts_at: Option<Instant>,
    /// End of the session; null for other questions.
    pub ends_at: Option<Instant>,
    /// Name of the trust; null if none is set.
    #[schema(example = "Example Trust")]
    pub trust: Option<String>,
    /// Whom to ask about it; null if nobody is named.
    pub contact: Option<QuestionContact>,
}

/// Confirmation of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredView {
    /// What was asked.
    pub kind: QuestionKind,
    /// Answer that was given.
    pub answer: WrittenAnswer,
    /// Confirmation in words.
    #[schema(example = "Thank you. We look forward to seeing you.")]
    pub confirmation: String,
    /// Whom to tell after a change of mind, since the address can be used once only; null if nobody is named.
    pub contact: Option<QuestionContact>,
}

impl QuestionView {
    pub(super) fn of(question: &Question, in_words: String, trust: Option<String>) -> Self {
        Self {
            kind: question.kind,
            question: in_words,
            answers: question.kind.answers().to_vec(),
            asked_on: question.asked_at.london_day(),
            answer_before: question.answer_before,
            starts_at: question.when.map(|(starts_at, _)| starts_at),
            ends_at: question.when.map(|(_, ends_at)| ends_at),
            trust,
            contact: question.contact.as_ref().map(QuestionContact::from),
        }
    }
}
