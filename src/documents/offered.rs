//! What is reimbursed and what is needed first, in the words that a person reads before they say yes.
//! What an offer is stands in `opportunities::offer`; what it comes to, in the calculator.

use crate::documents::typed::Typed;
use crate::documents::words;
use crate::policies::terms::Tariff;
use crate::text::Word;
use crate::vocabulary::clearance::Required;
use crate::vocabulary::offer::{Basis, Offer};

/// How time is paid.
#[derive(Clone, Debug)]
pub struct Time {
    /// The tariff's name.
    pub tariff: Typed,
    /// What it pays, a rate a line; empty where no policy in force knows it.
    pub rates: Vec<String>,
}

/// An offer in words.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Each kind of expense, and whether it is paid back.
    pub kinds: [(&'static str, bool); 5],
    /// How time is paid, where it is.
    pub time: Option<Time>,
    /// Whether time is paid at all on this basis.
    pub paid: bool,
    /// The offer in the words of the service.
    pub statement: Typed,
}

impl Offered {
    /// An offer, with the tariff as the policy in force has it.
    #[must_use]
    pub fn new(offer: &Offer, basis: Option<Basis>, tariff: Option<&Tariff>) -> Self {
        Self {
            kinds: [
                ("Travel and parking", offer.travel),
                ("Food and drink while you are away", offer.subsistence),
                ("Care for somebody while you are away", offer.care),
                ("Support that you need to take part", offer.access_support),
                ("Other costs that we agree with you", offer.other),
            ],
            time: offer
                .tariff
                .as_ref()
                .map(|name| Time { tariff: Typed::new(name), rates: tariff.map(words::rates).unwrap_or_default() }),
            paid: basis == Some(Basis::PaidInvolvement),
            statement: Typed::new(&offer.statement),
        }
    }

    /// What is paid back, or is not, in small letters for the middle of a sentence.
    #[must_use]
    pub fn paid_back(&self, yes: bool) -> Vec<String> {
        self.kinds.iter().filter(|(_, promised)| *promised == yes).map(|(kind, _)| words::lowered(kind)).collect()
    }

    /// Whether nothing is given at all, which must be said.
    #[must_use]
    pub fn nothing(&self) -> bool {
        self.time.is_none() && self.kinds.iter().all(|(_, yes)| !yes)
    }
}

/// A clearance or a piece of training that is needed before somebody starts.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its name.
    pub name: String,
    /// What it is, in plain words.
    pub meaning: &'static str,
    /// Why the role asks for it.
    pub reason: Typed,
}

impl Requirement {
    /// Everything that is required, clearances first.
    #[must_use]
    pub fn all(required: &[Required], training: &[Word]) -> Vec<Self> {
        let cleared = required.iter().map(|required| {
            let (name, meaning) = words::clearance(&required.kind);
            Self { name, meaning, reason: Typed::maybe(required.eligibility_reason.as_deref()) }
        });
        let trained = training.iter().map(|code| Self {
            name: words::training(code),
            meaning: "Training that we give you before you start.",
            reason: Typed::default(),
        });
        cleared.chain(trained).collect()
    }
}
