//! How people are reached, and what they need so that they can take part in what is said (DAPB1605).
//! Whether a message meets a need is decided where messages are made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Line;

crate::text_enum! {
    /// How people are reached.
    pub enum ContactWay {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By post.
        Letter = "letter",
        /// In person.
        InPerson = "in_person",
    }
}

crate::text_enum! {
    /// What somebody needs to take in what is said, and to be understood.
    pub enum NeedKind {
        /// Larger letters.
        LargePrint = "large_print",
        /// Easy words, with pictures.
        EasyRead = "easy_read",
        /// Braille.
        Braille = "braille",
        /// Recorded speech.
        Audio = "audio",
        /// British Sign Language.
        Bsl = "bsl",
        /// Another language.
        Interpreter = "interpreter",
        /// A face that can be seen.
        LipReading = "lip_reading",
        /// Somebody who speaks for them.
        Advocate = "advocate",
        /// Something else.
        Other = "other",
    }
}

/// One need of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommunicationNeed {
    /// What is needed.
    pub kind: NeedKind,
    /// More about it: a size, a language.
    #[serde(default)]
    pub detail: Option<Line>,
}

impl CommunicationNeed {
    /// The need in words, as everyone who deals with the person sees it.
    #[must_use]
    pub fn alert(&self) -> String {
        let what = match self.kind {
            NeedKind::LargePrint => "Large print",
            NeedKind::EasyRead => "Easy read",
            NeedKind::Braille => "Braille",
            NeedKind::Audio => "Audio",
            NeedKind::Bsl => "British Sign Language",
            NeedKind::Interpreter => "Interpreter",
            NeedKind::LipReading => "Lip reading",
            NeedKind::Advocate => "Advocate",
            NeedKind::Other => "Other need",
        };
        self.detail.as_ref().map_or_else(|| what.to_owned(), |detail| format!("{what}: {detail}"))
    }
}

/// Every need of a person in words.
#[must_use]
pub fn alerts(needs: &[CommunicationNeed]) -> Vec<String> {
    needs.iter().map(CommunicationNeed::alert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_told_in_words() {
        let needs = [
            CommunicationNeed { kind: NeedKind::LargePrint, detail: Some("18 point".into()) },
            CommunicationNeed { kind: NeedKind::Bsl, detail: None },
        ];
        assert_eq!(alerts(&needs), ["Large print: 18 point", "British Sign Language"]);
        assert!(alerts(&[]).is_empty());
    }
}
