//! What can be done with plans.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{PlanId, ServiceId};
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::deliveries::{self, About};
use crate::http::{Nothing, Patch, Routes};
use crate::opportunities;
use crate::plans::budget::read_plan_budget;
use crate::plans::readiness::{Readiness, assess};
use crate::plans::status::{LIFE, PlanStatus, PlanVerb};
use crate::plans::store::{self, Found, Row, Step};
use crate::plans::views::{NewPlan, PlanFilter, PlanItem, PlanReason, PlanView};
use crate::plans::{comments, completion, members, version_store, versions};
use crate::refusal::{Done, Fault, Kind, Refusal, refuse_if_any};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Plans", "Involvement plans: the ten points of the advice, from draft to completed.");
    routes
        .list("/v1/plans", Some(Action::ReadPlans), list_plans)
        .says("Plans", "Newest first; staff see those of their own services, volunteers those that they shape. Lists of a plan are in the plan itself.");
    routes
        .create("/v1/plans", Action::WritePlans, create_plan)
        .says("Draft a plan", "The ten points can be filled in later; `GET …/readiness` says what is missing.")
        .refuses(&["unknown-reference", "service-inactive"])
        .example("a draft", example());
    routes.get("/v1/plans/{id}", Action::ReadPlans, read_plan).says("A plan", "All ten points, as they are being written; approved versions are in `…/versions`. A member reads it in every state, its budget included: whoever helps to decide knows what there is to spend.");
    routes
        .patch("/v1/plans/{id}", Action::WritePlans, change_plan)
        .says(
            "Change a draft plan",
            "A merge patch: members left out stay, `null` removes, lists are replaced. Only in `draft`.",
        )
        .refuses(&["unknown-reference", "service-inactive"])
        .example("why this level", json!({ "approach": { "rationale": "People asked for it." } }));
    routes
        .get("/v1/plans/{id}/readiness", Action::AssessPlans, assess_plan)
        .says("What a plan still lacks", "All ten points, each met, partial or missing. Each finding says where, what is missing and, with an example, what good looks like. Comments that nobody has resolved are counted; they stop nothing.");
    routes.get("/v1/plans/{id}/budget", Action::AssessPlans, read_plan_budget).says(
        "What became of a plan's budget",
        "`committed_pence` is what is submitted, and what is approved but not yet paid; `actual_pence` is what was paid. \
         What the trust paid itself (pre-booked) is committed while its claim is submitted, and actual from the approval \
         on. `committed_pence + actual_pence + remaining_pence = budget_pence`; `remaining_pence` is below 0 where the \
         budget is overspent. Drafts, rejected and withdrawn claims count for nothing; money that came back from the \
         bank is committed again.",
    );
    verbs(routes);
    versions::routes(routes);
    members::routes(routes);
    comments::routes(routes);
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/plans/{id}/submit", Action::WritePlans, submit_plan)
        .says("Give a plan to the leads", "Also one that is not ready: the leads help.")
        .verb(&LIFE, PlanVerb::Submit);
    routes
        .post("/v1/plans/{id}/return", Action::DecidePlans, return_plan)
        .says("Give a plan back", "With a reason, for those who wrote it and for its members, who are told.")
        .verb(&LIFE, PlanVerb::Return)
        .example("a reason", json!({ "reason": "Please name a deputy." }));
    routes
        .post("/v1/plans/{id}/approve", Action::DecidePlans, approve_plan)
        .says("Approve a plan", "Every point must be met; a purpose that is still being explored will do. The text is kept as a numbered version, and members are told. Comments that nobody has resolved stop nothing; `open_comments` counts them.")
        .verb(&LIFE, PlanVerb::Approve)
        .refuses(&["plan-not-ready"]);
    routes
        .post("/v1/plans/{id}/revise", Action::WritePlans, revise_plan)
        .says("Write the next version", "The approved version stays in force until the next approval: opportunities, agreements and public pages go by it. `GET …/changes` shows what the revision changes.")
        .verb(&LIFE, PlanVerb::Revise);
    routes
        .post("/v1/plans/{id}/withdraw", Action::WritePlans, withdraw_plan)
        .says("Give a plan up", "With a reason; for good. Opportunities that are published under it are closed in the same moment; what people were promised stands.")
        .verb(&LIFE, PlanVerb::Withdraw)
        .example("a reason", json!({ "reason": "The service is to close." }));
    completion::routes(routes);
}

fn example() -> serde_json::Value {
    json!({
        "service_id": "019d5fdf-e169-7000-8000-000000000001", "title": "Crisis café: the evening offer",
        "period_start": "2026-10-01", "period_end": "2027-03-31", "budget_pence": 250_000,
        "approach": { "involvement_level": "co_design", "rationale": "People who used the café know what a bad night is like." },
        "activities": [{ "kind": "workshop", "description": "Three evening workshops" }],
    })
}

fn list_plans(reader: &mut Reader<'_>, (): (), filter: &PlanFilter, page: &Page) -> Done<Rows<PlanItem>> {
    Ok(store::list(reader, filter, page)?.map(|(row, by)| view((row, by, None)).item))
}

pub(super) fn read_plan(reader: &mut Reader<'_>, id: PlanId) -> Done<PlanView> {
    Ok(view(store::find(reader, id)?))
}

fn assess_plan(reader: &mut Reader<'_>, id: PlanId) -> Done<Readiness> {
    let (row, _, open_comments) = store::find(reader, id)?;
    Ok(Readiness { open_comments: open_comments.unwrap_or(0), ..assess(&row.points.0) })
}

fn create_plan(writer: &mut Writer<'_>, (): (), new: NewPlan) -> Done<Changed<PlanView>> {
    check_service(writer, new.service_id)?;
    let id = store::insert(writer, &new)?;
    let view = read_plan(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(PlanStatus::Draft), view))
}

/// A plan is for an active service that its writer works for.
fn check_service(writer: &mut Writer<'_>, id: ServiceId) -> Done<()> {
    let service = crate::services::facts(writer.conn, id)?;
    let grant = writer.grant();
    let service = service.filter(|service| grant.all() || grant.services().iter().any(|code| *code == *service.code));
    match service {
        None => Err(Refusal::unknown_reference("/service_id").into()),
        Some(service) if !service.active => {
            Err(Refusal::new(Kind::ServiceInactive, "New plans are made for active services.").into())
        }
        Some(_) => Ok(()),
    }
}

fn change_plan(writer: &mut Writer<'_>, id: PlanId, patch: Patch<NewPlan>) -> Done<Changed<PlanView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != PlanStatus::Draft {
        return Err(Refusal::new(Kind::NotEditable, "Only a draft can be changed; revise an approved plan.").into());
    }
    let (new, fields) = patch.onto(&row.written())?;
    if new.service_id != row.service_id {
        if row.approved_version.is_some() {
            let fault = Fault::at("/service_id", "not-editable", "stands fixed once a version was approved");
            return Err(Refusal::new(Kind::NotEditable, "An approved plan keeps its service.")
                .with(vec![fault])
                .into());
        }
        check_service(writer, new.service_id)?;
    }
    if fields.is_empty() {
        let view = read_plan(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, &row, &new)?;
    let view = read_plan(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

/// Takes a plan one step on.
pub(super) fn step(writer: &mut Writer<'_>, row: &Row, verb: PlanVerb, with: Step) -> Done<Changed<PlanView>> {
    let to = LIFE.step(row.status, verb)?;
    store::step(writer, row, to, with)?;
    let view = read_plan(writer, row.id)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to)).fields(["status"]);
    Ok(writer.changed(change, view))
}

/// The plan, locked, where its version and state allow the verb.
pub(super) fn allowed(writer: &mut Writer<'_>, id: PlanId, verb: PlanVerb) -> Done<Row> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status, verb)?;
    Ok(row)
}

fn submit_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Done<Changed<PlanView>> {
    let row = allowed(writer, id, PlanVerb::Submit)?;
    step(writer, &row, PlanVerb::Submit, Step::default())
}

fn return_plan(writer: &mut Writer<'_>, id: PlanId, body: PlanReason) -> Done<Changed<PlanView>> {
    let row = allowed(writer, id, PlanVerb::Return)?;
    tell_members(writer, &row, About::PlanReturned, Some(body.reason.as_str()))?;
    step(writer, &row, PlanVerb::Return, Step { reason: Some(body.reason.into()), ..Step::default() })
}

fn approve_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Done<Changed<PlanView>> {
    let row = allowed(writer, id, PlanVerb::Approve)?;
    refuse_if_any(Kind::PlanNotReady, "One or more of the ten points is not met.", assess(&row.points.0).faults())?;
    let number = row.approved_version.unwrap_or(0) + 1;
    version_store::keep(writer, &row, number)?;
    tell_members(writer, &row, About::PlanApproved, None)?;
    step(writer, &row, PlanVerb::Approve, Step { approved_version: Some(number), ..Step::default() })
}

/// Tells those who shape a plan what was decided about it, in their way.
fn tell_members(writer: &mut Writer<'_>, row: &Row, about: About, message: Option<&str>) -> Done<()> {
    for person in members::of_plan(writer.conn, row.id)? {
        deliveries::tell(writer, person, row.service_id, about, (LIFE.resource, row.id.into()), message)?;
    }
    Ok(())
}

fn revise_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Done<Changed<PlanView>> {
    let row = allowed(writer, id, PlanVerb::Revise)?;
    step(writer, &row, PlanVerb::Revise, Step::default())
}

fn withdraw_plan(writer: &mut Writer<'_>, id: PlanId, body: PlanReason) -> Done<Changed<PlanView>> {
    let row = allowed(writer, id, PlanVerb::Withdraw)?;
    opportunities::close_under(writer, id)?;
    step(writer, &row, PlanVerb::Withdraw, Step { reason: Some(body.reason.into()), ..Step::default() })
}

fn view((row, created_by, open_comments): Found) -> PlanView {
    let all = row.points.0;
    let item = PlanItem {
        id: row.id,
        version: row.version,
        status: row.status,
        service_id: row.service_id,
        title: row.title.into(),
        period_start: row.period_start,
        period_end: row.period_end,
        budget_pence: row.budget_pence,
        points: all.points,
        approved_version: row.approved_version,
        reason: row.reason,
        planned_level: row.planned_level,
        achieved_level: row.achieved_level,
        reflection: row.reflection,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    };
    PlanView { item, activities: all.activities, open_comments: open_comments.unwrap_or(0) }
}
