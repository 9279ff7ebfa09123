//! SQL of reading the record; finance reads of money alone.

use diesel::prelude::*;
use uuid::Uuid;

use crate::audit::views::{AuditFilter, AuditView, MONEY, as_seq};
use crate::clock::Instant;
use crate::db::Reader;
use crate::db::ids::ActorId;
use crate::db::page::{Order, Page, Rows};
use crate::db::schema::{actors, audit_records};
use crate::page_by;
use crate::refusal::Done;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_records, check_for_backend(diesel::pg::Pg))]
struct Row {
    seq: i64,
    at: Instant,
    action: String,
    resource_type: String,
    resource_id: Uuid,
    version: i32,
    from_state: Option<String>,
    to_state: Option<String>,
    fields: Vec<Option<String>>,
    request_id: Uuid,
    hash: String,
}

/// A page whose keys are the numbers of records.
struct SeqPage {
    order: Order,
    after: Option<i64>,
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &AuditFilter, page: &Page) -> Done<Rows<AuditView>> {
    let mut query =
        audit_records::table.inner_join(actors::table).select((Row::as_select(), actors::subject)).into_boxed();
    if !reader.grant().all() {
        query = query.filter(audit_records::resource_type.eq_any(MONEY));
    }
    if let Some(types) = &filter.resource_type {
        query = query.filter(audit_records::resource_type.eq_any(types));
    }
    if let Some(ids) = &filter.resource_id {
        query = query.filter(audit_records::resource_id.eq_any(ids));
    }
    if let Some(subject) = &filter.actor {
        let ids: Vec<ActorId> =
            actors::table.filter(actors::subject.eq(subject)).select(actors::id).load(reader.conn)?;
        query = query.filter(audit_records::actor_id.eq_any(ids));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_records::at.ge(from.starts_at()));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_records::at.lt(to.plus_days(1).starts_at()));
    }
    let by_seq = SeqPage { order: page.order, after: page.after.map(as_seq) };
    let rows: Rows<(Row, Option<String>)> = page.load(page_by!(query, by_seq, audit_records::seq), reader.conn)?;
    Ok(rows.map(view))
}

fn view((row, actor): (Row, Option<String>)) -> AuditView {
    AuditView {
        seq: row.seq,
        at: row.at,
        actor,
        action: row.action,
        resource_type: row.resource_type,
        resource_id: row.resource_id,
        version: row.version,
        from_state: row.from_state,
        to_state: row.to_state,
        fields: row.fields.into_iter().flatten().collect(),
        request_id: row.request_id,
        hash: row.hash,
    }
}
