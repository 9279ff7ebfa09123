//! Marks a delivery as done, in a way and format that the person can take in.

use crate::db::Json;
use crate::deliveries::formats::{contradicted, needed};
use crate::deliveries::rules;
use crate::deliveries::store::{self, DeliveryRow, Outcome};
use crate::deliveries::views::HowTold;
use crate::people::volunteers::Contact;
use crate::refusal::Result;
use crate::work::Writer;

/// The fields that it writes.
pub(super) const FIELDS: [&str; 4] = ["done_at", "channel", "formats", "override_reason"];

/// Marks a pending delivery as done, as the delivery says or as somebody says that it was.
///
/// # Errors
/// `contradicts-need`.
pub(super) fn finish(
    writer: &mut Writer<'_>,
    row: &DeliveryRow,
    contact: Option<&Contact>,
    how: HowTold,
) -> Result<()> {
    let needs = contact.map(Contact::need_kinds).unwrap_or_default();
    let channel = how.channel.unwrap_or(row.channel);
    let formats = how.formats.unwrap_or_else(|| needed(&needs, channel));
    rules::suits(&needs, channel, &formats, how.override_reason.is_some())?;
    // A reason where nothing is overridden would count as one in the yearly report.
    let override_reason = how.override_reason.filter(|_| !contradicted(&needs, channel, &formats).is_empty());
    store::done(writer, row, Outcome { channel, formats: Json(formats), override_reason })
}
