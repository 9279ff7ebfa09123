//! The operations on updates.
//! Who takes part in a plan is read from the features that know it.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;
use uuid::Uuid;

use crate::access::Action;
use crate::agreements;
use crate::db::ids::{PlanId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::{self, UpdateNotice};
use crate::feedback;
use crate::http::{Fields, Routes};
use crate::plans;
use crate::refusal::{Refusal, Result};
use crate::updates::store::{self, UpdateAndCreator};
use crate::updates::views::{UpdateContent, UpdateFilter, UpdateView};
use crate::work::{Change, Changed, Reader, Writer};

const RESOURCE: &str = "update";

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Updates", "News about a plan, sent to everyone who takes part in it.");
    routes.list("/v1/plans/{id}/updates", Some(Action::ReadUpdates), list_updates).describe(
        "List updates on a plan",
        "Newest first. Each update says how many people get it and how many have been told.",
    );
    routes
        .create("/v1/plans/{id}/updates", Action::WriteUpdates, write_update)
        .describe(
            "Send an update on a plan",
            "Creates one delivery for each member of the plan, everyone who has or had an agreement under it, and \
             everyone who gave feedback on it, whatever the plan's status. Each gets it by their update preferences, \
             in the format they need, and no more often than they asked for (`send_from`). E-mails are sent at once; \
             the others are put on the work list. With `channel`, everyone gets it by that contact method; if that \
             contradicts what somebody needs, it is refused unless `override_reason` is given.",
        )
        .refuses(&["contradicts-need"])
        .example(
            "half-way",
            json!({
                "title": "The first workshop",
                "text": "Twelve people came. You told us that evenings are hard; the next one is at lunchtime.",
                "easy_read_text": "We had a meeting. 12 people came.\nThe next meeting is at lunchtime.",
            }),
        );
}

fn list_updates(reader: &mut Reader<'_>, plan: PlanId, _: &UpdateFilter, page: &Page) -> Result<Rows<UpdateView>> {
    plans::visible(reader, plan)?.ok_or_else(Refusal::not_found)?;
    let rows = store::list(reader, plan, page)?;
    let ids: Vec<Uuid> = rows.rows.iter().map(|(row, _)| row.id.into()).collect();
    let counts = deliveries::counts(reader.conn, &ids)?;
    Ok(rows.map(|found| view(found, &counts)))
}

fn write_update(writer: &mut Writer<'_>, plan: PlanId, new: UpdateContent) -> Result<Changed<UpdateView>> {
    let facts = plans::visible(writer, plan)?.ok_or_else(Refusal::not_found)?;
    let id = store::insert(writer, &facts, &new)?;
    let people = taking_part(writer, plan)?;
    let text = format!("{}\n{}", new.title, new.text);
    let easy = new.easy_read_text.as_ref().map(|easy| format!("{}\n{easy}", new.title));
    let notice = UpdateNotice {
        service: facts.service_id,
        subject: (RESOURCE, id.into()),
        text: &text,
        easy_read: easy.as_deref(),
        way: new.channel,
        override_reason: new.override_reason.as_ref(),
    };
    deliveries::notify_of_update(writer, &notice, &people)?;
    let counts = deliveries::counts(writer.conn, &[id.into()])?;
    let view = view(store::find(writer, id)?, &counts);
    Ok(writer.changed(Change::created(RESOURCE, id), view))
}

/// Everyone who takes or took part in a plan, each once.
fn taking_part(writer: &mut Writer<'_>, plan: PlanId) -> Result<Vec<VolunteerId>> {
    let mut people: BTreeSet<VolunteerId> = plans::members_of(writer.conn, plan)?.into_iter().collect();
    people.extend(agreements::people_of_plan(writer.conn, plan)?);
    people.extend(feedback::contributors_to_plan(writer.conn, plan)?);
    Ok(people.into_iter().collect())
}

fn view((row, created_by): UpdateAndCreator, counts: &HashMap<Uuid, (i64, i64)>) -> UpdateView {
    let (delivery_count, delivered_count) = counts.get(&row.id.into()).copied().unwrap_or_default();
    UpdateView {
        id: row.id,
        version: row.version,
        plan_id: row.plan_id,
        content: Fields(row.content),
        delivery_count,
        delivered_count,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
