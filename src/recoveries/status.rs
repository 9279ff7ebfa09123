//! The life cycle of a recovery.

use crate::life::Life;
use RecoveryStatus::{Agreed, Proposed, Recovered, Waived};

crate::text_enum! {
    /// Status of a recovery.
    pub enum RecoveryStatus {
        /// Proposed, and waiting for another person to confirm it.
        Proposed = "proposed",
        /// Confirmed; the money is to come back.
        Agreed = "agreed",
        /// Given up, with a reason.
        Waived = "waived",
        /// All of it came back.
        Recovered = "recovered",
    }
}

impl RecoveryStatus {
    /// Recoveries that stand: what they recover can't be recovered again.
    pub const LIVE: &'static [Self] = &[Proposed, Agreed, Recovered];
}

crate::text_enum! {
    /// How the money comes back.
    pub enum RecoveryMethod {
        /// The person pays it back.
        Repayment = "repayment",
        /// It is taken off the person's later payments, as agreed with them.
        Offset = "offset",
    }
}

crate::text_enum! {
    /// What can be done to a recovery.
    pub enum RecoveryVerb {
        /// Confirm it, by another person than proposed it.
        Confirm = "confirm",
        /// Give it up.
        Waive = "waive",
        /// Record a repayment; the last one settles it.
        Repaid = "repaid",
    }
}

crate::text_enum! {
    /// What happens to a recovery through its credits.
    pub enum RecoveryMove {
        /// Its last credit was taken off.
        Recover = "recover",
        /// A credit came back from the bank with the payments that it was taken off.
        OweAgain = "owe-again",
    }
}

crate::words!(RecoveryStatus);

// What an event is called once the step was taken.
crate::verbs! { RecoveryVerb:
    Confirm => "agreed",
    Waive => "waived",
    Repaid => "repaid",
}
crate::verbs! { RecoveryMove:
    Recover => "recovered",
    OweAgain => "owed_again",
}

/// The steps that people request. A repayment of a part leaves the recovery agreed; the last one settles it.
pub const RECOVERY_LIFE: Life<RecoveryStatus, RecoveryVerb> = Life {
    resource: "recovery",
    name: "recovery",
    edges: &[
        (Proposed, RecoveryVerb::Confirm, Agreed),
        (Proposed, RecoveryVerb::Waive, Waived),
        (Agreed, RecoveryVerb::Repaid, Recovered),
        (Agreed, RecoveryVerb::Waive, Waived),
    ],
};

/// The steps that follow from its credits; nobody can request them.
pub const RECOVERY_MOVES: Life<RecoveryStatus, RecoveryMove> = Life {
    resource: RECOVERY_LIFE.resource,
    name: RECOVERY_LIFE.name,
    edges: &[(Agreed, RecoveryMove::Recover, Recovered), (Recovered, RecoveryMove::OweAgain, Agreed)],
};
