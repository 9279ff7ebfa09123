//! What an approver may decide, and what is owed after.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::claims::fixture::line_row;
use crate::claims::status::{Calculation, ClaimStatus};

fn claim(late: bool) -> ClaimRow {
    let at = "2026-04-08T09:00:00Z".parse().expect("an instant");
    let id = Uuid::from_u128(1);
    ClaimRow {
        id: id.into(),
        version: 2,
        reference: "CLM-2026-000001".to_owned(),
        volunteer_id: id.into(),
        agreement_id: id.into(),
        plan_id: id.into(),
        service_id: id.into(),
        status: ClaimStatus::Submitted,
        calculation: Calculation::Frozen,
        on_behalf: false,
        total_pence: None,
        claim_by: None,
        late,
        supplements_claim_id: None,
        first_submitted_at: Some(at),
        submitted_at: Some(at),
        approved_at: None,
        paid_at: None,
        created_at: at,
        created_by: id.into(),
        updated_at: at,
    }
}

fn line(number: u128, kind: LineKind, route: PaymentRoute, payable: i64, elected: Option<i64>) -> ClaimLineRow {
    ClaimLineRow {
        on_day: Some(format!("2026-04-{number:02}").parse().expect("a day")),
        route,
        elected_pence: elected.map(Pence::new),
        ..line_row(number, kind, payable)
    }
}

fn lines() -> Vec<ClaimLineRow> {
    use PaymentRoute::{AccountsPayable, Payroll};
    vec![
        line(10, LineKind::Time, Payroll, 7500, Some(5000)),
        line(11, LineKind::Mileage, AccountsPayable, 1287, None),
        line(12, LineKind::Parking, AccountsPayable, 0, None),
    ]
}

fn approval(lines: serde_json::Value, accept_late: Option<bool>) -> Approval {
    serde_json::from_value(json!({ "no_close_relationship": true, "lines": lines, "accept_late": accept_late }))
        .expect("an approval")
}

fn kind<T>(outcome: Result<T, Failure>) -> Option<Kind> {
    match outcome {
        Err(Failure::Refused(refusal)) => Some(refusal.kind),
        _ => None,
    }
}

#[test]
fn a_line_is_approved_at_the_lower_of_what_it_comes_to_and_the_election() {
    let mut all = lines();
    let total = decide(&claim(false), &mut all, &approval(json!([]), None)).expect("approved");
    assert_eq!(total, Pence::new(6287));
    assert_eq!(all[0].approved_pence, Some(Pence::new(5000)));
    let lowered = json!([{ "id": all[1].id, "approved_pence": 1000, "reason": "By the shorter way." }]);
    let total = decide(&claim(false), &mut all, &approval(lowered, None)).expect("approved");
    assert_eq!(total, Pence::new(6000));
    assert_eq!(all[1].texts.approval_reason, Some("By the shorter way.".into()));
}

#[test]
fn more_than_it_comes_to_is_refused_and_so_is_an_unknown_line() {
    let mut all = lines();
    for (id, pence, refused) in [
        (all[0].id, 5001, Kind::ApprovedAbovePayable),
        (all[1].id, 1288, Kind::ApprovedAbovePayable),
        (Uuid::from_u128(99).into(), 0, Kind::UnknownReference),
    ] {
        let decision = json!([{ "id": id, "approved_pence": pence, "reason": "So." }]);
        assert_eq!(kind(decide(&claim(false), &mut all, &approval(decision, None))), Some(refused));
    }
}

#[test]
fn a_late_claim_is_accepted_as_late_or_not_at_all() {
    for (accept, refused) in [(None, true), (Some(false), true), (Some(true), false)] {
        let outcome = decide(&claim(true), &mut lines(), &approval(json!([]), accept));
        assert_eq!(kind(outcome) == Some(Kind::LateNotAccepted), refused, "{accept:?}");
    }
}

#[test]
fn every_broken_rule_of_segregation_is_told() {
    for (is_submitter, is_claimant, codes) in [
        (false, false, vec![]),
        (true, false, vec!["approver-is-submitter"]),
        (false, true, vec!["approver-is-claimant"]),
        (true, true, vec!["approver-is-submitter", "approver-is-claimant"]),
    ] {
        let told = segregation(Decider { is_submitter, is_claimant }).err().map(|refusal| refusal.errors);
        let told: Vec<&str> = told.unwrap_or_default().iter().map(|fault| fault.code).collect();
        assert_eq!(told, codes);
    }
}

#[test]
fn each_route_owes_its_own_lines() {
    let mut all = lines();
    decide(&claim(false), &mut all, &approval(json!([]), None)).expect("approved");
    let owed = owed(&claim(false), &all, "2026-05-01".parse().expect("a day"));
    let told: Vec<_> = owed
        .iter()
        .map(|owed| {
            (owed.route, owed.expense.get(), owed.time.get(), owed.work_from.to_string(), owed.work_to.to_string())
        })
        .collect();
    assert_eq!(
        told,
        [
            (PaymentRoute::AccountsPayable, 1287, 0, "2026-04-11".to_owned(), "2026-04-11".to_owned()),
            (PaymentRoute::Payroll, 0, 5000, "2026-04-10".to_owned(), "2026-04-10".to_owned()),
        ]
    );
}

#[test]
fn the_taxable_excess_of_mileage_is_told_once_and_is_lowered_first() {
    use PaymentRoute::{AccountsPayable, Payroll};
    let excess = |time: bool, approved: i64| -> Vec<(PaymentRoute, i64)> {
        let mut all = lines();
        all.truncate(2);
        all[1].taxable_excess_pence = Some(Pence::new(287));
        all[1].approved_pence = Some(Pence::new(approved));
        all[0].approved_pence = Some(Pence::new(if time { 5000 } else { 0 }));
        let owed = owed(&claim(false), &all, "2026-04-20".parse().expect("a day"));
        owed.iter().map(|owed| (owed.route, owed.taxable_excess.get())).collect()
    };
    assert_eq!(excess(true, 1287), [(AccountsPayable, 0), (Payroll, 287)]);
    assert_eq!(excess(false, 1287), [(AccountsPayable, 287)]);
    assert_eq!(excess(true, 1200), [(AccountsPayable, 0), (Payroll, 200)]);
    assert_eq!(excess(true, 900), [(AccountsPayable, 0), (Payroll, 0)]);
}
