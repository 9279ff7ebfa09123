//! The operations on the services of staff whose token names none.

use serde_json::json;

use crate::access::Action;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::log_ins::store::{self, STAFF, StaffRow};
use crate::log_ins::views::{NewStaffServices, StaffServicesFilter, StaffServicesView};
use crate::refusal::{Fault, Refusal, Result, refuse_unknown};
use crate::text::{ServiceCode, is_invisible};
use crate::work::{Change, Changed, Reader, Writer};

/// The most bytes of a subject.
const LONGEST: usize = 200;

const SUBJECT: &str = "Subject of the member of staff's token.";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/staff-services", Some(Action::ReadLogIns), list_staff_services).describe(
        "List staff and their services",
        "The services that were given here, with `STAFF_SERVICES=service`, to staff whose token names none.",
    );
    routes
        .get("/v1/staff-services/{subject}", Action::ReadLogIns, read_staff_services)
        .path_parts(&[SUBJECT])
        .describe("Get the services of a member of staff", "The services that they were given here.");
    routes
        .put("/v1/staff-services/{subject}", Action::WriteLogIns, give_staff_services)
        .path_parts(&[SUBJECT])
        .describe(
            "Give a member of staff their services",
            "Replaces the services that they were given. They work for these from now on, and two seconds later on every \
             other copy of the service, where the service runs with `STAFF_SERVICES=service` and their token has the role \
             `staff` and names no service. A token that names services has only those.",
        )
        .refuses(&["unknown-reference"])
        .example("two services", json!({ "services": ["crisis-cafe", "perinatal"] }))
        .example("none any more", json!({ "services": [] }))
        .decides_log_ins();
}

fn list_staff_services(
    reader: &mut Reader<'_>,
    (): (),
    _: &StaffServicesFilter,
    page: &Page,
) -> Result<Rows<StaffServicesView>> {
    let found = store::list_staff(reader, page)?;
    let ids: Vec<_> = found.rows.iter().map(|(row, _)| row.id).collect();
    let mut codes = store::codes(reader.conn, &ids)?;
    Ok(found.map(|(row, created_by)| {
        let services = codes.remove(&row.id).unwrap_or_default();
        view(row, created_by, services)
    }))
}

/// Whether a log-in can have such a subject.
fn is_subject(text: &str) -> bool {
    let hidden = |letter: char| is_invisible(letter) || letter.is_control();
    !text.trim().is_empty() && text.trim() == text && !text.chars().any(hidden) && text.len() <= LONGEST
}

fn read_staff_services(reader: &mut Reader<'_>, subject: String) -> Result<StaffServicesView> {
    if !is_subject(&subject) {
        return Err(Refusal::not_found().into());
    }
    let (row, created_by) = store::find_staff(reader, &subject)?.ok_or_else(Refusal::not_found)?;
    let services = store::codes(reader.conn, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok(view(row, created_by, services))
}

fn give_staff_services(
    writer: &mut Writer<'_>,
    subject: String,
    new: NewStaffServices,
) -> Result<Changed<StaffServicesView>> {
    if !is_subject(&subject) {
        return Err(Refusal::not_found().into());
    }
    let wanted: Vec<&str> = new.services.iter().map(ServiceCode::as_str).collect();
    let known = store::services(writer.conn, &wanted)?;
    let unknown = new.services.iter().enumerate().filter(|(_, code)| !known.contains_key(code.as_str()));
    refuse_unknown(unknown.map(|(place, _)| Fault::unknown(format!("/services/{place}"))).collect())?;
    let (row, is_new) = store::lock_or_make_staff(writer, &subject)?;
    // What is not there yet has no version that anybody could have read.
    writer.matches(if is_new { 0 } else { row.version })?;
    let ids: Vec<_> = known.into_values().collect();
    let changed = store::give(writer, &row, is_new, &ids)?;
    let view = read_staff_services(writer, subject)?;
    Ok(match (is_new, changed) {
        (true, _) => writer.changed(Change::created(STAFF, row.id), view),
        (false, true) => writer.changed(Change::changed(STAFF, row.id, row.version + 1).fields(["services"]), view),
        (false, false) => writer.unchanged(view),
    })
}

fn view(row: StaffRow, created_by: Option<String>, services: Vec<String>) -> StaffServicesView {
    let StaffRow { id, version, subject, created_at, updated_at } = row;
    StaffServicesView { id, version, subject, services, created_at, created_by, updated_at }
}
