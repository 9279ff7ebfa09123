//! What a line is marked with: why it has no figures, and what an approver should look at.
//! A warning refuses nothing: what is refused stands in `checks`. Which lines get which warnings stands in `line_warnings`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::text_enum! {
    /// Code of a warning on a line of a claim.
    pub enum WarningCode {
        /// No reimbursement policy is in force on the date.
        NoPolicyInForce = "no-policy-in-force",
        /// The session belongs to another opportunity.
        SessionNotInAgreement = "session-not-in-agreement",
        /// The agreement does not pay for time.
        NotPromised = "not-promised",
        /// The policy has no tariff with the name that the agreement uses.
        TariffNotInPolicy = "tariff-not-in-policy",
        /// Work without a session, where the tariff pays by the length of a session.
        TariffNotFlat = "tariff-not-flat",
        /// The figures are too large to be worked out.
        OutOfRange = "out-of-range",
        /// The elected amount is more than the line comes to.
        ElectedAbovePayable = "elected-above-payable",
        /// Another line of the person, in this claim or another, is for the same: date, kind and amount.
        Alike = "alike",
        /// The session overlaps another for whose time the person claims.
        OverlappingSessions = "overlapping-sessions",
        /// Another claim has a receipt with exactly the same file.
        SameReceipt = "same-receipt",
        /// There is a reason instead of a receipt.
        EvidenceException = "evidence-exception",
        /// Part of the amount is above the HMRC approved rate.
        TaxableExcess = "taxable-excess",
        /// The agreement was paused on the date.
        InsidePause = "inside-pause",
        /// Approved with the lines before it, the line would exceed the budget of the plan.
        OverBudget = "over-budget",
        /// The date is more than one day away from the session.
        DateOffSession = "date-off-session",
    }
}

impl WarningCode {
    /// Whether only approvers see the warning; the claimant never does.
    #[must_use]
    pub const fn for_approvers(self) -> bool {
        matches!(
            self,
            Self::Alike
                | Self::OverlappingSessions
                | Self::SameReceipt
                | Self::EvidenceException
                | Self::TaxableExcess
                | Self::InsidePause
                | Self::OverBudget
                | Self::DateOffSession
        )
    }

    /// The warning in words. They are the same for every claim, so they hold no personal data.
    const fn words(self) -> &'static str {
        match self {
            Self::NoPolicyInForce => {
                "No reimbursement policy is in force on this date, so the line can't be worked out."
            }
            Self::SessionNotInAgreement => "The session belongs to another opportunity than the agreement.",
            Self::NotPromised => "The agreement does not pay for time.",
            Self::TariffNotInPolicy => {
                "The policy in force on this date has no tariff with the name that the agreement uses."
            }
            Self::TariffNotFlat => "The agreement's tariff pays by the length of a session, so it needs one.",
            Self::OutOfRange => "The figures are too large to be worked out.",
            Self::ElectedAbovePayable => "The elected amount is more than the line comes to.",
            Self::Alike => "Another line of this person, in this claim or another, has the same date, kind and amount.",
            Self::OverlappingSessions => {
                "The session overlaps another for which this person claims time, so the same hours may be paid twice."
            }
            Self::SameReceipt => "Another claim has a receipt with exactly the same file.",
            Self::EvidenceException => "There is no receipt; the claimant gave a reason instead.",
            Self::TaxableExcess => "Part of the amount is above the HMRC approved rate.",
            Self::InsidePause => "The agreement was paused on this date.",
            Self::OverBudget => {
                "With this line, more would be approved than the budget of the plan. Approval needs `over_budget_reason`."
            }
            Self::DateOffSession => "The date is more than one day away from the session.",
        }
    }
}

/// A warning on a line of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ClaimWarning)]
pub struct Warning {
    /// Code of the warning.
    pub code: WarningCode,
    /// The warning in words.
    pub detail: String,
}

impl From<WarningCode> for Warning {
    fn from(code: WarningCode) -> Self {
        Self { code, detail: code.words().to_owned() }
    }
}
