//! SQL to read audit records; finance reads only those on money.

use crate::db::prelude::*;
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Timestamptz};
use uuid::Uuid;

use crate::audit::views::{APPROVAL, AuditFilter, AuditView, MONEY, ResourceType, as_seq};
use crate::clock::Instant;
use crate::db::among::among;
use crate::db::ids::ActorId;
use crate::db::page::{Order, Page, Rows};
use crate::db::schema::{actors, audit_records};
use crate::refusal::Result;
use crate::work::Reader;
use crate::{one_of, one_of_each, page_by_age};

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_records, check_for_backend(diesel::pg::Pg))]
struct AuditRow {
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
    client_request_id: Option<Uuid>,
    hash: String,
}

/// A page whose keys are the numbers of audit records.
struct SeqPage {
    order: Order,
    after: Option<i64>,
    ids: Option<Vec<i64>>,
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &AuditFilter, page: &Page) -> Result<Rows<AuditView>> {
    let mut query =
        audit_records::table.inner_join(actors::table).select((AuditRow::as_select(), actors::subject)).into_boxed();
    let seen = seen(reader.grant().all(), filter.resource_type.as_deref());
    if seen.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Rows { rows: Vec::new(), more: false });
    }
    if let Some(types) = &seen {
        query = query.filter(among("audit_records.resource_type", types.iter().map(|word| word.as_str())));
    }
    if !reader.grant().all() {
        query = query.filter(sql::<Bool>(&approved()));
    }
    query = one_of_each!(query, audit_records, filter: resource_id);
    if let Some(request) = filter.request_id {
        let theirs = audit_records::client_request_id.eq(request).assume_not_null();
        query = query.filter(audit_records::request_id.eq(request).or(theirs));
    }
    if let Some(subject) = &filter.actor {
        let ids: Vec<ActorId> =
            actors::table.filter(actors::subject.eq(subject)).select(actors::id).load(reader.conn)?;
        if ids.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        query = one_of!(query, audit_records::actor_id, ids);
    }
    if let Some(from) = filter.from {
        let from = from.starts_at();
        query = query.filter(audit_records::at.ge(from)).filter(not_before(from));
    }
    if let Some(to) = filter.to {
        let end = to.plus_days(1).starts_at();
        query = query.filter(audit_records::at.lt(end)).filter(not_after(end));
    }
    let by_seq = SeqPage { order: page.order, after: page.after.map(as_seq), ids: None };
    let rows: Rows<(AuditRow, Option<String>)> =
        page.load(page_by_age!(query, by_seq, audit_records::seq), reader.conn)?;
    Ok(rows.map(view))
}

/// The kinds of record that are asked for and may be seen; none for all kinds.
fn seen(all: bool, wanted: Option<&[ResourceType]>) -> Option<Vec<ResourceType>> {
    match (all, wanted) {
        (true, wanted) => wanted.map(<[ResourceType]>::to_vec),
        (false, None) => Some(MONEY.to_vec()),
        (false, Some(wanted)) => Some(wanted.iter().filter(|kind| MONEY.contains(kind)).copied().collect()),
    }
}

/// That a record on a claim is one on a claim that was approved: before that, finance does not see the claim. Asked of each
/// row of the page: as an `EXISTS`, PostgreSQL would gather every approval first.
fn approved() -> String {
    let claim = ResourceType::Claim.as_str();
    format!(
        "(audit_records.resource_type <> '{claim}' OR (SELECT r.seq FROM audit_records r \
         WHERE r.resource_id = audit_records.resource_id AND r.resource_type = '{claim}' AND r.action = '{APPROVAL}' \
         LIMIT 1) IS NOT NULL)"
    )
}

/// Records are numbered when they are written but bear the time at which their request began. No request lasts this
/// long, so a record that is older by more than this has a lower number, and one that is newer a higher one.
const LONGEST: &str = "interval '1 hour'";

type Bound = UncheckedBind<SqlLiteral<Bool>, AsExprOf<Instant, Timestamptz>>;
type Bounded = SqlLiteral<Bool, Bound>;

/// The lower bound as a number, since lists go by number: greater than that of any record written well before this
/// moment.
fn not_before(from: Instant) -> Bounded {
    sql::<Bool>("audit_records.seq > COALESCE((SELECT r.seq FROM audit_records r WHERE r.at < ")
        .bind::<Timestamptz, _>(from)
        .sql(&format!("::timestamptz - {LONGEST} ORDER BY r.at DESC, r.seq DESC LIMIT 1), 0)"))
}

/// The upper bound as a number: less than that of any record written well after this moment.
fn not_after(end: Instant) -> Bounded {
    sql::<Bool>("audit_records.seq < COALESCE((SELECT r.seq FROM audit_records r WHERE r.at >= ")
        .bind::<Timestamptz, _>(end)
        .sql(&format!("::timestamptz + {LONGEST} ORDER BY r.at, r.seq LIMIT 1), 9223372036854775807)"))
}

fn view((row, actor): (AuditRow, Option<String>)) -> AuditView {
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
        client_request_id: row.client_request_id,
        hash: row.hash,
    }
}
