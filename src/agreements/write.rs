//! Writing agreements, their texts and their pauses, under the lock that `store` takes.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Text, Timestamptz, Uuid as SqlUuid};

use crate::agreements::AgreementStatus;
use crate::agreements::content::AgreementContent;
use crate::agreements::store::{AgreementRow, AgreementStep, AgreementTexts, FoundAgreement, whole};
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::clauses::{WROTE_ONE, after, both};
use crate::db::ids::{ActorId, AgreementId, PlanId, ServiceId};
use crate::db::schema::{actors, agreement_pauses, agreement_texts, agreements};
use crate::db::{exactly, exactly_one, the_one};
use crate::refusal::Result;
use crate::text::Person;
use crate::work::Writer;

/// The plan and service of a new agreement, and whether it is a short form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Under {
    pub plan_id: PlanId,
    pub service_id: ServiceId,
    pub short_form: bool,
}

impl FoundAgreement {
    /// With what the same statement wrote about it: a text that is none stays as it was.
    fn saying(mut self, new: &AgreementTexts) -> Self {
        let said = self.said.take().map(|Json(said)| said).unwrap_or_default();
        self.said = Some(Json(AgreementTexts {
            body: new.body.clone().or(said.body),
            reason: new.reason.clone().or(said.reason),
            witness: new.witness.clone().or(said.witness),
        }));
        self
    }

    /// With a pause that the same statement began, or opened again.
    fn paused_from(mut self, day: Day) -> Self {
        let pauses = &mut self.pauses.0;
        pauses.retain(|(from, _)| *from != day);
        pauses.push((day, None));
        pauses.sort_unstable_by_key(|(from, _)| *from);
        self
    }

    /// With the open pause, if there is one, ended by the same statement.
    fn paused_until(mut self, day: Day) -> Self {
        for (_, to) in &mut self.pauses.0 {
            *to = to.or(Some(day));
        }
        self
    }
}

/// Inserts a draft, with a row for its texts; answers it as a read finds it.
pub(super) fn insert(writer: &mut Writer<'_>, new: &AgreementContent, under: Under) -> Result<FoundAgreement> {
    let (id, now, by): (AgreementId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    let texts = diesel::insert_into(agreement_texts::table).values(agreement_texts::agreement_id.eq(id));
    let draft = diesel::insert_into(agreements::table)
        .values((
            agreements::id.eq(id),
            (agreements::plan_id.eq(under.plan_id), agreements::service_id.eq(under.service_id)),
            (agreements::status.eq(AgreementStatus::Draft), agreements::short_form.eq(under.short_form)),
            (new, agreements::link_person_email.eq(new.link_person.email.as_str())),
            (agreements::created_at.eq(now), agreements::created_by.eq(by), agreements::updated_at.eq(now)),
        ))
        .returning(whole!());
    Ok(after(texts, draft).get_result(writer.conn)?)
}

/// Writes a change of a locked draft; answers it as a read finds it.
pub(super) fn save(writer: &mut Writer<'_>, row: &AgreementRow, new: &AgreementContent) -> Result<FoundAgreement> {
    let now = writer.now();
    let saved = diesel::update(agreements::table.find(row.id).filter(agreements::version.eq(row.version)))
        .set((
            new,
            agreements::link_person_email.eq(new.link_person.email.as_str()),
            agreements::version.eq(row.version + 1),
            agreements::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(saved)
}

/// Writes a step of the life cycle of a locked agreement, with its texts; answers it as a read finds it.
pub(crate) fn step(
    writer: &mut Writer<'_>,
    (id, version): (AgreementId, i32),
    to: AgreementStatus,
    step: &AgreementStep,
    said: &AgreementTexts,
) -> Result<FoundAgreement> {
    let now = writer.now();
    let set = (step, agreements::status.eq(to), agreements::version.eq(version + 1), agreements::updated_at.eq(now));
    let locked = agreements::table.find(id).filter(agreements::version.eq(version));
    if said.is_empty() {
        return the_one(diesel::update(locked).set(set).returning(whole!()).load(writer.conn)?);
    }
    let texts = diesel::update(agreement_texts::table.find(id)).set(said);
    let agreement = diesel::update(locked.filter(sql::<Bool>(WROTE_ONE))).set(set).returning(whole!());
    let stepped: FoundAgreement = the_one(after(texts, agreement).load(writer.conn)?)?;
    Ok(stepped.saying(said))
}

/// Names another link person; the issued text keeps the earlier one. Answers the agreement as a read finds it.
pub(super) fn hand_over(writer: &mut Writer<'_>, row: &AgreementRow, to: &Person) -> Result<FoundAgreement> {
    let now = writer.now();
    let handed = diesel::update(agreements::table.find(row.id).filter(agreements::version.eq(row.version)))
        .set((
            agreements::link_person.eq(Json(to.clone())),
            agreements::link_person_email.eq(to.email.as_str()),
            agreements::version.eq(row.version + 1),
            agreements::updated_at.eq(now),
        ))
        .returning(whole!())
        .load(writer.conn)?;
    the_one(handed)
}

/// Activates a short form that was inserted in this transaction; it stays at version 1.
pub(super) fn open_short_form(
    writer: &mut Writer<'_>,
    id: AgreementId,
    step: &AgreementStep,
    said: &AgreementTexts,
) -> Result<()> {
    let texts = diesel::update(agreement_texts::table.find(id)).set(said);
    let opened = diesel::update(agreements::table.find(id).filter(sql::<Bool>(WROTE_ONE)))
        .set((step, agreements::status.eq(AgreementStatus::Active)))
        .returning(agreements::id);
    let opened: Vec<AgreementId> = after(texts, opened).load(writer.conn)?;
    exactly_one(opened.len())
}

/// Begins a pause of a locked agreement, for a reason; answers it as a read finds it. A pause that began earlier on the same
/// day is opened again.
pub(super) fn pause(
    writer: &mut Writer<'_>,
    (id, version): (AgreementId, i32),
    (to, from): (AgreementStatus, Day),
    said: &AgreementTexts,
) -> Result<FoundAgreement> {
    let now = writer.now();
    let texts = diesel::update(agreement_texts::table.find(id)).set(said);
    let pause = diesel::insert_into(agreement_pauses::table)
        .values((agreement_pauses::agreement_id.eq(id), agreement_pauses::from_day.eq(from)))
        .on_conflict((agreement_pauses::agreement_id, agreement_pauses::from_day))
        .do_update()
        .set(agreement_pauses::to_day.eq(None::<Day>));
    let locked = agreements::table.find(id).filter(agreements::version.eq(version));
    let agreement = diesel::update(locked.filter(sql::<Bool>(WROTE_ONE)))
        .set((agreements::status.eq(to), agreements::version.eq(version + 1), agreements::updated_at.eq(now)))
        .returning(whole!());
    let paused: FoundAgreement = the_one(after(both(texts, pause), agreement).load(writer.conn)?)?;
    Ok(paused.saying(said).paused_from(from))
}

/// Writes a step of a locked agreement that ends its open pause on a day, if there is one, with its texts; answers it as a read
/// finds it. A pause that ends before it began covers no day.
pub(super) fn step_out_of_pause(
    writer: &mut Writer<'_>,
    (id, version): (AgreementId, i32),
    (to, until): (AgreementStatus, Day),
    step: &AgreementStep,
    said: &AgreementTexts,
) -> Result<FoundAgreement> {
    let now = writer.now();
    let open = agreement_pauses::table.filter(agreement_pauses::agreement_id.eq(id));
    let pause = diesel::update(open.filter(agreement_pauses::to_day.is_null())).set(agreement_pauses::to_day.eq(until));
    let set = (step, agreements::status.eq(to), agreements::version.eq(version + 1), agreements::updated_at.eq(now));
    let locked = agreements::table.find(id).filter(agreements::version.eq(version));
    let stepped: Vec<FoundAgreement> = if said.is_empty() {
        after(pause, diesel::update(locked).set(set).returning(whole!())).load(writer.conn)?
    } else {
        let texts = diesel::update(agreement_texts::table.find(id)).set(said);
        let agreement = diesel::update(locked.filter(sql::<Bool>(WROTE_ONE))).set(set).returning(whole!());
        after(both(texts, pause), agreement).load(writer.conn)?
    };
    Ok(the_one(stepped)?.saying(said).paused_until(until))
}

/// An agreement that ends, and the last day that it covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub id: AgreementId,
    pub version: i32,
    pub last: Day,
}

// Each part writes another table, under the locks of the agreements; none reads what another writes.
fn end_statement() -> String {
    format!(
        "WITH ending AS MATERIALIZED (
    SELECT e.id, e.version, e.last_day FROM unnest($1::uuid[], $2::integer[], $3::date[]) AS e (id, version, last_day)
), pauses AS (
    UPDATE agreement_pauses SET to_day = ending.last_day FROM ending
    WHERE agreement_pauses.agreement_id = ending.id AND agreement_pauses.to_day IS NULL
), said AS (
    UPDATE agreement_texts SET reason = $4 FROM ending WHERE agreement_texts.agreement_id = ending.id RETURNING 1
), ended AS (
    UPDATE agreements SET status = '{ended}', ended_on = ending.last_day, ended_by_volunteer = $5,
        version = agreements.version + 1, updated_at = $6
    FROM ending WHERE agreements.id = ending.id AND agreements.version = ending.version RETURNING 1
)
SELECT (SELECT count(*) FROM ended) AS agreements, (SELECT count(*) FROM said) AS texts",
        ended = AgreementStatus::Ended
    )
}

#[derive(QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = BigInt)]
    agreements: i64,
    #[diesel(sql_type = BigInt)]
    texts: i64,
}

/// Ends locked agreements with their open pauses, for one reason, in one statement.
pub(super) fn end_all(writer: &mut Writer<'_>, ends: &[Ending], by_volunteer: bool, reason: &str) -> Result<()> {
    let now = writer.now();
    let ended: EndedRow = diesel::sql_query(end_statement())
        .bind::<Array<SqlUuid>, _>(ends.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(ends.iter().map(|one| one.version).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(ends.iter().map(|one| one.last).collect::<Vec<_>>())
        .bind::<Text, _>(reason)
        .bind::<Bool, _>(by_volunteer)
        .bind::<Timestamptz, _>(now)
        .get_result(writer.conn)?;
    for written in [ended.agreements, ended.texts] {
        exactly(ends.len(), usize::try_from(written).unwrap_or_default())?;
    }
    Ok(())
}

/// Withdraws locked agreements; the version of each goes up by one.
pub(super) fn withdraw_all(writer: &mut Writer<'_>, ids: &[AgreementId]) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(agreements::table.filter(agreements::id.eq_any(ids)))
        .set((
            agreements::status.eq(AgreementStatus::Withdrawn),
            agreements::version.eq(agreements::version + 1),
            agreements::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly(ids.len(), rows)
}
