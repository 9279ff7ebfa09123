//! The life cycle of a payee's numbers: a change of them waits for another person.

use crate::life::Life;

crate::text_enum! {
    /// Whether a change of a payee's numbers waits for its confirmation.
    pub enum PayeeStatus {
        /// Nothing is proposed.
        InForce = "in_force",
        /// A change is proposed.
        Proposed = "proposed",
    }
}

crate::text_enum! {
    /// What becomes of a proposed change of a payee's numbers.
    pub enum PayeeVerb {
        /// Another person puts it into force.
        Confirm = "confirm",
        /// It is dropped; the numbers in force stay.
        Discard = "discard",
    }
}

crate::words!(PayeeStatus);

// What an event is called once the step was taken.
crate::verbs! { PayeeVerb:
    Confirm => "confirmed",
    Discard => "discarded",
}

/// The life cycle of a payee's numbers. A change proposes; each proposal replaces an earlier one.
pub static PAYEE_LIFE: Life<PayeeStatus, PayeeVerb> = Life {
    resource: "payee",
    name: "payee",
    edges: &[
        (PayeeStatus::Proposed, PayeeVerb::Confirm, PayeeStatus::InForce),
        (PayeeStatus::Proposed, PayeeVerb::Discard, PayeeStatus::InForce),
    ],
};
