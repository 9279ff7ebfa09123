//! The operations on services.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::ServiceId;
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Patch, Routes};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::services::store::{self, ServiceRow};
use crate::services::views::{ServiceContent, ServiceFilter, ServiceRecord, ServiceView};
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "service";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag(
        "Services",
        "Services of the trust, such as a crisis team, and the ledger codes that their spending is charged to.",
    );
    routes
        .list("/v1/services", Some(Action::ReadServices), list_services)
        .describe("List services", "All services, newest first. Finance sees the ledger codes only.");
    routes
        .create("/v1/services", Action::WriteServices, create_service)
        .describe(
            "Create a service",
            "Choose the code with care: tokens of staff name services by it, and it can't be changed later.",
        )
        .refuses(&["already-exists"])
        .example("crisis café", json!({
            "code": "night-service", "name": "Night Support Service", "domain": "mental_health", "cost_centre": "C20417",
            "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "night@trust.example",
        }));
    routes
        .get("/v1/services/{id}", Action::ReadServices, read_service)
        .describe("Get a service", "Finance sees the ledger codes only.");
    routes
        .patch("/v1/services/{id}", Action::WriteServices, change_service)
        .describe(
            "Change a service",
            "Everything except the code can be changed. No new plans can be made for a service that is not active.",
        )
        .example("close to new plans", json!({ "active": false }));
}

fn list_services(reader: &mut Reader<'_>, (): (), _: &ServiceFilter, page: &Page) -> Result<Rows<ServiceView>> {
    let rows = store::list(reader, page)?;
    Ok(rows.map(|row| view(reader, row)))
}

fn read_service(reader: &mut Reader<'_>, id: ServiceId) -> Result<ServiceView> {
    let row = store::find(reader, id)?;
    Ok(view(reader, row))
}

fn create_service(writer: &mut Writer<'_>, (): (), new: ServiceContent) -> Result<Changed<ServiceView>> {
    let id = store::insert(writer, new)?;
    let view = read_service(writer, id)?;
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

fn change_service(
    writer: &mut Writer<'_>,
    id: ServiceId,
    patch: Patch<ServiceContent>,
) -> Result<Changed<ServiceView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&row.content)?;
    if new.details.code != row.content.details.code {
        let fault = Fault::at("/code", "not-editable", "can't be changed");
        return Err(Refusal::new(
            Kind::NotEditable,
            "The code of a service can't be changed. Create another service instead.",
        )
        .with(vec![fault])
        .into());
    }
    if fields.is_empty() {
        let view = read_service(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, &row, new)?;
    let view = read_service(writer, id)?;
    Ok(writer.changed(Change::changed(RESOURCE, id, row.version + 1).fields(fields), view))
}

fn view(reader: &Reader<'_>, (row, created_by): (ServiceRow, Option<String>)) -> ServiceView {
    let ServiceContent { details, codes, active } = row.content;
    let viewer = reader.grant().viewer();
    let record = || ServiceRecord { active, created_at: row.created_at, created_by, updated_at: row.updated_at };
    ServiceView {
        id: row.id,
        version: row.version,
        codes: Fields(codes),
        details: viewer.shown(ServiceView::DETAILS, || Fields(details)),
        record: viewer.shown(ServiceView::RECORD, record),
        changed_at: row.updated_at,
    }
}
