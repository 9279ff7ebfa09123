//! Which volunteers a grant lets the caller see, as an SQL condition, and what "engaged" means.
//! Who is granted what is in `access::policy`.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text, Uuid};

use crate::db::among::words;
use crate::db::ids::{PlanId, VolunteerId};
use crate::db::page::{Order, Page};
use crate::db::parts::{self, Part};
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::Result;
use crate::work::RequestContext;

// The codes of the caller's services stand in a query of their own, so that PostgreSQL plans this once, not for each caller.
// The views are made beside the tables of expressions and agreements, which stand above this feature.
// Whoever is engaged is seen whole; whoever asked to take part or helps to write a plan, by name and how to reach them.
const BY_ENGAGEMENT: [&str; 2] = ["considered_by_services", "agreed_with_services"];
const BY_ANY_TIE: [&str; 4] =
    ["considered_by_services", "agreed_with_services", "interested_in_services", "members_by_services"];
// Staff see a person whom they added, and whole until a lead activates them: otherwise nobody could act for a new person.
const BY_ENTRY: &str = "SELECT v.id FROM volunteers v WHERE v.status IN (";
const BY_THE_CALLER: &str = ") AND v.created_by = (SELECT k.id FROM actors k WHERE k.issuer = ";

/// How many engagements the near part of a page reads for all services of the caller, and at least for each. A person may
/// have several.
const NEAR: usize = 600;
const NEAR_EACH: usize = 30;

/// The condition that the caller may see a row of `volunteers`.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    all: bool,
    own: Option<VolunteerId>,
    services: Vec<String>,
    issuer: String,
    subject: String,
    whole: bool,
    within: Option<Within>,
}

/// A part of a page.
#[derive(Clone, Debug)]
struct Within {
    part: Part,
    order: Order,
    after: Option<uuid::Uuid>,
}

/// The condition for this request that the caller may see somebody whole: leads see everyone, staff see people engaged with
/// their services and those whom they added until they are activated, volunteers see themselves.
pub(super) fn reached_whole(context: &RequestContext) -> Reached {
    Reached { whole: true, ..reached(context) }
}

/// The condition for this request that the caller may see somebody at all: staff also see by name, and how to reach them,
/// those who asked to take part, who help to write their plans, or whom they added.
pub(super) fn reached(context: &RequestContext) -> Reached {
    let grant = &context.grant;
    let (issuer, subject) =
        context.actor.as_ref().map(|actor| (actor.issuer.clone(), actor.subject.clone())).unwrap_or_default();
    let services = grant.services().to_vec();
    Reached { all: grant.all(), own: grant.own(), services, issuer, subject, whole: false, within: None }
}

impl Reached {
    /// Whether the caller reaches people by their services: some or very many.
    pub(super) fn is_by_services(&self) -> bool {
        !self.all && !self.services.is_empty()
    }

    /// The condition for a part of a page: of the near part, the people of each service are read in the order of the list
    /// and no further than its edge, so that a page costs the same however many people the services have.
    pub(super) fn within(self, part: Part, page: &Page) -> Self {
        Self { within: Some(Within { part, order: page.order, after: page.after }), ..self }
    }

    /// The views of the ties by which people are seen.
    fn ties(&self) -> &'static [&'static str] {
        if self.whole { &BY_ENGAGEMENT } else { &BY_ANY_TIE }
    }

    /// The statuses in which somebody is seen by whoever added them.
    fn added(&self) -> String {
        if self.whole { words(&[VolunteerStatus::Prospective]) } else { words(VolunteerStatus::PRESENT) }
    }

    /// The people of each service, the next in the order of the list.
    fn next<'b>(&'b self, within: &'b Within, bound: &str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (direction, follows, _) = parts::direction(within.order);
        for (n, view) in self.ties().iter().enumerate() {
            let union = if n == 0 { "SELECT c.volunteer_id FROM services s, LATERAL (" } else { " UNION ALL " };
            out.push_sql(&format!("{union}(SELECT e.volunteer_id FROM {view} e WHERE e.service_id = s.id"));
            if let Some(after) = &within.after {
                out.push_sql(&format!(" AND e.volunteer_id {follows} "));
                out.push_bind_param::<Uuid, _>(after)?;
            }
            out.push_sql(&format!(" ORDER BY e.volunteer_id {direction} {bound})"));
        }
        out.push_sql(") c WHERE s.code = ANY((SELECT ");
        out.push_bind_param::<Array<Text>, _>(&self.services)?;
        out.push_sql(")::text[])");
        Ok(())
    }

    fn each(&self) -> usize {
        (NEAR / self.services.len().max(1)).max(NEAR_EACH)
    }

    /// That a person is on the part's side of the edge: the first at which the people of a service were not read on.
    fn beside<'b>(&'b self, within: &'b Within, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (direction, _, end) = parts::direction(within.order);
        out.push_sql(&format!(" AND volunteers.id {} COALESCE((", within.part.sign(within.order)));
        self.next(within, &format!("OFFSET {} LIMIT 1", self.each() - 1), out)?;
        out.push_sql(&format!(" ORDER BY c.volunteer_id {direction} LIMIT 1), {end})"));
        Ok(())
    }

    fn by_services<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self.within.as_ref().filter(|within| within.part == Part::Near) {
            Some(near) => self.next(near, &format!("LIMIT {}", self.each()), out)?,
            None => {
                for (n, view) in self.ties().iter().enumerate() {
                    let union = if n == 0 { "" } else { " UNION ALL " };
                    out.push_sql(&format!(
                        "{union}SELECT e.volunteer_id FROM {view} e WHERE e.service_id = ANY(ARRAY( \
                        SELECT s.id FROM services s WHERE s.code = ANY((SELECT "
                    ));
                    out.push_bind_param::<Array<Text>, _>(&self.services)?;
                    out.push_sql(")::text[])))");
                }
            }
        }
        out.push_sql(" UNION ALL ");
        out.push_sql(&format!("{BY_ENTRY}{}{BY_THE_CALLER}", self.added()));
        out.push_bind_param::<Text, _>(&self.issuer)?;
        out.push_sql(" AND k.subject = ");
        out.push_bind_param::<Text, _>(&self.subject)?;
        out.push_sql(") UNION ALL ");
        Ok(())
    }
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
        // A record that was merged into another is not there any more: its address leads to the other one.
        out.push_sql(&format!("volunteers.status <> {}", words(&[VolunteerStatus::Merged])));
        if self.all {
            return Ok(());
        }
        out.push_sql(" AND volunteers.id IN (");
        if !self.services.is_empty() {
            self.by_services(&mut out)?;
        }
        match &self.own {
            Some(own) => {
                out.push_sql("SELECT ");
                out.push_bind_param::<Uuid, _>(own)?;
            }
            None => out.push_sql("SELECT NULL::uuid"),
        }
        out.push_sql(")");
        match &self.within {
            Some(within) => self.beside(within, &mut out),
            None => Ok(()),
        }
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
