//! Reading and locking expressions of interest; writing them is in `write`.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Timestamptz};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::among::among;
use crate::db::clauses::about_caller;
use crate::db::ids::{ExpressionId, OpportunityId, ServiceId, VolunteerId};
use crate::db::json::Json;
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, expressions, services};
use crate::expressions::status::{self, ExpressionStatus, UNDECIDED};
use crate::expressions::views::{DeclineReason, ExpressionContent, ExpressionFilter};
use crate::people::volunteers::CommunicationNeed;
use crate::refusal::{Refusal, Result};
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::names::EngagementNames;
use crate::work::{Reader, Writer, narrow};
use crate::{one_of_each, page_by};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = expressions, check_for_backend(Pg))]
pub(crate) struct ExpressionRow {
    pub id: ExpressionId,
    pub version: i32,
    pub opportunity_id: OpportunityId,
    pub service_id: ServiceId,
    pub volunteer_id: VolunteerId,
    pub status: ExpressionStatus,
    pub on_behalf: bool,
    #[diesel(embed)]
    pub content: ExpressionContent,
    pub conflict_cleared_at: Option<Instant>,
    pub respond_by: Option<Instant>,
    pub conditional_on: Json<Vec<ClearanceKind>>,
    pub decline_reason_code: Option<DeclineReason>,
    pub decline_message: Option<String>,
    pub reserved_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ExpressionRow {
    /// The status at a moment.
    pub fn status_at(&self, now: Instant) -> ExpressionStatus {
        status::at(self.status, self.respond_by, now)
    }
}

/// Limits a query to what the grant allows: all, those of the caller's services, or the caller's own.
macro_rules! reached {
    ($query:expr, $grant:expr) => {{
        let (query, grant): (_, &Grant) = ($query, $grant);
        if grant.all() {
            query
        } else if grant.only_own() {
            query.filter(expressions::volunteer_id.nullable().eq(grant.own()))
        } else {
            let own = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
            let query = query.filter(expressions::service_id.eq_any(own));
            match grant.own() {
                None => query,
                Some(volunteer) => query.or_filter(expressions::volunteer_id.eq(volunteer)),
            }
        }
    }};
}

/// A row, who created it, the names beside its ids, and how the person must be written or spoken to.
#[derive(Clone, Debug, Queryable)]
pub(super) struct FoundExpression {
    pub row: ExpressionRow,
    pub created_by: Option<String>,
    pub names: EngagementNames,
    pub needs: Option<Json<Vec<CommunicationNeed>>>,
}

/// What a [`FoundExpression`] is read from; also of a row as it was just written.
macro_rules! whole {
    () => {
        (
            $crate::expressions::store::ExpressionRow::as_select(),
            actors::table.filter(actors::id.eq(expressions::created_by)).select(actors::subject).single_value(),
            $crate::work::names::EngagementNames::of("expressions"),
            $crate::work::names::needs("expressions.volunteer_id"),
        )
    };
}

pub(super) use whole;

pub(super) fn find(reader: &mut Reader<'_>, id: ExpressionId) -> Result<FoundExpression> {
    let row = reached!(expressions::table.select(whole!()).into_boxed(), reader.grant())
        .filter(expressions::id.eq(id))
        .first(reader.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn list(reader: &mut Reader<'_>, filter: &ExpressionFilter, page: &Page) -> Result<Rows<FoundExpression>> {
    let now = reader.now();
    let mut query = reached!(expressions::table.select(whole!()).into_boxed(), reader.grant());
    if let Some(wanted) = &filter.status {
        // Stored statuses first, for the index; then offers whose `respond_by` has passed and that are not stored as
        // lapsed yet.
        let (lapsed, offered) =
            (wanted.contains(&ExpressionStatus::Lapsed), wanted.contains(&ExpressionStatus::Offered));
        let mut stored = wanted.clone();
        stored.extend((lapsed && !offered).then_some(ExpressionStatus::Offered));
        query = query.filter(among("expressions.status", stored.iter().map(|word| word.as_str())));
        if lapsed != offered {
            let side = if lapsed {
                "expressions.respond_by <="
            } else {
                "expressions.respond_by IS NULL OR expressions.respond_by >"
            };
            let offered = ExpressionStatus::Offered;
            let by = format!("(expressions.status <> '{offered}' OR {side} ");
            query = query.filter(sql::<Bool>(&by).bind::<Timestamptz, _>(now).sql(")"));
        }
    }
    query = one_of_each!(query, expressions, filter: opportunity_id, volunteer_id, service_id);
    Ok(page.load(page_by!(query, page, expressions::id, expressions::updated_at), reader.conn)?)
}

/// Locks a row that the grant allows the caller to write; `not-found` if there is none.
pub(crate) fn lock(writer: &mut Writer<'_>, id: ExpressionId) -> Result<ExpressionRow> {
    let grant = writer.grant();
    let reached = narrow::service("expressions.service_id", grant);
    let row = expressions::table
        .filter(expressions::id.eq(id))
        .filter(reached.or(expressions::volunteer_id.nullable().eq(grant.own())))
        .select(ExpressionRow::as_select())
        .for_update()
        .first(writer.conn)
        .optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

/// The same, with whether it is about the caller.
pub(super) fn lock_and_ask(writer: &mut Writer<'_>, id: ExpressionId) -> Result<(ExpressionRow, bool)> {
    let (grant, who) = (writer.grant(), writer.actor_id());
    let reached = narrow::service("expressions.service_id", grant);
    let locked = expressions::table
        .filter(expressions::id.eq(id))
        .filter(reached.or(expressions::volunteer_id.nullable().eq(grant.own())))
        .select(ExpressionRow::as_select())
        .for_update();
    let found = about_caller(locked, who, "volunteer_id").get_result(writer.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// The undecided expressions of interest in these opportunities, locked.
pub(super) fn undecided(writer: &mut Writer<'_>, of: &[OpportunityId]) -> Result<Vec<ExpressionRow>> {
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq_any(of))
        .filter(expressions::status.eq_any(UNDECIDED))
        .order_by(expressions::id)
        .select(ExpressionRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// The offers of an opportunity that are stored as open, locked.
pub(super) fn lock_offers(writer: &mut Writer<'_>, opportunity: OpportunityId) -> Result<Vec<ExpressionRow>> {
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq(opportunity))
        .filter(expressions::status.eq(ExpressionStatus::Offered))
        .order_by(expressions::id)
        .select(ExpressionRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// How many places of an opportunity are offered and not answered yet.
pub(super) fn offered(conn: &mut PgConnection, opportunity: OpportunityId) -> Result<i64> {
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq(opportunity))
        .filter(expressions::status.eq(ExpressionStatus::Offered))
        .count()
        .get_result(conn)?)
}

/// A person's accepted places in these opportunities, locked: one at most in each.
pub(super) fn taken(
    writer: &mut Writer<'_>,
    within: &[OpportunityId],
    volunteer: VolunteerId,
) -> Result<Vec<ExpressionRow>> {
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq_any(within))
        .filter(expressions::volunteer_id.eq(volunteer))
        .filter(expressions::status.eq(ExpressionStatus::Accepted))
        .order_by(expressions::id)
        .select(ExpressionRow::as_select())
        .for_update()
        .load(writer.conn)?)
}

/// The accepted places of an opportunity, each with its person and service.
pub(super) fn accepted(
    writer: &mut Writer<'_>,
    opportunity: OpportunityId,
) -> Result<Vec<(ExpressionId, VolunteerId, ServiceId)>> {
    Ok(expressions::table
        .filter(expressions::opportunity_id.eq(opportunity))
        .filter(expressions::status.eq(ExpressionStatus::Accepted))
        .order_by(expressions::id)
        .select((expressions::id, expressions::volunteer_id, expressions::service_id))
        .load(writer.conn)?)
}

/// Offers whose `respond_by` has passed, locked: of an opportunity, of one person in it, or anybody's.
pub(super) fn overdue(
    writer: &mut Writer<'_>,
    of: Option<(OpportunityId, Option<VolunteerId>)>,
    most: u16,
) -> Result<Vec<ExpressionRow>> {
    let now = writer.now();
    let overdue = expressions::table
        .filter(expressions::status.eq(ExpressionStatus::Offered))
        .filter(expressions::respond_by.le(now))
        .select(ExpressionRow::as_select());
    match of {
        Some((opportunity, Some(volunteer))) => Ok(overdue
            .filter(expressions::opportunity_id.eq(opportunity))
            .filter(expressions::volunteer_id.eq(volunteer))
            .for_update()
            .load(writer.conn)?),
        Some((opportunity, None)) => Ok(overdue
            .filter(expressions::opportunity_id.eq(opportunity))
            .order_by(expressions::id)
            .for_update()
            .load(writer.conn)?),
        None => {
            Ok(overdue.order_by(expressions::respond_by).for_update().skip_locked().load_at_most(most, writer.conn)?)
        }
    }
}
