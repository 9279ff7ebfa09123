//! Agreements in the export of a person, with their texts and pauses, drafts included.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const AGREEMENTS: &str = "\
SELECT g.id, o.title AS opportunity, s.name AS service, g.status, g.short_form, g.basis, g.role, g.expectations, g.adjustments, g.offer, g.payment_route,
    g.employment_status, g.link_person, g.starts_on, g.ends_on, g.review_on, g.replaces_id, g.promised, t.body, g.body_sha256, t.reason, t.witness,
    g.issued_at, g.accepted_at, g.accepted_how, g.ended_on,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('from_day', p.from_day, 'to_day', p.to_day) ORDER BY p.from_day), '[]')
        FROM agreement_pauses p WHERE p.agreement_id = g.id) AS pauses,
    a.subject AS created_by, g.created_at, g.updated_at
FROM agreements g JOIN opportunity_titles o USING (opportunity_id) JOIN services s ON s.id = g.service_id JOIN actors a ON a.id = g.created_by
    LEFT JOIN agreement_texts t ON t.agreement_id = g.id
WHERE g.volunteer_id = $1 ORDER BY g.id";

/// All agreements of a volunteer.
///
/// # Errors
/// Database errors.
pub fn export(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, AGREEMENTS, of)
}
