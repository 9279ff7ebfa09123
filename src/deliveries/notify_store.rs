//! SQL that tells people: what was last sent, new deliveries, and those that a newer decision supersedes.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, DeliveryId, ServiceId, VolunteerId};
use crate::db::schema::deliveries;
use crate::deliveries::choice::Choice;
use crate::deliveries::status::OVERTAKEN;
use crate::deliveries::{About, DeliveryStatus};
use crate::refusal::{Failure, Result};
use crate::text::RequiredText;
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// A volunteer who gets a delivery, and the record that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Recipient {
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// The service that the delivery comes from; none for the trust.
    pub service: Option<ServiceId>,
    /// Id of the record; its kind is the same for all volunteers of a call.
    pub subject: uuid::Uuid,
    /// Which payment of a claim it is about, by its route; none where it is about the whole record.
    pub route: Option<PaymentRoute>,
}

/// A delivery to be inserted.
pub(super) struct NewDelivery {
    pub recipient: Recipient,
    pub choice: Choice,
    pub message: Option<String>,
    pub override_reason: Option<RequiredText>,
    pub send_from: Option<Day>,
    /// The moment before which the service does not send it, on its day.
    pub not_before: Option<Instant>,
}

/// The new rows, from the values 1 to 17.
const NEW_ROWS: &str = "\
INSERT INTO deliveries (id, volunteer_id, service_id, status, subject_type, subject_id, about, channel, message, automatic,
    formats, override_reason, send_from, next_attempt_at, created_at, created_by, updated_at, route)
SELECT e.id, e.volunteer_id, e.service_id, $16, $1, e.subject_id, $2, e.channel, e.message, e.automatic,
    e.formats::jsonb, e.override_reason, e.send_from, CASE WHEN e.automatic THEN e.due_at END, $3, $4, $3, e.route
FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::bool[], $12::text[], $13::text[],
    $14::date[], $15::timestamptz[], $17::text[])
    AS e (id, volunteer_id, service_id, subject_id, channel, message, automatic, formats, override_reason, send_from, due_at, route)";

/// The new rows once what they make out of date is superseded.
static REPLACE: LazyLock<String> = LazyLock::new(|| {
    let gone = supersede_statement(("$1", "$18", "$3", "$19", "$20"));
    format!(
        "WITH gone AS ({gone}), new AS ({NEW_ROWS} CROSS JOIN (SELECT count(*) FROM gone) AS before RETURNING 1)
SELECT id, version FROM gone"
    )
});

/// Time of day, in minutes after midnight, at which deliveries with a `send_from` day are sent.
const MORNING: i64 = 9 * 60;

/// Binds the values of [`NEW_ROWS`].
macro_rules! new_rows {
    ($query:expr, $writer:expr, $about:expr, $kind:expr, $ids:expr, $entries:expr) => {{
        let (entries, now, by): (&[NewDelivery], Instant, ActorId) = ($entries, $writer.now(), $writer.actor_id());
        let formats = entries.iter().map(|entry| serde_json::to_string(&entry.choice.formats).map_err(Failure::broken));
        let formats: Vec<String> = formats.collect::<Result<_>>()?;
        let due = |entry: &NewDelivery| {
            let morning = entry.send_from.map(|day| day.starts_at().plus_minutes(MORNING));
            morning.max(entry.not_before).unwrap_or(now)
        };
        let each = |of: fn(&NewDelivery) -> Option<String>| entries.iter().map(of).collect::<Vec<_>>();
        $query
            .bind::<Text, _>($kind)
            .bind::<Text, _>($about)
            .bind::<Timestamptz, _>(now)
            .bind::<SqlUuid, _>(by)
            .bind::<Array<SqlUuid>, _>($ids)
            .bind::<Array<SqlUuid>, _>(entries.iter().map(|entry| entry.recipient.volunteer).collect::<Vec<_>>())
            .bind::<Array<Nullable<SqlUuid>>, _>(
                entries.iter().map(|entry| entry.recipient.service).collect::<Vec<_>>(),
            )
            .bind::<Array<SqlUuid>, _>(entries.iter().map(|entry| entry.recipient.subject).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(entries.iter().map(|entry| entry.choice.way).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(each(|entry| entry.message.clone()))
            .bind::<Array<Bool>, _>(entries.iter().map(|entry| entry.choice.automatic).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(formats)
            .bind::<Array<Nullable<Text>>, _>(each(|entry| entry.override_reason.as_ref().map(ToString::to_string)))
            .bind::<Array<Nullable<Date>>, _>(entries.iter().map(|entry| entry.send_from).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(entries.iter().map(due).collect::<Vec<_>>())
            .bind::<Text, _>(DeliveryStatus::Pending)
            .bind::<Array<Nullable<Text>>, _>(entries.iter().map(|entry| entry.recipient.route).collect::<Vec<_>>())
    }};
}

/// Inserts deliveries in one statement; returns their ids.
pub(super) fn insert_all(
    writer: &mut Writer<'_>,
    about: About,
    kind: &'static str,
    entries: &[NewDelivery],
) -> Result<Vec<DeliveryId>> {
    let ids: Vec<DeliveryId> = entries.iter().map(|_| writer.new_id()).collect();
    let new = new_rows!(diesel::sql_query(NEW_ROWS), writer, about, kind, &ids, entries);
    new.execute(writer.conn)?;
    Ok(ids)
}

/// The same, once the pending deliveries of what it supersedes about these records are superseded, whoever they are for;
/// returns those with their new versions, and the ids of the new ones.
pub(super) fn replace_all(
    writer: &mut Writer<'_>,
    about: About,
    (kind, subjects, routes): (&'static str, &[uuid::Uuid], &[Option<PaymentRoute>]),
    entries: &[NewDelivery],
) -> Result<(Vec<Overtaken>, Vec<DeliveryId>)> {
    let ids: Vec<DeliveryId> = entries.iter().map(|_| writer.new_id()).collect();
    let new = new_rows!(diesel::sql_query(REPLACE.as_str()), writer, about, kind, &ids, entries)
        .bind::<Array<SqlUuid>, _>(subjects)
        .bind::<Array<Text>, _>(about.supersedes())
        .bind::<Array<Nullable<Text>>, _>(routes);
    Ok((pairs(new.load(writer.conn)?), ids))
}

/// For each of these people, the day of the last update from a service, sent or to be sent.
pub(super) fn last_updates(
    conn: &mut PgConnection,
    service: ServiceId,
    people: &[VolunteerId],
) -> Result<HashMap<VolunteerId, Day>> {
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

/// A delivery that was superseded, and its new version.
pub(super) type Overtaken = (DeliveryId, i32);

#[derive(QueryableByName)]
struct Superseded {
    #[diesel(sql_type = SqlUuid)]
    id: DeliveryId,
    #[diesel(sql_type = Integer)]
    version: i32,
}

fn pairs(superseded: Vec<Superseded>) -> Vec<Overtaken> {
    superseded.into_iter().map(|one| (one.id, one.version)).collect()
}

// Locked in the order of their ids, so that two decisions at once don't wait for each other. Each record's deliveries are
// looked up by themselves, and each delivery by its id: a payment run settles thousands of claims, and tells of each, in one
// transaction. PostgreSQL plans this while there are few deliveries; if it could join the two lists, it would go through all
// deliveries for each record in the end. Of messages about the payments of a claim, only those of the same route are meant,
// where one is given.
fn supersede_statement((kind, subjects, now, about, routes): (&str, &str, &str, &str, &str)) -> String {
    let (pending, _, overtaken) = OVERTAKEN;
    format!(
        "WITH locked AS MATERIALIZED (
    SELECT d.id FROM (SELECT f.id FROM unnest({subjects}::uuid[], {routes}::text[]) s (id, route) CROSS JOIN LATERAL (
            SELECT d.id FROM deliveries d
            WHERE d.subject_id = s.id AND d.subject_type = {kind} AND d.about = ANY({about}) AND d.status = '{pending}'
                AND COALESCE(d.route = s.route, true) OFFSET 0) f
        ORDER BY f.id) found
    CROSS JOIN LATERAL (SELECT d.id FROM deliveries d WHERE d.id = found.id AND d.status = '{pending}' FOR UPDATE) d
)
UPDATE deliveries SET status = '{overtaken}', message = NULL, version = version + 1, updated_at = {now}
WHERE deliveries.id = ANY (ARRAY(SELECT id FROM locked)) RETURNING deliveries.id, deliveries.version"
    )
}

/// The same of everything that one person is to be told, whatever it is about.
fn supersede_of_person_statement() -> String {
    let (pending, _, overtaken) = OVERTAKEN;
    format!(
        "WITH locked AS MATERIALIZED (
    SELECT d.id FROM deliveries d WHERE d.volunteer_id = $1 AND d.about = ANY($3) AND d.status = '{pending}'
    ORDER BY d.id FOR UPDATE OF d
)
UPDATE deliveries SET status = '{overtaken}', message = NULL, version = version + 1, updated_at = $2
FROM locked WHERE deliveries.id = locked.id RETURNING deliveries.id, deliveries.version"
    )
}

/// Supersedes the pending deliveries of these kinds to one person; returns their ids and new versions.
pub(super) fn supersede_to(writer: &mut Writer<'_>, about: &[About], person: VolunteerId) -> Result<Vec<Overtaken>> {
    let now = writer.now();
    let superseded = diesel::sql_query(supersede_of_person_statement())
        .bind::<SqlUuid, _>(person)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Text>, _>(about)
        .load(writer.conn)?;
    Ok(pairs(superseded))
}

/// Whether a message about a claim is pending, as an expression of a statement that reads `claims`.
pub const IS_PENDING_FOR_THE_CLAIM: &str = "\
EXISTS (SELECT FROM deliveries d WHERE d.subject_type = 'claim' AND d.subject_id = claims.id AND d.status = 'pending')";

/// Supersedes the pending deliveries of these kinds about these records; returns their ids and new versions.
pub(super) fn supersede(
    writer: &mut Writer<'_>,
    about: &[About],
    kind: &str,
    ids: &[uuid::Uuid],
) -> Result<Vec<Overtaken>> {
    let now = writer.now();
    let superseded = diesel::sql_query(supersede_statement(("$1", "$2", "$3", "$4", "NULL")))
        .bind::<Text, _>(kind)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Text>, _>(about)
        .load(writer.conn)?;
    Ok(pairs(superseded))
}

// Locked in the order of their ids, as above.
fn overtake_statement() -> String {
    let (pending, _, overtaken) = OVERTAKEN;
    format!(
        "WITH locked AS MATERIALIZED (
    SELECT id FROM deliveries WHERE id = ANY($1) AND status = '{pending}' ORDER BY id FOR UPDATE
)
UPDATE deliveries SET status = '{overtaken}', message = NULL, version = version + 1, updated_at = $2
FROM locked WHERE deliveries.id = locked.id RETURNING deliveries.id, deliveries.version"
    )
}

/// Supersedes those of these deliveries that are pending; returns their ids and new versions.
pub(super) fn overtake(writer: &mut Writer<'_>, ids: &[DeliveryId]) -> Result<Vec<Overtaken>> {
    let now = writer.now();
    let superseded = diesel::sql_query(overtake_statement())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Timestamptz, _>(now)
        .load(writer.conn)?;
    Ok(pairs(superseded))
}

/// Whether it was tried to send any of these.
pub(super) fn were_tried(writer: &mut Writer<'_>, ids: &[DeliveryId]) -> Result<bool> {
    let tried = deliveries::table.filter(deliveries::id.eq_any(ids)).filter(deliveries::attempts.gt(0));
    Ok(diesel::select(diesel::dsl::exists(tried)).get_result(writer.conn)?)
}
