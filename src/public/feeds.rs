//! Web feeds (Atom, RFC 4287) of published opportunities and published feedback: the newest hundred of each.
//! They contain what the public lists show.

use askama::Template;
use uuid::{Uuid, uuid};

use crate::clock::Instant;
use crate::db::page::{Order, Page};
use crate::digest::fingerprint;
use crate::feedback;
use crate::http::{Content, Nothing, Routes};
use crate::public::opportunities;
use crate::refusal::{Failure, Result};
use crate::work::Reader;

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The ids of the feeds never change: feed readers recognise feeds by them.
const OPPORTUNITIES: Uuid = uuid!("6f3c2a1e-8a57-4c39-9a1f-2d1f0a7c5b01");
const SAID_AND_DONE: Uuid = uuid!("6f3c2a1e-8a57-4c39-9a1f-2d1f0a7c5b02");

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.content("/v1/public/opportunities/feed", None, &[ATOM], read_public_opportunities_feed).describe(
        "Get the feed of published opportunities",
        "An Atom feed of the newest hundred opportunities that are open to expressions of interest.",
    );
    routes.content("/v1/public/you-said-we-did/feed", None, &[ATOM], read_public_you_said_we_did_feed).describe(
        "Get the feed of published feedback",
        "An Atom feed of the newest hundred items of published feedback.",
    );
}

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    id: Uuid,
    title: &'static str,
    own: &'static str,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: Uuid,
    title: String,
    published: String,
    updated: String,
    link: String,
    summary: String,
}

fn newest() -> Page {
    Page { limit: 100, order: Order::Newest, after: None }
}

fn read_public_opportunities_feed(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let open = opportunities::newest(reader, &newest())?;
    let entries = open.into_iter().map(|item| Entry {
        id: item.id.into(),
        title: format!("{}: {}", item.service_name.as_str(), item.title.as_str()),
        published: item.published_at.unwrap_or(item.updated_at).to_string(),
        updated: item.updated_at.to_string(),
        link: format!("/v1/public/opportunities/{}", item.id),
        summary: item.summary.map(|summary| summary.as_str().to_owned()).unwrap_or_default(),
    });
    feed(OPPORTUNITIES, "Opportunities to get involved", "/v1/public/opportunities/feed", entries.collect())
}

fn read_public_you_said_we_did_feed(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let said = feedback::published(reader, None, &newest())?.rows;
    let entries = said.into_iter().map(|item| {
        let at = item.published_at.map(|at| at.to_string()).unwrap_or_default();
        Entry {
            id: item.id.into(),
            title: format!("{}: {}", item.service_name.as_str(), item.plan_title.as_str()),
            published: at.clone(),
            updated: at,
            link: "/v1/public/you-said-we-did".to_owned(),
            summary: item.in_words(),
        }
    });
    feed(SAID_AND_DONE, "You said, we did", "/v1/public/you-said-we-did/feed", entries.collect())
}

fn feed(id: Uuid, title: &'static str, own: &'static str, entries: Vec<Entry>) -> Result<Content> {
    // A feed without entries bears the Unix epoch: it must not differ from call to call.
    let updated = entries.iter().map(|entry| entry.updated.clone()).max();
    let updated = updated.unwrap_or_else(|| Instant::EPOCH.to_string());
    let body = Feed { id, title, own, updated, entries }.render().map_err(Failure::broken)?;
    let etag = format!("\"{}\"", fingerprint(&[&body]).chars().take(16).collect::<String>());
    Ok(Content { media_type: ATOM, headers: vec![("etag", etag)], body: body.into_bytes().into() })
}
