//! The status of clearances on a day, and which clearance meets which requirement.
//! The integration tests check the same through the API.

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn clearance(kind: &str, state: ClearanceState, issued: Option<&str>, expires: Option<&str>) -> NewClearance {
    NewClearance {
        kind: ClearanceKind(kind.to_owned()),
        workforce: None,
        state,
        issued_on: issued.map(day),
        policy_expires_on: expires.map(day),
        reference_last4: None,
        eligibility_reason: None,
        how: None,
    }
}

#[test]
fn a_clearance_stands_as_its_day_says() {
    use ClearanceState::{Cleared, ClearedWithRestrictions, InProgress, NotCleared, Requested};
    let on = "2026-06-10";
    for (state, issued, expires, wanted) in [
        (Requested, None, None, ClearanceStatus::Pending),
        (InProgress, Some("2026-01-01"), Some("2028-01-01"), ClearanceStatus::Pending),
        (NotCleared, Some("2026-01-01"), None, ClearanceStatus::NotCleared),
        (Cleared, None, None, ClearanceStatus::Valid),
        (Cleared, Some("2026-06-11"), None, ClearanceStatus::Pending),
        (Cleared, Some("2026-06-10"), None, ClearanceStatus::Valid),
        (ClearedWithRestrictions, Some("2026-01-01"), Some("2028-01-01"), ClearanceStatus::Valid),
        (Cleared, None, Some("2026-06-09"), ClearanceStatus::Expired),
        (Cleared, None, Some("2026-06-10"), ClearanceStatus::Valid),
        (Cleared, None, Some("2026-06-11"), ClearanceStatus::Expiring),
        (Cleared, None, Some("2026-08-09"), ClearanceStatus::Expiring),
        (Cleared, None, Some("2026-08-10"), ClearanceStatus::Valid),
    ] {
        let clearance = clearance("identity", state, issued, expires);
        assert_eq!(status(&clearance, day(on)), wanted, "{state} {issued:?} {expires:?}");
    }
}

#[test]
fn a_higher_level_meets_a_lower_one() {
    for (held, required, meets) in [
        ("dbs_enhanced", "dbs_basic", true),
        ("dbs_enhanced_barred", "dbs_enhanced", true),
        ("dbs_standard", "dbs_standard", true),
        ("dbs_basic", "dbs_standard", false),
        ("dbs_enhanced", "identity", false),
        ("training:panel", "training:panel", true),
        ("training:panel", "training:chair", false),
    ] {
        let (held, required) = (ClearanceKind(held.to_owned()), ClearanceKind(required.to_owned()));
        assert_eq!(held.satisfies(&required), meets, "{held:?} {required:?}");
    }
}

#[test]
fn what_is_missing_says_how_the_nearest_stands() {
    use ClearanceState::{Cleared, NotCleared, Requested};
    let held = [
        clearance("dbs_standard", Cleared, None, Some("2026-01-01")),
        clearance("dbs_basic", Cleared, None, None),
        clearance("dbs_enhanced", NotCleared, None, None),
        clearance("training:panel", Requested, None, None),
    ];
    let on = day("2026-06-10");
    for (required, wanted) in [
        ("dbs_basic", vec![]),
        ("dbs_standard", vec![("dbs_standard", Some(ClearanceStatus::Expired))]),
        ("dbs_enhanced", vec![("dbs_enhanced", Some(ClearanceStatus::NotCleared))]),
        ("training:panel", vec![("training:panel", Some(ClearanceStatus::Pending))]),
        ("references", vec![("references", None)]),
    ] {
        let twice = [ClearanceKind(required.to_owned()), ClearanceKind(required.to_owned())];
        let missing = missing(&held, twice.into_iter(), on);
        let told: Vec<_> = missing.iter().map(|m| (m.kind.as_str(), m.status)).collect();
        assert_eq!(told, wanted, "{required}");
    }
}

#[test]
fn a_summary_shows_each_kind_once_at_its_best() {
    use ClearanceState::{Cleared, Requested};
    let held = vec![
        clearance("identity", Cleared, None, Some("2026-01-01")),
        clearance("identity", Cleared, None, Some("2027-01-01")),
        clearance("identity", Cleared, None, None),
        clearance("references", Requested, None, None),
        clearance("references", Cleared, None, Some("2026-01-01")),
    ];
    let told: Vec<_> =
        summary(held, day("2026-06-10")).into_iter().map(|s| (s.kind.0, s.status, s.valid_until)).collect();
    assert_eq!(
        told,
        [
            ("identity".to_owned(), ClearanceStatus::Valid, None),
            ("references".to_owned(), ClearanceStatus::Pending, None),
        ]
    );
}

#[test]
fn one_reminder_is_due_on_a_day_and_none_too_early_or_too_late() {
    for (days_left, due) in [
        (61, vec![]),
        (60, vec![60]),
        (31, vec![60]),
        (30, vec![30]),
        (8, vec![30]),
        (7, vec![7]),
        (0, vec![7]),
        (-1, vec![]),
    ] {
        let found: Vec<i16> = REMINDERS
            .iter()
            .filter(|ahead| (ahead.least..=ahead.most).contains(&days_left))
            .map(|ahead| ahead.days_before)
            .collect();
        assert_eq!(found, due, "{days_left}");
    }
}

#[test]
fn a_new_clearance_takes_over_without_a_gap() {
    use ClearanceState::{Cleared, Requested};
    let old = clearance("identity", Cleared, None, Some("2026-08-14"));
    assert_eq!(renewable_from(&old), Some(day("2026-06-15")));
    assert_eq!(renewable_from(&clearance("identity", Cleared, None, None)), None);
    let kind = ClearanceKind("identity".to_owned());
    for (state, issued, on, until) in [
        (Cleared, "2026-06-15", "2026-06-15", Some("2029-06-14")),
        (Cleared, "2026-06-16", "2026-06-15", Some("2026-08-14")),
        (Cleared, "2026-08-15", "2026-08-14", Some("2026-08-14")),
        (Cleared, "2026-08-15", "2026-08-15", Some("2029-06-14")),
        (Requested, "2026-06-15", "2026-08-14", Some("2026-08-14")),
        (Requested, "2026-06-15", "2026-08-15", None),
        (Cleared, "2026-08-16", "2026-08-15", None),
    ] {
        let held = [old.clone(), clearance("identity", state, Some(issued), Some("2029-06-14"))];
        let standing = standing(&held, &kind, day(on));
        let counts = standing.status.is_some_and(ClearanceStatus::in_date);
        assert_eq!(standing.valid_until.filter(|_| counts), until.map(day), "{issued} {on}");
        assert_eq!(missing(&held, std::iter::once(kind.clone()), day(on)).is_empty(), until.is_some());
        let summary = summary(held.to_vec(), day(on));
        assert_eq!(summary[0].valid_until.filter(|_| summary[0].status.in_date()), until.map(day));
    }
}

#[test]
fn an_end_affects_what_requires_it_and_nothing_else_meets() {
    use ClearanceState::{Cleared, ClearedWithRestrictions, Requested};
    let ends = |kind: &str, state| clearance(kind, state, None, Some("2026-07-01"));
    let (after, before) = ("2026-07-02", "2026-07-01");
    for (which, other, required, on, affects_it) in [
        (ends("dbs_enhanced", Cleared), None, "dbs_enhanced", after, true),
        (ends("dbs_enhanced", ClearedWithRestrictions), None, "dbs_enhanced", after, true),
        (ends("dbs_enhanced", Cleared), None, "dbs_enhanced", before, false),
        (ends("dbs_enhanced", Cleared), None, "dbs_basic", after, true),
        (ends("dbs_basic", Cleared), None, "dbs_enhanced", after, false),
        (ends("dbs_enhanced", Requested), None, "dbs_enhanced", after, false),
        (clearance("dbs_enhanced", Cleared, None, None), None, "dbs_enhanced", after, false),
        (ends("dbs_basic", Cleared), Some(("dbs_standard", "2026-07-02")), "dbs_basic", after, false),
        (ends("dbs_basic", Cleared), Some(("dbs_standard", "2026-07-01")), "dbs_basic", after, true),
        (ends("dbs_standard", Cleared), Some(("dbs_basic", "2027-07-01")), "dbs_standard", after, true),
        (ends("training:panel", Cleared), None, "training:panel", after, true),
        (ends("identity", Cleared), None, "training:panel", after, false),
    ] {
        let mut held = vec![which.clone()];
        held.extend(other.map(|(kind, until)| clearance(kind, Cleared, None, Some(until))));
        let required = std::iter::once(ClearanceKind(required.to_owned()));
        assert_eq!(affects(&which, &held, required, day(on)), affects_it, "{which:?} {other:?} {on}");
    }
}
