//! The operations on expressions of interest: create and read. `verbs` has the decisions and answers.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::expressions::show::{alike, read_expression, shown, view};
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store;
use crate::expressions::views::{ExpressionFilter, ExpressionItem, ExpressionView, NewExpression};
use crate::expressions::{rules, verbs, write};
use crate::http::Routes;
use crate::opportunities::{self, OpportunityFacts};
use crate::people::volunteers;
use crate::refusal::{Fault, Refusal, Result};
use crate::services;
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Expressions of interest",
        "People say that they would like to take part; the service offers them a place, or declines with a reason and \
         a message.",
    );
    routes
        .create("/v1/opportunities/{id}/expressions-of-interest", Action::WriteExpressions, express_interest)
        .describe(
            "Express interest in an opportunity",
            "Possible while the opportunity is published. Volunteers express interest for themselves; staff and \
             involvement leads on behalf of the person in `volunteer_id`. A person can have one open expression of \
             interest in each opportunity.",
        )
        .refuses(&["opportunity-not-open", "expression-exists", "volunteer-not-active", "conflict-declaration-needed", "unknown-reference", "field-forbidden"])
        .example("by telephone, for somebody else", json!({
            "volunteer_id": "019d5fdf-e551-7000-8000-000000000001", "statement": "I waited in that room for two years.",
            "adjustments": "A seat near the door.", "conflict_declared": false,
        }))
        .example("for oneself", json!({ "statement": "I waited in that room for two years.", "adjustments": "A seat near the door.", "heard_from": "waiting_room" }));
    routes
        .list("/v1/expressions-of-interest", Some(Action::ReadExpressions), list_expressions)
        .describe("List expressions of interest", "Newest first. Volunteers see their own only.");
    routes.get("/v1/expressions-of-interest/{id}", Action::ReadExpressions, read_expression).describe(
        "Get an expression of interest",
        "The `status` of an offer is `lapsed` once its `respond_by` has passed.",
    );
    verbs::routes(routes);
}

/// Expressions of interest that the caller may see.
///
/// # Errors
/// Database errors.
pub fn list_expressions(
    reader: &mut Reader<'_>,
    (): (),
    filter: &ExpressionFilter,
    page: &Page,
) -> Result<Rows<ExpressionItem>> {
    let rows = store::list(reader, filter, page)?;
    let alike = alike(reader, rows.rows.iter().map(|found| found.row.volunteer_id))?;
    Ok(rows.map(|row| view(reader, row, alike.as_ref()).item))
}

fn express_interest(writer: &mut Writer<'_>, id: OpportunityId, new: NewExpression) -> Result<Changed<ExpressionView>> {
    let volunteer = whose(writer, &new)?;
    let opportunity = opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    if new.volunteer_id.is_some() {
        may_speak_for(writer, &opportunity, volunteer)?;
    }
    let held = opportunities::hold(writer, id)?;
    rules::open(held.facts.status, held.kind, new.content.conflict_declared)?;
    rules::can_engage(volunteers::facts(writer.conn, volunteer)?.map(|person| person.status))?;
    verbs::settle_overdue(writer, id, volunteer)?;
    let by = (volunteer, new.volunteer_id.is_some());
    let made = write::insert(writer, (id, held.facts.service_id), by, new.content)?;
    let change = Change::created(LIFE.resource, made.row.id).to(ExpressionStatus::Received);
    let view = shown(writer, made)?;
    Ok(writer.changed(change, view))
}

/// The person whose interest is expressed: the caller, or the person named by staff or a lead.
fn whose(writer: &Writer<'_>, new: &NewExpression) -> Result<VolunteerId, Refusal> {
    let grant = writer.grant();
    match (new.volunteer_id, grant.own()) {
        (Some(_), _) if grant.only_own() => Err(Refusal::field_forbidden(&["volunteer_id"])),
        (Some(named), _) => Ok(named),
        (None, Some(own)) => Ok(own),
        (None, None) => Err(Refusal::invalid(vec![Fault::at(
            "/volunteer_id",
            "required",
            "must name the person on whose behalf you write",
        )])),
    }
}

/// Checks that the caller may write on behalf of others here, and can see the person.
fn may_speak_for(writer: &mut Writer<'_>, opportunity: &OpportunityFacts, volunteer: VolunteerId) -> Result<()> {
    let service = services::facts(writer.conn, opportunity.service_id)?;
    let grant = writer.grant();
    let theirs = service.is_some_and(|service| grant.services().iter().any(|code| *code == *service.code.as_str()));
    if !grant.all() && !theirs {
        return Err(Refusal::not_found().into());
    }
    volunteers::visible(writer, volunteer)?.ok_or_else(|| Refusal::unknown_reference("/volunteer_id"))?;
    Ok(())
}
