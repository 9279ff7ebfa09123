//! Placements: an opportunity advertised in a channel from a day on, and how many responses that brought.
//! People say in their expression of interest where they heard of the opportunity.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::access::Action;
use crate::channels::store::Placed;
use crate::channels::{rules, store, suitability};
use crate::clock::{Day, Instant};
use crate::db::ids::{OpportunityId, PlacementId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::http::body::rule;
use crate::http::{Keyed, Represent, Routes};
use crate::opportunities;
use crate::plans::Channel;
use crate::refusal::{Done, Fault, Kind, Refusal};
use crate::text::Prose;
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "placement";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/opportunities/{id}/placements", Some(Action::ReadPlacements), list_placements).says(
        "List the placements of an opportunity",
        "Where the opportunity was advertised, newest first. Each response counts once: for the latest placement \
             in its channel on the day of the response.",
    );
    routes
        .create("/v1/opportunities/{id}/placements", Action::WritePlacements, record_placement)
        .says(
            "Record a placement",
            "Records that the opportunity is advertised in a channel. Possible while the opportunity is published, also for \
             a day to come; once it is closed, only for days up to today. The rule of the channel must allow the opportunity.",
        )
        .refuses(&["opportunity-not-open", "channel-not-allowed"])
        .example("a poster", json!({ "channel_code": "waiting_room", "placed_on": "2026-11-23", "until": "2026-12-04", "note": "The board by the lift." }));
}

/// Fields of a placement that can be written.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "days_in_order"))]
pub struct NewPlacement {
    /// Channel in which the opportunity is advertised.
    pub channel_code: Channel,
    /// First day of the placement.
    pub placed_on: Day,
    /// Last day of the placement, inclusive; leave it out if the end is open.
    #[serde(default)]
    pub until: Option<Day>,
    /// Where exactly, or in which issue. Must not contain anything about people.
    #[serde(default)]
    #[schema(example = "The board by the lift.")]
    pub note: Option<Prose>,
}

fn days_in_order(new: &NewPlacement) -> Result<(), ValidationError> {
    match new.until {
        Some(until) if until < new.placed_on => Err(rule("/until", "unordered", "must not be before placed_on")),
        _ => Ok(()),
    }
}

/// The list of placements has no filters.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlacementFilter {}

/// An opportunity advertised in a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementView {
    /// Unique identifier (UUIDv7).
    pub id: PlacementId,
    /// Version, counted from 1.
    pub version: i32,
    /// Opportunity that is advertised.
    pub opportunity_id: OpportunityId,
    /// Service of the opportunity.
    pub service_id: ServiceId,
    /// Channel in which the opportunity is advertised.
    pub channel_code: Channel,
    /// First day of the placement.
    pub placed_on: Day,
    /// Last day of the placement, inclusive; null if the end is open.
    pub until: Option<Day>,
    /// Where exactly, or in which issue.
    #[schema(example = "The board by the lift.")]
    pub note: Option<Prose>,
    /// Number of expressions of interest through this channel from `placed_on` until the next placement in the channel.
    pub responses: i64,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it: the subject of their token.
    pub created_by: Option<String>,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Represent for PlacementView {
    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn location(&self) -> Option<String> {
        // A placement has no address of its own; this is the list that shows it.
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
    let judged = rules::judge(channel.active, &channel.rule.0, suitability::sought(writer, &opportunity)?);
    if !judged.allowed() {
        let fault = Fault::at("/channel_code", judged.code.as_str(), judged.reason.clone());
        return Err(Refusal::new(Kind::ChannelNotAllowed, judged.reason).with(vec![fault]).into());
    }
    let placement = store::insert_placement(writer, (id, opportunity.service_id), &new)?;
    let view = view(store::placement(writer, placement)?);
    Ok(writer.changed(Change::new(RESOURCE, placement, 1, "create"), view))
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
