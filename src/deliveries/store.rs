//! SQL of the table `deliveries`.
//! The needs shown with a delivery are read from `volunteers`.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{not, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::among;
use crate::db::ids::{ActorId, DeliveryId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, deliveries, services};
use crate::deliveries::choice::Choice;
use crate::deliveries::formats::Format;
use crate::deliveries::status::{Failed, OVERTAKEN};
use crate::deliveries::views::DeliveryFilter;
use crate::deliveries::{About, DeliveryStatus};
use crate::refusal::{Done, Failure, Refusal};
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::{Reader, Writer};
use crate::{one_of, page_by};

/// A row of `deliveries`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(Pg))]
pub(super) struct DeliveryRow {
    pub id: DeliveryId,
    pub version: i32,
    pub volunteer_id: VolunteerId,
    pub service_id: ServiceId,
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
}

/// The condition for deliveries that a grant reaches.
fn reached(grant: &Grant) -> Box<dyn BoxableExpression<deliveries::table, Pg, SqlType = Bool>> {
    if grant.all() {
        return Box::new(sql::<Bool>("TRUE"));
    }
    let codes = grant.services().to_vec();
    let of_services =
        deliveries::service_id.eq_any(services::table.filter(services::code.eq_any(codes)).select(services::id));
    match grant.own() {
        None => Box::new(of_services),
        Some(own) if grant.services().is_empty() => Box::new(deliveries::volunteer_id.eq(own)),
        Some(own) => Box::new(of_services.or(deliveries::volunteer_id.eq(own))),
    }
}

type DeliveryAndCreator = (DeliveryRow, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, filter: &DeliveryFilter, page: &Page) -> Done<Rows<DeliveryAndCreator>> {
    let mut query = deliveries::table
        .filter(reached(reader.grant()))
        .select((
            DeliveryRow::as_select(),
            actors::table.filter(actors::id.eq(deliveries::created_by)).select(actors::subject).single_value(),
        ))
        .into_boxed();
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
    if let Some(people) = &filter.volunteer_id {
        query = one_of!(query, deliveries::volunteer_id, people);
    }
    Ok(page.load(page_by!(query, page, deliveries::id), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: DeliveryId) -> Done<DeliveryAndCreator> {
    let row = deliveries::table
        .inner_join(actors::table)
        .filter(deliveries::id.eq(id))
        .select((DeliveryRow::as_select(), actors::subject))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks a delivery that the grant reaches.
pub(super) fn lock(writer: &mut Writer<'_>, id: DeliveryId) -> Done<DeliveryRow> {
    let row = deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(reached(writer.grant()))
        .select(DeliveryRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// A volunteer who gets a delivery, and the record that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Recipient {
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// The service that the delivery comes from.
    pub service: ServiceId,
    /// Id of the record; its kind is the same for all volunteers of a call.
    pub subject: uuid::Uuid,
}

/// A delivery to be inserted.
pub(super) struct NewDelivery {
    pub recipient: Recipient,
    pub choice: Choice,
    pub message: Option<String>,
    pub override_reason: Option<RequiredText>,
    pub send_from: Option<Day>,
}

const INSERT_ALL: &str = "\
INSERT INTO deliveries (id, volunteer_id, service_id, status, subject_type, subject_id, about, channel, message, automatic,
    formats, override_reason, send_from, next_attempt_at, created_at, created_by, updated_at)
SELECT e.id, e.volunteer_id, e.service_id, $16, $1, e.subject_id, $2, e.channel, e.message, e.automatic,
    e.formats::jsonb, e.override_reason, e.send_from, CASE WHEN e.automatic THEN e.due_at END, $3, $4, $3
FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::bool[], $12::text[], $13::text[],
    $14::date[], $15::timestamptz[])
    AS e (id, volunteer_id, service_id, subject_id, channel, message, automatic, formats, override_reason, send_from, due_at)";

/// Time of day, in minutes after midnight, at which deliveries with a `send_from` day are sent.
const MORNING: i64 = 9 * 60;

/// Inserts deliveries in one statement; returns their ids.
pub(super) fn insert_all(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    entries: &[NewDelivery],
) -> Done<Vec<DeliveryId>> {
    let ids: Vec<DeliveryId> = entries.iter().map(|_| writer.new_id()).collect();
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let formats: Vec<String> = entries
        .iter()
        .map(|entry| serde_json::to_string(&entry.choice.formats).map_err(Failure::broken))
        .collect::<Done<_>>()?;
    let due = |entry: &NewDelivery| entry.send_from.map_or(now, |day| day.starts_at().plus_minutes(MORNING));
    let each = |of: fn(&NewDelivery) -> Option<String>| entries.iter().map(of).collect::<Vec<_>>();
    diesel::sql_query(INSERT_ALL)
        .bind::<Text, _>(kind)
        .bind::<Text, _>(about)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlUuid>, _>(entries.iter().map(|entry| entry.recipient.volunteer).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(entries.iter().map(|entry| entry.recipient.service).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(entries.iter().map(|entry| entry.recipient.subject).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(entries.iter().map(|entry| entry.choice.way).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(each(|entry| entry.message.clone()))
        .bind::<Array<Bool>, _>(entries.iter().map(|entry| entry.choice.automatic).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(formats)
        .bind::<Array<Nullable<Text>>, _>(each(|entry| entry.override_reason.as_ref().map(ToString::to_string)))
        .bind::<Array<Nullable<Date>>, _>(entries.iter().map(|entry| entry.send_from).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(entries.iter().map(due).collect::<Vec<_>>())
        .bind::<Text, _>(DeliveryStatus::Pending)
        .execute(writer.conn)?;
    Ok(ids)
}

/// For each of these people, the day of the last update from a service, sent or to be sent.
pub(super) fn last_updates(
    conn: &mut PgConnection,
    service: ServiceId,
    people: &[VolunteerId],
) -> Done<HashMap<VolunteerId, Day>> {
    let day = sql::<Nullable<Date>>(
        "max(coalesce(deliveries.send_from, (deliveries.created_at AT TIME ZONE 'Europe/London')::date))",
    );
    let rows: Vec<(VolunteerId, Option<Day>)> = deliveries::table
        .filter(deliveries::about.eq(About::Update))
        .filter(deliveries::service_id.eq(service))
        .filter(deliveries::volunteer_id.eq_any(people))
        .group_by(deliveries::volunteer_id)
        .select((deliveries::volunteer_id, day))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(person, day)| Some((person, day?))).collect())
}

/// For each of these records, by its id: the number of its deliveries, and how many of them are done.
///
/// # Errors
/// Database errors.
pub fn counts(conn: &mut PgConnection, subjects: &[uuid::Uuid]) -> Done<HashMap<uuid::Uuid, (i64, i64)>> {
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

#[derive(QueryableByName)]
struct Superseded {
    #[diesel(sql_type = SqlUuid)]
    id: DeliveryId,
    #[diesel(sql_type = Integer)]
    version: i32,
}

// Locked in the order of their ids, so that two decisions at once don't wait for each other.
fn supersede_statement() -> String {
    let (pending, _, overtaken) = OVERTAKEN;
    format!(
        "UPDATE deliveries SET status = '{overtaken}', message = NULL, version = version + 1, updated_at = $3
WHERE id IN (SELECT id FROM deliveries WHERE subject_type = $1 AND subject_id = ANY($2) AND about = ANY($4)
    AND status = '{pending}' ORDER BY id FOR UPDATE) RETURNING id, version"
    )
}

/// Supersedes the pending deliveries of these kinds about these records; returns their ids and new versions.
pub(super) fn supersede(
    writer: &mut Writer<'_>,
    about: &[About],
    kind: &str,
    ids: &[uuid::Uuid],
) -> Done<Vec<(DeliveryId, i32)>> {
    let now = writer.now();
    let superseded: Vec<Superseded> = diesel::sql_query(supersede_statement())
        .bind::<Text, _>(kind)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Text>, _>(about)
        .load(writer.conn)?;
    Ok(superseded.into_iter().map(|one| (one.id, one.version)).collect())
}

/// How a volunteer was told.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = deliveries)]
pub(super) struct Outcome {
    pub channel: FeedbackMethod,
    pub formats: Json<BTreeSet<Format>>,
    pub override_reason: Option<RequiredText>,
}

/// Marks a delivery as done.
pub(super) fn done(writer: &mut Writer<'_>, row: &DeliveryRow, outcome: Outcome) -> Done<()> {
    let now = writer.now();
    diesel::update(deliveries::table.find(row.id).filter(deliveries::version.eq(row.version)))
        .set((
            deliveries::status.eq(DeliveryStatus::Done),
            deliveries::done_at.eq(now),
            deliveries::version.eq(row.version + 1),
            deliveries::updated_at.eq(now),
            outcome,
        ))
        .execute(writer.conn)?;
    Ok(())
}

/// Locks the e-mail that is due first and that no other copy of the service has locked; none where nothing is due.
pub(super) fn next_due(writer: &mut Writer<'_>) -> Done<Option<DeliveryRow>> {
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

/// Records an attempt before it is made: if the service stops in the middle, it is tried again at `again_at`.
pub(super) fn attempt(writer: &mut Writer<'_>, id: DeliveryId, attempts: i32, again_at: Instant) -> Done<()> {
    diesel::update(deliveries::table.find(id))
        .set((deliveries::attempts.eq(attempts), deliveries::next_attempt_at.eq(again_at)))
        .execute(writer.conn)?;
    Ok(())
}

/// Locks a delivery that is still to be sent by the service.
pub(super) fn lock_to_send(writer: &mut Writer<'_>, id: DeliveryId) -> Done<Option<DeliveryRow>> {
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
) -> Done<()> {
    let now = writer.now();
    diesel::update(deliveries::table.find(row.id))
        .set((
            deliveries::automatic.eq(false),
            deliveries::failure.eq(failure),
            deliveries::formats.eq(Json(formats)),
            deliveries::version.eq(row.version + 1),
            deliveries::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}
