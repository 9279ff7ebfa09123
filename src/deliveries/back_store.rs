//! SQL of deliveries that came back.

use std::collections::BTreeSet;

use crate::db::prelude::*;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::exactly_one;
use crate::db::schema::deliveries;
use crate::deliveries::formats::Format;
use crate::deliveries::store::DeliveryRow;
use crate::deliveries::{About, DeliveryStatus};
use crate::refusal::Result;
use crate::text::RequiredText;
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::Writer;

/// What is written when a delivery came back.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = deliveries, treat_none_as_null = true)]
pub(super) struct Again {
    pub message: Option<String>,
    pub channel: FeedbackMethod,
    pub formats: Json<BTreeSet<Format>>,
    pub bounced_channel: FeedbackMethod,
    pub bounce_reason: Option<RequiredText>,
}

/// Whether the person was to be told one of these things about the same record after this, or something of one of the sessions
/// that the message tells of.
pub(super) fn is_told_since(writer: &mut Writer<'_>, row: &DeliveryRow, about: &[About]) -> Result<bool> {
    let later = deliveries::table
        .filter(deliveries::volunteer_id.eq(row.volunteer_id))
        .filter(deliveries::subject_type.eq(&row.subject_type).and(deliveries::subject_id.eq(row.subject_id)))
        .filter(deliveries::id.gt(row.id).and(deliveries::about.eq_any(about)));
    let told = diesel::dsl::exists(later).or(sql_functions::session_news_since(row.id));
    Ok(diesel::select(told).get_result(writer.conn)?)
}

mod sql_functions {
    diesel::define_sql_function! {
        /// Holds what a message is about; whether it can change without telling anybody.
        fn hold_subject(kind: diesel::sql_types::Text, subject: diesel::sql_types::Uuid, message: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
    }

    diesel::define_sql_function! {
        /// Whether a later message told the same person something of a session that this message tells of.
        fn session_news_since(message: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
    }
}

/// Holds what a message is about, before the message itself: whoever changes it writes in the same order.
pub(super) fn hold_subject(writer: &mut Writer<'_>, row: &DeliveryRow) -> Result<bool> {
    let held = sql_functions::hold_subject(&row.subject_type, row.subject_id, row.id);
    Ok(diesel::select(held).get_result(writer.conn)?)
}

/// Puts a delivery that came back on the work list again.
pub(super) fn again(writer: &mut Writer<'_>, row: &DeliveryRow, again: Again) -> Result<()> {
    let now = writer.now();
    let rows = diesel::update(deliveries::table.find(row.id).filter(deliveries::version.eq(row.version)))
        .set((
            again,
            deliveries::status.eq(DeliveryStatus::Pending),
            deliveries::automatic.eq(false),
            deliveries::done_at.eq(None::<Instant>),
            deliveries::bounced_at.eq(now),
            deliveries::version.eq(row.version + 1),
            deliveries::updated_at.eq(now),
        ))
        .execute(writer.conn)?;
    exactly_one(rows)
}
