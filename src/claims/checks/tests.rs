//! Tests of the checks at submission, one by one and all at once.

use serde_json::{Value, json};

use super::*;
use crate::agreements;
use crate::claims::calculate::calculate;
use crate::claims::context::ClaimContext;
use crate::claims::fixture::{ELSEWHERE, SESSION, agreement, context, context_of, day, line};
use crate::claims::line::NewLine;
use crate::refusal::Place;

fn submission(promise: &Promise) -> Submission<'_> {
    let today = day("2026-04-08");
    Submission {
        promise,
        today,
        first_submitted_on: today,
        late_reason: false,
        undeclared: false,
        declared_on: None,
        taken: &[],
        receipts: &[],
    }
}

fn told(faults: &[Fault]) -> Vec<(String, &'static str)> {
    let place = |fault: &Fault| match &fault.place {
        Place::Pointer(pointer) => pointer.clone(),
        other => format!("{other:?}"),
    };
    faults.iter().map(|fault| (place(fault), fault.code)).collect()
}

/// The codes of the failures of lines in this context.
fn codes(context: &ClaimContext, submission: &Submission<'_>, lines: &[Value]) -> Vec<&'static str> {
    let lines: Vec<NewLine> = lines.iter().cloned().map(line).collect();
    submission.faults(&calculate(context, &lines)).into_iter().map(|fault| fault.code).collect()
}

fn codes_of(one: Value) -> Vec<&'static str> {
    let context = context();
    codes(&context, &submission(&context.promise), &[one])
}

#[test]
fn lines_without_a_failure_pass() {
    for good in [
        json!({ "kind": "time" }),
        json!({ "kind": "time", "elected_pence": 7500 }),
        json!({ "kind": "mileage", "vehicle": "car", "miles": 12.5, "from": "A", "to": "B" }),
        json!({ "kind": "parking", "spent_pence": 300, "evidence_exception": "lost" }),
        json!({ "kind": "parking", "spent_pence": 0 }),
        json!({ "kind": "consumables", "spent_pence": 500 }),
        json!({ "kind": "taxi", "spent_pence": 900, "evidence_exception": "lost", "prior_agreement": "Amara" }),
        json!({ "kind": "taxi", "spent_pence": 900, "paid_by": "trust" }),
        json!({ "kind": "other", "session_id": null, "date": "2026-04-06", "spent_pence": 0, "prior_agreement": "Amara" }),
    ] {
        assert_eq!(codes_of(good.clone()), Vec::<&str>::new(), "{good}");
    }
}

#[test]
fn each_failure_has_its_code() {
    for (bad, wanted) in [
        (json!({ "kind": "parking", "spent_pence": 300 }), vec!["receipt-required"]),
        (json!({ "kind": "consumables", "spent_pence": 501 }), vec!["receipt-required"]),
        (json!({ "kind": "taxi", "spent_pence": 300, "evidence_exception": "lost" }), vec!["prior-agreement-required"]),
        (json!({ "kind": "time", "date": "2026-04-09" }), vec!["future-dated"]),
        (json!({ "kind": "time", "elected_pence": 7501 }), vec!["elected-above-payable"]),
        (json!({ "kind": "time", "session_id": ELSEWHERE }), vec!["session-not-in-agreement"]),
        (json!({ "kind": "time", "date": "2026-04-05" }), vec!["no-policy-in-force"]),
        (json!({ "kind": "time", "date": "2026-01-09" }), vec!["no-policy-in-force", "outside-agreement"]),
        (
            json!({ "kind": "other", "date": "2026-04-09", "spent_pence": 1 }),
            vec!["receipt-required", "prior-agreement-required", "future-dated"],
        ),
        // Where no policy is in force, window and receipt are not judged.
        (json!({ "kind": "parking", "date": "2026-02-01", "spent_pence": 300 }), vec!["no-policy-in-force"]),
    ] {
        assert_eq!(codes_of(bad.clone()), wanted, "{bad}");
    }
}

#[test]
fn only_what_was_promised_is_paid() {
    let kinds = [
        ("travel", vec!["mileage", "public_transport", "taxi", "parking"]),
        ("subsistence", vec!["subsistence"]),
        ("care", vec!["care"]),
        ("access_support", vec!["access_support"]),
        ("other", vec!["consumables", "other"]),
        ("tariff", vec!["time"]),
    ];
    for (promise, covered) in &kinds {
        let mut offer = serde_json::to_value(agreement().offer).expect("JSON");
        offer[*promise] = if *promise == "tariff" { Value::Null } else { json!(false) };
        let offer: Offer = serde_json::from_value(offer).expect("an offer");
        for kind in LineKind::ALL {
            assert_eq!(is_promised(&offer, *kind), !covered.contains(&kind.as_str()), "{kind} without {promise}");
        }
    }
    let with = |tariff: Option<&str>| {
        let mut agreement = agreement();
        agreement.offer.tariff = tariff.map(Into::into);
        context_of(agreement)
    };
    let context = with(None);
    let lines = [json!({ "kind": "time" })];
    assert_eq!(codes(&context, &submission(&context.promise), &lines), ["not-promised"]);
    let context = with(Some("nothing of the kind"));
    assert_eq!(codes(&context, &submission(&context.promise), &lines), ["tariff-not-in-policy"]);
}

#[test]
fn a_session_counts_by_how_it_was_attended() {
    for (outcome, wanted) in [
        (None, vec!["session-not-attended"]),
        (Some(Outcome::NoShow), vec!["session-not-attended"]),
        (Some(Outcome::Excused), vec![]),
        (Some(Outcome::LeftEarly), vec![]),
        (Some(Outcome::CancelledByTrust), vec![]),
    ] {
        let mut context = context();
        context.sessions[0].1 = outcome;
        for one in [json!({ "kind": "time" }), json!({ "kind": "parking", "spent_pence": 0 })] {
            assert_eq!(codes(&context, &submission(&context.promise), &[one]), wanted, "{outcome:?}");
        }
    }
}

#[test]
fn what_lies_within_the_agreement_stays_payable_after_its_end() {
    for (status, ended_on, wanted) in [
        (agreements::AgreementStatus::Ended, Some("2026-04-07"), vec![]),
        (agreements::AgreementStatus::Ended, Some("2026-04-06"), vec!["outside-agreement"]),
        (agreements::AgreementStatus::Paused, None, vec![]),
        (agreements::AgreementStatus::Issued, None, vec!["outside-agreement"]),
    ] {
        let context = context_of(agreements::AgreementFacts { status, ended_on: ended_on.map(day), ..agreement() });
        assert_eq!(codes(&context, &submission(&context.promise), &[json!({ "kind": "time" })]), wanted, "{status}");
    }
}

#[test]
fn the_time_of_a_session_stands_once_here_and_in_all_live_claims() {
    let context = context();
    let twice = [json!({ "kind": "time" }), json!({ "kind": "time" })].map(line);
    let faults = submission(&context.promise).faults(&calculate(&context, &twice));
    assert_eq!(told(&faults), [("/lines/1".to_owned(), "duplicate-time")]);
    let taken = [TimeClaimed::Session(SESSION.into())];
    let submission = Submission { taken: &taken, ..submission(&context.promise) };
    let faults = submission.faults(&calculate(&context, &twice));
    assert_eq!(told(&faults), [("/lines/0".to_owned(), "duplicate-time"), ("/lines/1".to_owned(), "duplicate-time")]);
    assert_eq!(codes(&context, &submission, &[json!({ "kind": "parking", "spent_pence": 0 })]), Vec::<&str>::new());
}

#[test]
fn the_window_is_measured_at_the_first_submission() {
    let context = context();
    let lines = [line(json!({ "kind": "time" }))];
    let worked = calculate(&context, &lines);
    for (today, first, reason, refused, late) in [
        ("2026-07-07", "2026-07-07", false, false, false),
        ("2026-07-08", "2026-07-08", false, true, true),
        ("2026-07-08", "2026-07-08", true, false, true),
        ("2026-07-20", "2026-07-07", false, false, false),
    ] {
        let submission = Submission {
            today: day(today),
            first_submitted_on: day(first),
            late_reason: reason,
            ..submission(&context.promise)
        };
        let codes: Vec<&str> = submission.faults(&worked).into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes == ["claim-window-passed"], refused, "{today} {first}");
        assert_eq!(submission.is_late(&worked), late, "{today} {first}");
    }
}

#[test]
fn a_claim_has_lines_and_one_that_is_typed_a_declaration() {
    let context = context();
    let submission = Submission { undeclared: true, ..submission(&context.promise) };
    let wanted = [("/lines".to_owned(), "no-lines"), ("/declaration".to_owned(), "declaration-required")];
    assert_eq!(told(&submission.faults(&[])), wanted);
}

#[test]
fn work_without_a_session_stands_once_a_day_and_needs_a_flat_tariff() {
    let mut flat = agreement();
    flat.offer.tariff = Some("document_review".into());
    let context = context_of(flat);
    let work =
        |on: &str| line(json!({ "kind": "time", "session_id": null, "work": { "on": on, "description": "Read." } }));
    let lines = [work("2026-04-07"), work("2026-04-07"), work("2026-04-06")];
    let worked = calculate(&context, &lines);
    assert_eq!(worked.iter().map(|line| line.due()).collect::<Vec<_>>(), [Some(crate::money::Pence::new(2500)); 3]);
    assert_eq!(told(&submission(&context.promise).faults(&worked)), [("/lines/1".to_owned(), "duplicate-time")]);
    let taken = [TimeClaimed::Day(day("2026-04-06"))];
    let submission = Submission { taken: &taken, ..submission(&context.promise) };
    let wanted = [("/lines/1".to_owned(), "duplicate-time"), ("/lines/2".to_owned(), "duplicate-time")];
    assert_eq!(told(&submission.faults(&worked)), wanted);
    assert_eq!(
        codes_of(json!({ "kind": "time", "session_id": null, "work": { "on": "2026-04-07" } })),
        ["tariff-not-flat"]
    );
}
