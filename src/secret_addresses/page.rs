//! The pages at a secret address: the question with a button for each answer, the confirmation, and what there is instead
//! of either. Neutral, because others may look on: dates, times and a name, and nothing of what the involvement is.

use askama::Template;
use serde::Serialize;

use crate::clock::Day;
use crate::documents::{self, Contact, Layout, Page, words};
use crate::http::Content;
use crate::refusal::{Failure, Result};
use crate::secret_addresses::questions::{Question, QuestionKind};
use crate::secret_addresses::views::{
    AnsweredView, QuestionContact, QuestionView, ReplyFilter, ReplyFormat, WrittenAnswer,
};
use crate::trust::Trust;
use crate::work::Reader;

/// Who issues the pages.
const ISSUER: &str = "The involvement team";

/// A page with what is said, and the answers to choose from, if there are any.
#[derive(Debug, Template)]
#[template(path = "reply.html")]
struct ReplyPage {
    page: Page,
    says: Vec<String>,
    answers: Vec<(WrittenAnswer, &'static str)>,
    /// What the contact is for.
    ask: &'static str,
    contact: Option<Contact>,
}

/// An answer that was given to a question.
#[derive(Clone, Copy, Debug)]
pub struct Answering<'q> {
    /// The question.
    pub question: &'q Question,
    /// The answer.
    pub answer: WrittenAnswer,
}

/// The question, as a page or as JSON.
pub(super) fn asked(reader: &Reader<'_>, question: &Question, asked: &ReplyFilter) -> Result<Content> {
    let text = in_words(question);
    match asked.format {
        Some(ReplyFormat::Html) => {
            let mut says = vec![text];
            says.push(format!("We asked you this on {}.", question.asked_at.london_date()));
            // That of a session is its beginning, which the question says.
            let before = question.answer_before.filter(|_| question.when.is_none());
            says.extend(before.map(|at| format!("Please answer before {}.", words::moment(at))));
            let answers = question.kind.answers().iter().map(|answer| (*answer, label(*answer)));
            shown(reader, question, ("Your answer", says, answers.collect()), "Do you have a question?")
        }
        _ => json(&QuestionView::of(question, text, reader.trust().name.clone())),
    }
}

/// The confirmation of an answer, as a page or as JSON.
///
/// # Errors
/// An internal fault if the page can't be rendered.
pub fn answered(reader: &Reader<'_>, given: Answering<'_>, asked: &ReplyFilter) -> Result<Content> {
    let Answering { question, answer } = given;
    let text = confirmed(question.kind, answer);
    match asked.format {
        Some(ReplyFormat::Html) => {
            let says = vec![text.to_owned(), "You can close this page.".to_owned()];
            shown(
                reader,
                question,
                ("We have your answer", says, Vec::new()),
                "Did you change your mind? Please tell us.",
            )
        }
        _ => json(&AnsweredView {
            kind: question.kind,
            answer,
            confirmation: text.to_owned(),
            contact: question.contact.as_ref().map(QuestionContact::from),
        }),
    }
}

/// The page in place of a problem: the same for everybody, whatever was asked.
///
/// # Errors
/// An internal fault if the page can't be rendered.
pub fn problem_page(trust: &Trust, status: u16, today: Day) -> Result<Content> {
    let (title, says) = match status {
        404 | 410 => (
            "This address does not work",
            "It may have been used already, or we may no longer need an answer. If you typed it, please check it.",
        ),
        409 => (
            "We could not take your answer here",
            "Nothing has been changed. Please get in touch, so that we can help.",
        ),
        429 | 503 => ("Please try again in a few minutes", "We are very busy at the moment. Nothing has been changed."),
        _ => ("We could not read your answer", "Nothing has been changed. Please go back and try again."),
    };
    let page = Page::new(trust, Layout::Standard, title, ISSUER, today);
    let says = vec![says.to_owned(), "You can always answer the message that we sent you, or ring us.".to_owned()];
    private(documents::html_with_form(&ReplyPage { page, says, answers: Vec::new(), ask: "", contact: None })?)
}

type Said = (&'static str, Vec<String>, Vec<(WrittenAnswer, &'static str)>);

fn shown(reader: &Reader<'_>, question: &Question, (title, says, answers): Said, ask: &'static str) -> Result<Content> {
    let page = Page::new(reader.trust(), question.layout, title, ISSUER, reader.today());
    let contact = question.contact.as_ref();
    let page = page.asking(contact);
    private(documents::html_with_form(&ReplyPage { page, says, answers, ask, contact: contact.map(Contact::from) })?)
}

fn json(view: &impl Serialize) -> Result<Content> {
    let body = serde_json::to_vec(view).map_err(Failure::broken)?;
    private(Content::of("application/json", Vec::new(), body))
}

/// With the headers that keep it out of caches and searches.
fn private(mut content: Content) -> Result<Content> {
    content.headers.push(("cache-control", "no-store".to_owned()));
    content.headers.push(("x-robots-tag", "noindex, nofollow".to_owned()));
    Ok(content)
}

fn in_words(question: &Question) -> String {
    match (question.kind, question.when) {
        (QuestionKind::Offer, _) => "We have offered you a place. Would you like to take it?".to_owned(),
        (QuestionKind::Agreement, _) => {
            "We have sent you an agreement. Please read it first. Do you accept it?".to_owned()
        }
        (QuestionKind::Session, Some((starts_at, ends_at))) => {
            format!("Can you come on {}?", words::span(starts_at, ends_at))
        }
        (QuestionKind::Session, None) => "Can you come?".to_owned(),
    }
}

const fn label(answer: WrittenAnswer) -> &'static str {
    match answer {
        WrittenAnswer::Accept => "Yes, I accept",
        WrittenAnswer::TurnDown => "No, thank you",
        WrittenAnswer::Coming => "Yes, I am coming",
        WrittenAnswer::NotComing => "No, I can't come",
    }
}

const fn confirmed(kind: QuestionKind, answer: WrittenAnswer) -> &'static str {
    match (kind, answer) {
        (QuestionKind::Offer, WrittenAnswer::Accept) => "Thank you. You have accepted the place.",
        (QuestionKind::Agreement, WrittenAnswer::Accept) => "Thank you. You have accepted the agreement.",
        (QuestionKind::Agreement, _) => "Thank you for telling us. You have not accepted the agreement.",
        (_, WrittenAnswer::Coming) => "Thank you. We look forward to seeing you.",
        (_, WrittenAnswer::NotComing) => "Thank you for telling us that you can't come. It is no problem.",
        (_, _) => "Thank you for telling us. You have turned down the place.",
    }
}
