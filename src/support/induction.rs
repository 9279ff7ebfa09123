//! The induction of a volunteer: it begins with their agreement where the plan has one, and is completed item by item.
//! The checklist is data; each agreement keeps the copy that it began with.

use serde_json::json;

use crate::access::Action;
use crate::agreements::{self, AgreementFacts};
use crate::clock::Day;
use crate::db::ids::{AgreementId, InductionItemId};
use crate::http::Routes;
use crate::people::volunteers;
use crate::refusal::{Refusal, Result};
use crate::support::induction_store as store;
use crate::support::induction_views::{CheckItem, InductionItem, InductionView};
use crate::support::rules;
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/agreements/{id}/induction", Action::ReadInductions, read_induction).describe(
        "Get the induction under an agreement",
        "Where the plan includes an induction, it begins when the agreement becomes active, with a copy of the \
         checklist, and is due 28 days later. An agreement that replaces one whose induction is complete has none.",
    );
    routes
        .put("/v1/agreements/{id}/induction/{item_id}", Action::WriteInductions, check_induction_item)
        .describe(
            "Record an induction item",
            "Records when an item of the checklist was done, by whom, with a note. An empty body marks it as not done. \
             Possible while the agreement is active or paused.",
        )
        .refuses(&["not-editable", "segregation-of-duties"])
        .example(
            "done",
            json!({ "done_on": "2026-11-20", "done_by": "Amara Okafor", "note": "Before the first workshop." }),
        );
}

fn read_induction(reader: &mut Reader<'_>, id: AgreementId) -> Result<InductionView> {
    let agreement = agreements::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    view(reader, &agreement)
}

fn check_induction_item(
    writer: &mut Writer<'_>,
    (id, item): (AgreementId, InductionItemId),
    said: CheckItem,
) -> Result<Changed<InductionView>> {
    let agreement = agreements::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    let row = store::lock(writer, id)?.ok_or_else(Refusal::not_found)?;
    let items = store::items(writer.conn, row.id)?;
    let before = items.iter().find(|known| known.id == item).ok_or_else(Refusal::not_found)?;
    writer.matches(row.version)?;
    rules::inductable(agreement.status)?;
    let began_on = agreements::first_day(writer.conn, &agreement)?;
    rules::possible(began_on, writer.today()).check("/done_on", said.done_on)?;
    let fields = differing(before, &said);
    if fields.is_empty() {
        let view = view(writer, &agreement)?;
        return Ok(writer.unchanged(view));
    }
    volunteers::not_about_oneself(writer, agreement.volunteer_id)?;
    let done: Vec<Option<Day>> =
        items.iter().map(|known| if known.id == item { said.done_on } else { known.done_on }).collect();
    let completed_on = rules::completed_on(&done);
    store::check(writer, item, &said)?;
    store::save(writer, &row, completed_on)?;
    agreements::induction_due(writer, id, completed_on.is_none().then_some(row.due_on))?;
    let view = view(writer, &agreement)?;
    Ok(writer.changed(Change::new(store::RESOURCE, row.id, row.version + 1, "check", "checked").fields(fields), view))
}

fn differing(before: &InductionItem, said: &CheckItem) -> Vec<&'static str> {
    let mut fields = Vec::new();
    fields.extend((before.done_on != said.done_on).then_some("done_on"));
    fields.extend((before.done_by.as_deref() != said.done_by.as_deref()).then_some("done_by"));
    fields.extend((before.note.as_deref() != said.note.as_deref()).then_some("note"));
    fields
}

fn view(reader: &mut Reader<'_>, agreement: &AgreementFacts) -> Result<InductionView> {
    let (row, created_by) = store::find(reader.conn, agreement.id)?.ok_or_else(Refusal::not_found)?;
    Ok(InductionView {
        id: row.id,
        version: row.version,
        agreement_id: agreement.id,
        volunteer_id: agreement.volunteer_id,
        service_id: agreement.service_id,
        due_on: row.due_on,
        completed_on: row.completed_on,
        items: store::items(reader.conn, row.id)?,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    })
}

/// Begins the induction under an agreement that became active, unless it replaces an agreement whose induction is
/// complete.
///
/// # Errors
/// Database errors.
pub fn begin_induction(
    writer: &mut Writer<'_>,
    agreement: AgreementId,
    starts_on: Day,
    replaces: Option<AgreementId>,
) -> Result<()> {
    if let Some(replaced) = replaces
        && store::find(writer.conn, replaced)?.is_some_and(|(row, _)| row.completed_on.is_some())
    {
        return Ok(());
    }
    let due_on = rules::induction_due(starts_on, writer.today());
    let id = store::insert(writer, agreement, due_on)?;
    agreements::induction_due(writer, agreement, Some(due_on))?;
    writer.note(Change::created(store::RESOURCE, id));
    Ok(())
}
