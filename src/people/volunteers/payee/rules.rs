//! Who may propose a change of a payee's numbers, and who may confirm it. Persons are compared, not log-ins.

use crate::refusal::{Fault, Kind, Refusal, refuse_if_any};

/// Nobody changes the numbers that they are paid to.
///
/// # Errors
/// `segregation-of-duties` with `changer-is-payee`.
pub(super) fn may_change(is_payee: bool) -> Result<(), Refusal> {
    let fault = Fault::whole("changer-is-payee", "nobody can change the numbers that they are paid to");
    let detail = "You can't change your own payee numbers. Another member of finance must do it.";
    refuse_if_any(Kind::SegregationOfDuties, detail, Some(fault).filter(|_| is_payee).into_iter().collect())
}

/// A change is confirmed by somebody other than who proposed it, and by nobody who is paid to the numbers.
///
/// # Errors
/// `segregation-of-duties`, with every rule that is broken.
pub(super) fn may_confirm(is_proposer: bool, is_payee: bool) -> Result<(), Refusal> {
    let rules = [
        (is_proposer, "confirmer-is-changer", "whoever proposed a change of payee numbers can't confirm it"),
        (is_payee, "confirmer-is-payee", "nobody can confirm the numbers that they are paid to"),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken).map(|(_, code, why)| Fault::whole(code, why));
    refuse_if_any(Kind::SegregationOfDuties, "Another member of finance must confirm this change.", broken.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_made_by_two_who_are_not_paid_by_it() {
        let codes = |told: Result<(), Refusal>| -> Vec<&str> {
            told.err().map(|refusal| refusal.errors.iter().map(|fault| fault.code).collect()).unwrap_or_default()
        };
        for (is_proposer, is_payee, confirming, changing) in [
            (false, false, vec![], vec![]),
            (true, false, vec!["confirmer-is-changer"], vec![]),
            (false, true, vec!["confirmer-is-payee"], vec!["changer-is-payee"]),
            (true, true, vec!["confirmer-is-changer", "confirmer-is-payee"], vec!["changer-is-payee"]),
        ] {
            assert_eq!(codes(may_confirm(is_proposer, is_payee)), confirming);
            assert_eq!(codes(may_change(is_payee)), changing);
        }
    }
}
