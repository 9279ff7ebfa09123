//! The rule of each kind of expense: receipt, prior agreement, caps.
//! Not here: what an expense comes to; that is `calculator::expenses`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Pence, Rate};

/// The kinds of line that repay what was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseKind {
    /// Bus, train, tram.
    PublicTransport,
    /// Taxi.
    Taxi,
    /// Parking.
    Parking,
    /// Food and drink while away.
    Subsistence,
    /// Care for a dependant or for the person.
    Care,
    /// What makes it possible to take part.
    AccessSupport,
    /// Paper, ink, calls.
    Consumables,
    /// Anything else agreed.
    Other,
}

impl ExpenseKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::PublicTransport,
        Self::Taxi,
        Self::Parking,
        Self::Subsistence,
        Self::Care,
        Self::AccessSupport,
        Self::Consumables,
        Self::Other,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublicTransport => "public_transport",
            Self::Taxi => "taxi",
            Self::Parking => "parking",
            Self::Subsistence => "subsistence",
            Self::Care => "care",
            Self::AccessSupport => "access_support",
            Self::Consumables => "consumables",
            Self::Other => "other",
        }
    }
}

/// One rule for each kind of expense; none may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseRules {
    /// Bus, train, tram.
    pub public_transport: ExpenseRule,
    /// Taxi.
    pub taxi: ExpenseRule,
    /// Parking.
    pub parking: ExpenseRule,
    /// Food and drink while away.
    pub subsistence: ExpenseRule,
    /// Care for a dependant or for the person.
    pub care: ExpenseRule,
    /// What makes it possible to take part.
    pub access_support: ExpenseRule,
    /// Paper, ink, calls.
    pub consumables: ExpenseRule,
    /// Anything else agreed.
    pub other: ExpenseRule,
}

impl ExpenseRules {
    /// The rule of a kind.
    pub const fn rule(&self, kind: ExpenseKind) -> &ExpenseRule {
        match kind {
            ExpenseKind::PublicTransport => &self.public_transport,
            ExpenseKind::Taxi => &self.taxi,
            ExpenseKind::Parking => &self.parking,
            ExpenseKind::Subsistence => &self.subsistence,
            ExpenseKind::Care => &self.care,
            ExpenseKind::AccessSupport => &self.access_support,
            ExpenseKind::Consumables => &self.consumables,
            ExpenseKind::Other => &self.other,
        }
    }
}

/// What one kind of expense asks and allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseRule {
    /// Above this a receipt is needed.
    pub receipt_over_pence: Pence,
    /// Whether it must have been agreed before.
    #[serde(default)]
    pub prior_agreement: bool,
    /// The most that a line pays.
    #[serde(default)]
    pub cap_pence: Option<Pence>,
    /// The most that an hour pays; for care alone.
    #[serde(default)]
    pub cap_pence_per_hour: Option<Rate>,
}

impl ExpenseRule {
    /// Whether so much spent needs a receipt.
    pub fn needs_receipt(&self, spent: Pence) -> bool {
        spent > self.receipt_over_pence
    }
}

#[cfg(test)]
mod tests {
    use super::{ExpenseKind, ExpenseRule, Pence};

    #[test]
    fn names_are_those_of_the_wire() {
        for kind in ExpenseKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.name());
        }
    }

    #[test]
    fn a_receipt_is_needed_above_the_limit_alone() {
        let rule: ExpenseRule = serde_json::from_str(r#"{"receipt_over_pence": 500}"#).expect("a rule");
        assert!(!rule.needs_receipt(Pence::new(500)));
        assert!(rule.needs_receipt(Pence::new(501)));
    }
}
