//! Reading recoveries, narrowed by the grant; writing them is in `write`.
//! Their credits are payments; what those brought back is read from a view.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid};

use crate::claims::PaidLine;
use crate::claims::line::LineKind;
use crate::clock::{Day, Instant};
use crate::db::among::among;
use crate::db::clauses::about_caller;
use crate::db::ids::{ClaimId, ClaimLineId, RecoveryId, RepaymentId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, recoveries, recovery_lines, recovery_texts, repayments};
use crate::db::views::{claim_references, payee_names};
use crate::money::Pence;
use crate::recoveries::bodies::RecoveryFilter;
use crate::recoveries::status::{RecoveryMethod, RecoveryStatus};
use crate::refusal::{Failure, Refusal, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Reader, Writer};
use crate::{one_of_each, page_by};

/// A row of `recoveries`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recoveries, check_for_backend(Pg))]
pub(super) struct RecoveryRow {
    pub id: RecoveryId,
    pub version: i32,
    pub reference: String,
    pub claim_id: ClaimId,
    pub volunteer_id: VolunteerId,
    pub service_id: ServiceId,
    pub status: RecoveryStatus,
    pub method: RecoveryMethod,
    pub total_pence: Pence,
    pub confirmed_at: Option<Instant>,
    pub waived_at: Option<Instant>,
    pub recovered_on: Option<Day>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What was written about a recovery.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = recovery_texts, check_for_backend(Pg))]
pub(super) struct RecoveryTexts {
    pub reason: Option<String>,
    pub agreed_on: Option<Day>,
    pub agreed_how: Option<String>,
    pub waive_reason: Option<String>,
}

/// A recovery with what other tables say about it.
#[derive(Debug, Queryable)]
pub(super) struct RecoveryListRow {
    pub row: RecoveryRow,
    pub texts: Option<RecoveryTexts>,
    pub claim_reference: String,
    pub payee_name: Option<String>,
    pub created_by: Option<String>,
    pub confirmed_by: Option<String>,
    pub recovered: Pence,
}

diesel::alias!(actors as confirmers: Confirmers);

/// What has come back so far, by repayments or by credits.
fn recovered() -> SqlLiteral<BigInt> {
    sql::<BigInt>(
        "(COALESCE((SELECT sum(b.pence) FROM repayments b WHERE b.recovery_id = recoveries.id), 0)
    + COALESCE((SELECT sum(c.pence) FROM credits_made c WHERE c.recovery_id = recoveries.id), 0))::bigint",
    )
}

macro_rules! list_rows {
    ($grant:expr) => {{
        let mut query = recoveries::table
            .inner_join(claim_references::table.on(claim_references::claim_id.eq(recoveries::claim_id)))
            .inner_join(actors::table.on(actors::id.eq(recoveries::created_by)))
            .left_join(recovery_texts::table.on(recovery_texts::recovery_id.eq(recoveries::id)))
            .left_join(payee_names::table.on(payee_names::volunteer_id.eq(recoveries::volunteer_id)))
            .left_join(confirmers.on(confirmers.field(actors::id).nullable().eq(recoveries::confirmed_by)))
            .select((
                RecoveryRow::as_select(),
                Option::<RecoveryTexts>::as_select(),
                claim_references::reference,
                payee_names::legal_name.nullable(),
                actors::subject,
                confirmers.field(actors::subject).nullable(),
                recovered(),
            ))
            .into_boxed();
        if let Some(own) = $grant.own().filter(|_| $grant.only_own()) {
            query = query.filter(recoveries::volunteer_id.eq(own));
        }
        query
    }};
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &RecoveryFilter, page: &Page) -> Result<Rows<RecoveryListRow>> {
    let mut query = list_rows!(reader.grant());
    if let Some(status) = &filter.status {
        query = query.filter(among("recoveries.status", status.iter().map(|word| word.as_str())));
    }
    query = one_of_each!(query, recoveries, filter: claim_id, volunteer_id);
    Ok(page.load(page_by!(query, page, recoveries::id, recoveries::updated_at), reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, id: RecoveryId) -> Result<RecoveryListRow> {
    let row = list_rows!(reader.grant()).filter(recoveries::id.eq(id)).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// A line of a recovery, with what the claim says of it.
#[derive(Debug, QueryableByName)]
pub(super) struct RecoveryLineRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: ClaimLineId,
    #[diesel(sql_type = Text)]
    pub kind: LineKind,
    #[diesel(sql_type = Text)]
    pub route: PaymentRoute,
    #[diesel(sql_type = BigInt)]
    pub pence: Pence,
}

const LINES: &str = "\
SELECT b.line_id AS id, l.kind, l.route, b.pence FROM recovery_lines b JOIN lines_of_claims l USING (line_id)
WHERE b.recovery_id = $1 ORDER BY l.position";

pub(super) fn lines(conn: &mut PgConnection, id: RecoveryId) -> Result<Vec<RecoveryLineRow>> {
    Ok(diesel::sql_query(LINES).bind::<SqlUuid, _>(id).load(conn)?)
}

/// A row of `repayments`.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = repayments, check_for_backend(Pg))]
pub(super) struct RepaymentRow {
    pub id: RepaymentId,
    pub on_day: Day,
    pub pence: Pence,
    pub ledger_reference: String,
    pub created_at: Instant,
}

pub(super) fn repaid(conn: &mut PgConnection, id: RecoveryId) -> Result<Vec<RepaymentRow>> {
    let rows = repayments::table.filter(repayments::recovery_id.eq(id)).order_by(repayments::id);
    Ok(rows.select(RepaymentRow::as_select()).load(conn)?)
}

/// References of recoveries, for messages to people.
///
/// # Errors
/// Database errors.
pub(super) fn called(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    let query = recoveries::table.filter(recoveries::id.eq_any(ids)).select((recoveries::id, recoveries::reference));
    Ok(query.load(conn)?)
}

/// Locks a recovery, and says whether it is about the caller.
///
/// # Errors
/// Not found.
pub(super) fn lock_and_ask(writer: &mut Writer<'_>, id: RecoveryId) -> Result<(RecoveryRow, bool)> {
    let who = writer.actor_id();
    let locked = recoveries::table.filter(recoveries::id.eq(id)).select(RecoveryRow::as_select()).for_update();
    let found = about_caller(locked, who, "volunteer_id").get_result(writer.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Locks these recoveries, in the order of their ids.
///
/// # Errors
/// Database errors.
pub(super) fn lock_all(writer: &mut Writer<'_>, ids: &[RecoveryId]) -> Result<Vec<RecoveryRow>> {
    let rows = recoveries::table.filter(recoveries::id.eq_any(ids)).order_by(recoveries::id);
    Ok(rows.select(RecoveryRow::as_select()).for_update().load(writer.conn)?)
}

#[derive(QueryableByName)]
struct IsProposerRow {
    #[diesel(sql_type = Bool)]
    is_proposer: bool,
}

/// Whether the caller proposed a recovery: persons are compared, not log-ins.
pub(super) fn is_proposer(writer: &mut Writer<'_>, id: RecoveryId) -> Result<bool> {
    let by = writer.actor_id();
    let asked = "SELECT same_person(r.created_by, $2) AS is_proposer FROM recoveries r WHERE r.id = $1";
    let row: IsProposerRow =
        diesel::sql_query(asked).bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(by).get_result(writer.conn)?;
    Ok(row.is_proposer)
}

/// What stands to be recovered of each of these lines.
pub(super) fn recovered_of(conn: &mut PgConnection, lines: &[PaidLine]) -> Result<HashMap<ClaimLineId, Pence>> {
    let ids: Vec<ClaimLineId> = lines.iter().map(|line| line.id).collect();
    let rows: Vec<(ClaimLineId, Pence)> = recovery_lines::table
        .inner_join(recoveries::table.on(recoveries::id.eq(recovery_lines::recovery_id)))
        .filter(recovery_lines::line_id.eq_any(ids))
        .filter(recoveries::status.eq_any(RecoveryStatus::LIVE))
        .select((recovery_lines::line_id, recovery_lines::pence))
        .load(conn)?;
    let mut sums: HashMap<ClaimLineId, Pence> = HashMap::new();
    for (line, pence) in rows {
        let sum = sums.entry(line).or_default();
        *sum = sum.checked_add(pence).ok_or_else(|| Failure::broken("recoveries beyond range"))?;
    }
    Ok(sums)
}

/// The reference of a claim.
pub(super) fn claim_reference(conn: &mut PgConnection, id: ClaimId) -> Result<String> {
    Ok(claim_references::table
        .filter(claim_references::claim_id.eq(id))
        .select(claim_references::reference)
        .first(conn)?)
}

/// What the credits of a recovery brought back, the day of the last of them, and the reference of its claim.
#[derive(Debug, QueryableByName)]
pub(super) struct Credited {
    #[diesel(sql_type = SqlUuid)]
    id: RecoveryId,
    #[diesel(sql_type = Text)]
    pub reference: String,
    #[diesel(sql_type = BigInt)]
    pub pence: Pence,
    #[diesel(sql_type = Nullable<Date>)]
    pub last_on: Option<Day>,
}

// Each recovery's credits are looked up by themselves: there may be thousands, among many more payments.
const CREDITED: &str = "\
SELECT r.id, k.reference, c.pence, c.last_on FROM recoveries r JOIN claim_references k ON k.claim_id = r.claim_id
CROSS JOIN LATERAL (SELECT COALESCE(sum(m.pence), 0)::bigint AS pence, max(m.paid_on) AS last_on
    FROM credits_made m WHERE m.recovery_id = r.id) c
WHERE r.id = ANY ($1)";

/// What the credits of these recoveries brought back.
pub(super) fn credited(conn: &mut PgConnection, ids: &[RecoveryId]) -> Result<HashMap<RecoveryId, Credited>> {
    let found: Vec<Credited> = diesel::sql_query(CREDITED).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}
