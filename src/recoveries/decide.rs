//! Confirming a recovery, giving it up, and recording what was repaid.

use crate::claims;
use crate::db::ids::RecoveryId;
use crate::deliveries::{self, About, Recipient};
use crate::http::Nothing;
use crate::life::{Verb, Word};
use crate::money::Pence;
use crate::payments::{self, Owed};
use crate::people::volunteers;
use crate::recoveries::bodies::{NewRepayment, WaiveReason};
use crate::recoveries::status::{RECOVERY_LIFE, RecoveryMethod, RecoveryVerb};
use crate::recoveries::store::{self, RecoveryRow};
use crate::recoveries::views::FullRecovery;
use crate::recoveries::{credits, rules, show, words, write};
use crate::refusal::{Happened, Kind, Refusal, Result};
use crate::work::{Change, Changed, Writer};

/// Confirms a recovery; where it is to be offset, its credits are opened.
pub(super) fn confirm_recovery(writer: &mut Writer<'_>, id: RecoveryId, _: Nothing) -> Result<Changed<FullRecovery>> {
    let (row, own) = lock(writer, id)?;
    let to = writer.step(&RECOVERY_LIFE, row.version, row.status, RecoveryVerb::Confirm)?;
    volunteers::not_oneself(own)?;
    rules::confirmed_by_another(store::is_proposer(writer, id)?)?;
    write::confirm(writer, &row, to)?;
    if row.method == RecoveryMethod::Offset {
        let owed: Vec<Owed> = credits::of(writer, &row)?;
        payments::open(writer, &owed)?;
    }
    let view = show::read(writer, id)?;
    let change = Change::step(&RECOVERY_LIFE, id, row.version + 1, (row.status, RecoveryVerb::Confirm, to));
    Ok(writer.changed(change, view))
}

/// Gives a recovery up, as long as nothing of it came back; its credits become void.
pub(super) fn waive_recovery(
    writer: &mut Writer<'_>,
    id: RecoveryId,
    said: WaiveReason,
) -> Result<Changed<FullRecovery>> {
    let (row, own) = lock(writer, id)?;
    let to = writer.step(&RECOVERY_LIFE, row.version, row.status, RecoveryVerb::Waive)?;
    volunteers::not_oneself(own)?;
    if so_far(writer, id)? > Pence::ZERO {
        let detail = "A part of this recovery has come back, so it can't be waived.";
        return Err(Refusal::new(Kind::PartlyRecovered, detail).into());
    }
    payments::void(writer, row.claim_id, Some(id))?;
    write::waive(writer, &row, to, &said.reason)?;
    let claim = store::claim_reference(writer.conn, row.claim_id)?;
    tell(writer, &row, &words::waived(&claim, row.total_pence, &said.reason))?;
    let view = show::read(writer, id)?;
    let change = Change::step(&RECOVERY_LIFE, id, row.version + 1, (row.status, RecoveryVerb::Waive, to));
    Ok(writer.changed(change.fields(["waive_reason"]), view))
}

/// Records a repayment; the last one settles the recovery.
pub(super) fn record_repayment(
    writer: &mut Writer<'_>,
    id: RecoveryId,
    new: NewRepayment,
) -> Result<Changed<FullRecovery>> {
    let (row, own) = lock(writer, id)?;
    let settled = writer.step(&RECOVERY_LIFE, row.version, row.status, RecoveryVerb::Repaid)?;
    if row.method != RecoveryMethod::Repayment {
        let detail = "This recovery is taken off the person's payments. Payment runs record what came back.";
        return Err(Refusal::new(Kind::NotARepayment, detail).into());
    }
    volunteers::not_oneself(own)?;
    let possible = Happened::since(row.created_at.london_day(), "the day of the proposal", writer.today());
    possible.check("/on", Some(new.on))?;
    let before = so_far(writer, id)?;
    let after = rules::repaid(row.total_pence, before, new.pence)?;
    write::repay(writer, &row, &new)?;
    let all = after == row.total_pence;
    let to = if all { settled } else { row.status };
    let last = store::repaid(writer.conn, id)?.into_iter().map(|repayment| repayment.on_day).max();
    write::came_back(writer, &row, to, last.filter(|_| all))?;
    if all {
        let claim = store::claim_reference(writer.conn, row.claim_id)?;
        tell(writer, &row, &words::recovered(&claim, row.total_pence, row.method))?;
    }
    let (verb, version) = (RecoveryVerb::Repaid, row.version + 1);
    let change = if all {
        Change::step(&RECOVERY_LIFE, id, version, (row.status, verb, to))
    } else {
        Change::new(RECOVERY_LIFE.resource, id, version, verb.word(), verb.event()).to(to)
    };
    let view = show::read(writer, id)?;
    Ok(writer.changed(change.fields(["repayments"]), view))
}

/// A recovery under its lock, after that of its claim, as undoing an approval locks; and whether it is about the caller.
fn lock(writer: &mut Writer<'_>, id: RecoveryId) -> Result<(RecoveryRow, bool)> {
    let claim = store::find(writer, id)?.row.claim_id;
    claims::hold(writer, &[claim])?;
    store::lock_and_ask(writer, id)
}

/// What has come back of a locked recovery.
fn so_far(writer: &mut Writer<'_>, id: RecoveryId) -> Result<Pence> {
    Ok(store::find(writer, id)?.recovered)
}

/// Tells the person how a recovery ended.
fn tell(writer: &mut Writer<'_>, row: &RecoveryRow, said: &str) -> Result<()> {
    deliveries::notify_all(writer, About::RecoverySettled, RECOVERY_LIFE.resource, &[recipient(row)], Some(said))
}

/// The person of a recovery.
pub(super) fn recipient(row: &RecoveryRow) -> Recipient {
    Recipient { volunteer: row.volunteer_id, service: Some(row.service_id), subject: row.id.into(), route: None }
}
