//! Web feeds (Atom, RFC 4287) of published opportunities and published feedback: the newest hundred of each.
//! They contain what the public lists show.

use std::sync::Arc;

use askama::Template;
use uuid::{Uuid, uuid};

use crate::clock::Instant;
use crate::digest::fingerprint;
use crate::feedback;
use crate::http::{Content, Nothing, Routes};
use crate::public::opportunities;
use crate::public::pages::hundred;
use crate::refusal::{Failure, Result};
use crate::text::tidy::{Lines, is_foreign};
use crate::work::Reader;

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The ids of the feeds never change: feed readers recognise feeds by them.
const OPPORTUNITIES: Uuid = uuid!("6f3c2a1e-8a57-4c39-9a1f-2d1f0a7c5b01");
const SAID_AND_DONE: Uuid = uuid!("6f3c2a1e-8a57-4c39-9a1f-2d1f0a7c5b02");

/// Readers ask by it whether anything is new.
const TAG: (&str, &str) = ("ETag", "A tag of the feed as it is; sent back in `If-None-Match`.");

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .content("/v1/public/opportunities/feed", None, &[ATOM], read_public_opportunities_feed)
        .shows(&[TAG])
        .describe(
            "Get the feed of published opportunities",
            "An Atom feed of the newest hundred opportunities that are open to expressions of interest.",
        );
    routes
        .content("/v1/public/you-said-we-did/feed", None, &[ATOM], read_public_you_said_we_did_feed)
        .shows(&[TAG])
        .describe(
            "Get the feed of published feedback",
            "An Atom feed of the newest hundred items of published feedback.",
        );
}

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    id: Uuid,
    title: &'static str,
    own: String,
    alternate: String,
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

fn read_public_opportunities_feed(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let home = own_address(reader);
    let open = opportunities::newest(reader, &hundred())?.rows;
    let entries = open.into_iter().map(|item| Entry {
        id: item.id.into(),
        title: plain(&format!("{}: {}", item.service_name.as_str(), item.title.as_str())),
        published: item.published_at.unwrap_or(item.updated_at).to_string(),
        updated: item.updated_at.to_string(),
        link: format!("{home}/v1/public/opportunities/{}/advert", item.id),
        summary: item.summary.map(|summary| plain(&summary)).unwrap_or_default(),
    });
    let addresses = [format!("{home}/v1/public/opportunities/feed"), format!("{home}/v1/public/opportunities/adverts")];
    feed(OPPORTUNITIES, "Opportunities to get involved", addresses, entries.collect())
}

fn read_public_you_said_we_did_feed(reader: &mut Reader<'_>, (): (), _: &Nothing) -> Result<Content> {
    let home = own_address(reader);
    let said = feedback::published(reader, None, &hundred())?.rows;
    let entries = said.into_iter().map(|item| {
        let at = item.published_at.map(|at| at.to_string()).unwrap_or_default();
        Entry {
            id: item.id.into(),
            title: plain(&format!("{}: {}", item.service_name.as_str(), item.plan_title.as_str())),
            published: at.clone(),
            updated: at,
            link: format!("{home}/v1/public/you-said-we-did/{}/poster", item.id),
            summary: plain(&item.in_words()),
        }
    });
    let addresses =
        [format!("{home}/v1/public/you-said-we-did/feed"), format!("{home}/v1/public/you-said-we-did/poster")];
    feed(SAID_AND_DONE, "You said, we did", addresses, entries.collect())
}

/// The service's address, in links that must lead somewhere from anywhere.
fn own_address(reader: &Reader<'_>) -> Arc<str> {
    Arc::clone(&reader.context().home)
}

/// A text without what XML does not allow, also where it was written before such texts were refused.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !is_foreign(*letter, Lines::Several)).collect()
}

fn feed(id: Uuid, title: &'static str, [own, alternate]: [String; 2], entries: Vec<Entry>) -> Result<Content> {
    // A feed without entries bears the Unix epoch: it must not differ from call to call.
    let updated = entries.iter().map(|entry| entry.updated.clone()).max();
    let updated = updated.unwrap_or_else(|| Instant::EPOCH.to_string());
    let body = Feed { id, title, own, alternate, updated, entries }.render().map_err(Failure::broken)?;
    let etag = format!("\"{}\"", fingerprint(&[&body]).chars().take(16).collect::<String>());
    Ok(Content::of(ATOM, vec![("etag", etag)], body.into_bytes()))
}
