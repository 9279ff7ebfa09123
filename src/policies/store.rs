//! SQL of the table `reimbursement_policies`.
//! Not here: which version is in force on a day; `calculator::in_force` chooses.

use crate::db::prelude::*;

use crate::clock::Instant;
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

/// A row with the token subjects of its author and its publisher.
pub(super) type PolicyWithNames = (PolicyRow, Option<String>, Option<String>);

macro_rules! named {
    () => {
        policies::table
            .inner_join(actors::table.on(policies::created_by.eq(actors::id)))
            .left_join(publishers.on(policies::published_by.eq(publishers.field(actors::id).nullable())))
            .select((PolicyRow::as_select(), actors::subject, publishers.field(actors::subject).nullable()))
            .into_boxed()
    };
}

pub(super) fn find(reader: &mut Reader<'_>, id: PolicyId) -> Result<PolicyWithNames> {
    let mut query = named!().filter(policies::id.eq(id));
    if !reader.grant().all() {
        query = query.filter(policies::status.eq(PolicyStatus::Published));
    }
    let row: Option<PolicyWithNames> = query.first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &PolicyFilter, page: &Page) -> Result<Rows<PolicyWithNames>> {
    let mut query = named!();
    if !reader.grant().all() {
        query = query.filter(policies::status.eq(PolicyStatus::Published));
    }
    if let Some(status) = &filter.status {
        query = query.filter(among("reimbursement_policies.status", status.iter().map(|word| word.as_str())));
    }
    Ok(page.load(page_by!(query, page, policies::id), reader.conn)?)
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
