//! The operation on events.

use crate::access::Action;
use crate::events::feed::Feed;
use crate::events::views::{EventFilter, EventPage, EventView, unknown_type};
use crate::http::Routes;
use crate::http::query::refuse;
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::text::EventType;
use crate::work::Reader;

/// Events of one answer where the request says no number.
const LIMIT: i64 = 100;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Events", "Changes, as CloudEvents for other systems: read from a feed, or sent by webhooks.");
    routes.get("/v1/events", Action::ReadEvents, list_events).without_etag().waits().describe(
        "List events",
        "Changes since a place in the feed, oldest first. Keep `after` of the answer once you have dealt with its \
             events, and send it next time: no event is left out, also not one of a change that took long, and of each \
             record the events come in the order of its versions. You may get an event again, so go by its `id`. With \
             `wait`, an answer without events is held back until there is one. An event comes about a second after its \
             change. Finance gets events of payments, payment runs, recoveries and payees, and of claims from their \
             approval on, unless it is undone. Of one caller, 8 requests can wait at a time; more are answered at once.",
    );
}

fn list_events(reader: &mut Reader<'_>, (): (), filter: &EventFilter) -> Result<EventPage> {
    if unknown_type(filter.types.as_deref().unwrap_or_default()).is_some() {
        let fault = Fault::parameter("type", "not-one-of", "names a type that no event has: the document lists them");
        return Err(refuse(vec![fault]).into());
    }
    let texts = |types: &Vec<_>| types.iter().map(|it: &EventType| it.as_str().to_owned()).collect();
    let feed = Feed {
        after: filter.after.unwrap_or_default(),
        types: filter.types.as_ref().map(texts),
        resource_types: filter.resource_type.as_ref().map(|all| all.iter().map(|it| it.as_str().to_owned()).collect()),
        money: !reader.grant().all(),
        tests_of: None,
    };
    let (found, after, latest) = feed.read(reader.conn, filter.limit.unwrap_or(LIMIT))?;
    if feed.after > latest {
        let detail = "is after the last event: the database is another one, or was restored. Read from the beginning";
        let fault = Fault::parameter("after", "out-of-range", detail);
        return Err(Refusal::new(Kind::InvalidCursor, "There is no such place in the feed.").with(vec![fault]).into());
    }
    let home = &reader.context().home;
    let items = found.into_iter().map(|event| EventView::of(event, home)).collect();
    Ok(EventPage { items, after, more: after < latest })
}
