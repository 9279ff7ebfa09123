//! SQL of what people have heard of a record, and of what they are still to be told.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;
use crate::db::schema::deliveries;
use crate::deliveries::{About, DeliveryStatus};
use crate::refusal::Result;
use crate::work::Writer;

/// Those of these records of which a message about this is pending, each with whether it was tried to send it.
pub(super) fn waiting(
    writer: &mut Writer<'_>,
    about: About,
    kind: &str,
    things: &[uuid::Uuid],
) -> Result<BTreeMap<uuid::Uuid, bool>> {
    let pending = deliveries::table
        .filter(deliveries::subject_id.eq_any(things).and(deliveries::subject_type.eq(kind)))
        .filter(deliveries::about.eq(about).and(deliveries::status.eq(DeliveryStatus::Pending)))
        .order_by(deliveries::attempts);
    let found: Vec<(uuid::Uuid, bool)> =
        pending.select((deliveries::subject_id, deliveries::attempts.gt(0))).load(writer.conn)?;
    Ok(found.into_iter().collect())
}

// The newest message that was made decides; one that waits says nothing to somebody who heard of the other thing.
const HEARD_LAST: &str = "\
SELECT d.volunteer_id FROM deliveries d
WHERE d.subject_type = $1 AND d.subject_id = $2 AND d.about IN ($3, $4) AND d.status IN ($5, $6)
GROUP BY d.volunteer_id
HAVING bool_or(d.about = $3)
    AND (array_agg(d.about ORDER BY d.id DESC) FILTER (WHERE d.status = $6))[1] IS DISTINCT FROM $4";

/// Who heard `one` of a record last, and not `other`.
pub(super) fn heard_last(
    writer: &mut Writer<'_>,
    (kind, subject): (&str, uuid::Uuid),
    one: About,
    other: About,
) -> Result<BTreeSet<VolunteerId>> {
    #[derive(QueryableByName)]
    struct Heard {
        #[diesel(sql_type = SqlUuid)]
        volunteer_id: VolunteerId,
    }
    let heard: Vec<Heard> = diesel::sql_query(HEARD_LAST)
        .bind::<Text, _>(kind)
        .bind::<SqlUuid, _>(subject)
        .bind::<Text, _>(one)
        .bind::<Text, _>(other)
        .bind::<Text, _>(DeliveryStatus::Pending)
        .bind::<Text, _>(DeliveryStatus::Done)
        .load(writer.conn)?;
    Ok(heard.into_iter().map(|one| one.volunteer_id).collect())
}
