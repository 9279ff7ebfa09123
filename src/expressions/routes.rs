//! What can be done with expressions of interest: made and read here, decided and answered in `verbs`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{ExpressionId, OpportunityId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store::{self, Row};
use crate::expressions::views::{
    ExpressionFilter, ExpressionItem, ExpressionView, NewExpression, OpportunityExpressionFilter,
};
use crate::expressions::{rules, verbs};
use crate::http::Routes;
use crate::opportunities::{self, Facts};
use crate::privacy::What;
use crate::refusal::{Done, Fault, Refusal};
use crate::{services, volunteers};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Expressions of interest",
        "From received to accepted: never more than there are places, never declined in silence.",
    );
    routes
        .list(
            "/v1/opportunities/{id}/expressions-of-interest",
            Some(Action::ReadExpressions),
            list_opportunity_expressions,
        )
        .says("An opportunity's expressions of interest", "Newest first; volunteers see their own.");
    routes
        .create("/v1/opportunities/{id}/expressions-of-interest", Action::WriteExpressions, express_interest)
        .says("Express interest", "While the opportunity is published. Volunteers for themselves; staff and leads on behalf of a `volunteer_id`. A person has one live one an opportunity.")
        .refuses(&["opportunity-not-open", "expression-exists", "volunteer-not-active", "conflict-declaration-needed", "unknown-reference", "field-forbidden"])
        .example("for oneself", json!({ "statement": "I waited in that room for two years.", "adjustments": "A seat near the door.", "heard_from": "waiting_room" }));
    routes
        .list("/v1/expressions-of-interest", Some(Action::ReadExpressions), list_expressions)
        .says("Expressions of interest", "Newest first; volunteers see their own.");
    routes
        .get("/v1/expressions-of-interest/{id}", Action::ReadExpressions, read_expression)
        .says("An expression of interest", "Its `status` is `lapsed` once an offer's `respond_by` has passed.");
    verbs::routes(routes);
}

fn list_expressions(
    reader: &mut Reader<'_>,
    (): (),
    filter: &ExpressionFilter,
    page: &Page,
) -> Done<Rows<ExpressionItem>> {
    let rows = store::list(reader, filter, page)?;
    let alike = alike(reader, rows.rows.iter().map(|(row, _)| row.volunteer_id))?;
    for (row, _) in &rows.rows {
        reader.looked(row.volunteer_id, What::Expression, Some(row.id.into()));
    }
    Ok(rows.map(|row| view(reader, row, alike.as_ref()).item))
}

fn list_opportunity_expressions(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    filter: &OpportunityExpressionFilter,
    page: &Page,
) -> Done<Rows<ExpressionItem>> {
    opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let filter =
        ExpressionFilter { status: filter.status.clone(), opportunity_id: Some(id), volunteer_id: filter.volunteer_id };
    list_expressions(reader, (), &filter, page)
}

pub(super) fn read_expression(reader: &mut Reader<'_>, id: ExpressionId) -> Done<ExpressionView> {
    let row = store::find(reader, id)?;
    let alike = alike(reader, [row.0.volunteer_id])?;
    reader.looked(row.0.volunteer_id, What::Expression, Some(id.into()));
    Ok(view(reader, row, alike.as_ref()))
}

fn express_interest(writer: &mut Writer<'_>, id: OpportunityId, new: NewExpression) -> Done<Changed<ExpressionView>> {
    let volunteer = whose(writer, &new)?;
    let opportunity = opportunities::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    if new.volunteer_id.is_some() {
        may_speak_for(writer, &opportunity, volunteer)?;
    }
    let held = opportunities::hold(writer, id)?;
    rules::open(held.facts.status, held.kind, new.conflict_declared)?;
    rules::can_engage(volunteers::facts(writer.conn, volunteer)?.map(|person| person.status))?;
    verbs::settle_overdue(writer, id, volunteer)?;
    let expression = store::insert(writer, (id, held.facts.service_id), volunteer, &new)?;
    let view = read_expression(writer, expression)?;
    Ok(writer.changed(Change::created(LIFE.resource, expression).to(ExpressionStatus::Received), view))
}

/// Whose interest is expressed: the asker's own, or that of the person named by somebody who may speak for others.
fn whose(writer: &Writer<'_>, new: &NewExpression) -> Result<VolunteerId, Refusal> {
    let grant = writer.grant();
    match (new.volunteer_id, grant.own()) {
        (Some(_), _) if grant.only_own() => Err(Refusal::field_forbidden(&["volunteer_id"])),
        (Some(named), _) => Ok(named),
        (None, Some(own)) => Ok(own),
        (None, None) => Err(Refusal::invalid(vec![Fault::at("/volunteer_id", "required", "must say on whose behalf")])),
    }
}

/// Whether the asker may write for others here, and sees the person.
fn may_speak_for(writer: &mut Writer<'_>, opportunity: &Facts, volunteer: VolunteerId) -> Done<()> {
    let service = services::facts(writer.conn, opportunity.service_id)?;
    let grant = writer.grant();
    let theirs = service.is_some_and(|service| grant.services().iter().any(|code| *code == *service.code.as_str()));
    if !grant.all() && !theirs {
        return Err(Refusal::not_found().into());
    }
    volunteers::visible(writer, volunteer)?.ok_or_else(|| Refusal::unknown_reference("/volunteer_id"))?;
    Ok(())
}

/// Who of these may be somebody known; none for whoever is no lead.
fn alike(
    reader: &mut Reader<'_>,
    people: impl IntoIterator<Item = VolunteerId>,
) -> Done<Option<BTreeSet<VolunteerId>>> {
    if !reader.grant().is_lead() {
        return Ok(None);
    }
    let people: Vec<VolunteerId> = people.into_iter().collect();
    volunteers::alike_among(reader.conn, &people).map(Some)
}

fn view(
    reader: &Reader<'_>,
    (row, created_by): (Row, Option<String>),
    alike: Option<&BTreeSet<VolunteerId>>,
) -> ExpressionView {
    let status = row.status_at(reader.now());
    let item = ExpressionItem {
        id: row.id,
        version: row.version,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        volunteer_id: row.volunteer_id,
        status,
        on_behalf: row.on_behalf,
        statement: row.statement,
        adjustments: row.adjustments,
        conflict_declared: row.conflict_declared,
        conflict_cleared_at: row.conflict_cleared_at,
        heard_from: row.heard_from,
        respond_by: row.respond_by,
        decline_reason_code: row.decline_reason_code,
        decline_message: row.decline_message,
        possible_duplicate: alike.map(|alike| alike.contains(&row.volunteer_id)),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        lapsed_by_time: status != row.status,
    };
    ExpressionView { item, conditional_on: row.conditional_on.0 }
}
