//! SQL of the table `guidance_points`.
//! A migration inserts the ten points; the service only updates them.

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::exactly_one;
use crate::db::schema::guidance_points as points;
use crate::guidance::views::{Link, NewGuidance};
use crate::refusal::{Refusal, Result};
use crate::text::{Person, RequiredText, ShortText};
use crate::work::{Reader, Writer};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = points, check_for_backend(diesel::pg::Pg))]
pub(super) struct GuidanceRow {
    pub number: i16,
    pub version: i32,
    pub title: ShortText,
    pub text: RequiredText,
    pub contact: Option<Json<Person>>,
    pub links: Json<Vec<Link>>,
    pub updated_at: Instant,
}

impl GuidanceRow {
    /// The row as a request body, to apply a merge patch to.
    pub fn written(&self) -> NewGuidance {
        NewGuidance {
            title: self.title.clone(),
            text: self.text.clone(),
            contact: self.contact.clone().map(|Json(contact)| contact),
            links: self.links.0.clone(),
        }
    }
}

pub(super) fn all(reader: &mut Reader<'_>) -> Result<Vec<GuidanceRow>> {
    Ok(points::table.order(points::number).select(GuidanceRow::as_select()).load(reader.conn)?)
}

pub(super) fn find(reader: &mut Reader<'_>, number: i16) -> Result<GuidanceRow> {
    let row = points::table.find(number).select(GuidanceRow::as_select()).first(reader.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn lock(writer: &mut Writer<'_>, number: i16) -> Result<GuidanceRow> {
    let row = points::table.find(number).select(GuidanceRow::as_select()).for_update().first(writer.conn).optional()?;
    Ok(row.ok_or_else(Refusal::not_found)?)
}

pub(super) fn change(writer: &mut Writer<'_>, row: &GuidanceRow, new: &NewGuidance) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(points::table.find(row.number).filter(points::version.eq(row.version)))
        .set((
            points::title.eq(&new.title),
            points::text.eq(&new.text),
            points::contact.eq(new.contact.clone().map(Json)),
            points::links.eq(Json(new.links.clone())),
            points::version.eq(row.version + 1),
            points::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
