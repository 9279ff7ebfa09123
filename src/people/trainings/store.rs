//! SQL of the table `trainings`. A migration inserts those that come with the service.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, TrainingId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, trainings};
use crate::page_by;
use crate::people::trainings::views::TrainingContent;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

/// A row of `trainings`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = trainings, check_for_backend(diesel::pg::Pg))]
pub(super) struct TrainingRow {
    pub id: TrainingId,
    pub version: i32,
    #[diesel(embed)]
    pub content: TrainingContent,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub(super) type TrainingAndCreator = (TrainingRow, Option<String>);

macro_rules! found {
    () => {
        trainings::table.left_join(actors::table).select((TrainingRow::as_select(), actors::subject.nullable()))
    };
}

pub(super) fn list(reader: &mut Reader<'_>, page: &Page) -> Result<Rows<TrainingAndCreator>> {
    let query = found!().into_boxed();
    Ok(page.load(page_by!(query, page, trainings::id, trainings::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: TrainingId) -> Result<TrainingAndCreator> {
    let row = found!().filter(trainings::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: TrainingId) -> Result<TrainingRow> {
    let row = trainings::table.find(id).select(TrainingRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn insert(writer: &mut Writer<'_>, new: TrainingContent) -> Result<TrainingId> {
    let (id, now, by): (TrainingId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(trainings::table)
        .values((
            trainings::id.eq(id),
            new,
            trainings::created_at.eq(now),
            trainings::created_by.eq(by),
            trainings::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Writes everything but the code, which never changes.
pub(super) fn save(writer: &mut Writer<'_>, row: &TrainingRow, new: &TrainingContent) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(trainings::table.find(row.id).filter(trainings::version.eq(row.version)))
        .set((
            trainings::name.eq(&new.name),
            trainings::description.eq(&new.description),
            trainings::active.eq(new.active),
            trainings::version.eq(row.version + 1),
            trainings::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
