//! What people are offered for taking part. Agreements must offer at least as much, and claims are paid by it.
//! `policies::calculator` works out the amounts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{Label, LongText};

crate::text_enum! {
    /// Whether time is paid. This decides tax, payroll and the wording of the agreement.
    pub enum Basis {
        /// Expenses only; the agreement never says contract, job or payment.
        ExpensesOnly = "expenses_only",
        /// Expenses, and payment for time.
        PaidInvolvement = "paid_involvement",
    }
}

/// What is reimbursed. Every kind of expense needs an answer, even if nothing is reimbursed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// Whether travel is reimbursed: mileage, public transport, taxi and parking.
    pub travel: bool,
    /// Whether food and drink are reimbursed.
    pub subsistence: bool,
    /// Whether care of somebody else is reimbursed while the person is away.
    pub care: bool,
    /// Whether access support is reimbursed, such as an interpreter or a companion.
    pub access_support: bool,
    /// Whether consumables and other expenses are reimbursed.
    pub other: bool,
    /// Tariff of the reimbursement policy by which time is paid; null if time is not paid.
    /// Example: meeting
    #[serde(default)]
    pub tariff: Option<Label>,
    /// The offer in plain words.
    /// Example: We pay your travel, lunch, and care of somebody while you are with us.
    pub statement: LongText,
}

impl Offer {
    /// An offer of nothing at all.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            travel: false,
            subsistence: false,
            care: false,
            access_support: false,
            other: false,
            tariff: None,
            statement: LongText::default(),
        }
    }

    /// The fields in which this offer is worse than another one.
    #[must_use]
    pub fn worse_than(&self, other: &Offer) -> Vec<&'static str> {
        let mut worse = Vec::new();
        for (name, mine, theirs) in [
            ("travel", self.travel, other.travel),
            ("subsistence", self.subsistence, other.subsistence),
            ("care", self.care, other.care),
            ("access_support", self.access_support, other.access_support),
            ("other", self.other, other.other),
        ] {
            if theirs && !mine {
                worse.push(name);
            }
        }
        if other.tariff.is_some() && self.tariff != other.tariff {
            worse.push("tariff");
        }
        worse
    }
}
