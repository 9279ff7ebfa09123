//! The rule for each kind of expense: receipt, prior agreement, caps.
//! Not here: the amount that is paid; that is `calculator::expenses`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Pence, Rate};

/// Kind of expense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseKind {
    /// Bus, train or tram.
    PublicTransport,
    /// Taxi.
    Taxi,
    /// Parking.
    Parking,
    /// Food and drink while away from home.
    Subsistence,
    /// Care for a dependant or for the volunteer.
    Care,
    /// Support that the volunteer needs to take part.
    AccessSupport,
    /// Paper, ink, telephone calls and similar.
    Consumables,
    /// Anything else that was agreed.
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

    /// Name in JSON.
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

/// Rules for each kind of expense; none may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseRules {
    /// Rule for bus, train and tram.
    pub public_transport: ExpenseRule,
    /// Rule for taxis.
    pub taxi: ExpenseRule,
    /// Rule for parking.
    pub parking: ExpenseRule,
    /// Rule for food and drink while away from home.
    pub subsistence: ExpenseRule,
    /// Rule for care for a dependant or for the volunteer.
    pub care: ExpenseRule,
    /// Rule for support that the volunteer needs to take part.
    pub access_support: ExpenseRule,
    /// Rule for paper, ink, telephone calls and similar.
    pub consumables: ExpenseRule,
    /// Rule for anything else that was agreed.
    pub other: ExpenseRule,
}

impl ExpenseRules {
    /// The rule for a kind of expense.
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

/// Rule for one kind of expense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseRule {
    /// Amount in pence above which a receipt is needed.
    pub receipt_over_pence: Pence,
    /// Whether the expense must be agreed beforehand.
    #[serde(default)]
    pub prior_agreement: bool,
    /// Most that a line pays, in pence; null for no limit.
    #[serde(default)]
    pub cap_pence: Option<Pence>,
    /// Most that an hour pays, in pence; only for care; null for no limit.
    #[serde(default)]
    pub cap_pence_per_hour: Option<Rate>,
}

impl ExpenseRule {
    /// Whether an expense of this amount needs a receipt.
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
