//! A list's page on the wire: limit, order, and a cursor that is bound to its list, filters and order.
//! How rows are bounded and limited in SQL stands in `db::page`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use uuid::Uuid;

use crate::db::page::{Order, Page, Rows};
use crate::digest;
use crate::http::answer::{Answer, Keyed};
use crate::http::body::typed;
use crate::http::operation::Prepared;
use crate::http::query::refuse;
use crate::refusal::{Done, Fault, Kind, Refusal};

/// Items on a page where the request names no number.
pub const LIMIT: u8 = 20;
/// The most items on a page.
pub const MOST: u8 = 100;

/// What ties a cursor to its list: the operation, the filters and the order, not the limit.
#[derive(Clone, Debug)]
pub struct Binding(String);

impl Binding {
    /// The binding of a list as it was asked for.
    #[must_use]
    pub fn of(operation: &str, path: &[String], parameters: &BTreeMap<String, String>) -> Self {
        let mut binding = format!("{operation}\n{}", path.join("/"));
        for (name, value) in parameters.iter().filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit")) {
            binding.push_str(&format!("\n{name}={value}"));
        }
        Self(binding)
    }

    fn seal(&self, key: Uuid) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = digest::sha256(&[self.0.as_bytes(), key.as_bytes()].concat());
        [a, b, c, d, e, f, g, h]
    }

    /// The cursor of what comes after this key.
    #[must_use]
    pub fn cursor(&self, key: Uuid) -> String {
        let mut bytes = key.as_bytes().to_vec();
        bytes.extend(self.seal(key));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn key(&self, cursor: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (key, seal) = bytes.split_at_checked(16)?;
        let key = Uuid::from_slice(key).ok()?;
        (self.seal(key) == seal).then_some(key)
    }
}

/// The page that the parameters ask for.
///
/// # Errors
/// `invalid-parameter`, `invalid-cursor`.
pub fn asked(parameters: &BTreeMap<String, String>, binding: &Binding) -> Result<Page, Refusal> {
    let mut faults = Vec::new();
    let limit = match parameters.get("limit").map(|limit| limit.parse::<u8>()) {
        None => LIMIT,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => {
            faults.push(Fault::parameter("limit", "out-of-range", "must lie between 1 and 100"));
            LIMIT
        }
    };
    let order = match parameters.get("order").map(|order| order.parse::<Order>()) {
        None => Order::Newest,
        Some(Ok(order)) => order,
        Some(Err(_)) => {
            faults.push(Fault::parameter("order", "not-one-of", "must be one of newest, oldest"));
            Order::Newest
        }
    };
    if !faults.is_empty() {
        return Err(refuse(faults));
    }
    let after = match parameters.get("cursor") {
        None => None,
        Some(cursor) => Some(binding.key(cursor).ok_or_else(|| {
            Refusal::new(Kind::InvalidCursor, "The cursor is not of this list with these filters.")
                .with(vec![Fault::parameter("cursor", "bad-format", "is not a cursor of this list with these filters")])
        })?),
    };
    Ok(Page { limit, order, after })
}

/// A list as it is asked for: its filter, its page, and what the next page is found by.
#[derive(Debug)]
pub struct Listing<Q> {
    pub(super) query: Q,
    pub(super) page: Page,
    binding: Binding,
    address: String,
}

impl<Q: serde::de::DeserializeOwned> Listing<Q> {
    /// From a checked request.
    pub(super) fn take(prepared: Prepared) -> Result<Self, Refusal> {
        let (page, binding) =
            prepared.page.ok_or_else(|| Refusal::new(Kind::Internal, "A list was read without a page."))?;
        Ok(Self { query: typed(prepared.query)?, page, binding, address: prepared.address })
    }

    /// A page of the list, with the way to the next one.
    pub(super) fn answer<I: Keyed>(&self, Rows { rows, more }: &Rows<I>) -> Done<Answer> {
        let cursor = rows.last().filter(|_| *more).map(|last| self.binding.cursor(last.key()));
        let joint = if self.address.contains('?') { '&' } else { '?' };
        let link = cursor.as_ref().map(|cursor| format!("<{}{joint}cursor={cursor}>; rel=\"next\"", self.address));
        let answer = Answer::json(200, &List { items: rows, next_cursor: cursor })?;
        Ok(link.into_iter().fold(answer, |answer, link| answer.header("link", link)))
    }
}

#[derive(Serialize)]
struct List<'i, I> {
    items: &'i [I],
    next_cursor: Option<String>,
}
