//! Races: several people change claims at the same moment.

use serde_json::json;

use super::{draft, ground, parking, reason, recorded, session, stands, submitted, yes};
use crate::support::books;
use crate::support::together::{ROUNDS, at_once, done};

const CROWD: usize = 50;
const TOO_LATE: (u16, &str) = (409, "invalid-transition");

#[test]
fn fifty_approvals_of_one_claim_are_one() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let leads: Vec<_> = (0..CROWD).map(|n| app.lead_called(&format!("lead.{}", n % 10))).collect();
    for _ in 0..ROUNDS {
        let claim = submitted(&who, &engaged, parking(&session));
        let approve = format!("{claim}/approve");
        assert_eq!(done(at_once(CROWD, |n| leads[n].post(&approve, yes())), TOO_LATE), 1);
        assert_eq!(stands(&app, &claim), ("approved".to_owned(), 3, 1));
    }
    assert_eq!(recorded(&app, "approve"), ROUNDS as i64);
    books::balance(&app);
}

#[test]
fn submitted_and_withdrawn_at_once_is_withdrawn() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    for _ in 0..ROUNDS {
        let claim = draft(&who, &engaged, parking(&session));
        let answers = at_once(2, |n| who.ask(&format!("{claim}/{}", ["submit", "withdraw"][n])));
        assert_eq!(answers[1].status, 200, "both a draft and a submitted claim can be withdrawn");
        let version = if answers[0].status == 200 { 3 } else { 2 };
        done(answers, TOO_LATE);
        assert_eq!(stands(&app, &claim), ("withdrawn".to_owned(), version, 0));
    }
    books::balance(&app);
}

/// Approves in a race with another decision: exactly one of the two succeeds.
fn approve_against(verb: &str, leaves: &str) {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let (ann, zoe) = (app.lead(), app.lead_called("lead.zoe"));
    for round in 0..ROUNDS {
        let claim = submitted(&who, &engaged, parking(&session));
        let approve = || ann.post(&format!("{claim}/approve"), yes());
        let other = || zoe.post(&format!("{claim}/{verb}"), reason());
        // The request that is sent first has a small lead. Alternating makes both orders happen.
        let answers = at_once(2, |n| if (n + round) % 2 == 0 { approve() } else { other() });
        let approved = answers[round % 2].status == 200;
        assert_eq!(done(answers, TOO_LATE), 1);
        let wanted = if approved { ("approved".to_owned(), 3, 1) } else { (leaves.to_owned(), 3, 0) };
        assert_eq!(stands(&app, &claim), wanted);
    }
    assert_eq!(recorded(&app, "approve") + recorded(&app, verb), ROUNDS as i64);
    books::balance(&app);
}

#[test]
fn approved_and_returned_at_once_is_one_of_them() {
    approve_against("return", "draft");
}

#[test]
fn approved_and_rejected_at_once_is_one_of_them() {
    approve_against("reject", "rejected");
}

#[test]
fn two_claims_over_the_edge_of_the_band_use_each_mile_once() {
    let (app, engaged) = ground();
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_950.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let miles = |miles: f64| json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": miles, "from": "A", "to": "B" }]);
    let first_rate = "SELECT COALESCE(sum(miles_first_rate), 0)::bigint FROM claim_lines WHERE live";
    for _ in 0..ROUNDS {
        let claims = [30.1, 33.3].map(|far| draft(&who, &engaged, miles(far)));
        let answers = at_once(2, |n| who.ask(&format!("{}/submit", claims[n])));
        let totals: Vec<i64> =
            answers.into_iter().map(|answer| answer.expect(200)["total_pence"].as_i64().unwrap()).collect();
        // The claim that came first has all its miles at 55p: 1655.5 + (19.9 at 55p, 13.4 at 25p), or (16.7 at 55p,
        // 13.4 at 25p) + 1831.5.
        let wanted = [[1656, 1430], [1254, 1832]];
        assert!(wanted.iter().any(|wanted| totals == wanted), "{totals:?}");
        assert_eq!(books::number(&app, first_rate), 500, "tenths of a mile at the first rate");
        // Both are withdrawn at once, so that the miles are free for the next round.
        assert_eq!(done(at_once(2, |n| who.ask(&format!("{}/withdraw", claims[n]))), TOO_LATE), 2);
        assert_eq!(books::number(&app, first_rate), 0);
    }
    books::balance(&app);
}

#[test]
fn the_same_session_claimed_twice_at_once_is_claimed_once() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    for _ in 0..ROUNDS {
        let claims: Vec<String> =
            (0..2).map(|_| draft(&who, &engaged, json!([{ "kind": "time", "session_id": session }]))).collect();
        let answers = at_once(2, |n| who.ask(&format!("{}/submit", claims[n])));
        let winner = answers.iter().position(|answer| answer.status == 200).expect("one of them");
        assert_eq!(done(answers, (409, "claim-not-submittable")), 1);
        assert_eq!(stands(&app, &claims[winner]), ("submitted".to_owned(), 2, 0));
        assert_eq!(stands(&app, &claims[1 - winner]), ("draft".to_owned(), 1, 0));
        who.ask(&format!("{}/withdraw", claims[winner])).expect(200);
    }
    books::balance(&app);
}

#[test]
fn a_claim_changed_and_submitted_at_once_is_what_was_worked_out() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let dearer =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 900, "evidence_exception": "Lost." }]);
    for _ in 0..ROUNDS {
        let claim = draft(&who, &engaged, parking(&session));
        let answers = at_once(2, |n| match n {
            0 => who.patch(&claim, 1, json!({ "lines": dearer })),
            _ => who.ask(&format!("{claim}/submit")),
        });
        assert_eq!(answers[1].status, 200, "a draft can be submitted, changed or not");
        let changed = answers[0].status == 200;
        if !changed {
            answers.into_iter().next().unwrap().refused(412, "precondition-failed");
        }
        let after = app.lead().get(&claim).expect(200);
        let wanted = if changed { (3, 900) } else { (2, 300) };
        assert_eq!((after["version"].as_i64(), after["total_pence"].as_i64()), (Some(wanted.0), Some(wanted.1)));
    }
    books::balance(&app);
}
