//! Erasing what a person wrote in claims: words, places and receipts go; figures, references and hashes stay for the ledger.
//! Nobody is erased while money is on its way to them; `processes::erase_person` asks for that first.

use crate::db::prelude::*;

use crate::claims::receipts;
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE};
use crate::claims::store;
use crate::db::ids::{ClaimId, VolunteerId};
use crate::db::schema::claims;
use crate::refusal::Result;
use crate::work::erase_rows;
use crate::work::{Change, Writer};

/// Locks a person's claims and answers how many are unsettled: submitted, approved or part paid.
///
/// # Errors
/// Database errors.
pub fn lock_unsettled(writer: &mut Writer<'_>, of: VolunteerId) -> Result<usize> {
    let locked: Vec<(ClaimId, ClaimStatus)> = claims::table
        .filter(claims::volunteer_id.eq(of))
        .order_by(claims::id)
        .select((claims::id, claims::status))
        .for_update()
        .load(writer.conn)?;
    Ok(locked.iter().filter(|(_, status)| ClaimStatus::UNSETTLED.contains(status)).count())
}

const TEXTS: &str = "\
UPDATE claim_texts SET late_reason = NULL, declaration = NULL, reason = NULL, over_budget_reason = NULL
WHERE claim_id IN (SELECT id FROM claims WHERE volunteer_id = $1)";

const LINE_TEXTS: &str =
    "DELETE FROM claim_line_texts WHERE claim_id IN (SELECT id FROM claims WHERE volunteer_id = $1)";

const CLAIMS: &str = "\
UPDATE claims SET version = version + 1, updated_at = $2 WHERE volunteer_id = $1 RETURNING id, version, NULL AS was";

/// Withdraws an erased person's drafts and clears the texts of all their claims.
///
/// # Errors
/// Database errors.
pub fn erase(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let drafts = claims::table.filter(claims::volunteer_id.eq(of)).filter(claims::status.eq(ClaimStatus::Draft));
    let drafts: Vec<ClaimId> = drafts.order_by(claims::id).select(claims::id).load(writer.conn)?;
    for row in store::lock_all(writer, &drafts)? {
        let to = LIFE.step(row.status, ClaimVerb::Withdraw)?;
        store::close(writer, &row, to, None)?;
        writer.note(Change::step(&LIFE, row.id, row.version + 1, (row.status, ClaimVerb::Withdraw, to)));
    }
    erase_rows::clear(writer, TEXTS, of)?;
    erase_rows::clear(writer, LINE_TEXTS, of)?;
    receipts::erase(writer, of)?;
    erase_rows::erase(writer, LIFE.resource, CLAIMS, of)
}
