//! The operations on plans.

use serde_json::json;

use crate::access::Action;
use crate::db::Json;
use crate::db::ids::{PlanId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::{self, About, Recipient};
use crate::http::{Fields, Nothing, Patch, Routes};
use crate::plans::readiness::{Readiness, assess};
use crate::plans::status::{LIFE, PlanStatus, PlanVerb};
use crate::plans::store::{self, Found, PlanRow, PlanStep};
use crate::plans::views::{PlanContent, PlanFilter, PlanItem, PlanReason, PlanView};
use crate::plans::{comments, members, version_store, versions};
use crate::refusal::{Fault, Kind, Refusal, Result, refuse_if_any};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Plans",
        "Involvement plans: what a service wants to do with people, in ten points, from draft to completed.",
    );
    items(routes);
    verbs(routes);
    versions::routes(routes);
    members::routes(routes);
    comments::routes(routes);
}

fn items(routes: &mut Routes) {
    routes.list("/v1/plans", Some(Action::ReadPlans), list_plans).describe(
        "List plans",
        "Newest first. Staff see the plans of their own services, volunteers the plans of which they are a \
             member. Activities are left out; get the plan to see them.",
    );
    routes
        .create("/v1/plans", Action::WritePlans, create_plan)
        .describe(
            "Draft a plan",
            "Creates a draft. The ten points can be filled in later; `GET /v1/plans/{id}/readiness` shows what is \
             missing.",
        )
        .refuses(&["unknown-reference", "service-inactive"])
        .example("a draft", example());
    routes.get("/v1/plans/{id}", Action::ReadPlans, read_plan).describe(
        "Get a plan",
        "All ten points as they are written now; approved versions are under `/v1/plans/{id}/versions`. Members of \
         the plan can read it in every status, including its budget.",
    );
    routes
        .patch("/v1/plans/{id}", Action::WritePlans, change_plan)
        .describe(
            "Change a draft plan",
            "The body is a merge patch: fields that are left out stay as they are, `null` removes a field, and lists \
             are replaced. Only a plan in `draft` can be changed; revise an approved plan first.",
        )
        .refuses(&["unknown-reference", "service-inactive"])
        .example("why this level", json!({ "approach": { "rationale": "People asked for it." } }));
    routes.get("/v1/plans/{id}/readiness", Action::AssessPlans, assess_plan).without_etag().describe(
        "Assess the readiness of a plan",
        "Each of the ten points is met, partial or missing. Each finding says where something is missing and what \
             to fill in, with an example. Open comments are counted, but do not prevent approval.",
    );
}

fn verbs(routes: &mut Routes) {
    routes
        .post("/v1/plans/{id}/submit", Action::WritePlans, submit_plan)
        .describe(
            "Submit a plan for approval",
            "Sends the plan to the involvement leads. It need not be ready: the leads help with what is missing.",
        )
        .verb(&LIFE, PlanVerb::Submit);
    routes
        .post("/v1/plans/{id}/return", Action::DecidePlans, return_plan)
        .describe(
            "Return a plan",
            "Sends a submitted plan back to the service as a draft, with a reason. Its members are told, and staff \
             see the reason on the plan.",
        )
        .verb(&LIFE, PlanVerb::Return)
        .example("a reason", json!({ "reason": "Please name a deputy." }));
    routes
        .post("/v1/plans/{id}/approve", Action::DecidePlans, approve_plan)
        .describe(
            "Approve a plan",
            "All ten points must be met; the purpose may still be `exploring`. The text is kept as a numbered \
             version, and the members of the plan are told. Open comments do not prevent approval; `open_comments` \
             counts them.",
        )
        .verb(&LIFE, PlanVerb::Approve)
        .refuses(&["plan-not-ready"]);
    routes
        .post("/v1/plans/{id}/revise", Action::WritePlans, revise_plan)
        .describe(
            "Revise a plan",
            "Makes an approved plan a draft again, to write the next version. The approved version stays in force for \
             opportunities, agreements and public pages until the next approval. `GET /v1/plans/{id}/changes` shows \
             what the revision changes.",
        )
        .verb(&LIFE, PlanVerb::Revise);
}

fn example() -> serde_json::Value {
    json!({
        "service_id": "019d5fdf-e169-7000-8000-000000000001", "title": "Crisis café: the evening offer",
        "period_start": "2026-10-01", "period_end": "2027-03-31", "budget_pence": 250_000,
        "approach": { "involvement_level": "co_design", "rationale": "People who used the café know what a bad night is like." },
        "activities": [{ "kind": "workshop", "description": "Three evening workshops" }],
    })
}

fn list_plans(reader: &mut Reader<'_>, (): (), filter: &PlanFilter, page: &Page) -> Result<Rows<PlanItem>> {
    Ok(store::list(reader, filter, page)?.map(|(row, by, service)| view((row, by, service, None)).item))
}

pub(super) fn read_plan(reader: &mut Reader<'_>, id: PlanId) -> Result<PlanView> {
    Ok(view(store::find(reader, id)?))
}

fn assess_plan(reader: &mut Reader<'_>, id: PlanId) -> Result<Readiness> {
    let (row, _, _, open_comments) = store::find(reader, id)?;
    Ok(Readiness { open_comments: open_comments.unwrap_or(0), ..assess(&row.content.points) })
}

fn create_plan(writer: &mut Writer<'_>, (): (), new: PlanContent) -> Result<Changed<PlanView>> {
    check_service(writer, new.service_id)?;
    let made = store::insert(writer, new)?;
    let change = Change::created(LIFE.resource, made.0.id).to(PlanStatus::Draft);
    Ok(writer.changed(change, view(made)))
}

/// A plan must belong to an active service that the caller works for.
fn check_service(writer: &mut Writer<'_>, id: ServiceId) -> Result<()> {
    let service = crate::services::facts(writer.conn, id)?;
    let grant = writer.grant();
    let service = service.filter(|service| grant.all() || grant.services().iter().any(|code| *code == *service.code));
    match service {
        None => Err(Refusal::unknown_reference("/service_id").into()),
        Some(service) if !service.active => Err(Refusal::new(
            Kind::ServiceInactive,
            "This service is not active, so no new plans can be made for it. Choose an active service.",
        )
        .into()),
        Some(_) => Ok(()),
    }
}

fn change_plan(writer: &mut Writer<'_>, id: PlanId, patch: Patch<PlanContent>) -> Result<Changed<PlanView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    if row.status != PlanStatus::Draft {
        return Err(Refusal::new(
            Kind::NotEditable,
            "Only a draft can be changed. Return a submitted plan, or revise an approved one, first.",
        )
        .into());
    }
    let (new, fields) = patch.onto(&row.content)?;
    if new.service_id != row.content.service_id {
        if row.approved_version.is_some() {
            let fault = Fault::at("/service_id", "not-editable", "can't be changed once a version was approved");
            return Err(Refusal::new(
                Kind::NotEditable,
                "The service of a plan can't be changed once a version was approved.",
            )
            .with(vec![fault])
            .into());
        }
        check_service(writer, new.service_id)?;
    }
    if fields.is_empty() {
        let view = read_plan(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    let saved = store::save(writer, &row, new)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view(saved)))
}

/// Writes the next status of a plan.
///
/// # Errors
/// `invalid-transition`.
pub(crate) fn step(
    writer: &mut Writer<'_>,
    row: &PlanRow,
    verb: PlanVerb,
    with: PlanStep,
) -> Result<Changed<PlanView>> {
    let to = LIFE.step(row.status, verb)?;
    let stepped = store::step(writer, row, to, with)?;
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to)).fields(["status"]);
    Ok(writer.changed(change, view(stepped)))
}

/// Locks the plan, and checks that its version and status allow the verb.
///
/// # Errors
/// Not found; `precondition-failed`, `invalid-transition`.
pub(crate) fn locked_for(writer: &mut Writer<'_>, id: PlanId, verb: PlanVerb) -> Result<PlanRow> {
    let row = store::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status, verb)?;
    Ok(row)
}

fn submit_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Result<Changed<PlanView>> {
    let row = locked_for(writer, id, PlanVerb::Submit)?;
    step(writer, &row, PlanVerb::Submit, PlanStep::default())
}

fn return_plan(writer: &mut Writer<'_>, id: PlanId, body: PlanReason) -> Result<Changed<PlanView>> {
    let row = locked_for(writer, id, PlanVerb::Return)?;
    tell_members(writer, &row, About::PlanReturned, Some(body.reason.as_str()))?;
    step(writer, &row, PlanVerb::Return, PlanStep { reason: Some(body.reason.into()), ..PlanStep::default() })
}

fn approve_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Result<Changed<PlanView>> {
    let row = locked_for(writer, id, PlanVerb::Approve)?;
    refuse_if_any(
        Kind::PlanNotReady,
        "One or more of the ten points is not met. `errors` says what is missing.",
        assess(&row.content.points).faults(),
    )?;
    let before = row.approved_version;
    let number = before.unwrap_or(0) + 1;
    // Members hear of an approval once: again only where it is of another text, or was returned meanwhile.
    match before {
        None => tell_members(writer, &row, About::PlanApproved, None)?,
        Some(before) if version_store::says(writer.conn, row.id, before, &row.content)? => {
            tell_who_heard(writer, &row)?
        }
        Some(_) => tell_members(writer, &row, About::PlanApproved, Some("It was changed, and approved again."))?,
    }
    version_store::keep(writer, &row, number)?;
    let title = Some(row.content.outline.title.clone());
    let approved = PlanStep { approved_version: Some(number), approved_title: title, ..PlanStep::default() };
    step(writer, &row, PlanVerb::Approve, approved)
}

/// Tells of an approval of the same text whoever heard last that the plan was returned; nobody else is told of that any more.
fn tell_who_heard(writer: &mut Writer<'_>, row: &PlanRow) -> Result<()> {
    let heard =
        deliveries::heard_last(writer, (LIFE.resource, row.id.into()), About::PlanReturned, About::PlanApproved)?;
    let members: Vec<VolunteerId> = members::of_plan(writer.conn, row.id)?;
    deliveries::supersede_of(writer, &[About::PlanReturned], LIFE.resource, &[row.id.into()])?;
    tell(writer, row, members.into_iter().filter(|member| heard.contains(member)), About::PlanApproved, None)
}

/// Tells the members of a plan what was decided, each by the contact method that they prefer.
fn tell_members(writer: &mut Writer<'_>, row: &PlanRow, about: About, message: Option<&str>) -> Result<()> {
    let members = members::of_plan(writer.conn, row.id)?;
    tell(writer, row, members.into_iter(), about, message)
}

fn tell(
    writer: &mut Writer<'_>,
    row: &PlanRow,
    people: impl Iterator<Item = VolunteerId>,
    about: About,
    message: Option<&str>,
) -> Result<()> {
    let recipient =
        |volunteer| Recipient { volunteer, service: Some(row.content.service_id), subject: row.id.into(), route: None };
    let recipients: Vec<Recipient> = people.map(recipient).collect();
    deliveries::notify_all(writer, about, LIFE.resource, &recipients, message)
}

fn revise_plan(writer: &mut Writer<'_>, id: PlanId, _: Nothing) -> Result<Changed<PlanView>> {
    let row = locked_for(writer, id, PlanVerb::Revise)?;
    step(writer, &row, PlanVerb::Revise, PlanStep::default())
}

fn view((row, created_by, service_name, open_comments): Found) -> PlanView {
    let PlanContent { service_id, outline, points: Json(all) } = row.content;
    let item = PlanItem {
        id: row.id,
        version: row.version,
        status: row.status,
        service_id,
        service_name,
        outline: Fields(outline),
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
