//! The offer and the required clearances in the words that a person reads before deciding to take part.
//! Amounts are calculated elsewhere, by the policy's calculator.

use crate::documents::typed::Typed;
use crate::documents::words;
use crate::policies::terms::Tariff;
use crate::text::Label;
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};

/// Pay for time.
#[derive(Clone, Debug)]
pub struct Time {
    /// Name of the tariff.
    pub tariff: Typed,
    /// Rates of the tariff, one a line; empty if the policy in force has no tariff of that name.
    pub rates: Vec<String>,
}

/// An offer in words.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Each kind of expense and whether it is paid back.
    pub kinds: [(&'static str, bool); 5],
    /// Pay for time, if any is offered.
    pub time: Option<Time>,
    /// Whether the basis of the opportunity allows pay for time.
    pub paid: bool,
    /// The offer as the service worded it.
    pub statement: Typed,
}

impl Offered {
    /// Words for an offer, with the tariff's rates in the policy in force.
    #[must_use]
    pub fn new(offer: &Offer, basis: Option<Basis>, tariff: Option<&Tariff>) -> Self {
        Self {
            kinds: [
                ("Travel and parking", offer.travel),
                ("Food and drink while you are away", offer.subsistence),
                ("Care for someone you look after", offer.care),
                ("Support you need to take part", offer.access_support),
                ("Other costs we agree with you first", offer.other),
            ],
            time: offer
                .tariff
                .as_ref()
                .map(|name| Time { tariff: Typed::new(name), rates: tariff.map(words::rates).unwrap_or_default() }),
            paid: basis == Some(Basis::PaidInvolvement),
            statement: Typed::new(&offer.statement),
        }
    }

    /// The kinds of expense that are paid back (or not), in lower case for use within a sentence.
    #[must_use]
    pub fn paid_back(&self, yes: bool) -> Vec<String> {
        self.kinds.iter().filter(|(_, promised)| *promised == yes).map(|(kind, _)| words::lowered(kind)).collect()
    }

    /// Whether no expenses and no pay are offered, which the page must say.
    #[must_use]
    pub fn nothing(&self) -> bool {
        self.time.is_none() && self.kinds.iter().all(|(_, yes)| !yes)
    }
}

/// A clearance or training that is needed before somebody starts.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Name of the clearance or training.
    pub name: String,
    /// Explanation in plain words.
    pub meaning: &'static str,
    /// Why the role requires it.
    pub reason: Typed,
}

impl Requirement {
    /// All requirements: clearances first, then training.
    #[must_use]
    pub fn all(required: &[Required], training: &[Label]) -> Vec<Self> {
        let cleared = required.iter().map(|required| {
            let (name, meaning) = words::clearance(&required.kind);
            Self { name, meaning, reason: Typed::maybe(required.eligibility_reason.as_deref()) }
        });
        let trained = training.iter().map(|code| Self {
            name: words::training(code),
            meaning: "We train you before you start.",
            reason: Typed::default(),
        });
        cleared.chain(trained).collect()
    }
}
