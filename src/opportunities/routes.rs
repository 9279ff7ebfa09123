//! What can be done with opportunities.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{OpportunityId, PlanId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::{Patch, Routes};
use crate::opportunities::papers;
use crate::opportunities::rules;
use crate::opportunities::status::{LIFE, OpportunityStatus};
use crate::opportunities::store::{self, Row};
use crate::opportunities::usual;
use crate::opportunities::verbs;
use crate::opportunities::views::{NewOpportunity, OpportunityFilter, OpportunityItem, OpportunityView};
use crate::plans;
use crate::refusal::{Done, Kind, Refusal, refuse_if_any};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Opportunities",
        "What people can take part in: drafted under a plan, published with an explicit offer, closed in time.",
    );
    routes.list("/v1/opportunities", Some(Action::ReadOpportunities), list_opportunities).says(
        "Opportunities",
        "Newest first. Volunteers see those that are published, and those in which they are engaged.",
    );
    routes
        .create("/v1/opportunities", Action::WriteOpportunities, create_opportunity)
        .says(
            "Draft an opportunity",
            "Under a plan that you can see and that is neither completed nor withdrawn. Until it is published, most of it may be missing.",
        )
        .refuses(&["unknown-reference", "not-editable"])
        .example("focus group", focus_group());
    routes
        .get("/v1/opportunities/{id}", Action::ReadOpportunities, read_opportunity)
        .says("An opportunity", "Its `status` is `closed` from `closes_at` on. The ETag also counts the places taken; `If-Match` looks at the version alone.");
    routes
        .patch("/v1/opportunities/{id}", Action::WriteOpportunities, change_opportunity)
        .says("Change an opportunity", "A draft wholly. Once it is published, its plan, kind, basis, offer, requirements and panel stand, and it stays fit to be published; when closed, what engaged people need to know can be changed; when cancelled, nothing.")
        .refuses(&["not-editable", "not-publishable", "no-places-left", "unknown-reference"])
        .example("more places", json!({ "places": 8 }));
    usual::routes(routes);
    verbs::routes(routes);
    papers::routes(routes);
}

fn focus_group() -> serde_json::Value {
    json!({
        "plan_id": "019d5fdf-e939-7000-8000-000000000001", "title": "Waiting room focus group", "kind": "focus_group",
        "summary": "Tell us how the waiting room feels, and what would help.", "involvement_level": "engage", "audience": "both",
        "commitment": "Two mornings of two hours.", "starts_on": "2026-12-07", "mode": "in_person", "venue": "Fulbourn, room 3",
        "places": 6, "basis": "expenses_only",
        "offer": { "travel": true, "subsistence": true, "care": true, "access_support": true, "other": false, "tariff": null,
            "statement": "We pay your travel, lunch, and care of somebody while you are with us." },
        "contact": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "closes_at": "2026-12-04T17:00:00Z",
    })
}

fn list_opportunities(
    reader: &mut Reader<'_>,
    (): (),
    filter: &OpportunityFilter,
    page: &Page,
) -> Done<Rows<OpportunityItem>> {
    let rows = store::list(reader, filter, page)?;
    Ok(rows.map(|row| view(reader, row).item))
}

pub(super) fn read_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Done<OpportunityView> {
    let row = store::find(reader, id)?;
    Ok(view(reader, row))
}

fn create_opportunity(writer: &mut Writer<'_>, (): (), new: NewOpportunity) -> Done<Changed<OpportunityView>> {
    let service = service_of(writer, &new, None)?;
    let id = store::insert(writer, service, new)?;
    let view = read_opportunity(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(OpportunityStatus::Draft), view))
}

fn change_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    patch: Patch<NewOpportunity>,
) -> Done<Changed<OpportunityView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let row = settled(writer, row)?;
    rules::editable(row.status, patch.fields())?;
    let (new, fields) = patch.onto(&row.content.clone().into())?;
    if fields.is_empty() {
        let view = read_opportunity(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let now = writer.now();
    still_fit(&row, &new, now)?;
    let service = service_of(writer, &new, Some(row.content.plan_id))?;
    store::save(writer, &row, service, new)?;
    let view = read_opportunity(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

/// What people can read stays fit to be read.
fn still_fit(row: &Row, new: &NewOpportunity, now: crate::clock::Instant) -> Result<(), Refusal> {
    if row.status == OpportunityStatus::Draft {
        return Ok(());
    }
    let mut faults = rules::unfit(new);
    if row.status == OpportunityStatus::Published && new.closes_at.is_some_and(|closes_at| closes_at <= now) {
        faults.push(crate::refusal::Fault::at("/closes_at", "out-of-range", "must lie in the future"));
    }
    refuse_if_any(Kind::NotPublishable, "It must stay fit to be published.", faults)?;
    if new.places < row.accepted_count {
        return Err(Refusal::new(Kind::NoPlacesLeft, "More people have accepted than that."));
    }
    Ok(())
}

/// The service of the plan named, where the caller can see the plan, which must be open where it is a new one; every service named must exist.
fn service_of(writer: &mut Writer<'_>, new: &NewOpportunity, before: Option<PlanId>) -> Done<ServiceId> {
    let plan = plans::visible(writer, new.plan_id)?.ok_or_else(|| Refusal::unknown_reference("/plan_id"))?;
    if before != Some(new.plan_id) {
        plans::hold_open(writer, new.plan_id, Some("/plan_id"))?;
    }
    let named: Vec<ServiceId> = new.experience_wanted.iter().map(|wanted| wanted.service_id).collect();
    let known = store::known_services(writer, &named)?;
    if let Some(position) = named.iter().position(|id| !known.contains(id)) {
        return Err(Refusal::unknown_reference(&format!("/experience_wanted/{position}/service_id")).into());
    }
    Ok(plan.service_id)
}

/// Makes a closing durable that time has brought, before anything else happens to the row.
pub(super) fn settled(writer: &mut Writer<'_>, row: Row) -> Done<Row> {
    if row.status_at(writer.now()) == row.status {
        return Ok(row);
    }
    verbs::close_by_itself(writer, row)
}

fn view(reader: &Reader<'_>, (row, created_by): (Row, Option<String>)) -> OpportunityView {
    let status = row.status_at(reader.now());
    let closed_by_time = status != row.status;
    let places_left = row.content.places - row.accepted_count;
    let new = NewOpportunity::from(row.content);
    let item = OpportunityItem {
        id: row.id,
        version: row.version,
        plan_id: new.plan_id,
        service_id: row.service_id,
        status,
        title: new.title,
        summary: new.summary,
        kind: new.kind,
        involvement_level: new.involvement_level,
        audience: new.audience,
        skills: new.skills,
        commitment: new.commitment,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        mode: new.mode,
        venue: new.venue,
        access_notes: new.access_notes,
        places: new.places,
        places_left,
        basis: new.basis,
        offer: new.offer,
        contact: new.contact,
        closes_at: new.closes_at,
        panel: new.panel,
        published_at: row.published_at,
        cancel_reason: row.cancel_reason,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        closed_by_time,
    };
    OpportunityView {
        item,
        experience_wanted: new.experience_wanted,
        clearances_required: new.clearances_required,
        training_required: new.training_required,
    }
}
