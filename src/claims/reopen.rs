//! Undoing an approval before anything of it was paid: the claim waits for a decision again, under the same rules.

use crate::claims::bodies::ClaimReason;
use crate::claims::decide::{step, tell};
use crate::claims::row::{ClaimLineRow, ClaimRow};
use crate::claims::status::{ClaimVerb, LIFE};
use crate::claims::store::LockedClaim;
use crate::claims::views::ClaimView;
use crate::claims::{show, store, top_ups};
use crate::db::ids::ClaimId;
use crate::deliveries::About;
use crate::money::Pence;
use crate::payments;
use crate::people::volunteers;
use crate::refusal::{Failure, Fault, Kind, Refusal, Result, refuse_if_any};
use crate::work::{Change, Changed, Writer};

/// Undoes an approval: the payments that are due become void, and the claim is as it was submitted.
pub fn reopen_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Result<Changed<ClaimView>> {
    let (LockedClaim { claim, .. }, decider) = store::lock_for_decision(writer, id)?;
    let row = &claim.header.row;
    let to = step(writer, row, ClaimVerb::Reopen)?;
    volunteers::not_oneself(decider.is_claimant)?;
    nothing_rests_on(writer, row)?;
    nothing_comes_back(writer, id)?;
    payments::void(writer, id, None)?;
    let total = Pence::checked_sum(claim.lines.iter().filter_map(ClaimLineRow::due));
    let total = total.ok_or_else(|| Failure::broken("a total beyond range"))?;
    store::reopen(writer, row, total)?;
    store::save_reason(writer, row.id, &said.reason)?;
    tell(writer, row, About::ClaimReopened, &said)?;
    let view = show::read(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Reopen, to));
    Ok(writer.changed(change.fields(["reason", "approved_pence"]), view))
}

/// Refuses while something of the claim is recovered, or is to be: it rests on what was approved.
fn nothing_comes_back(writer: &mut Writer<'_>, id: ClaimId) -> Result<()> {
    let recoveries = store::recoveries_of(writer.conn, id)?;
    let fault = |reference: &String| Fault::whole("recovery-stands", format!("{reference} rests on this approval"));
    let detail = "Something that was paid for this claim is recovered, or is to be, so its approval can't be undone. A recovery \
                  of which nothing has come back can be waived first.";
    Ok(refuse_if_any(Kind::PaymentsUnderWay, detail, recoveries.iter().map(fault).collect())?)
}

/// Refuses while a top-up counts on what was approved.
fn nothing_rests_on(writer: &mut Writer<'_>, row: &ClaimRow) -> Result<()> {
    let rests = match row.supplements_claim_id {
        Some(_) => top_ups::rests_on(writer.conn, row.id)?,
        None => top_ups::is_topped_up(writer.conn, row.id)?,
    };
    if rests {
        let detail =
            "A supplementary claim rests on this claim, so its approval can't be undone. Reject that one first.";
        return Err(Refusal::new(Kind::HasSupplement, detail).into());
    }
    Ok(())
}
