//! The post: the letters that are to be written, as one document to print, each in its person's format; and marking many
//! deliveries as done together.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::access::Action;
use crate::db::ids::{DeliveryId, ServiceId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::deliveries::DeliveryStatus;
use crate::deliveries::done;
use crate::deliveries::letters::{self, People};
use crate::deliveries::show::{self, view};
use crate::deliveries::status::{DeliveryVerb, LIFE};
use crate::deliveries::store::{self, DeliveryRow, Outcome};
use crate::deliveries::titles::titles;
use crate::deliveries::views::{DeliveriesDone, DeliveryIds, DeliveryView, HowTold};
use crate::documents::HTML;
use crate::http::{Listed, Routes};
use crate::people::volunteers;
use crate::refusal::{Failure, Fault, Kind, Result, refuse_if_any, refuse_unknown};
use crate::work::access_log::{Category, SensitiveRead};
use crate::work::{Change, Changed, Reader, Writer};

crate::text_enum! {
    /// Channels whose deliveries can be printed together.
    pub enum BatchChannel {
        /// Letter by post.
        Letter = "letter",
    }
}

crate::text_enum! {
    /// Formats of a batch of letters.
    pub enum BatchFormat {
        /// List of deliveries.
        Json = "json",
        /// One document of all letters, to print.
        Html = "html",
    }
}

/// Which letters, and how.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct BatchFilter {
    /// Channel; only letters can be printed together.
    channel: BatchChannel,
    /// Only letters from this service.
    #[serde(default)]
    pub(super) service_id: Option<ServiceId>,
    /// Format: `json` (the default), or `html` for one document with every letter on pages of its own.
    #[serde(default)]
    format: Option<BatchFormat>,
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/deliveries/batch", Some(Action::ReadLetters), list_letters)
        .describe(
            "List the letters to be posted",
            "The pending letters on the work list, newest first; `order=oldest&limit=100` for the day's post. With \
             `format=html`, the same page of the list as one document to print: each letter with its address, in standard or \
             large print, or in easy read where the text was given in it. Letters that need Braille, a recording, a film in \
             BSL or a translation are named on a first sheet, which is not printed. Afterwards, send the ids to `POST \
             /v1/deliveries/done`.",
        )
        .formats(&[("json", "application/json"), ("html", HTML)])
        .not_by_change();
    routes
        .post("/v1/deliveries/done", Action::WriteDeliveries, finish_deliveries)
        .describe(
            "Mark several deliveries as done",
            "Records that these volunteers were told, as each delivery says: all of them, or none if one is no longer pending \
             (it was overtaken, or somebody has done it) or contradicts what somebody needs now.",
        )
        .refuses(&["invalid-transition", "unknown-reference", "contradicts-need"])
        .example("the post of today", json!({ "ids": ["019d5fdf-e939-7000-8000-000000000001"] }));
}

fn list_letters(reader: &mut Reader<'_>, (): (), asked: &BatchFilter, page: &Page) -> Result<Listed<DeliveryView>> {
    let BatchChannel::Letter = asked.channel;
    let found = store::letters(reader, asked.service_id, page)?;
    match asked.format.unwrap_or(BatchFormat::Json) {
        BatchFormat::Json => {
            let ids: Vec<VolunteerId> = found.rows.iter().map(|(row, ..)| row.volunteer_id).collect();
            let people = show::people(reader, &ids)?;
            let names = titles(reader, &found.rows.iter().map(|(row, ..)| row).collect::<Vec<_>>())?;
            let caller = reader.grant().viewer();
            Ok(Listed::Items(found.map(|named| view(named, caller, &people, &names))))
        }
        BatchFormat::Html => {
            for (row, ..) in &found.rows {
                reader.note_access(SensitiveRead {
                    volunteer: row.volunteer_id,
                    what: Category::Delivery,
                    thing: None,
                });
            }
            let rows = Rows { rows: found.rows.into_iter().map(|(row, ..)| row).collect(), more: found.more };
            let people = People::of(reader, &rows.rows)?;
            letters::document(reader, rows, &people).map(Listed::Content)
        }
    }
}

fn finish_deliveries(writer: &mut Writer<'_>, (): (), sent: DeliveryIds) -> Result<Changed<DeliveriesDone>> {
    // Locked in the order of their ids, so that two batches at once don't wait for each other.
    let rows = store::lock_all(writer, &sent.ids)?;
    let place = |id: DeliveryId| sent.ids.iter().position(|one| *one == id).unwrap_or_default();
    let unknown = sent.ids.iter().enumerate().filter(|(_, id)| rows.iter().all(|row| row.id != **id));
    let unknown: Vec<Fault> = unknown.map(|(place, _)| Fault::unknown(format!("/ids/{place}"))).collect();
    refuse_unknown(unknown)?;
    let over = rows.iter().filter(|row| LIFE.step(row.status, DeliveryVerb::Done).is_err());
    let over = over
        .map(|row| Fault::at(format!("/ids/{}", place(row.id)), "not-pending", format!("is {} already", row.status)));
    refuse_if_any(
        Kind::InvalidTransition,
        "Some of these deliveries are no longer pending. Leave them out.",
        over.collect(),
    )?;
    let contacts = volunteers::contacts(writer.conn, &rows.iter().map(|row| row.volunteer_id).collect::<Vec<_>>())?;
    let contacts: HashMap<VolunteerId, _> = contacts.into_iter().map(|person| (person.id, person)).collect();
    let outcomes = rows.iter().map(|row| {
        let contact = contacts.get(&row.volunteer_id).ok_or_else(|| Failure::broken("a delivery to nobody"))?;
        let how = HowTold { channel: None, formats: None, override_reason: row.override_reason.clone() };
        Ok((row, done::outcome(row, Some(contact), how)?))
    });
    let outcomes: Vec<(&DeliveryRow, Outcome)> = outcomes.collect::<Result<_>>()?;
    store::done_all(writer, &outcomes)?;
    for row in &rows {
        let step = (row.status, DeliveryVerb::Done, DeliveryStatus::Done);
        writer.note(Change::step(&LIFE, row.id, row.version + 1, step).fields(done::FIELDS));
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(writer.unchanged(DeliveriesDone { done_count: count }))
}
