//! Erasing the notes on a volunteer's support and induction; that there was a contact on a day stays.

use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::support::{induction_store, store};
use crate::work::Writer;
use crate::work::erase_rows::{self, clear};

const NOTES: &str = "\
UPDATE support_contact_texts SET shared_note = NULL, private_note = NULL
WHERE contact_id IN (SELECT id FROM support_contacts WHERE volunteer_id = $1)";

// The kind of a contact is personal, too: all get the same one.
const CONTACTS: &str = "\
UPDATE support_contacts SET kind = 'practical', version = version + 1, updated_at = $2
WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

const STEPS: &str = "\
UPDATE induction_steps SET done_by = NULL, note = NULL
WHERE induction_id IN (SELECT i.id FROM inductions i JOIN supported_agreements a ON a.id = i.agreement_id WHERE a.volunteer_id = $1)";

const INDUCTIONS: &str = "\
UPDATE inductions SET version = version + 1, updated_at = $2
WHERE agreement_id IN (SELECT id FROM supported_agreements WHERE volunteer_id = $1) RETURNING id, version, NULL AS was";

/// Clears the notes on an erased volunteer's support and induction.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    clear(writer, NOTES, of)?;
    erase_rows::erase(writer, store::RESOURCE, CONTACTS, of)?;
    clear(writer, STEPS, of)?;
    erase_rows::erase(writer, induction_store::RESOURCE, INDUCTIONS, of)
}
