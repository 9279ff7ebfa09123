//! A list's page on the wire: limit, order, and a cursor that is bound to its list, filters and order.
//! How rows are bounded and limited in SQL stands in `db::page`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::clock::{Instant, TimeFault};
use crate::db::page::{Changes, Order, Page, Rows};
use crate::db::sorting::{Mark, MarkKind, Sorting};
use crate::digest;
use crate::http::answer::{Answer, Keyed, Place};
use crate::refusal::{Fault, Kind, Refusal, Result};

/// The parameters of a list that are not filters.
pub const PARAMETERS: [&str; 3] = ["limit", "cursor", "order"];
/// The parameter that leaves only items with some ids, on lists whose items have one.
pub const IDS: &str = "id";
/// The parameter that asks for what changed, on lists whose items say when they did.
pub const SINCE: &str = "updated_since";
/// Items on a page where the request says no number, and the most that it may say.
pub const LIMIT: u16 = 20;
pub const MOST: u16 = 100;

/// How a list can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Whether its items can be asked for by their ids.
    pub by_id: bool,
    /// Whether it begins with the oldest where the request says no order.
    pub oldest_first: bool,
    /// The orders besides that of age in which it can be read.
    pub sortings: &'static [Sorting],
    /// Whether it can be read in the order of changes, too.
    pub by_change: bool,
}

impl Listing {
    /// A list as most are.
    pub const USUAL: Self = Self { by_id: true, oldest_first: false, sortings: &[], by_change: false };

    /// Whether a parameter is one of the list's own, and no filter.
    pub fn takes(self, name: &str) -> bool {
        PARAMETERS.contains(&name) || (self.by_id && name == IDS) || (self.by_change && name == SINCE)
    }

    /// The words that its parameter `order` takes.
    pub fn orders(self) -> Vec<&'static str> {
        let ages = [Order::Newest, Order::Oldest].map(|order| order.as_str());
        ages.into_iter().chain(self.sortings.iter().map(|sorting| sorting.word)).collect()
    }

    fn sorting(self, word: &str) -> Option<Sorting> {
        self.sortings.iter().find(|sorting| sorting.word == word).copied()
    }
}

/// What ties a cursor to its list: the operation, the filters and the order, not the limit.
#[derive(Clone, Debug)]
pub struct Binding {
    list: String,
    /// The address of the next page, but for the value of its cursor.
    next: String,
    listing: Listing,
}

impl Binding {
    /// The binding of a list as it was asked for.
    pub fn of(
        (operation, listing): (&str, Listing),
        parts: &[String],
        path: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Self {
        let mut list = format!("{operation}\n{}", parts.join("/"));
        for (name, value) in parameters.iter().filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit")) {
            list.push_str(&format!("\n{name}={value}"));
        }
        let mut query = Serializer::new(String::new());
        query.extend_pairs(parameters.iter().filter(|(name, _)| *name != "cursor"));
        let query = query.append_pair("cursor", "").finish();
        Self { list, next: format!("{path}?{query}"), listing }
    }

    /// The page that is asked for: how many items, in which order, after which of them.
    pub fn page(&self, parameters: &BTreeMap<String, String>, faults: &mut Vec<Fault>) -> Page {
        let order = if self.listing.oldest_first { Order::Oldest } else { Order::Newest };
        let mut page = Page { limit: LIMIT, order, ..Page::default() };
        match parameters.get("limit").map(|limit| limit.parse::<u16>()) {
            None => {}
            Some(Ok(limit)) if (1..=MOST).contains(&limit) => page.limit = limit,
            Some(_) => {
                faults.push(Fault::parameter("limit", "out-of-range", "must be a whole number between 1 and 100"))
            }
        }
        if let Some(order) = parameters.get("order") {
            match (order.parse::<Order>(), self.listing.sorting(order)) {
                (Ok(order), _) => page.order = order,
                (_, Some(sorting)) => page.sorted = Some(sorting),
                _ => {
                    let detail = format!("must be one of {}", self.listing.orders().join(", "));
                    faults.push(Fault::parameter("order", "not-one-of", detail));
                }
            }
        }
        if let Some(since) = parameters.get(SINCE).filter(|_| self.listing.by_change) {
            if parameters.contains_key("order") {
                let detail = "can't be given with updated_since, which lists the oldest change first";
                faults.push(Fault::parameter("order", "not-with-updated-since", detail));
            }
            page.order = Order::Oldest;
            page.changed = changes(since, faults);
        }
        if let Some(ids) = parameters.get(IDS).filter(|_| self.listing.by_id) {
            page.ids = asked_for(ids, faults);
        }
        match parameters.get("cursor").map(|cursor| self.place(cursor, page.mark_kind())) {
            None => {}
            Some(None) => faults.push(foreign_cursor()),
            Some(Some((key, mark))) => (page.after, page.after_mark) = (Some(key), mark),
        }
        page
    }

    fn seal(&self, key: &[u8]) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = digest::sha256(&[self.list.as_bytes(), key].concat());
        [a, b, c, d, e, f, g, h]
    }

    /// The row that a cursor names, with its value where the list goes by one.
    fn place(&self, cursor: &str, kind: Option<MarkKind>) -> Option<(Uuid, Option<Mark>)> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (row, seal) = bytes.split_at_checked(if kind.is_some() { 24 } else { 16 })?;
        let (key, mark) = row.split_at_checked(16)?;
        let mark = match kind {
            Some(kind) => Some(Mark::of_bytes(kind, mark.try_into().ok()?)?),
            None => None,
        };
        (self.seal(row) == seal).then_some((Uuid::from_slice(key).ok()?, mark))
    }

    /// A page of the list, with the way to the next one.
    pub fn answer<I: Keyed>(&self, Rows { rows, more }: &Rows<I>, page: &Page) -> Result<Answer> {
        let cursor = |last: &I| {
            let Place { id, mark } = Place::of(last, page);
            let mut row = id.as_bytes().to_vec();
            row.extend(mark.iter().flat_map(Mark::to_bytes));
            let seal = self.seal(&row);
            URL_SAFE_NO_PAD.encode([row.as_slice(), &seal].concat())
        };
        let next_cursor = rows.last().filter(|_| *more).map(cursor);
        let link = next_cursor.as_ref().map(|cursor| format!("<{}{cursor}>; rel=\"next\"", self.next));
        let answer = Answer::json(200, &List { items: rows, next_cursor })?;
        Ok(link.into_iter().fold(answer, |answer, link| answer.header("link", link)))
    }
}

/// Refuses the parameters of a page where all rows of a list are asked for, as a CSV.
pub fn refuse_page_of(parameters: &mut BTreeMap<String, String>, faults: &mut Vec<Fault>) {
    for name in ["limit", "cursor"] {
        if parameters.remove(name).is_some() {
            let detail = "can't be given with format=csv, which answers every row";
            faults.push(Fault::parameter(name, "not-with-csv", detail));
        }
    }
}

/// Since when changes are asked for. Up to when they can be shown is known at the database.
fn changes(since: &str, faults: &mut Vec<Fault>) -> Option<Changes> {
    let (code, detail) = match since.parse::<Instant>() {
        Ok(since) => return Some(Changes { since, until: since }),
        Err(TimeFault::BadFormat) => ("bad-format", "must be a date and time with an offset, as 2026-11-20T09:30:00Z"),
        Err(TimeFault::OutOfRange) => ("out-of-range", "must be in the years 1900 to 2199"),
    };
    faults.push(Fault::parameter(SINCE, code, detail));
    None
}

/// The ids that are asked for: up to as many as a page can have.
fn asked_for(text: &str, faults: &mut Vec<Fault>) -> Option<Vec<Uuid>> {
    let ids: Result<Vec<Uuid>, _> = text.split(',').map(Uuid::try_parse).collect();
    match ids {
        Ok(ids) if ids.len() <= usize::from(MOST) => return Some(ids),
        Ok(_) => faults.push(Fault::parameter(IDS, "too-long", "must be at most 100 ids")),
        Err(_) => {
            faults.push(Fault::parameter(IDS, "bad-format", "must be one or more ids (UUID), separated by commas"))
        }
    }
    None
}

/// The fault of a cursor that is not of the list.
pub fn foreign_cursor() -> Fault {
    Fault::parameter("cursor", "bad-format", "is not a cursor of this list with these filters")
}

/// The refusal of a cursor that is not of the list, or not any more.
pub fn refuse_cursor(detail: &'static str) -> Refusal {
    Refusal::new(Kind::InvalidCursor, detail).with(vec![foreign_cursor()])
}

/// What is asked for in a query: the filter, and on a list its page.
pub struct Query<Q> {
    pub filter: Q,
    pub page: Option<(Page, Binding)>,
}

#[derive(Serialize)]
struct List<'i, I> {
    items: &'i [I],
    next_cursor: Option<String>,
}
