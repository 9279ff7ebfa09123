//! How somebody was told by a delivery that is marked as done: in a way and format that they can take in.

use crate::db::Json;
use crate::deliveries::formats::{contradicted, needed};
use crate::deliveries::rules;
use crate::deliveries::store::{DeliveryRow, Outcome};
use crate::deliveries::views::HowTold;
use crate::people::volunteers::Contact;
use crate::refusal::Refusal;

/// The fields that it writes.
pub(super) const FIELDS: [&str; 4] = ["done_at", "channel", "formats", "override_reason"];

/// How somebody was told by a pending delivery: as the delivery says or as somebody says that it was.
///
/// # Errors
/// `contradicts-need`.
pub(super) fn outcome(row: &DeliveryRow, contact: Option<&Contact>, how: HowTold) -> Result<Outcome, Refusal> {
    let needs = contact.map(Contact::need_kinds).unwrap_or_default();
    let channel = how.channel.unwrap_or(row.channel);
    let formats = how.formats.unwrap_or_else(|| needed(&needs, channel));
    rules::suits(&needs, channel, &formats, how.override_reason.is_some())?;
    // A reason where nothing is overridden would count as one in the yearly report.
    let override_reason = how.override_reason.filter(|_| !contradicted(&needs, channel, &formats).is_empty());
    Ok(Outcome { channel, formats: Json(formats), override_reason })
}
