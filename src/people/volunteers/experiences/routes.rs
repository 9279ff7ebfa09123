//! The operations on a volunteer's lived experience.
//! The table of rights admits only involvement leads and the volunteer.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::people::volunteers::experiences::store;
use crate::people::volunteers::experiences::views::{ExperienceContent, ExperienceFilter, ExperienceView};
use crate::people::volunteers::{facts, rules};
use crate::refusal::{Refusal, Result};
use crate::services;
use crate::work::access_log::{Category, SensitiveRead};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub(crate) fn routes(routes: &mut Routes) {
    routes.list("/v1/volunteers/{id}/experiences", Some(Action::ReadExperiences), list_experiences).describe(
        "List a volunteer's experiences of services",
        "Newest first. Only the volunteer and involvement leads see them.",
    );
    routes
        .create("/v1/volunteers/{id}/experiences", Action::WriteExperiences, record_experience)
        .describe(
            "Record an experience of a service",
            "Lived experience as a patient, carer or family member, which some opportunities ask for and matching \
             takes into account. Possible until the volunteer is erased.",
        )
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
) -> Result<Rows<ExperienceView>> {
    facts::visible(reader, of)?.ok_or_else(Refusal::not_found)?;
    // That there are none is something, too.
    reader.note_access(SensitiveRead { volunteer: of, what: Category::Experiences, thing: None });
    store::list(reader, of, page)
}

fn record_experience(
    writer: &mut Writer<'_>,
    of: VolunteerId,
    new: ExperienceContent,
) -> Result<Changed<ExperienceView>> {
    let person = facts::visible(writer, of)?.ok_or_else(Refusal::not_found)?;
    services::facts(writer.conn, new.service_id)?.ok_or_else(|| Refusal::unknown_reference("/service_id"))?;
    rules::editable(person.status, std::iter::empty())?;
    rules::lived(&new, writer.today())?;
    let view = store::insert(writer, of, new)?;
    Ok(writer.changed(Change::created("experience", view.id), view))
}
