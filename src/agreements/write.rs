//! Writing agreements, their texts and their pauses, under the lock that `store` takes.

use crate::db::prelude::*;

use crate::agreements::AgreementStatus;
use crate::agreements::content::AgreementContent;
use crate::agreements::store::{AgreementRow, AgreementStep, AgreementTexts};
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, AgreementId, PlanId, ServiceId};
use crate::db::schema::{agreement_pauses, agreement_texts, agreements};
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

/// Inserts a draft.
pub(super) fn insert(writer: &mut Writer<'_>, new: &AgreementContent, under: Under) -> Result<AgreementId> {
    let (id, now, by): (AgreementId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(agreements::table)
        .values((
            agreements::id.eq(id),
            (agreements::plan_id.eq(under.plan_id), agreements::service_id.eq(under.service_id)),
            (agreements::status.eq(AgreementStatus::Draft), agreements::short_form.eq(under.short_form)),
            (new, agreements::link_person_email.eq(new.link_person.email.as_str())),
            (agreements::created_at.eq(now), agreements::created_by.eq(by), agreements::updated_at.eq(now)),
        ))
        .execute(writer.conn)?;
    diesel::insert_into(agreement_texts::table).values(agreement_texts::agreement_id.eq(id)).execute(writer.conn)?;
    Ok(id)
}

pub(super) fn save(writer: &mut Writer<'_>, row: &AgreementRow, new: &AgreementContent) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(agreements::table.find(row.id).filter(agreements::version.eq(row.version)))
        .set((
            new,
            agreements::link_person_email.eq(new.link_person.email.as_str()),
            agreements::version.eq(row.version + 1),
            agreements::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Writes a step of the life cycle, with its texts.
pub(crate) fn step(
    writer: &mut Writer<'_>,
    (id, version): (AgreementId, i32),
    to: AgreementStatus,
    step: &AgreementStep,
    said: &AgreementTexts,
) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(agreements::table.find(id).filter(agreements::version.eq(version)))
        .set((step, agreements::status.eq(to), agreements::version.eq(version + 1), agreements::updated_at.eq(now)))
        .execute(writer.conn)?;
    exactly_one(rows)?;
    if said.body.is_some() || said.reason.is_some() || said.witness.is_some() {
        let rows = diesel::update(agreement_texts::table.find(id)).set(said).execute(writer.conn)?;
        exactly_one(rows)?;
    }
    Ok(())
}

/// Names another link person; the issued text keeps the earlier one.
pub(super) fn hand_over(writer: &mut Writer<'_>, row: &AgreementRow, to: &Person) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(agreements::table.find(row.id).filter(agreements::version.eq(row.version)))
        .set((
            agreements::link_person.eq(Json(to.clone())),
            agreements::link_person_email.eq(to.email.as_str()),
            agreements::version.eq(row.version + 1),
            agreements::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Activates a short form that was inserted in this transaction; it stays at version 1.
pub(super) fn open_short_form(
    writer: &mut Writer<'_>,
    id: AgreementId,
    step: &AgreementStep,
    said: &AgreementTexts,
) -> Result<()> {
    let rows = diesel::update(agreements::table.find(id))
        .set((step, agreements::status.eq(AgreementStatus::Active)))
        .execute(writer.conn)?;
    exactly_one(rows)?;
    let rows = diesel::update(agreement_texts::table.find(id)).set(said).execute(writer.conn)?;
    exactly_one(rows)
}

/// Begins a pause. A pause that began earlier on the same day is opened again.
pub(super) fn begin_pause(writer: &mut Writer<'_>, id: AgreementId, from: Day) -> Result<()> {
    diesel::insert_into(agreement_pauses::table)
        .values((agreement_pauses::agreement_id.eq(id), agreement_pauses::from_day.eq(from)))
        .on_conflict((agreement_pauses::agreement_id, agreement_pauses::from_day))
        .do_update()
        .set(agreement_pauses::to_day.eq(None::<Day>))
        .execute(writer.conn)?;
    Ok(())
}

/// Ends the open pause, if there is one. A pause that ends before it began covers no day.
pub(super) fn end_pause(writer: &mut Writer<'_>, id: AgreementId, to: Day) -> Result<()> {
    diesel::update(agreement_pauses::table)
        .filter(agreement_pauses::agreement_id.eq(id))
        .filter(agreement_pauses::to_day.is_null())
        .set(agreement_pauses::to_day.eq(to))
        .execute(writer.conn)?;
    Ok(())
}
