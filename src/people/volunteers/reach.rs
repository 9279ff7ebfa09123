//! Which volunteers a grant lets the caller see, as an SQL condition, and what "engaged" means.
//! Who is granted what is in `access::policy`.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text, Uuid};

use crate::db::ids::{PlanId, VolunteerId};
use crate::refusal::Result;
use crate::work::RequestContext;

// The view is made beside the tables of expressions and agreements, which stand above this feature.
const BY_ENGAGEMENT: &str = "SELECT e.volunteer_id FROM engaged_volunteers e JOIN services s ON s.id = e.service_id \
    WHERE s.code = ANY(";
// Staff see a person whom they added until a lead activates them: otherwise nobody could act for a new person.
const BY_ENTRY: &str = ") UNION ALL SELECT v.id FROM volunteers v WHERE v.status = 'prospective' \
    AND v.created_by = (SELECT k.id FROM actors k WHERE k.issuer = ";

/// The condition that the caller may see a row of `volunteers`.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    all: bool,
    own: Option<VolunteerId>,
    services: Vec<String>,
    issuer: String,
    subject: String,
}

/// The condition for this request: leads see everyone, staff see people engaged with their services, volunteers see
/// themselves.
pub(super) fn reached(context: &RequestContext) -> Reached {
    let grant = &context.grant;
    let (issuer, subject) =
        context.actor.as_ref().map(|actor| (actor.issuer.clone(), actor.subject.clone())).unwrap_or_default();
    Reached { all: grant.all(), own: grant.own(), services: grant.services().to_vec(), issuer, subject }
}

impl Expression for Reached {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for Reached {}

impl<Source> SelectableExpression<Source> for Reached {}

impl ValidGrouping<()> for Reached {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for Reached {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Reached {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.all {
            out.push_sql("TRUE");
            return Ok(());
        }
        out.push_sql("volunteers.id IN (");
        if !self.services.is_empty() {
            out.push_sql(BY_ENGAGEMENT);
            out.push_bind_param::<Array<Text>, _>(&self.services)?;
            out.push_sql(BY_ENTRY);
            out.push_bind_param::<Text, _>(&self.issuer)?;
            out.push_sql(" AND k.subject = ");
            out.push_bind_param::<Text, _>(&self.subject)?;
            out.push_sql(") UNION ALL ");
        }
        match &self.own {
            Some(own) => {
                out.push_sql("SELECT ");
                out.push_bind_param::<Uuid, _>(own)?;
            }
            None => out.push_sql("SELECT NULL::uuid"),
        }
        out.push_sql(")");
        Ok(())
    }
}

/// Whether a volunteer is engaged with any opportunity under a plan.
///
/// # Errors
/// Database errors.
pub fn engaged_in_plan(conn: &mut PgConnection, volunteer: VolunteerId, plan: PlanId) -> Result<bool> {
    let engaged = sql::<Bool>("EXISTS (SELECT FROM engaged_volunteers WHERE volunteer_id = ")
        .bind::<Uuid, _>(volunteer)
        .sql(" AND plan_id = ")
        .bind::<Uuid, _>(plan)
        .sql(")");
    Ok(diesel::select(engaged).get_result(conn)?)
}
