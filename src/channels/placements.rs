//! Placements: that an opportunity was advertised in a channel, from a day on, and how many responses that brought.
//! Where people heard of it is said in their expression of interest.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::Action;
use crate::channels::store::Placed;
use crate::channels::{rules, store, suited};
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlacementId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::body::rule;
use crate::http::{Keyed, Represent, Routes};
use crate::opportunities;
use crate::plans::Channel;
use crate::refusal::{Done, Fault, Kind, Refusal};
use crate::text::Prose;

const RESOURCE: &str = "placement";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/opportunities/{id}/placements", Some(Action::ReadPlacements), list_placements)
        .says(
            "Where an opportunity was advertised",
            "Newest first. A response counts once, for the placement in its channel that was the latest on the day it came.",
        );
    routes
        .create("/v1/opportunities/{id}/placements", Action::WritePlacements, record_placement)
        .says(
            "Record where an opportunity is advertised",
            "While it is published, ahead too; once it is closed, what was placed until today. In channels whose rule takes \
             the opportunity as it stands now.",
        )
        .refuses(&["opportunity-not-open", "channel-not-allowed"])
        .example("a poster", json!({ "channel_code": "waiting_room", "placed_on": "2026-11-23", "until": "2026-12-04", "note": "The board by the lift." }));
}

/// A placement, as it is written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "days_in_order"))]
pub struct NewPlacement {
    /// In which channel.
    pub channel_code: Channel,
    /// From which day on.
    pub placed_on: Day,
    /// Until which day; open where nothing is said.
    #[serde(default)]
    pub until: Option<Day>,
    /// Where exactly, or in which issue; nothing about people.
    #[serde(default)]
    pub note: Option<Prose>,
}

fn days_in_order(new: &NewPlacement) -> Result<(), ValidationError> {
    match new.until {
        Some(until) if until < new.placed_on => Err(rule("/until", "unordered", "must not be before placed_on")),
        _ => Ok(()),
    }
}

/// The filters of the list of placements.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlacementFilter {}

/// A placement.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementView {
    /// Its id.
    pub id: PlacementId,
    /// Its version.
    pub version: i32,
    /// Of which opportunity.
    pub opportunity_id: OpportunityId,
    /// Of which service.
    pub service_id: ServiceId,
    /// In which channel.
    pub channel_code: Channel,
    /// From which day on.
    pub placed_on: Day,
    /// Until which day.
    pub until: Option<Day>,
    /// Where exactly, or in which issue.
    pub note: Option<Prose>,
    /// How many people who heard of the opportunity in this channel expressed interest from that day on, until the next placement in it.
    pub responses: i64,
    /// When it was recorded.
    pub created_at: Instant,
    /// Who recorded it.
    pub created_by: Option<String>,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Represent for PlacementView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // It has no address of its own; the list has it.
        Some(format!("/v1/opportunities/{}/placements", self.opportunity_id))
    }
}

impl Keyed for PlacementView {
    fn key(&self) -> uuid::Uuid {
        self.id.into()
    }
}

fn list_placements(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    _: &PlacementFilter,
    page: &Page,
) -> Done<Rows<PlacementView>> {
    opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    Ok(store::placements_of(reader, id, page)?.map(view))
}

fn record_placement(writer: &mut Writer<'_>, id: OpportunityId, new: NewPlacement) -> Done<Changed<PlacementView>> {
    opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    let opportunity = opportunities::hold(writer, id)?.facts;
    rules::placeable(opportunity.status, new.placed_on, writer.today())?;
    let channel = store::hold(writer, new.channel_code)?;
    let judged = rules::judge(channel.active, &channel.rule.0, suited::sought(writer, &opportunity)?);
    if !judged.allowed() {
        let fault = Fault::at("/channel_code", judged.code.as_str(), judged.reason.clone());
        return Err(Refusal::new(Kind::ChannelNotAllowed, judged.reason).with(vec![fault]).into());
    }
    let placement = store::insert_placement(writer, (id, opportunity.service_id), &new)?;
    let view = view(store::placement(writer, placement)?);
    Ok(writer.changed(Change::created(RESOURCE, placement), view))
}

fn view((row, created_by, responses): Placed) -> PlacementView {
    PlacementView {
        id: row.id,
        version: row.version,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        channel_code: row.channel_code,
        placed_on: row.placed_on,
        until: row.until,
        note: row.note,
        responses,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
