//! Support in the export of a person: contacts with all notes, and the items of their inductions. `privacy::releases` takes
//! private notes out of the person's own export until a lead has released them.

use serde_json::Value;

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;
use crate::work::export_rows::rows;

const CONTACTS: &str = "\
SELECT c.id, c.agreement_id, s.name AS service, c.on_day, c.kind, t.shared_note, t.private_note, c.next_due,
    a.subject AS created_by, c.created_at, c.updated_at
FROM support_contacts c JOIN support_contact_texts t ON t.contact_id = c.id JOIN services s ON s.id = c.service_id
    JOIN actors a ON a.id = c.created_by
WHERE c.volunteer_id = $1 ORDER BY c.id";

const INDUCTIONS: &str = "\
SELECT i.id, i.agreement_id, i.due_on, i.completed_on, i.created_at, i.updated_at,
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('text', t.text, 'done_on', t.done_on, 'done_by', t.done_by, 'note', t.note)
        ORDER BY t.position), '[]') FROM induction_steps t WHERE t.induction_id = i.id) AS steps
FROM inductions i JOIN supported_agreements g ON g.id = i.agreement_id WHERE g.volunteer_id = $1 ORDER BY i.id";

/// Support contacts.
///
/// # Errors
/// Database errors.
pub fn contacts(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, CONTACTS, of)
}

/// Inductions with their items.
///
/// # Errors
/// Database errors.
pub fn inductions(reader: &mut Reader<'_>, of: VolunteerId) -> Result<Value> {
    rows(reader, INDUCTIONS, of)
}
