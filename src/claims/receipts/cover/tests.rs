//! Where receipts suffice and where not, by hand and by Hall.
//! Who may add them is tried through the API.

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use uuid::Uuid;

use super::*;

fn id(number: usize) -> ReceiptId {
    Uuid::from_u128(u128::try_from(number).expect("small") + 1).into()
}

fn short(lines: &[(i64, &[usize])], amounts: &[i64]) -> Vec<usize> {
    let named: Vec<Vec<ReceiptId>> = lines.iter().map(|(_, named)| named.iter().map(|n| id(*n)).collect()).collect();
    let lines: Vec<Spending<'_>> = lines
        .iter()
        .zip(&named)
        .map(|((spent, _), named)| Spending { spent: Pence::new(*spent), receipts: named })
        .collect();
    let facts: Vec<ReceiptAmount> = amounts
        .iter()
        .enumerate()
        .map(|(n, amount)| ReceiptAmount { id: id(n), amount_pence: Pence::new(*amount) })
        .collect();
    uncovered(&lines, &facts)
}

#[test]
fn a_receipt_serves_as_many_lines_as_its_amount_allows() {
    // Exactly its amount, and a penny more.
    assert_eq!(short(&[(600, &[0]), (400, &[0])], &[1000]), Vec::<usize>::new());
    assert_eq!(short(&[(600, &[0]), (401, &[0])], &[1000]), [1]);
    assert_eq!(short(&[(1001, &[0])], &[1000]), [0]);
    // A line without a receipt, and one that spent nothing, ask for nothing.
    assert_eq!(short(&[(9999, &[]), (0, &[0]), (1000, &[0])], &[1000]), Vec::<usize>::new());
    // Several receipts for one line.
    assert_eq!(short(&[(1000, &[0, 1])], &[600, 400]), Vec::<usize>::new());
    assert_eq!(short(&[(1001, &[0, 1])], &[600, 400]), [0]);
    // What is short takes nothing from the lines after it.
    assert_eq!(short(&[(2000, &[0]), (1000, &[0])], &[1000]), [0]);
}

#[test]
fn draws_move_over_where_that_makes_room() {
    // The first line could take either; the second has only the first receipt.
    assert_eq!(short(&[(1000, &[0, 1]), (1000, &[0])], &[1000, 1000]), Vec::<usize>::new());
    // A chain of moves.
    let chain: &[(i64, &[usize])] =
        &[(500, &[0, 1]), (500, &[1, 2]), (500, &[2, 3]), (500, &[0]), (500, &[1]), (500, &[2])];
    assert_eq!(short(chain, &[500, 500, 500, 500]), [4, 5]);
    assert_eq!(short(&chain[..4], &[500, 500, 500, 500]), Vec::<usize>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// By Hall: the first line that is short is short because some lines with it name receipts that come to less.
    #[test]
    fn all_is_covered_exactly_where_no_set_of_lines_spends_more_than_its_receipts(
        lines in proptest::collection::vec((0..40_i64, proptest::collection::btree_set(0..4_usize, 1..4)), 1..6),
        amounts in proptest::collection::vec(1..40_i64, 4),
    ) {
        let named: Vec<Vec<usize>> = lines.iter().map(|(_, set)| set.iter().copied().collect()).collect();
        let given: Vec<(i64, &[usize])> = lines.iter().zip(&named).map(|((spent, _), named)| (*spent, named.as_slice())).collect();
        let fits = (1_u32..1 << lines.len()).all(|set| {
            let chosen = || (0..lines.len()).filter(move |n| set & (1 << n) != 0);
            let spent: i64 = chosen().map(|n| lines[n].0).sum();
            let there: i64 = (0..4).filter(|r| chosen().any(|n| lines[n].1.contains(r))).map(|r| amounts[r]).sum();
            spent <= there
        });
        prop_assert_eq!(short(&given, &amounts).is_empty(), fits);
    }
}
