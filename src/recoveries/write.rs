//! Writing recoveries: proposed, confirmed, given up, and what comes back of them. Reading them is in `store`.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::claims::Recoverable;
use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, RecoveryId, RepaymentId};
use crate::db::schema::{recoveries, recovery_lines, recovery_texts, repayments};
use crate::db::{exactly, exactly_one};
use crate::money::Pence;
use crate::recoveries::bodies::{NewRecovery, NewRepayment};
use crate::recoveries::status::RecoveryStatus;
use crate::recoveries::store::RecoveryRow;
use crate::refusal::Result;
use crate::work::Writer;

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    reference: String,
}

const REFERENCE: &str = "\
SELECT 'REC-' || $1 || '-' || lpad(n, GREATEST(6, length(n)), '0') AS reference
FROM (SELECT nextval('recovery_reference_numbers')::text AS n) next";

/// Inserts a recovery with its lines and texts.
pub(super) fn insert(
    writer: &mut Writer<'_>,
    (id, claim): (RecoveryId, &Recoverable),
    new: &NewRecovery,
    total: Pence,
) -> Result<()> {
    let (now, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let year = i32::from(writer.today().date().year());
    let ReferenceRow { reference } = diesel::sql_query(REFERENCE).bind::<Integer, _>(year).get_result(writer.conn)?;
    let made = diesel::insert_into(recoveries::table)
        .values((
            (
                recoveries::id.eq(id),
                recoveries::reference.eq(reference),
                recoveries::status.eq(RecoveryStatus::Proposed),
            ),
            (recoveries::claim_id.eq(claim.id), recoveries::volunteer_id.eq(claim.volunteer_id)),
            (recoveries::service_id.eq(claim.service_id), recoveries::method.eq(new.method)),
            (recoveries::total_pence.eq(total), recoveries::created_at.eq(now)),
            (recoveries::created_by.eq(by), recoveries::updated_at.eq(now)),
        ))
        .execute(writer.conn)?;
    exactly_one(made)?;
    let agreed = new.agreed_with_person.as_ref();
    diesel::insert_into(recovery_texts::table)
        .values((
            recovery_texts::recovery_id.eq(id),
            recovery_texts::reason.eq(&new.reason),
            recovery_texts::agreed_on.eq(agreed.map(|agreed| agreed.on)),
            recovery_texts::agreed_how.eq(agreed.map(|agreed| &agreed.how)),
        ))
        .execute(writer.conn)?;
    let lines: Vec<_> = new
        .lines
        .iter()
        .map(|line| {
            (
                recovery_lines::recovery_id.eq(id),
                recovery_lines::line_id.eq(line.id),
                recovery_lines::pence.eq(line.pence),
            )
        })
        .collect();
    diesel::insert_into(recovery_lines::table).values(lines).execute(writer.conn)?;
    Ok(())
}

/// One update of a locked recovery with its new version.
macro_rules! update {
    ($writer:expr, $row:expr, $values:expr) => {{
        let (now, row) = ($writer.now(), $row);
        let rows = diesel::update(recoveries::table.find(row.id).filter(recoveries::version.eq(row.version)))
            .set(($values, recoveries::version.eq(row.version + 1), recoveries::updated_at.eq(now)))
            .execute($writer.conn)?;
        exactly_one(rows)
    }};
}

/// A recovery that was confirmed.
pub(super) fn confirm(writer: &mut Writer<'_>, row: &RecoveryRow, to: RecoveryStatus) -> Result<()> {
    let (at, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    let values = (recoveries::status.eq(to), recoveries::confirmed_at.eq(at), recoveries::confirmed_by.eq(by));
    update!(writer, row, values)
}

/// A recovery that was given up.
pub(super) fn waive(writer: &mut Writer<'_>, row: &RecoveryRow, to: RecoveryStatus, reason: &str) -> Result<()> {
    let (at, by): (Instant, ActorId) = (writer.now(), writer.actor_id());
    update!(writer, row, (recoveries::status.eq(to), recoveries::waived_at.eq(at), recoveries::waived_by.eq(by)))?;
    let texts = diesel::update(recovery_texts::table.find(row.id));
    exactly_one(texts.set(recovery_texts::waive_reason.eq(reason)).execute(writer.conn)?)
}

/// A repayment, in its own row.
pub(super) fn repay(writer: &mut Writer<'_>, row: &RecoveryRow, new: &NewRepayment) -> Result<()> {
    let (id, now, by): (RepaymentId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let made = diesel::insert_into(repayments::table)
        .values((
            (repayments::id.eq(id), repayments::recovery_id.eq(row.id), repayments::on_day.eq(new.on)),
            (repayments::pence.eq(new.pence), repayments::ledger_reference.eq(&new.ledger_reference)),
            (repayments::created_at.eq(now), repayments::created_by.eq(by)),
        ))
        .execute(writer.conn)?;
    exactly_one(made)
}

/// A recovery of which more came back, or less; with the day on which the last of it did, all of it.
pub(super) fn came_back(
    writer: &mut Writer<'_>,
    row: &RecoveryRow,
    to: RecoveryStatus,
    recovered_on: Option<Day>,
) -> Result<()> {
    update!(writer, row, (recoveries::status.eq(to), recoveries::recovered_on.eq(recovered_on)))
}

/// What its credits make of a locked recovery.
#[derive(Clone, Copy, Debug)]
pub(super) struct CameBack {
    pub id: RecoveryId,
    pub version: i32,
    pub to: RecoveryStatus,
    /// Day on which the last of it came back, where all did.
    pub recovered_on: Option<Day>,
}

const CAME_BACK: &str = "\
UPDATE recoveries SET status = m.status, recovered_on = m.recovered_on, version = recoveries.version + 1, updated_at = $1
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::date[]) AS m (id, version, status, recovered_on)
WHERE recoveries.id = m.id AND recoveries.version = m.version";

/// The same of several recoveries, in one statement.
pub(super) fn came_back_all(writer: &mut Writer<'_>, moved: &[CameBack]) -> Result<()> {
    let now = writer.now();
    let rows = diesel::sql_query(CAME_BACK)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(moved.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(moved.iter().map(|one| one.version).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(moved.iter().map(|one| one.to).collect::<Vec<_>>())
        .bind::<Array<Nullable<Date>>, _>(moved.iter().map(|one| one.recovered_on).collect::<Vec<_>>())
        .execute(writer.conn)?;
    exactly(moved.len(), rows)
}
