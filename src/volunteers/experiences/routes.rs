//! What can be done with people's experience of services.
//! The rights table lets in involvement leads and the person, nobody else.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::db::page::{Page, Rows};
use crate::db::{Change, Changed, Reader, Writer};
use crate::http::Routes;
use crate::privacy::What;
use crate::refusal::{Done, Refusal};
use crate::services;
use crate::volunteers::experiences::store;
use crate::volunteers::experiences::views::{ExperienceFilter, ExperienceView, NewExperience};
use crate::volunteers::{facts, rules};

/// Declares the operations.
pub(in crate::volunteers) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/volunteers/{id}/experiences", Some(Action::ReadExperiences), list_experiences)
        .says("Experience of services", "Newest first. For the person and involvement leads alone.");
    routes
        .create("/v1/volunteers/{id}/experiences", Action::WriteExperiences, record_experience)
        .says("Record an experience of a service", "Until the person is erased. Opportunities ask for it; matching finds it.")
        .refuses(&["not-editable", "unknown-reference"])
        .example("as a carer", json!({
            "service_id": "019d5fdf-e169-7000-8000-000000000001", "perspective": "carer", "from_year": 2021, "to_year": 2024,
        }));
}

fn list_experiences(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    _: &ExperienceFilter,
    page: &Page,
) -> Done<Rows<ExperienceView>> {
    facts::visible(reader, of)?.ok_or_else(Refusal::not_found)?;
    reader.looked(of, What::Experiences, None);
    store::list(reader, of, page)
}

fn record_experience(writer: &mut Writer<'_>, of: VolunteerId, new: NewExperience) -> Done<Changed<ExperienceView>> {
    let person = facts::visible(writer, of)?.ok_or_else(Refusal::not_found)?;
    services::facts(writer.conn, new.service_id)?.ok_or_else(|| Refusal::unknown_reference("/service_id"))?;
    rules::editable(person.status, std::iter::empty())?;
    let view = store::insert(writer, of, new)?;
    Ok(writer.changed(Change::created("experience", view.id), view))
}
