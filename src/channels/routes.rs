//! The operations on channels.
//! `for_opportunity` tells which of them suit an opportunity; `placements` records what was advertised.

use serde_json::json;

use crate::access::Action;
use crate::channels::store::{self, ChannelRow};
use crate::channels::views::{ChannelContent, ChannelFilter, ChannelView};
use crate::db::Json;
use crate::db::ids::ChannelId;
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Patch, Routes};
use crate::refusal::Result;
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "channel";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.tag("Channels", "The places where opportunities are advertised, such as a waiting room or a network.");
    routes
        .list("/v1/channels", Some(Action::ReadChannels), list_channels)
        .describe("List channels", "The ten channels in the order of the guidance; `order=oldest` reverses it.");
    routes
        .get("/v1/channels/{id}", Action::ReadChannels, read_channel)
        .describe("Get a channel", "How to reach the channel, whether it is in use, and its rule.");
    routes
        .patch("/v1/channels/{id}", Action::WriteChannels, change_channel)
        .describe(
            "Change a channel",
            "Everything except the code can be changed: how to reach the channel, whether it is in use, and its rule. \
             Earlier placements stay as they are.",
        )
        .example("the network moved", json!({ "link": "https://network.example/advertise", "contact": { "name": "Noticeboard desk", "email": "desk@network.example" } }))
        .example("carers, too", json!({ "rule": { "recommended_when": ["service_users_sought", "carers_sought"] } }));
}

fn list_channels(reader: &mut Reader<'_>, (): (), _: &ChannelFilter, page: &Page) -> Result<Rows<ChannelView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_channel(reader: &mut Reader<'_>, id: ChannelId) -> Result<ChannelView> {
    Ok(view(store::find(reader, id)?))
}

fn change_channel(
    writer: &mut Writer<'_>,
    id: ChannelId,
    patch: Patch<ChannelContent>,
) -> Result<Changed<ChannelView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&row.content)?;
    if fields.is_empty() {
        let view = read_channel(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, &row, new)?;
    let view = read_channel(writer, id)?;
    Ok(writer.changed(Change::changed(RESOURCE, id, row.version + 1).fields(fields), view))
}

fn view((row, created_by): (ChannelRow, Option<String>)) -> ChannelView {
    let ChannelContent { details, active, rule: Json(rule) } = row.content;
    ChannelView {
        id: row.id,
        version: row.version,
        code: row.code,
        details: Fields(details),
        active,
        rule,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
