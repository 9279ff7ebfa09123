//! What a line is marked with: why it has no figures, and what an approver should look at.
//! A warning refuses nothing; what is refused stands in `checks`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::claims::line::LineKind;
use crate::claims::promise::Promise;
use crate::claims::work::WorkedLine;
use crate::clock::Day;
use crate::db::ids::ReceiptId;
use crate::money::Pence;

crate::text_enum! {
    /// What a line is marked with.
    pub enum WarningCode {
        /// No policy is in force on its date.
        NoPolicyInForce = "no-policy-in-force",
        /// Its session is of another opportunity.
        SessionNotInAgreement = "session-not-in-agreement",
        /// The agreement does not pay time.
        NotPromised = "not-promised",
        /// The policy has no such tariff.
        TariffNotInPolicy = "tariff-not-in-policy",
        /// Its figures are beyond what can be worked out.
        OutOfRange = "out-of-range",
        /// More is elected than it comes to.
        ElectedAbovePayable = "elected-above-payable",
        /// Another claim has the same person, date, kind and amount.
        Alike = "alike",
        /// A receipt's very bytes stand in another claim, too.
        SameReceipt = "same-receipt",
        /// There is no receipt, and a reason why.
        EvidenceException = "evidence-exception",
        /// A part of it is above what HMRC approves.
        TaxableExcess = "taxable-excess",
        /// Its date lies inside a pause of the agreement.
        InsidePause = "inside-pause",
        /// Its date is more than a day off the session.
        DateOffSession = "date-off-session",
    }
}

impl WarningCode {
    /// Whether it is for approvers alone, and never shown to the claimant.
    #[must_use]
    pub const fn for_approvers(self) -> bool {
        matches!(
            self,
            Self::Alike
                | Self::SameReceipt
                | Self::EvidenceException
                | Self::TaxableExcess
                | Self::InsidePause
                | Self::DateOffSession
        )
    }

    /// The same in words, without anything of the claim in them.
    const fn words(self) -> &'static str {
        match self {
            Self::NoPolicyInForce => "No reimbursement policy is in force on this date, so it can't be worked out.",
            Self::SessionNotInAgreement => "The session is not one of the agreement's opportunity.",
            Self::NotPromised => "The agreement does not pay for time.",
            Self::TariffNotInPolicy => "The policy in force on this date has no tariff of the agreement's name.",
            Self::OutOfRange => "The figures are larger than can be worked out.",
            Self::ElectedAbovePayable => "More is elected than the line comes to.",
            Self::Alike => "Another claim has a line of the same person, date, kind and amount.",
            Self::SameReceipt => "A receipt is the very file of another claim's.",
            Self::EvidenceException => "There is no receipt; a reason is given instead.",
            Self::TaxableExcess => "A part of it is above the HMRC approved amount.",
            Self::InsidePause => "The date lies inside a pause of the agreement.",
            Self::DateOffSession => "The date is more than a day away from the session.",
        }
    }
}

/// A mark on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// What.
    pub code: WarningCode,
    /// The same in words.
    pub detail: String,
}

impl From<WarningCode> for Warning {
    fn from(code: WarningCode) -> Self {
        Self { code, detail: code.words().to_owned() }
    }
}

/// What makes lines alike: date, kind and amount.
pub type Likeness = (Option<Day>, LineKind, Option<Pence>);

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

/// What the approver should look at; `alike` are the dates, kinds and amounts of the person's other claims,
/// `seen` the receipts whose bytes stand in others.
#[must_use]
pub fn for_the_approver(
    line: &WorkedLine<'_>,
    promise: &Promise,
    (alike, seen): (&[Likeness], &[ReceiptId]),
) -> Vec<Warning> {
    let payable = line.worked.as_ref().ok().map(|worked| worked.payable);
    let same = |(day, kind, amount): &Likeness| *day == line.day && *kind == line.given.kind && *amount == payable;
    let excess = line.worked.as_ref().is_ok_and(|worked| worked.taxable_excess > Pence::ZERO);
    let marks = [
        (payable.is_some() && alike.iter().any(same), WarningCode::Alike),
        (line.given.receipt_ids.iter().flatten().any(|id| seen.contains(id)), WarningCode::SameReceipt),
        (line.given.evidence_exception.is_some(), WarningCode::EvidenceException),
        (excess, WarningCode::TaxableExcess),
        (line.day.is_some_and(|day| promise.is_paused_on(day)), WarningCode::InsidePause),
        (line.is_off_its_session(), WarningCode::DateOffSession),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code.into()).collect()
}
