//! SQL of the table `reimbursement_policies`.
//! Which version is in force on a day is told here to lists and answers, as `calculator::in_force` chooses it for claims.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Date};

use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::exactly_one;
use crate::db::ids::{ActorId, PolicyId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, reimbursement_policies as policies};
use crate::page_by;
use crate::policies::status::PolicyStatus;
use crate::policies::views::{PolicyContent, PolicyFilter};
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, Writer};

diesel::alias!(actors as publishers: Publishers);

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = policies, check_for_backend(diesel::pg::Pg))]
pub(super) struct PolicyRow {
    pub id: PolicyId,
    pub version: i32,
    pub status: PolicyStatus,
    #[diesel(embed)]
    pub content: PolicyContent,
    pub published_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A row with the token subjects of its author and its publisher, and whether it is in force today.
pub(super) type PolicyWithNames = (PolicyRow, Option<String>, Option<String>, bool);

/// Whether a version is the one in force on a day: chosen in the order of `calculator::in_force`.
macro_rules! in_force_on {
    ($day:expr) => {{
        let day: Day = $day;
        sql::<Bool>(
            "COALESCE(reimbursement_policies.id = (SELECT p.id FROM reimbursement_policies p \
            WHERE p.status = 'published' AND p.effective_from <= ",
        )
        .bind::<Date, _>(day)
        .sql(" ORDER BY p.effective_from DESC, p.published_at DESC, p.id DESC LIMIT 1), false)")
    }};
}

macro_rules! named {
    ($today:expr) => {
        policies::table
            .inner_join(actors::table.on(policies::created_by.eq(actors::id)))
            .left_join(publishers.on(policies::published_by.eq(publishers.field(actors::id).nullable())))
            .select((
                PolicyRow::as_select(),
                actors::subject,
                publishers.field(actors::subject).nullable(),
                in_force_on!($today),
            ))
            .into_boxed()
    };
}

pub(super) fn find(reader: &mut Reader<'_>, id: PolicyId) -> Result<PolicyWithNames> {
    let mut query = named!(reader.today()).filter(policies::id.eq(id));
    if !reader.grant().all() {
        query = query.filter(policies::status.eq(PolicyStatus::Published));
    }
    let row: Option<PolicyWithNames> = query.first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PolicyFilter, page: &Page) -> Result<Rows<PolicyWithNames>> {
    let mut query = named!(reader.today());
    if !reader.grant().all() {
        query = query.filter(policies::status.eq(PolicyStatus::Published));
    }
    if let Some(status) = &filter.status {
        query = query.filter(among("reimbursement_policies.status", status.iter().map(|word| word.as_str())));
    }
    if let Some(day) = filter.on {
        query = query.filter(in_force_on!(day));
    }
    Ok(page.load(page_by!(query, page, policies::id, policies::updated_at), reader.conn)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, id: PolicyId) -> Result<PolicyRow> {
    let row = policies::table.find(id).select(PolicyRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// Locks the published versions until the transaction ends. `NO KEY UPDATE` lets claims that refer to them go on.
pub(super) fn hold_published(writer: &mut Writer<'_>) -> Result<()> {
    let published = policies::table.filter(policies::status.eq(PolicyStatus::Published)).order(policies::id);
    published.select(policies::id).for_no_key_update().load::<PolicyId>(writer.conn)?;
    Ok(())
}

pub(super) fn insert(writer: &mut Writer<'_>, new: PolicyContent) -> Result<PolicyId> {
    let (id, now, by): (PolicyId, Instant, ActorId) = (writer.new_id(), writer.now(), writer.actor_id());
    diesel::insert_into(policies::table)
        .values((
            policies::id.eq(id),
            policies::status.eq(PolicyStatus::Draft),
            new,
            policies::created_at.eq(now),
            policies::created_by.eq(by),
            policies::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    Ok(id)
}

/// Writes a change of a draft; the version goes up by one.
pub(super) fn save(writer: &mut Writer<'_>, row: &PolicyRow, new: PolicyContent) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(policies::table.find(row.id).filter(policies::version.eq(row.version)))
        .set((
            policies::name.eq(new.outline.name),
            policies::effective_from.eq(new.outline.effective_from),
            policies::terms.eq(new.terms),
            policies::version.eq(row.version + 1),
            policies::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}

/// Removes a draft.
pub(super) fn delete(writer: &mut Writer<'_>, row: &PolicyRow) -> Result<()> {
    let gone = policies::table.find(row.id).filter(policies::version.eq(row.version));
    exactly_one(diesel::delete(gone.filter(policies::status.eq(PolicyStatus::Draft))).execute(writer.conn)?)
}

pub(super) fn publish(writer: &mut Writer<'_>, row: &PolicyRow, to: PolicyStatus) -> Result<()> {
    let (now, by) = (writer.now(), writer.actor_id());
    let rows = diesel::update(policies::table.find(row.id).filter(policies::version.eq(row.version)))
        .set((
            policies::status.eq(to),
            policies::published_at.eq(now),
            policies::published_by.eq(by),
            policies::version.eq(row.version + 1),
            policies::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
