//! SQL of the tables `channels` and `placements`.
//! Callers check with `opportunities::visible` first that the opportunity can be seen.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};

use crate::channels::views::{ChannelContent, PlacementContent};
use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{ChannelId, OpportunityId, PlacementId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, channels, placements};
use crate::page_by;
use crate::plans::Channel;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

/// A row of `channels`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = channels, check_for_backend(Pg))]
pub(super) struct ChannelRow {
    pub id: ChannelId,
    pub version: i32,
    pub code: Channel,
    #[diesel(embed)]
    pub content: ChannelContent,
    pub created_at: Instant,
    pub updated_at: Instant,
}

type ChannelAndCreator = (ChannelRow, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<ChannelAndCreator>> {
    let query = channels::table
        .left_join(actors::table)
        .select((ChannelRow::as_select(), actors::subject.nullable()))
        .into_boxed();
    Ok(page.load(page_by!(query, page, channels::id, channels::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: ChannelId) -> Result<ChannelAndCreator> {
    let row = channels::table
        .left_join(actors::table)
        .filter(channels::id.eq(id))
        .select((ChannelRow::as_select(), actors::subject.nullable()))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: ChannelId) -> Result<ChannelRow> {
    let row = channels::table.find(id).select(ChannelRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks a channel against changes until the transaction ends.
pub(super) fn hold(writer: &mut Writer<'_>, code: Channel) -> Result<ChannelRow> {
    Ok(channels::table
        .filter(channels::code.eq(code))
        .select(ChannelRow::as_select())
        .for_share()
        .first(writer.conn)?)
}

pub(super) fn save(writer: &mut Writer<'_>, row: &ChannelRow, new: ChannelContent) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(channels::table.find(row.id).filter(channels::version.eq(row.version)))
        .set((new, channels::version.eq(row.version + 1), channels::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Placements of an opportunity in a channel, and the responses.
#[derive(Debug, QueryableByName)]
pub(super) struct Tally {
    #[diesel(sql_type = Text)]
    pub code: Channel,
    #[diesel(sql_type = BigInt)]
    pub placements: i64,
    #[diesel(sql_type = BigInt)]
    pub responses: i64,
}

/// Number of placements of an opportunity in each channel, and of people who heard of it there.
pub(super) fn tallies(reader: &mut Reader<'_>, opportunity: OpportunityId) -> Result<Vec<Tally>> {
    Ok(diesel::sql_query(
        "SELECT code, sum(placed)::bigint AS placements, sum(heard)::bigint AS responses FROM (
    SELECT channel_code AS code, 1 AS placed, 0 AS heard FROM placements WHERE opportunity_id = $1
    UNION ALL SELECT channel_code, 0, 1 FROM advert_responses WHERE opportunity_id = $1) each_one
GROUP BY code",
    )
    .bind::<SqlUuid, _>(opportunity)
    .load(reader.conn)?)
}

/// A row of `placements`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = placements, check_for_backend(Pg))]
pub(super) struct PlacementRow {
    pub id: PlacementId,
    pub version: i32,
    pub opportunity_id: OpportunityId,
    pub service_id: ServiceId,
    #[diesel(embed)]
    pub content: PlacementContent,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A placement, its creator, and how many responses it brought.
pub(super) type Placed = (PlacementRow, Option<String>, i64);

// Each response counts once: for the latest placement in its channel on the day of the response.
const RESPONSES: &str = "(SELECT count(*) FROM advert_responses r
    WHERE r.opportunity_id = placements.opportunity_id AND r.channel_code = placements.channel_code
        AND (r.responded_at AT TIME ZONE 'Europe/London')::date >= placements.placed_on
        AND NOT EXISTS (SELECT 1 FROM placements later WHERE later.opportunity_id = placements.opportunity_id
            AND later.channel_code = placements.channel_code
            AND (later.placed_on, later.id) > (placements.placed_on, placements.id)
            AND later.placed_on <= (r.responded_at AT TIME ZONE 'Europe/London')::date))";

macro_rules! placed {
    () => {
        placements::table.inner_join(actors::table).select((
            PlacementRow::as_select(),
            actors::subject,
            sql::<BigInt>(RESPONSES),
        ))
    };
}

pub(super) fn placements_of(reader: &mut Reader<'_>, of: OpportunityId, page: &Page) -> Result<Rows<Placed>> {
    let query = placed!().filter(placements::opportunity_id.eq(of)).into_boxed();
    Ok(page.load(page_by!(query, page, placements::id, placements::updated_at), reader.conn)?)
}

pub(super) fn placement(reader: &mut Reader<'_>, id: PlacementId) -> Result<Placed> {
    Ok(placed!().filter(placements::id.eq(id)).first(reader.conn)?)
}

pub(super) fn insert_placement(
    writer: &mut Writer<'_>,
    (opportunity, service): (OpportunityId, ServiceId),
    new: PlacementContent,
) -> Result<PlacementId> {
    let (id, now, by): (PlacementId, _, _) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(placements::table)
        .values((
            placements::id.eq(id),
            placements::opportunity_id.eq(opportunity),
            placements::service_id.eq(service),
            new,
            placements::created_at.eq(now),
            placements::created_by.eq(by),
            placements::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}
