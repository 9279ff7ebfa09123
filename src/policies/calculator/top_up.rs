//! The amount paid after an election, and the amount that a back-dated version adds.
//! Not here: which lines are topped up, and the supplementary claims.

use crate::money::Pence;

/// The amount paid: the lower of the payable and the elected amount.
pub fn paid(payable: Pence, elected: Option<Pence>) -> Pence {
    elected.map_or(payable, |elected| payable.min(elected))
}

/// The amount that a new version adds to what the old one paid for a line, with the election applied to both.
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
