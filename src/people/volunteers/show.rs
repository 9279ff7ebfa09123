//! A volunteer as the caller may see them: whole, or brief.
//! What the answers contain is in `views`, who sees whom in `reach`.

use std::collections::BTreeMap;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::digest::fingerprint;
use crate::http::Fields;
use crate::people::clearances::{self, ClearanceSummary};
use crate::people::volunteers::content::VolunteerContent;
use crate::people::volunteers::departure;
use crate::people::volunteers::duplicates::{PossibleDuplicate, alike_among};
use crate::people::volunteers::facts::is_seen_whole;
use crate::people::volunteers::needs::alerts;
use crate::people::volunteers::rules;
use crate::people::volunteers::store::{self, VolunteerAndCreator};
use crate::people::volunteers::views::{VolunteerRecord, VolunteerView};
use crate::refusal::{Failure, Result};
use crate::work::{Reader, Writer};

/// A volunteer whom the caller may see.
pub(super) fn read_volunteer(reader: &mut Reader<'_>, id: VolunteerId) -> Result<VolunteerView> {
    let found = store::find(reader, id)?;
    if reader.grant().services().is_empty() || is_seen_whole(reader, id)? {
        return view(reader, found);
    }
    let (row, content, created_by) = found;
    let content = VolunteerContent {
        legal_name: content.legal_name,
        details: rules::brief(content.details),
        ..VolunteerContent::default()
    };
    let brief = view(reader, (row, content, created_by))?;
    let record = VolunteerRecord { brief: true, ..brief.record };
    Ok(VolunteerView { record, clearance_summary: Vec::new(), seen: format!("{}-brief", brief.seen), ..brief })
}

/// A volunteer that was just written, as the caller may see them.
///
/// # Errors
/// Database errors.
pub fn written(writer: &mut Writer<'_>, id: VolunteerId) -> Result<VolunteerView> {
    let found = store::load(writer.conn, id)?;
    view(writer, found)
}

/// Which of these volunteers may be duplicates; empty if the caller does not see it.
pub(super) fn alike(
    reader: &mut Reader<'_>,
    people: impl Iterator<Item = VolunteerId>,
) -> Result<BTreeMap<VolunteerId, PossibleDuplicate>> {
    if !reader.grant().viewer().sees(VolunteerRecord::POSSIBLE_DUPLICATE) {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<VolunteerId> = people.collect();
    alike_among(reader.conn, &ids)
}

/// What the service fills in of a volunteer.
pub(super) fn record(
    reader: &Reader<'_>,
    (row, content, created_by): &VolunteerAndCreator,
    alike: &BTreeMap<VolunteerId, PossibleDuplicate>,
) -> VolunteerRecord {
    let viewer = reader.grant().viewer_of(row.id);
    VolunteerRecord {
        id: row.id,
        version: row.version,
        status: row.status,
        legal_name: Some(content.legal_name.clone()).filter(|name| !name.is_empty()),
        communication_alerts: alerts(&content.details.communication_needs),
        brief: false,
        staff_subject: viewer.shown(VolunteerRecord::STAFF_SUBJECT, || content.staff_subject.clone()),
        privacy_notice_version: viewer
            .shown(VolunteerRecord::PRIVACY_NOTICE_VERSION, || row.privacy_notice_version.clone()),
        possible_duplicate: viewer.shown(VolunteerRecord::POSSIBLE_DUPLICATE, || alike.get(&row.id).cloned()),
        weekly_alert_pence: viewer.shown(VolunteerRecord::WEEKLY_ALERT, || content.weekly_alert_pence),
        created_at: row.created_at,
        created_by: created_by.clone(),
        updated_at: row.updated_at,
    }
}

/// What the caller sees of a volunteer who was read, or just written.
pub(super) fn view(reader: &mut Reader<'_>, found: VolunteerAndCreator) -> Result<VolunteerView> {
    let today = reader.today();
    let clearance_summary = clearances::summary(reader.conn, found.0.id, today)?;
    let alike = alike(reader, std::iter::once(found.0.id))?;
    let record = record(reader, &found, &alike);
    let seen = seen(&record, &clearance_summary)?;
    let (row, content, _) = found;
    let shown = reader.grant().viewer_of(row.id).sees(VolunteerView::STAFF_LOG_IN_KNOWN);
    let staff_log_in_known = match content.staff_subject.as_ref().filter(|_| shown) {
        Some(subject) => Some(Some(store::is_log_in_known(reader.conn, subject)?)),
        None => shown.then_some(None),
    };
    // It changes without a version of its own, so it is part of the ETag.
    let seen =
        if staff_log_in_known == Some(Some(true)) { fingerprint(&[&seen]).chars().take(12).collect() } else { seen };
    let other_miles = content.other_miles.0;
    let viewer = reader.grant().viewer_of(row.id);
    let departure = viewer.shown(VolunteerView::DEPARTURE, || departure::of(reader.conn, &row)).transpose()?;
    Ok(VolunteerView {
        record,
        details: Fields(content.details),
        other_miles,
        staff_log_in_known,
        departure,
        estate: viewer.shown(VolunteerView::ESTATE, || content.estate.map(|Json(estate)| estate)),
        clearance_summary,
        seen,
    })
}

/// The part of the ETag beside the version: which restricted fields the caller sees, and clearances as they are today.
fn seen(record: &VolunteerRecord, summary: &[ClearanceSummary]) -> Result<String> {
    let lead = match &record.possible_duplicate {
        Some(Some(PossibleDuplicate { volunteer_id, name })) => format!("lead, {volunteer_id} {name:?}"),
        Some(None) => "lead".to_owned(),
        None => String::new(),
    };
    let own = if record.weekly_alert_pence.is_some() { "own" } else { "" };
    let summary = serde_json::to_string(summary).map_err(Failure::broken)?;
    Ok(fingerprint(&[&lead, own, &summary]).chars().take(12).collect())
}
