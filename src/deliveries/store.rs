//! SQL of the table `deliveries`.
//! The needs shown with a delivery are read from `volunteers`.

use std::collections::{BTreeSet, HashMap};

use crate::db::prelude::*;
use diesel::dsl::{not, sql};
use diesel::pg::Pg;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::among;
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, deliveries, services};
use crate::db::{exactly, exactly_one};
use crate::deliveries::formats::Format;
use crate::deliveries::status::Failed;
use crate::deliveries::views::DeliveryFilter;
use crate::deliveries::{About, DeliveryStatus};
use crate::refusal::{Failure, Refusal, Result};
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::{Reader, Writer, names};
use crate::{one_of_each, page_by, page_of};

/// A row of `deliveries`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(Pg))]
pub(super) struct DeliveryRow {
    pub id: DeliveryId,
    pub version: i32,
    pub volunteer_id: VolunteerId,
    pub service_id: Option<ServiceId>,
    pub status: DeliveryStatus,
    pub subject_type: String,
    pub subject_id: uuid::Uuid,
    pub about: About,
    pub channel: FeedbackMethod,
    pub message: Option<String>,
    pub done_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub automatic: bool,
    pub formats: Json<BTreeSet<Format>>,
    pub override_reason: Option<RequiredText>,
    pub send_from: Option<Day>,
    pub attempts: i32,
    pub failure: Option<Failed>,
    pub bounced_at: Option<Instant>,
    pub bounced_channel: Option<FeedbackMethod>,
    pub bounce_reason: Option<RequiredText>,
}

/// The condition for deliveries that a grant reaches.
fn reached(grant: &Grant) -> Box<dyn BoxableExpression<deliveries::table, Pg, SqlType = Bool>> {
    if grant.all() {
        return Box::new(sql::<Bool>("TRUE"));
    }
    let codes = grant.services().to_vec();
    let of_services = deliveries::service_id
        .assume_not_null()
        .eq_any(services::table.filter(services::code.eq_any(codes)).select(services::id));
    match grant.own() {
        None => Box::new(of_services),
        Some(own) if grant.services().is_empty() => Box::new(deliveries::volunteer_id.eq(own)),
        Some(own) => Box::new(of_services.or(deliveries::volunteer_id.eq(own))),
    }
}

/// A delivery, who created it, and the name of its service.
pub(super) type Named = (DeliveryRow, Option<String>, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, filter: &DeliveryFilter, page: &Page) -> Result<Rows<Named>> {
    let mut query = deliveries::table
        .filter(reached(reader.grant()))
        .select((
            DeliveryRow::as_select(),
            actors::table.filter(actors::id.eq(deliveries::created_by)).select(actors::subject).single_value(),
            names::service("deliveries.service_id"),
        ))
        .into_boxed();
    if let Some(only) = filter.status_alone().filter(|_| reader.grant().all() && page.is_plain()) {
        let of_one_status = page_of!(query, page, "deliveries", only, deliveries::id);
        return Ok(page.load(of_one_status, reader.conn)?);
    }
    if let Some(states) = &filter.status {
        query = query.filter(among("deliveries.status", states.iter().map(|word| word.as_str())));
    }
    if let Some(channels) = &filter.channel {
        query = query.filter(among("deliveries.channel", channels.iter().map(|word| word.as_str())));
    }
    match filter.automatic {
        Some(true) => query = query.filter(deliveries::automatic),
        Some(false) => query = query.filter(not(deliveries::automatic)),
        None => {}
    }
    query = one_of_each!(query, deliveries, filter: volunteer_id, subject_id);
    Ok(page.load(page_by!(query, page, deliveries::id, deliveries::updated_at), reader.conn)?)
}

/// The pending letters that people post, due by today.
pub(super) fn letters(reader: &mut Reader<'_>, service: Option<ServiceId>, page: &Page) -> Result<Rows<Named>> {
    let today = reader.today();
    let mut query = deliveries::table
        .filter(reached(reader.grant()))
        .filter(deliveries::status.eq(DeliveryStatus::Pending))
        .filter(deliveries::channel.eq(FeedbackMethod::Letter))
        .filter(not(deliveries::automatic))
        .filter(deliveries::send_from.is_null().or(deliveries::send_from.le(today).assume_not_null()))
        .select((
            DeliveryRow::as_select(),
            actors::table.filter(actors::id.eq(deliveries::created_by)).select(actors::subject).single_value(),
            names::service("deliveries.service_id"),
        ))
        .into_boxed();
    if let Some(service) = service {
        query = query.filter(deliveries::service_id.eq(service));
    }
    Ok(page.load(page_by!(query, page, deliveries::id), reader.conn)?)
}

/// Locks those of these deliveries that the grant reaches, in the order of their ids.
pub(super) fn lock_all(writer: &mut Writer<'_>, ids: &[DeliveryId]) -> Result<Vec<DeliveryRow>> {
    Ok(deliveries::table
        .filter(deliveries::id.eq_any(ids))
        .filter(reached(writer.grant()))
        .order_by(deliveries::id)
        .select(DeliveryRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: DeliveryId) -> Result<Named> {
    let row = deliveries::table
        .inner_join(actors::table)
        .filter(deliveries::id.eq(id))
        .select((DeliveryRow::as_select(), actors::subject, names::service("deliveries.service_id")))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks a delivery that the grant reaches.
pub(super) fn lock(writer: &mut Writer<'_>, id: DeliveryId) -> Result<DeliveryRow> {
    let row = deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(reached(writer.grant()))
        .select(DeliveryRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// For each of these records, by its id: the number of its deliveries, and how many of them are done.
///
/// # Errors
/// Database errors.
pub fn counts(conn: &mut PgConnection, subjects: &[uuid::Uuid]) -> Result<HashMap<uuid::Uuid, (i64, i64)>> {
    let rows: Vec<(uuid::Uuid, i64, i64)> = deliveries::table
        .filter(deliveries::subject_id.eq_any(subjects))
        .group_by(deliveries::subject_id)
        .select((
            deliveries::subject_id,
            diesel::dsl::count_star(),
            sql::<BigInt>(&format!("count(*) FILTER (WHERE deliveries.status = '{}')", DeliveryStatus::Done)),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(subject, all, done)| (subject, (all, done))).collect())
}

/// How a volunteer was told.
#[derive(Debug)]
pub(super) struct Outcome {
    pub channel: FeedbackMethod,
    pub formats: Json<BTreeSet<Format>>,
    pub override_reason: Option<RequiredText>,
}

/// Marks a delivery as done.
pub(super) fn done(writer: &mut Writer<'_>, row: &DeliveryRow, outcome: Outcome) -> Result<()> {
    done_all(writer, &[(row, outcome)])
}

// A reason that was given before stays where no other is.
const DONE: &str = "\
UPDATE deliveries SET status = $1, done_at = $2, version = deliveries.version + 1, updated_at = $2, channel = o.channel,
    formats = o.formats::jsonb, override_reason = COALESCE(o.override_reason, deliveries.override_reason)
FROM unnest($3::uuid[], $4::integer[], $5::text[], $6::text[], $7::text[]) AS o (id, version, channel, formats, override_reason)
WHERE deliveries.id = o.id AND deliveries.version = o.version";

/// Marks locked deliveries as done, in one statement.
pub(super) fn done_all(writer: &mut Writer<'_>, outcomes: &[(&DeliveryRow, Outcome)]) -> Result<()> {
    let now = writer.now();
    let formats = outcomes.iter().map(|(_, how)| serde_json::to_string(&how.formats.0).map_err(Failure::broken));
    let reason = |how: &Outcome| how.override_reason.as_ref().map(ToString::to_string);
    let rows = diesel::sql_query(DONE)
        .bind::<Text, _>(DeliveryStatus::Done)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(outcomes.iter().map(|(row, _)| row.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(outcomes.iter().map(|(row, _)| row.version).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(outcomes.iter().map(|(_, how)| how.channel).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(formats.collect::<Result<Vec<String>>>()?)
        .bind::<Array<Nullable<Text>>, _>(outcomes.iter().map(|(_, how)| reason(how)).collect::<Vec<_>>())
        .execute(writer.conn)?;
    exactly(outcomes.len(), rows)
}

/// Locks the e-mail that is due first and that no other copy of the service has locked; none where nothing is due.
pub(super) fn next_due(writer: &mut Writer<'_>) -> Result<Option<DeliveryRow>> {
    let now = writer.now();
    let due = format!("status = '{}' AND automatic AND next_attempt_at <= ", DeliveryStatus::Pending);
    Ok(deliveries::table
        .filter(sql::<Bool>(&due).bind::<Timestamptz, _>(now))
        .order_by(deliveries::next_attempt_at)
        .select(DeliveryRow::as_select())
        .for_update()
        .skip_locked()
        .first(writer.conn)
        .optional()?)
}

/// When the oldest e-mail was written that the service has still to send.
///
/// # Errors
/// Database errors.
pub fn oldest_to_send(conn: &mut PgConnection) -> Result<Option<Instant>> {
    let to_send = format!("status = '{}' AND automatic", DeliveryStatus::Pending);
    Ok(deliveries::table.filter(sql::<Bool>(&to_send)).select(diesel::dsl::min(deliveries::created_at)).first(conn)?)
}

/// Records an attempt before it is made: if the service stops in the middle, it is tried again at `again_at`.
pub(super) fn attempt(writer: &mut Writer<'_>, id: DeliveryId, attempts: i32, again_at: Instant) -> Result<()> {
    let rows = diesel::update(deliveries::table.find(id))
        .set((deliveries::attempts.eq(attempts), deliveries::next_attempt_at.eq(again_at)))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Locks a delivery that is still to be sent by the service.
pub(super) fn lock_to_send(writer: &mut Writer<'_>, id: DeliveryId) -> Result<Option<DeliveryRow>> {
    Ok(deliveries::table
        .find(id)
        .filter(deliveries::status.eq(DeliveryStatus::Pending))
        .filter(deliveries::automatic)
        .select(DeliveryRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?)
}

/// Puts an automatic delivery on the work list, with the reason.
pub(super) fn hand_over(
    writer: &mut Writer<'_>,
    row: &DeliveryRow,
    failure: Failed,
    formats: BTreeSet<Format>,
) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(deliveries::table.find(row.id))
        .set((
            deliveries::automatic.eq(false),
            deliveries::failure.eq(failure),
            deliveries::formats.eq(Json(formats)),
            deliveries::version.eq(row.version + 1),
            deliveries::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
