//! Proposing a recovery of what was paid by mistake.

use crate::claims::{self, Recoverable};
use crate::db::ids::{ClaimId, RecoveryId};
use crate::deliveries::{self, About};
use crate::life::Word;
use crate::people::volunteers;
use crate::recoveries::bodies::NewRecovery;
use crate::recoveries::status::{RECOVERY_LIFE, RecoveryStatus};
use crate::recoveries::views::FullRecovery;
use crate::recoveries::{rules, show, store, words, write};
use crate::refusal::{Happened, Kind, Refusal, Result};
use crate::work::{Change, Changed, Writer};

/// Proposes a recovery, and tells the person.
pub(super) fn propose_recovery(
    writer: &mut Writer<'_>,
    claim: ClaimId,
    new: NewRecovery,
) -> Result<Changed<FullRecovery>> {
    let claim = claims::recoverable(writer, claim)?;
    writer.matches(claim.version)?;
    volunteers::not_about_oneself(writer, claim.volunteer_id)?;
    was_paid(&claim)?;
    if let Some(agreed) = &new.agreed_with_person {
        let first = claim.first_paid_on.unwrap_or(writer.today());
        Happened::since(first, "the payment", writer.today()).check("/agreed_with_person/on", Some(agreed.on))?;
    }
    let recovered = store::recovered_of(writer.conn, &claim.lines)?;
    let total = rules::within_paid(&new.lines, &claim.lines, &recovered)?;
    let id: RecoveryId = writer.new_id();
    write::insert(writer, (id, &claim), &new, total)?;
    let said = words::proposed(&claim.reference, total, new.method, &new.reason);
    let subject = (RECOVERY_LIFE.resource, id.into());
    deliveries::notify(writer, claim.volunteer_id, claim.service_id, About::RecoveryProposed, subject, Some(&said))?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::created(RECOVERY_LIFE.resource, id).to(RecoveryStatus::Proposed), view))
}

/// Money comes back only where it went.
fn was_paid(claim: &Recoverable) -> Result<(), Refusal> {
    if claim.status.is_paid() {
        return Ok(());
    }
    let detail = format!(
        "This claim has the status `{}`: nothing of it was paid. Undo its approval, return or reject it instead.",
        claim.status.word()
    );
    Err(Refusal { allowed: Some(Vec::new()), ..Refusal::new(Kind::InvalidTransition, detail) })
}
