//! What a line is marked with: why it has no figures, and what an approver should look at.
//! A warning refuses nothing: what is refused stands in `checks`. Which lines get which warnings stands in `line_warnings`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
