//! The layout of an email, as plain text and as HTML, in large print for people who need it.
//! Who receives it, and what it says, is decided by the feature that sends it.

use askama::Template;

use crate::documents::typed::Typed;
use crate::documents::{AnswerAt, Layout, mailto, other_formats};
use crate::refusal::{Failure, Result};

/// An email to one person.
#[derive(Clone, Debug)]
pub struct Message {
    /// Layout, which sets the size of the text.
    pub layout: Layout,
    /// Name the person prefers.
    pub called: String,
    /// Opening sentence.
    pub opening: &'static str,
    /// Title of the opportunity, agreement or claim that the message is about.
    pub about: Option<String>,
    /// Message written for this person; may be empty.
    pub message: String,
    /// What the person can do next.
    pub next: Option<&'static str>,
    /// Where the person can answer without logging in, question by question.
    pub answers: Vec<AnswerAt>,
    /// Address for replies; empty if nobody is named.
    pub answer_to: String,
    /// Name of the trust; empty where none is set.
    pub trust: String,
    /// Postal address of the trust, line by line.
    pub address: Vec<String>,
    /// Address of the portal, where people read and answer.
    pub portal: Option<String>,
}

#[derive(Template)]
#[template(path = "message.txt")]
struct Plain<'m> {
    called: Typed,
    opening: &'static str,
    about: Typed,
    message: Typed,
    next: Option<&'static str>,
    answers: &'m [AnswerAt],
    answered: bool,
    answer_to: &'m str,
    formats: String,
    trust: Typed,
    address: Vec<Typed>,
    portal: Option<&'m str>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Html<'m> {
    points: u8,
    called: Typed,
    opening: &'static str,
    about: Typed,
    message: Typed,
    next: Option<&'static str>,
    answers: &'m [AnswerAt],
    answered: bool,
    answer_to: &'m str,
    mailto: String,
    formats: String,
    trust: Typed,
    address: Vec<Typed>,
    portal: Option<&'m str>,
}

impl Message {
    /// The message as plain text.
    ///
    /// # Errors
    /// An internal fault if the template can't be rendered.
    pub fn text(&self) -> Result<String> {
        let plain = Plain {
            called: Typed::new(&self.called),
            opening: self.opening,
            about: Typed::maybe(self.about.as_ref()),
            message: Typed::new(&self.message),
            next: self.next,
            answers: &self.answers,
            answered: !self.answer_to.is_empty(),
            answer_to: &self.answer_to,
            formats: other_formats(self.layout),
            trust: Typed::new(&self.trust),
            address: self.address.iter().map(|line| Typed::new(line)).collect(),
            portal: self.portal.as_deref(),
        };
        plain.render().map_err(Failure::broken)
    }

    /// The message as HTML.
    ///
    /// # Errors
    /// An internal fault if the template can't be rendered.
    pub fn html(&self) -> Result<String> {
        let html = Html {
            points: match self.layout {
                Layout::Standard => 12,
                Layout::LargePrint => 18,
                Layout::EasyRead => 17,
            },
            called: Typed::new(&self.called),
            opening: self.opening,
            about: Typed::maybe(self.about.as_ref()),
            message: Typed::new(&self.message),
            next: self.next,
            answers: &self.answers,
            answered: !self.answer_to.is_empty(),
            answer_to: &self.answer_to,
            mailto: mailto(&self.answer_to),
            formats: other_formats(self.layout),
            trust: Typed::new(&self.trust),
            address: self.address.iter().map(|line| Typed::new(line)).collect(),
            portal: self.portal.as_deref(),
        };
        html.render().map_err(Failure::broken)
    }
}
