//! What the export of a person contains from here: profile, lived experience, and which of finance's numbers exist.
//! The numbers themselves are shown only to finance.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::people::volunteers::views::VolunteerRecord;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

// What only searches and orders read says nothing that the names do not say.
const PROFILE: &str = "\
SELECT v.id, v.status, v.staff_subject, v.privacy_notice_version, v.left_on, v.leave_reason, to_jsonb(p) - ARRAY['volunteer_id', 'words', 'name_key'] AS profile, a.subject AS created_by, v.created_at, v.updated_at
FROM volunteers v JOIN volunteer_profiles p ON p.volunteer_id = v.id JOIN actors a ON a.id = v.created_by WHERE v.id = $1";

const EXPERIENCES: &str = "\
SELECT e.id, s.name AS service, e.perspective, e.from_year, e.to_year, e.note, a.subject AS created_by, e.created_at, e.updated_at
FROM experiences e JOIN services s ON s.id = e.service_id JOIN actors a ON a.id = e.created_by WHERE e.volunteer_id = $1 ORDER BY e.id";

const NUMBERS: &str = "\
SELECT supplier_number IS NOT NULL AS supplier_number_is_held, supplier_site IS NOT NULL AS supplier_site_is_held,
    payroll_number IS NOT NULL AS payroll_number_is_held, updated_at FROM payees WHERE volunteer_id = $1";

/// The profile as the caller may see it: the staff log-in only for leads, the weekly alert only for the person.
///
/// # Errors
/// Database errors.
pub fn profile(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    let mut held = rows(reader, PROFILE, of)?;
    let viewer = reader.grant().viewer_of(of);
    if let Some(Value::Object(person)) = held.get_mut(0) {
        if !viewer.sees(VolunteerRecord::STAFF_SUBJECT) {
            person.remove("staff_subject");
        }
        if !viewer.sees(VolunteerRecord::WEEKLY_ALERT)
            && let Some(Value::Object(profile)) = person.get_mut("profile")
        {
            profile.remove("weekly_alert_pence");
        }
    }
    Ok(held.get_mut(0).map_or(Value::Null, Value::take))
}

// Each with its id, so that its history is told, too.
const MERGED: &str = "\
SELECT m.from_id AS id, m.merged_at, a.subject AS merged_by FROM merges m JOIN actors a ON a.id = m.merged_by
WHERE m.into_id = $1 ORDER BY m.merged_at, m.from_id";

/// Other records of the same person, which became part of this one.
///
/// # Errors
/// Database errors.
pub fn merged(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, MERGED, of)
}

/// Lived experience of services.
///
/// # Errors
/// Database errors.
pub fn experiences(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, EXPERIENCES, of)
}

/// Which of finance's numbers are recorded.
///
/// # Errors
/// Database errors.
pub fn payee(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    Ok(rows(reader, NUMBERS, of)?.get(0).cloned().unwrap_or_default())
}
