//! What handlers may answer, each with what the document says of it: a resource, content, nothing.

use crate::http::answer::{Answer, Content, JSON, People, Represent};
use crate::http::compile::{ACTIONS, Described};
use crate::http::operation::Shown;
use crate::refusal::{Failure, Result};
use crate::work::RequestContext;
use crate::work::access_log::{Category, SensitiveRead};

/// What a handler answers, and what the document says of it.
pub trait Answers: 'static {
    /// What the document says of it; media types other than JSON stand in the declaration.
    fn shown() -> Shown {
        Shown::Content(Vec::new())
    }

    /// What it shows of people beyond their names.
    fn looks(&self) -> Vec<SensitiveRead> {
        Vec::new()
    }

    /// The answer, with the status of success, and with what the caller may do next; a fault of ours where it can't be
    /// written.
    fn answer(self, status: u16, asked: &RequestContext) -> Result<Answer>;
}

impl<V: Represent> Answers for V {
    fn shown() -> Shown {
        Shown::One(Described::of::<V>().showing(V::SHOWS).standing(V::STANDS))
    }

    fn looks(&self) -> Vec<SensitiveRead> {
        looks(V::SHOWS, self.people())
    }

    fn answer(self, status: u16, asked: &RequestContext) -> Result<Answer> {
        let mut body = serde_json::to_vec(&self).map_err(Failure::broken)?;
        if let Some(standing) = self.standing() {
            let mut verbs = asked.next.verbs(standing, asked.actor.as_ref());
            verbs.retain(|verb| self.takes(verb));
            add_actions(&mut body, &verbs);
        }
        let mut answer = Answer::of(status, body).header("content-type", JSON);
        answer.has_news = self.has_news();
        if let Some(etag) = self.etag() {
            answer = answer.header("etag", format!("\"{etag}\""));
        }
        if let Some(location) = self.location().filter(|_| status == 201) {
            answer = answer.header("location", location);
        }
        Ok(answer)
    }
}

/// Adds the verbs that the caller may use to a JSON object with other members.
fn add_actions(object: &mut Vec<u8>, verbs: &[&str]) {
    object.pop();
    object.extend_from_slice(format!(",\"{ACTIONS}\":[").as_bytes());
    for (place, verb) in verbs.iter().enumerate() {
        object.extend_from_slice(format!("{}\"{verb}\"", if place == 0 { "" } else { "," }).as_bytes());
    }
    object.extend_from_slice(b"]}");
}

/// What is shown of these people, for the access log.
pub(super) fn looks(shows: Option<Category>, people: People) -> Vec<SensitiveRead> {
    let look = |what| move |(volunteer, thing)| SensitiveRead { volunteer, what, thing };
    shows.into_iter().flat_map(|what| people.iter().copied().map(look(what)).collect::<Vec<_>>()).collect()
}

/// Nothing to show: what was removed.
impl Answers for () {
    fn answer(self, status: u16, _: &RequestContext) -> Result<Answer> {
        Ok(Answer { status, ..Answer::default() })
    }
}

impl Answers for Content {
    fn looks(&self) -> Vec<SensitiveRead> {
        self.shows.clone()
    }

    fn answer(self, status: u16, _: &RequestContext) -> Result<Answer> {
        let answer = Answer::of(status, self.body).header("content-type", self.media_type);
        Ok(self.headers.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value)))
    }
}

/// A resource, or the same as a page for people, as the parameter `format` says.
pub enum Readable<V> {
    /// The resource.
    Resource(V),
    /// The page.
    Page(Content),
}

impl<V: Represent> Answers for Readable<V> {
    fn shown() -> Shown {
        V::shown()
    }

    fn looks(&self) -> Vec<SensitiveRead> {
        match self {
            Self::Resource(view) => view.looks(),
            Self::Page(page) => page.looks(),
        }
    }

    fn answer(self, status: u16, asked: &RequestContext) -> Result<Answer> {
        match self {
            Self::Resource(view) => view.answer(status, asked),
            Self::Page(page) => page.answer(status, asked),
        }
    }
}
