//! The operations on trainings.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::TrainingId;
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Patch, Routes};
use crate::people::trainings::RESOURCE;
use crate::people::trainings::store::{self, TrainingAndCreator};
use crate::people::trainings::views::{TrainingContent, TrainingFilter, TrainingView};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Trainings", "The training that opportunities can require. Involvement leads keep the list.");
    routes.list("/v1/trainings", Some(Action::ReadTrainings), list_trainings).describe(
        "List trainings",
        "Newest first. Their codes are the only ones that opportunities can require (`training_required`) and that \
         clearances can record (`training:<code>`).",
    );
    routes
        .create("/v1/trainings", Action::WriteTrainings, create_training)
        .describe("Add a training", "Choose the code with care: it can't be changed or removed later.")
        .refuses(&["already-exists"])
        .example("minute taking", json!({ "code": "minute-taking", "name": "Taking minutes", "description": "Half a day, with the secretary of the board." }));
    routes
        .get("/v1/trainings/{id}", Action::ReadTrainings, read_training)
        .describe("Get a training", "A training and whether opportunities can newly require it.");
    routes
        .patch("/v1/trainings/{id}", Action::WriteTrainings, change_training)
        .describe(
            "Change a training",
            "Everything except the code can be changed. With `active: false`, no opportunity can newly require it; what \
             requires it already, and who has done it, stays as it is.",
        )
        .refuses(&["not-editable"])
        .example("no longer given", json!({ "active": false }));
}

fn list_trainings(reader: &mut Reader<'_>, (): (), _: &TrainingFilter, page: &Page) -> Result<Rows<TrainingView>> {
    Ok(store::list(reader, page)?.map(view))
}

fn read_training(reader: &mut Reader<'_>, id: TrainingId) -> Result<TrainingView> {
    Ok(view(store::find(reader, id)?))
}

fn create_training(writer: &mut Writer<'_>, (): (), new: TrainingContent) -> Result<Changed<TrainingView>> {
    let id = store::insert(writer, new)?;
    let view = read_training(writer, id)?;
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

fn change_training(
    writer: &mut Writer<'_>,
    id: TrainingId,
    patch: Patch<TrainingContent>,
) -> Result<Changed<TrainingView>> {
    let row = store::lock(writer, id)?;
    writer.matches(row.version)?;
    let (new, fields) = patch.onto(&row.content)?;
    if new.code != row.content.code {
        let fault = Fault::at("/code", "not-editable", "can't be changed");
        let detail = "The code of a training can't be changed. Add another training instead.";
        return Err(Refusal::new(Kind::NotEditable, detail).with(vec![fault]).into());
    }
    if fields.is_empty() {
        let view = read_training(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    store::save(writer, &row, &new)?;
    let view = read_training(writer, id)?;
    Ok(writer.changed(Change::changed(RESOURCE, id, row.version + 1).fields(fields), view))
}

fn view((row, created_by): TrainingAndCreator) -> TrainingView {
    TrainingView {
        id: row.id,
        version: row.version,
        content: Fields(row.content),
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
