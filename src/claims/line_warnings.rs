//! Which warnings a worked line gets: those the claimant reads, and those for the approver.
//! The warnings themselves stand in `warning`.

use crate::claims::calculate::WorkedLine;
use crate::claims::promise::Promise;
use crate::claims::store::OtherLine;
use crate::claims::warning::{Warning, WarningCode};
use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// What the claimant is told of a line.
#[must_use]
pub fn for_the_claimant(line: &WorkedLine<'_>) -> Vec<Warning> {
    let mut codes: Vec<WarningCode> = line.worked.as_ref().err().copied().into_iter().collect();
    if let (Ok(worked), Some(elected)) = (&line.worked, line.given.elected_pence)
        && elected > worked.payable
    {
        codes.push(WarningCode::ElectedAbovePayable);
    }
    codes.into_iter().map(Warning::from).collect()
}

/// What the approver should look at. `others` are the person's lines of these days in other claims, `seen` the receipts
/// whose file is in another claim, too.
#[must_use]
pub fn for_the_approver(
    line: &WorkedLine<'_>,
    promise: &Promise,
    (others, seen): (&[OtherLine], &[ReceiptId]),
) -> Vec<Warning> {
    let payable = line.worked.as_ref().ok().map(|worked| worked.payable);
    let same = |other: &OtherLine| (other.day, other.kind, other.payable) == (line.day, line.given.kind, payable);
    let excess = line.worked.as_ref().is_ok_and(|worked| worked.taxable_excess > Pence::ZERO);
    let marks = [
        (payable.is_some() && others.iter().any(same), WarningCode::Alike),
        (line.given.receipt_ids.iter().flatten().any(|id| seen.contains(id)), WarningCode::SameReceipt),
        (line.given.evidence_exception.is_some(), WarningCode::EvidenceException),
        (excess, WarningCode::TaxableExcess),
        (line.day.is_some_and(|day| promise.is_paused_on(day)), WarningCode::InsidePause),
        (line.is_off_its_session(), WarningCode::DateOffSession),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code.into()).collect()
}
