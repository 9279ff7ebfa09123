//! A list as it is asked for, and a page of it as it is answered.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::page::{Page, Rows};
use crate::http::answer::{Answer, Keyed};
use crate::http::body::typed;
use crate::http::operation::Prepared;
use crate::http::page::Binding;
use crate::refusal::{Done, Kind, Refusal};

/// A list as it is asked for: its filter, its page, and what the next page is found by.
pub struct Listing<Q> {
    pub(super) query: Q,
    pub(super) page: Page,
    binding: Binding,
    address: String,
}

impl<Q: DeserializeOwned> Listing<Q> {
    pub(super) fn new(Prepared { query, page, address, .. }: Prepared) -> Result<Self, Refusal> {
        let (page, binding) = page.ok_or_else(|| Refusal::new(Kind::Internal, "A list was read without a page."))?;
        Ok(Self { query: typed(query)?, page, binding, address })
    }

    /// A page of the list, with the way to the next one.
    pub(super) fn answer<I: Keyed>(&self, Rows { rows, more }: &Rows<I>) -> Done<Answer> {
        let next_cursor = rows.last().filter(|_| *more).map(|last| self.binding.cursor(last.key()));
        let joint = if self.address.contains('?') { '&' } else { '?' };
        let link = |cursor| format!("<{}{joint}cursor={cursor}>; rel=\"next\"", self.address);
        let link = next_cursor.as_ref().map(link);
        let answer = Answer::json(200, &List { items: rows, next_cursor })?;
        Ok(link.into_iter().fold(answer, |answer, link| answer.header("link", link)))
    }
}

#[derive(Serialize)]
struct List<'i, I> {
    items: &'i [I],
    next_cursor: Option<String>,
}
