//! What is paid after an election, and what a back-dated version adds to it.
//! Not here: which lines are topped up, and the claims that come of it.

use crate::money::Pence;

/// What is paid: the lower of what it comes to and what the person elected.
pub fn paid(payable: Pence, elected: Option<Pence>) -> Pence {
    elected.map_or(payable, |elected| payable.min(elected))
}

/// What a new version pays a line above what the old one paid, election and all.
pub fn top_up(old_payable: Pence, elected: Option<Pence>, new_payable: Pence) -> Pence {
    paid(new_payable, elected).above(paid(old_payable, elected))
}

#[cfg(test)]
mod tests {
    use super::{Pence, top_up};

    #[test]
    fn adds_the_positive_difference_up_to_the_election() {
        let cases = [
            (5400, None, 6600, 1200),
            (6600, None, 5400, 0),
            (7500, Some(5000), 8000, 0),
            (7500, Some(7800), 8000, 300),
            (7500, Some(0), 8000, 0),
        ];
        for (old, elected, new, more) in cases {
            let added = top_up(Pence::new(old), elected.map(Pence::new), Pence::new(new));
            assert_eq!(added, Pence::new(more), "{old} {elected:?} {new}");
        }
    }
}
