//! What people are offered for their involvement: a promise that agreements keep and claims can ask for.
//! What it comes to in pence is worked out in `policies::calculator`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{Prose, Word};

crate::text_enum! {
    /// How people are engaged: it decides tax, payroll and the wording of the agreement.
    pub enum Basis {
        /// Expenses alone; nothing says contract, job or payment.
        ExpensesOnly = "expenses_only",
        /// Time is paid, too.
        PaidInvolvement = "paid_involvement",
    }
}

/// What is reimbursed; "nothing" must be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// Mileage, public transport, taxi, parking.
    pub travel: bool,
    /// Food and drink.
    pub subsistence: bool,
    /// Care of somebody while the person is away.
    pub care: bool,
    /// Whatever makes taking part possible: an interpreter, a companion.
    pub access_support: bool,
    /// Consumables and other expenses.
    pub other: bool,
    /// The tariff of the reimbursement policy by which time is paid; null where it isn't.
    #[serde(default)]
    pub tariff: Option<Word>,
    /// The offer in plain words.
    pub statement: Prose,
}

impl Offer {
    /// Nothing at all.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            travel: false,
            subsistence: false,
            care: false,
            access_support: false,
            other: false,
            tariff: None,
            statement: Prose::default(),
        }
    }

    /// The names of what this offer has less of than another one.
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
