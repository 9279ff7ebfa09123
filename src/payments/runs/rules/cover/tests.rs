//! What may be reported of a credit and of what it is taken off, case by case.

use super::super::tests::{day, payment, result};
use super::*;
use crate::money::Pence;
use crate::payments::runs::rules::judge;
use crate::payments::runs::views::PaymentOutcome;
use crate::payments::status::PaymentStatus;
use PaymentStatus::{Failed, InRun};
use uuid::Uuid;

/// Payments to one person: each an amount, a status and what is reported of it.
type Case<'c> = &'c [(i64, PaymentStatus, Option<PaymentOutcome>)];

fn told(case: Case<'_>) -> Vec<(String, &'static str)> {
    let number = |at: usize| format!("CLM-2026-{at:06}-A1");
    let payments: Vec<PaymentSnapshot> = (0u128..)
        .zip(case)
        .enumerate()
        .map(|(at, (id, (pence, status, _)))| PaymentSnapshot {
            id: Uuid::from_u128(id).into(),
            amount_pence: Pence::new(*pence),
            invoice_number: number(at),
            recovery_id: (*pence < 0).then(|| Uuid::from_u128(9).into()),
            ..payment(*status)
        })
        .collect();
    let said = case.iter().enumerate().filter_map(|(at, (_, _, outcome))| {
        Some(PaymentResult { invoice_number: number(at).as_str().into(), ..result((*outcome)?) })
    });
    let said: Vec<PaymentResult> = said.collect();
    let steps = judge(&payments, &said, (day("2026-06-09"), day("2026-06-15"))).expect("each by itself");
    let refused = covered(&steps, &payments, &said).err().map(|refusal| refusal.errors).unwrap_or_default();
    refused.into_iter().map(|fault| (format!("{:?}", fault.place), fault.code)).collect()
}

#[test]
fn nobody_is_paid_less_than_nothing_and_nothing_less_comes_back() {
    use PaymentOutcome as Says;
    let none: &[(usize, &str)] = &[];
    let cases: &[(Case<'_>, &[(usize, &str)])] = &[
        // Both, or neither.
        (&[(1000, InRun, Some(Says::Paid)), (-1000, InRun, Some(Says::Paid))], none),
        (&[(1000, InRun, Some(Says::Failed)), (-1000, InRun, Some(Says::Failed))], none),
        (&[(1000, InRun, Some(Says::Paid)), (-1000, InRun, Some(Says::Failed))], none),
        (&[(1000, InRun, Some(Says::Failed)), (-1000, InRun, Some(Says::Paid))], &[(1, "credit-uncovered")]),
        // Before what covers it, to the penny; what is paid already counts.
        (&[(1000, InRun, None), (-1000, InRun, Some(Says::Paid))], &[(0, "credit-uncovered")]),
        (&[(1000, Paid, None), (-1000, InRun, Some(Says::Paid))], none),
        (&[(999, Paid, None), (-1000, InRun, Some(Says::Paid)), (9, InRun, None)], &[(0, "credit-uncovered")]),
        (&[(1000, Failed, None), (-1000, InRun, Some(Says::Paid))], &[(0, "credit-uncovered")]),
        // What the bank sends back.
        (&[(1000, Paid, Some(Says::Returned)), (-600, Paid, Some(Says::Returned))], none),
        (&[(1000, Paid, Some(Says::Returned)), (-600, Paid, None)], &[(0, "covers-credit")]),
        (&[(1000, Paid, None), (-600, Paid, Some(Says::Returned))], &[(0, "credit")]),
        (&[(1000, Paid, Some(Says::Returned)), (600, Paid, None), (-600, Paid, None)], none),
        (&[(1000, Returned, None), (600, Paid, None), (-600, Paid, Some(Says::Returned))], none),
        (&[(599, Paid, Some(Says::Returned)), (600, Paid, None), (-600, Paid, Some(Says::Returned))], &[(1, "credit")]),
        // Nothing that was said before is judged again.
        (&[(1000, Paid, Some(Says::Paid)), (-600, Paid, Some(Says::Paid))], none),
    ];
    for (case, wanted) in cases {
        let wanted: Vec<_> = wanted.iter().map(|(at, code)| (format!("Pointer(\"/results/{at}\")"), *code)).collect();
        assert_eq!(told(case), wanted, "{case:?}");
    }
}
