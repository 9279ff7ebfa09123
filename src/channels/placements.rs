//! Placements: an opportunity advertised in a channel from a day on, and how many responses that brought.
//! People say in their expression of interest where they heard of the opportunity.

use serde_json::json;

use crate::access::Action;
use crate::channels::store::Placed;
use crate::channels::views::{PlacementContent, PlacementFilter, PlacementView};
use crate::channels::{for_opportunity, rules, store};
use crate::db::ids::OpportunityId;
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Routes};
use crate::opportunities;
use crate::refusal::{Fault, Happened, Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "placement";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/opportunities/{id}/placements", Some(Action::ReadPlacements), list_placements).describe(
        "List the placements of an opportunity",
        "Where the opportunity was advertised, newest first. Each response counts once: for the latest placement \
             in its channel on the day of the response.",
    );
    routes
        .create("/v1/opportunities/{id}/placements", Action::WritePlacements, record_placement)
        .describe(
            "Record a placement",
            "Records that the opportunity is advertised in a channel. Possible while the opportunity is published, also for \
             a day to come; once it is closed, only for days up to today. The rule of the channel must allow the opportunity.",
        )
        .refuses(&["opportunity-not-open", "channel-not-allowed"])
        .example("a poster", json!({ "channel_code": "waiting_room", "placed_on": "2026-11-23", "until": "2026-12-04", "note": "The board by the lift." }));
}

fn list_placements(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    _: &PlacementFilter,
    page: &Page,
) -> Result<Rows<PlacementView>> {
    opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    Ok(store::placements_of(reader, id, page)?.map(view))
}

fn record_placement(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    new: PlacementContent,
) -> Result<Changed<PlacementView>> {
    opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    let opportunity = opportunities::hold(writer, id)?.facts;
    rules::placeable(opportunity.status, new.placed_on, writer.today())?;
    let today = writer.today();
    Happened::in_living_memory(today).check("/placed_on", Some(new.placed_on.min(today)))?;
    let channel = store::hold(writer, new.channel_code)?;
    let verdict = rules::assess_channel(
        channel.content.active,
        &channel.content.rule,
        for_opportunity::needs(writer, &opportunity)?,
    );
    if !verdict.allowed() {
        let fault = Fault::at("/channel_code", verdict.code.as_str(), verdict.reason.clone());
        return Err(Refusal::new(Kind::ChannelNotAllowed, verdict.reason).with(vec![fault]).into());
    }
    let placement = store::insert_placement(writer, (id, opportunity.service_id), new)?;
    let view = view(store::placement(writer, placement)?);
    Ok(writer.changed(Change::created(RESOURCE, placement), view))
}

fn view((row, created_by, responses): Placed) -> PlacementView {
    PlacementView {
        id: row.id,
        version: row.version,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        content: Fields(row.content),
        responses,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
