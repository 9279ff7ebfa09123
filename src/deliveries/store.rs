//! SQL of the deliveries' table, and only that.
//! Whose needs are shown beside is read from `volunteers`.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::ids::{ActorId, DeliveryId, ServiceId, VolunteerId};
use crate::db::narrow::among;
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, deliveries, services};
use crate::db::{Reader, Writer};
use crate::deliveries::views::DeliveryFilter;
use crate::deliveries::{About, DeliveryStatus, Told};
use crate::page_by;
use crate::refusal::{Done, Failure, Refusal};
use crate::volunteers::ContactWay;

/// A row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: DeliveryId,
    pub version: i32,
    pub volunteer_id: VolunteerId,
    pub service_id: ServiceId,
    pub status: DeliveryStatus,
    pub subject_type: String,
    pub subject_id: uuid::Uuid,
    pub about: About,
    pub channel: ContactWay,
    pub message: Option<String>,
    pub done_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Which deliveries a grant reaches.
fn reached(grant: &Grant) -> Box<dyn BoxableExpression<deliveries::table, Pg, SqlType = Bool>> {
    if grant.all() {
        return Box::new(diesel::dsl::sql::<Bool>("TRUE"));
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

type WithCreator = (Row, Option<String>);

pub(super) fn list(reader: &mut Reader<'_>, filter: &DeliveryFilter, page: &Page) -> Done<Rows<WithCreator>> {
    let mut query = deliveries::table
        .filter(reached(reader.grant()))
        .select((
            Row::as_select(),
            actors::table.filter(actors::id.eq(deliveries::created_by)).select(actors::subject).single_value(),
        ))
        .into_boxed();
    if let Some(states) = &filter.status {
        query = query.filter(among("deliveries.status", states.iter().map(|word| word.as_str())));
    }
    Ok(page.load(page_by!(query, page, deliveries::id), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: DeliveryId) -> Done<WithCreator> {
    let row = deliveries::table
        .inner_join(actors::table)
        .filter(deliveries::id.eq(id))
        .select((Row::as_select(), actors::subject))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks one that the grant reaches.
pub(super) fn lock(writer: &mut Writer<'_>, id: DeliveryId) -> Done<Row> {
    let row = deliveries::table
        .filter(deliveries::id.eq(id))
        .filter(reached(writer.grant()))
        .select(Row::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// What is put on the worklist.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub volunteer: VolunteerId,
    pub service: ServiceId,
    pub about: About,
    pub subject: (&'static str, uuid::Uuid),
    pub channel: ContactWay,
    pub message: Option<&'a str>,
}

pub(super) fn insert(writer: &mut Writer<'_>, new: New<'_>) -> Done<DeliveryId> {
    let (id, now, by): (DeliveryId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::id.eq(id),
            deliveries::volunteer_id.eq(new.volunteer),
            deliveries::service_id.eq(new.service),
            deliveries::status.eq(DeliveryStatus::Pending),
            deliveries::subject_type.eq(new.subject.0),
            deliveries::subject_id.eq(new.subject.1),
            deliveries::about.eq(new.about),
            deliveries::channel.eq(new.channel),
            deliveries::message.eq(new.message),
            deliveries::created_at.eq(now),
            deliveries::created_by.eq(by),
            deliveries::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

const INSERT_ALL: &str = "\
INSERT INTO deliveries (id, volunteer_id, service_id, status, subject_type, subject_id, about, channel, created_at, created_by, updated_at)
SELECT o.id, o.volunteer_id, o.service_id, 'pending', $1, o.subject_id, $2, p.preferred_contact, $3, $4, $3
FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[]) AS o (id, volunteer_id, service_id, subject_id)
JOIN volunteer_profiles p ON p.volunteer_id = o.volunteer_id";

/// Puts many people on the worklist, each in the way that they prefer; answers the ids.
pub(super) fn insert_all(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    people: &[Told],
) -> Done<Vec<DeliveryId>> {
    let ids: Vec<DeliveryId> = people.iter().map(|_| writer.new_id()).collect();
    let (now, by) = (writer.now(), writer.actor_id());
    let made = diesel::sql_query(INSERT_ALL)
        .bind::<Text, _>(kind)
        .bind::<Text, _>(about)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(&ids)
        .bind::<Array<SqlUuid>, _>(people.iter().map(|told| told.volunteer).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(people.iter().map(|told| told.service).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(people.iter().map(|told| told.subject).collect::<Vec<_>>())
        .execute(writer.conn)?;
    if made == ids.len() { Ok(ids) } else { Err(Failure::broken("nobody to tell")) }
}

pub(super) fn done(writer: &mut Writer<'_>, row: &Row) -> Done<()> {
    let now = writer.now();
    diesel::update(deliveries::table.find(row.id).filter(deliveries::version.eq(row.version)))
        .set((
            deliveries::status.eq(DeliveryStatus::Done),
            deliveries::done_at.eq(now),
            deliveries::version.eq(row.version + 1),
            deliveries::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(())
}
