//! Who may release, and what a result does to a payment, case by case.

use super::*;
use PaymentStatus::{Due, Failed, InRun, Paid, Returned};
use uuid::Uuid;

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn payment(status: PaymentStatus) -> PaymentSnapshot {
    let paid = matches!(status, Paid | Returned);
    PaymentSnapshot {
        id: Uuid::from_u128(1).into(),
        version: 2,
        claim_id: Uuid::from_u128(2).into(),
        volunteer_id: Uuid::from_u128(3).into(),
        status,
        route: crate::vocabulary::payment_route::PaymentRoute::AccountsPayable,
        amount_pence: crate::money::Pence::new(500),
        invoice_number: "CLM-2026-000001-A1".to_owned(),
        paid_on: paid.then(|| day("2026-06-10")),
        ledger_reference: paid.then(|| "BACS 7".to_owned()),
        failure_reason: matches!(status, Failed | Returned).then(|| "account closed".to_owned()),
        recovery_id: None,
    }
}

pub fn result(outcome: PaymentOutcome) -> PaymentResult {
    PaymentResult {
        invoice_number: "CLM-2026-000001-A1".into(),
        outcome,
        paid_on: None,
        ledger_reference: None,
        reason: None,
    }
}

#[test]
fn a_releaser_had_no_hand_in_the_run() {
    for (created, approved, paid, codes) in [
        (false, false, false, vec![]),
        (true, false, false, vec!["releaser-is-creator"]),
        (false, true, false, vec!["releaser-is-approver"]),
        (false, false, true, vec!["releaser-is-payee"]),
        (true, true, true, vec!["releaser-is-creator", "releaser-is-approver", "releaser-is-payee"]),
    ] {
        assert_eq!(recorded_by_another(Hands { created, approved, paid }).is_err(), paid);
        let told =
            segregated(Hands { created, approved, paid }).err().map(|refusal| refusal.errors).unwrap_or_default();
        assert_eq!(told.iter().map(|fault| fault.code).collect::<Vec<_>>(), codes);
    }
}

#[test]
fn a_result_moves_a_payment_repeats_itself_or_is_refused() {
    let today = day("2026-06-15");
    for (status, outcome, wanted) in [
        (InRun, PaymentOutcome::Paid, Ok(Some(Paid))),
        (InRun, PaymentOutcome::Failed, Ok(Some(Failed))),
        (InRun, PaymentOutcome::Returned, Err("not-paid")),
        (Paid, PaymentOutcome::Paid, Ok(None)),
        (Paid, PaymentOutcome::Failed, Err("already-settled")),
        (Paid, PaymentOutcome::Returned, Ok(Some(Returned))),
        (Failed, PaymentOutcome::Failed, Ok(None)),
        (Failed, PaymentOutcome::Paid, Err("already-settled")),
        (Failed, PaymentOutcome::Returned, Err("already-settled")),
        (Returned, PaymentOutcome::Returned, Ok(None)),
        (Returned, PaymentOutcome::Paid, Ok(None)),
        (Returned, PaymentOutcome::Failed, Err("already-settled")),
        (Due, PaymentOutcome::Paid, Err("already-settled")),
    ] {
        let told = judge(&[payment(status)], &[result(outcome)], (day("2026-06-09"), today))
            .map(|steps| steps.first().map(|step| step.step.2))
            .map_err(|refusal| refusal.errors[0].code);
        assert_eq!(told, wanted, "{status} {outcome}");
    }
}

#[test]
fn a_repeated_result_must_say_the_same() {
    let today = day("2026-06-15");
    let said = |change: fn(&mut PaymentResult)| {
        let mut entry = result(PaymentOutcome::Paid);
        change(&mut entry);
        judge(&[payment(Paid)], &[entry], (day("2026-06-09"), today))
            .map(|steps| steps.len())
            .map_err(|r| r.errors[0].code)
    };
    assert_eq!(said(|entry| entry.paid_on = Some(day("2026-06-10"))), Ok(0));
    assert_eq!(said(|entry| entry.paid_on = Some(day("2026-06-11"))), Err("already-settled"));
    assert_eq!(said(|entry| entry.ledger_reference = Some("BACS 7".into())), Ok(0));
    assert_eq!(said(|entry| entry.ledger_reference = Some("BACS 8".into())), Err("already-settled"));
}

#[test]
fn a_payment_is_paid_today_unless_the_ledger_says_when() {
    let today = day("2026-06-15");
    let steps = judge(&[payment(InRun)], &[result(PaymentOutcome::Paid)], (day("2026-06-09"), today)).unwrap();
    assert_eq!(steps[0].paid_on, Some(today));
    let earlier = PaymentResult { paid_on: Some(day("2026-06-12")), ..result(PaymentOutcome::Paid) };
    let steps = judge(&[payment(InRun)], &[earlier], (day("2026-06-09"), today)).unwrap();
    assert_eq!(steps[0].paid_on, Some(day("2026-06-12")));
}

#[test]
fn every_entry_that_cannot_be_taken_is_told_by_its_place() {
    let unknown = PaymentResult { invoice_number: "CLM-2026-000009-A1".into(), ..result(PaymentOutcome::Paid) };
    let refusal =
        judge(&[payment(Failed)], &[unknown, result(PaymentOutcome::Paid)], (day("2026-06-09"), day("2026-06-15")))
            .unwrap_err();
    let told: Vec<_> = refusal.errors.iter().map(|fault| (format!("{:?}", fault.place), fault.code)).collect();
    assert_eq!(
        told,
        [
            ("Pointer(\"/results/0\")".to_owned(), "unknown-invoice"),
            ("Pointer(\"/results/1\")".to_owned(), "already-settled"),
        ]
    );
}

#[test]
fn a_payment_is_paid_between_the_release_and_today() {
    for (on, may) in [
        ("2026-06-09", true),
        ("2026-06-15", true),
        ("2026-06-08", false),
        ("2026-06-16", false),
        ("1926-11-26", false),
        ("2062-11-26", false),
    ] {
        let entry = PaymentResult { paid_on: Some(day(on)), ..result(PaymentOutcome::Paid) };
        let told = judge(&[payment(InRun)], &[entry], (day("2026-06-09"), day("2026-06-15")));
        let told =
            told.map(|_| ()).map_err(|refusal| (format!("{:?}", refusal.errors[0].place), refusal.errors[0].code));
        let wanted = if may { Ok(()) } else { Err(("Pointer(\"/results/0/paid_on\")".to_owned(), "out-of-range")) };
        assert_eq!(told, wanted, "{on}");
    }
}
