//! What a person is told of a recovery: how much, why, how it comes back, and what they can do.

use crate::money::Pence;
use crate::recoveries::status::RecoveryMethod;

/// What is said when a recovery is proposed.
pub(super) fn proposed(claim: &str, total: Pence, method: RecoveryMethod, reason: &str) -> String {
    let how = match method {
        RecoveryMethod::Repayment => "We will ask you to pay it back, and agree with you how.",
        RecoveryMethod::Offset => "We will take it off your next payments, as we agreed with you.",
    };
    format!(
        "We paid you {total} too much for your claim {claim}. The reason: {reason}\n{how}\nAnother person will look at this \
         before anything happens. Please tell your involvement team if you think that it is wrong, or if it is difficult for you."
    )
}

/// What is said when all of it came back.
pub(super) fn recovered(claim: &str, total: Pence, method: RecoveryMethod) -> String {
    match method {
        RecoveryMethod::Repayment => {
            format!("We have received the {total} for your claim {claim}. Thank you. You owe us nothing more for it.")
        }
        RecoveryMethod::Offset => format!(
            "The {total} for your claim {claim} has been taken off your payments. You owe us nothing more for it."
        ),
    }
}

/// What is said when the bank sent the payments back that it was taken off.
pub(super) fn owed_again(claim: &str, total: Pence) -> String {
    format!(
        "A payment to you came back from the bank. Some of the {total} for your claim {claim} had been taken off it, so we \
         will take that off when we pay you again. You pay nothing twice."
    )
}

/// What is said when it is given up.
pub(super) fn waived(claim: &str, total: Pence, reason: &str) -> String {
    format!("You do not have to pay back the {total} for your claim {claim}. The reason: {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_pounds_and_the_reason_is_told() {
        let said = proposed("CLM-2026-000123", Pence::new(650), RecoveryMethod::Offset, "Claimed twice.");
        assert!(said.contains("£6.50") && said.contains("Claimed twice.") && said.contains("next payments"), "{said}");
        assert!(
            waived("CLM-2026-000123", Pence::new(650), "It is small.").contains("do not have to pay back the £6.50")
        );
    }
}
