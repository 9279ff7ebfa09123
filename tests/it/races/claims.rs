//! Races: several people change claims at the same moment: decided once, time claimed once, miles used once.

use serde_json::{Value, json};

use super::{draft, ground, parking, reason, recorded, session, stands, submitted, yes};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{books, make};

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
fn the_first_band_is_used_once_however_many_claims_come_and_what_is_given_back_goes_to_the_next() {
    let (app, engaged) = ground();
    let declared = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_950.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), declared).expect(200);
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let claim = |miles: i64| {
        let line = json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": miles, "from": "A", "to": "B" }]);
        draft(&who, &engaged, line)
    };
    let total = |answer: Value| answer["total_pence"].as_i64().expect("a total");
    let claims: Vec<String> = (0..6).map(|_| claim(30)).collect();
    for path in &claims {
        assert_eq!(total(who.get(path).expect(200)), 1650, "a draft uses nothing up");
    }
    let answers = at_once(claims.len(), |n| who.ask(&format!("{}/submit", claims[n])));
    let totals: Vec<i64> = answers.into_iter().map(|answer| total(answer.expect(200))).collect();
    assert_eq!(totals.iter().sum::<i64>(), 50 * 55 + 130 * 25);
    let full = totals.iter().position(|total| *total == 1650).expect("one claim had 30 miles at 55p");
    who.ask(&format!("{}/withdraw", claims[full])).expect(200);
    let next = who.ask(&format!("{}/submit", claim(40))).expect(200);
    assert_eq!(total(next), 30 * 55 + 10 * 25);
    books::balance(&app);
}

#[test]
fn the_time_of_a_session_is_claimed_once_however_many_try() {
    let (app, engaged) = ground();
    let who = app.volunteer(&engaged.volunteer);
    let sessions = ["2026-04-05T09:00:00Z", "2026-04-06T09:00:00Z"]
        .map(|at| make::attended(&app, &engaged.opportunity, &engaged.volunteer, at, 60));
    let lines = |first: usize| {
        let line = |n: usize| json!({ "kind": "time", "session_id": sessions[n] });
        json!([line(first), line(1 - first)])
    };
    for _ in 0..ROUNDS {
        // In both orders, so that locks taken in another order would meet.
        let claims: Vec<String> = (0..6).map(|n| draft(&who, &engaged, lines(n % 2))).collect();
        let answers = at_once(claims.len(), |n| who.ask(&format!("{}/submit", claims[n])));
        let winner = answers.iter().position(|answer| answer.status == 200).expect("one of them");
        for (n, answer) in answers.into_iter().enumerate() {
            if n == winner {
                assert_eq!(stands(&app, &claims[n]), ("submitted".to_owned(), 2, 0));
                continue;
            }
            let problem = answer.refused(409, "claim-not-submittable");
            let codes: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
            assert_eq!(codes, ["duplicate-time", "duplicate-time"]);
            assert_eq!(stands(&app, &claims[n]), ("draft".to_owned(), 1, 0));
        }
        who.ask(&format!("{}/withdraw", claims[winner])).expect(200);
    }
    books::balance(&app);
}

#[test]
fn a_claim_is_decided_once_and_paid_once_whatever_is_asked_of_it() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let claim = submitted(&who, &engaged, json!([{ "kind": "time", "session_id": session }]));
    let (ann, zoe) = (app.lead(), app.lead_called("lead.zoe"));
    let answers = at_once(5, |n| match n {
        0 => ann.post(&format!("{claim}/approve"), yes()),
        1 => zoe.post(&format!("{claim}/approve"), yes()),
        2 => ann.post(&format!("{claim}/reject"), reason()),
        3 => zoe.post(&format!("{claim}/return"), reason()),
        _ => who.ask(&format!("{claim}/withdraw")),
    });
    // A claim that was returned is a draft, which its person can still withdraw.
    let held: Vec<bool> = answers.iter().map(|answer| answer.status == 200).collect();
    let returned_first = held == [false, false, false, true, true];
    assert!(returned_first || held.iter().filter(|held| **held).count() == 1, "{held:?}");
    done(answers, TOO_LATE);
    let (status, _, payments) = stands(&app, &claim);
    assert_eq!(payments, usize::from(status == "approved"));
}

#[test]
fn attendance_and_a_claim_that_rests_on_it_never_part() {
    let (app, engaged) = ground();
    let (who, lead) = (app.volunteer(&engaged.volunteer), app.lead());
    for hour in 0..8 {
        let start = format!("2026-06-12T{:02}:00:00Z", hour + 8);
        let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, &start, 30);
        let claim = draft(&who, &engaged, json!([{ "kind": "time", "session_id": session }]));
        let attendance = format!("/v1/sessions/{session}/attendance/{}", engaged.volunteer);
        let answers = at_once(2, |n| match n {
            0 => who.ask(&format!("{claim}/submit")),
            _ => lead.put(&attendance, json!({ "outcome": "no_show" })),
        });
        let statuses = (answers[0].status, answers[1].status);
        assert!(matches!(statuses, (200, 409) | (409, 200)), "{statuses:?}");
    }
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
