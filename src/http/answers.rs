//! What handlers may answer, each with what the document says of it: a resource, content, a list, nothing.

use crate::db::page::Rows;
use crate::http::answer::{Answer, Content, Keyed, Listed, Represent};
use crate::http::compile::Routes;
use crate::http::operation::Shown;
use crate::refusal::Done;

/// What a handler answers, and what the document says of it.
pub trait Answers: 'static {
    /// What the document says.
    fn shown(routes: &mut Routes) -> Shown;
    /// The answer, with the status of success; a fault of ours where it can't be written.
    fn answer(self, status: u16) -> Done<Answer>;
}

impl<V: Represent> Answers for V {
    fn shown(routes: &mut Routes) -> Shown {
        Shown::One(routes.schema::<V>())
    }

    fn answer(self, status: u16) -> Done<Answer> {
        let mut answer = Answer::json(status, &self)?;
        if let Some(etag) = self.etag() {
            answer = answer.header("etag", format!("\"{etag}\""));
        }
        match self.location().filter(|_| status == 201) {
            Some(location) => Ok(answer.header("location", location)),
            None => Ok(answer),
        }
    }
}

/// Nothing to show: what was removed.
impl Answers for () {
    fn shown(_: &mut Routes) -> Shown {
        Shown::Content(Vec::new())
    }

    fn answer(self, status: u16) -> Done<Answer> {
        Ok(Answer { status, ..Answer::default() })
    }
}

impl Answers for Content {
    fn shown(_: &mut Routes) -> Shown {
        Shown::Content(Vec::new())
    }

    fn answer(self, status: u16) -> Done<Answer> {
        let answer = Answer::of(status, self.body).header("content-type", self.media_type);
        Ok(self.headers.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value)))
    }
}

/// What the handler of a list answers: rows, or either.
pub trait ListAnswer: 'static {
    /// An item.
    type Item: Keyed;
    /// Either.
    fn listed(self) -> Listed<Self::Item>;
}

impl<I: Keyed> ListAnswer for Rows<I> {
    type Item = I;
    fn listed(self) -> Listed<I> {
        Listed::Items(self)
    }
}

impl<I: Keyed> ListAnswer for Listed<I> {
    type Item = I;
    fn listed(self) -> Self {
        self
    }
}
