//! SQL for inductions and their items, and only that.
//! Whether the caller may see them is checked before, by `agreements::visible`.

use crate::db::prelude::*;
use crate::db::statement::in_blocks;
use diesel::pg::Pg;

use crate::clock::{Day, Instant};
use crate::db::exactly_one;
use crate::db::ids::{ActorId, AgreementId, InductionId, InductionItemId};
use crate::db::schema::{actors, induction_items, induction_steps, inductions};
use crate::refusal::Result;
use crate::support::induction_views::{CheckItem, InductionItem};
use crate::work::Writer;

/// Resource name of an induction in the audit record.
pub(super) const RESOURCE: &str = "induction";

/// A row of `inductions`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = inductions, check_for_backend(Pg))]
pub(super) struct InductionRow {
    pub id: InductionId,
    pub version: i32,
    pub due_on: Day,
    pub completed_on: Option<Day>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The induction under an agreement, and the subject of the person who began it.
pub(super) fn find(conn: &mut PgConnection, of: AgreementId) -> Result<Option<(InductionRow, Option<String>)>> {
    Ok(inductions::table
        .inner_join(actors::table)
        .filter(inductions::agreement_id.eq(of))
        .select((InductionRow::as_select(), actors::subject))
        .first(conn)
        .optional()?)
}

/// Locks the induction under an agreement.
pub(super) fn lock(writer: &mut Writer<'_>, of: AgreementId) -> Result<Option<InductionRow>> {
    Ok(inductions::table
        .filter(inductions::agreement_id.eq(of))
        .select(InductionRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?)
}

type Step = (InductionItemId, String, Option<Day>, Option<String>, Option<String>, Option<String>);

/// The items of an induction, in order.
pub(super) fn items(conn: &mut PgConnection, of: InductionId) -> Result<Vec<InductionItem>> {
    let rows: Vec<Step> = induction_steps::table
        .left_join(actors::table)
        .filter(induction_steps::induction_id.eq(of))
        .order_by(induction_steps::position)
        .select((
            induction_steps::id,
            induction_steps::text,
            induction_steps::done_on,
            induction_steps::done_by,
            induction_steps::note,
            actors::subject.nullable(),
        ))
        .load(conn)?;
    let item = |(id, text, done_on, done_by, note, recorded_by)| InductionItem {
        id,
        text,
        done_on,
        done_by,
        note,
        recorded_by,
    };
    Ok(rows.into_iter().map(item).collect())
}

/// Begins an induction with a copy of the current checklist.
pub(super) fn insert(writer: &mut Writer<'_>, of: AgreementId, due_on: Day) -> Result<InductionId> {
    let (id, now, by): (InductionId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(inductions::table)
        .values((
            inductions::id.eq(id),
            inductions::agreement_id.eq(of),
            inductions::due_on.eq(due_on),
            inductions::created_at.eq(now),
            inductions::created_by.eq(by),
            inductions::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    let list: Vec<(i16, String)> = induction_items::table.order_by(induction_items::position).load(writer.conn)?;
    let steps: Vec<_> = list
        .into_iter()
        .map(|(position, text)| {
            (
                induction_steps::id.eq(writer.new_id::<InductionItemId>()),
                induction_steps::induction_id.eq(id),
                induction_steps::position.eq(position),
                induction_steps::text.eq(text),
            )
        })
        .collect();
    in_blocks(steps, |steps| diesel::insert_into(induction_steps::table).values(steps).execute(writer.conn))?;
    Ok(id)
}

/// Writes an item; who recorded it is cleared where it is marked as not done.
pub(super) fn check(writer: &mut Writer<'_>, id: InductionItemId, said: &CheckItem) -> Result<()> {
    let by = said.done_on.map(|_| writer.actor_id());
    let rows = diesel::update(induction_steps::table.find(id))
        .set((
            induction_steps::done_on.eq(said.done_on),
            induction_steps::done_by.eq(said.done_by.as_ref()),
            induction_steps::note.eq(said.note.as_ref()),
            induction_steps::recorded_by.eq(by),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Writes the day of completion and the next version.
pub(super) fn save(writer: &mut Writer<'_>, row: &InductionRow, completed_on: Option<Day>) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(inductions::table.find(row.id).filter(inductions::version.eq(row.version)))
        .set((
            inductions::completed_on.eq(completed_on),
            inductions::version.eq(row.version + 1),
            inductions::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
