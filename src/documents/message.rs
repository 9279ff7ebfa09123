//! What an e-mail looks like, as text and as a page: in large letters for whoever needs them.
//! To whom it goes, and what it says, stands in `deliveries`.

use askama::Template;

use crate::documents::Layout;
use crate::documents::typed::Typed;
use crate::refusal::{Done, Failure};

/// What is said to one person.
#[derive(Clone, Debug)]
pub struct Message {
    /// How large the letters are.
    pub layout: Layout,
    /// What the person is called.
    pub called: String,
    /// The first sentence.
    pub opening: &'static str,
    /// What the thing is called that it is about.
    pub about: Option<String>,
    /// What is said to them in particular; may be empty.
    pub message: String,
    /// What they can do now.
    pub next: Option<&'static str>,
    /// Where an answer goes; empty where nobody is named.
    pub answer_to: String,
}

#[derive(Template)]
#[template(path = "message.txt")]
struct Plain<'m> {
    called: Typed,
    opening: &'static str,
    about: Typed,
    message: Typed,
    next: Option<&'static str>,
    answered: bool,
    answer_to: &'m str,
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
    answered: bool,
    answer_to: &'m str,
}

impl Message {
    /// As plain text.
    ///
    /// # Errors
    /// A fault of ours where it can't be written.
    pub fn text(&self) -> Done<String> {
        let plain = Plain {
            called: Typed::new(&self.called),
            opening: self.opening,
            about: Typed::maybe(self.about.as_ref()),
            message: Typed::new(&self.message),
            next: self.next,
            answered: !self.answer_to.is_empty(),
            answer_to: &self.answer_to,
        };
        plain.render().map_err(Failure::broken)
    }

    /// As a page.
    ///
    /// # Errors
    /// A fault of ours where it can't be written.
    pub fn html(&self) -> Done<String> {
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
            answered: !self.answer_to.is_empty(),
            answer_to: &self.answer_to,
        };
        html.render().map_err(Failure::broken)
    }
}
