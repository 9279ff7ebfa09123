//! The offer and the required clearances in the words that a person reads before deciding to take part.
//! Amounts are calculated elsewhere, by the policy's calculator.

use std::collections::HashMap;

use crate::documents::typed::Typed;
use crate::documents::words;
use crate::policies::terms::Tariff;
use crate::text::{Label, ShortText};
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

/// An expense in an easy read document: one idea, with its picture.
#[derive(Clone, Copy, Debug)]
pub struct EasyExpense {
    /// Whether it is paid back.
    pub yes: bool,
    /// Name of the picture beside it.
    pub picture: &'static str,
    /// The sentence.
    pub says: &'static str,
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
                (if offer.other { "Other costs that we agree with you first" } else { "Other costs" }, offer.other),
            ],
            time: offer
                .tariff
                .as_ref()
                .map(|name| Time { tariff: Typed::new(name), rates: tariff.map(words::rates).unwrap_or_default() }),
            paid: basis == Some(Basis::PaidInvolvement),
            statement: Typed::new(&offer.statement),
        }
    }

    /// Each kind of expense as a sentence of its own, for easy read: what is paid back first.
    #[must_use]
    pub fn easy(&self) -> Vec<EasyExpense> {
        const SAID: [(&str, &str, &str); 5] = [
            ("bus", "We pay for your travel.", "We do not pay for travel."),
            ("cup", "We pay for food and drink while you are with us.", "We do not pay for food and drink."),
            (
                "heart",
                "Do you look after somebody? We pay for their care while you are with us.",
                "We do not pay for the care of somebody you look after.",
            ),
            (
                "people",
                "Do you need support to take part? We pay for it.",
                "We do not pay for support that you need to take part.",
            ),
            (
                "pound",
                "Does it cost you something else? Ask us first. Then we pay for it.",
                "We do not pay for other things.",
            ),
        ];
        let mut said: Vec<EasyExpense> = self
            .kinds
            .iter()
            .zip(SAID)
            .map(|((_, yes), (picture, paid, unpaid))| EasyExpense {
                yes: *yes,
                picture,
                says: if *yes { paid } else { unpaid },
            })
            .collect();
        said.sort_by_key(|one| !one.yes);
        said
    }

    /// The kinds of expense that are paid back (or not), in lower case for use within a sentence.
    #[must_use]
    pub fn paid_back(&self, yes: bool) -> Vec<String> {
        self.kinds.iter().filter(|(_, promised)| *promised == yes).map(|(kind, _)| words::lowered(kind)).collect()
    }

    /// What is paid, in as few words as a poster has room for; the rates where they take no more than so many characters.
    #[must_use]
    pub fn on_a_poster(&self, most: usize) -> String {
        const SHORT: [&str; 5] = ["travel", "food and drink", "care costs", "support", "other costs"];
        let back: Vec<&str> =
            self.kinds.iter().zip(SHORT).filter(|((_, yes), _)| *yes).map(|(_, short)| short).collect();
        let expenses = match back.as_slice() {
            [] => "No expenses.".to_owned(),
            kinds => format!("We pay back: {}.", kinds.join(", ")),
        };
        let time = match self.time.as_ref().map(|time| time.rates.join("; ")) {
            None => "Your time is not paid.".to_owned(),
            Some(rates) if rates.is_empty() || rates.chars().count() > most => "Your time is paid.".to_owned(),
            Some(rates) => format!("For your time: {rates}."),
        };
        format!("{expenses} {time}")
    }

    /// What is paid, in a few words for a message.
    #[must_use]
    pub fn in_short(&self) -> String {
        let back = self.paid_back(true);
        let expenses = match back.as_slice() {
            [] => "We do not pay any expenses back.".to_owned(),
            kinds => format!("We pay back: {}.", kinds.join("; ")),
        };
        let time = match &self.time {
            None => "Your time is not paid.".to_owned(),
            Some(time) if time.rates.is_empty() => "We pay you for your time.".to_owned(),
            Some(time) => format!("We pay you for your time: {}.", time.rates.join("; ")),
        };
        format!("{expenses} {time}")
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
    /// All requirements: clearances first, then training, by their names in the list of trainings.
    #[must_use]
    pub fn all(required: &[Required], training: &[Label], names: &HashMap<Label, ShortText>) -> Vec<Self> {
        let called = |code: &str| {
            let name = names.get(&Label::from(code)).map(ShortText::as_str);
            name.map_or_else(|| words::training(code), |name| format!("Training: {name}"))
        };
        let cleared = required.iter().map(|required| {
            let (name, meaning) = words::clearance(&required.kind);
            let name = required.kind.training_code().map_or(name, called);
            Self { name, meaning, reason: Typed::maybe(required.eligibility_reason.as_deref()) }
        });
        let trained = training.iter().map(|code| Self {
            name: called(code),
            meaning: "We train you before you start.",
            reason: Typed::default(),
        });
        cleared.chain(trained).collect()
    }

    /// What whoever chairs an interview panel needs besides.
    #[must_use]
    pub fn of_chairs() -> Self {
        Self {
            name: "An interview panel that you have sat in on".to_owned(),
            meaning: "You sit through a whole panel before you chair one. If you have done so elsewhere, tell us. If not, we \
                      arrange it.",
            reason: Typed::default(),
        }
    }
}
