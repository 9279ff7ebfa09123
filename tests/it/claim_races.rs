//! Claims at the same moment: time is claimed once, miles are used once, a claim is approved once.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::support::together::at_once;
use crate::support::{Answer, App, make};

/// Sends all of these requests at once.
fn all_at_once(asks: &[(crate::support::Client<'_>, String, Option<Value>)]) -> Vec<Answer> {
    at_once(asks.len(), |n| {
        let (who, path, body) = &asks[n];
        match body {
            Some(body) => who.post(path, body.clone()),
            None => who.ask(path),
        }
    })
}

#[test]
fn the_time_of_a_session_is_claimed_once_however_many_try() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let sessions: Vec<String> = ["2026-04-05T09:00:00Z", "2026-04-06T09:00:00Z"]
        .iter()
        .map(|at| make::attended(&app, &engaged.opportunity, &engaged.volunteer, at, 60))
        .collect();
    // In both orders, so that locks taken in different orders would deadlock.
    let asks: Vec<_> = (0..6)
        .map(|number| {
            let mut lines: Vec<Value> = sessions.iter().map(|id| json!({ "kind": "time", "session_id": id })).collect();
            if number % 2 == 1 {
                lines.reverse();
            }
            let claim = make::id(&make::claim(&who, &engaged.agreement, json!(lines)));
            (who.clone(), format!("/v1/claims/{claim}/submit"), None)
        })
        .collect();
    let answers = all_at_once(&asks);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        let problem = answer.refused(409, "claim-not-submittable");
        let codes: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
        assert_eq!(codes, [&json!("duplicate-time"), &json!("duplicate-time")]);
    }
}

#[test]
fn the_first_band_is_used_once_however_many_claims_come() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let miles = json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 9_950.0 }] });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), miles).expect(200);
    let who = app.volunteer(&engaged.volunteer);
    let asks: Vec<_> = (0..6)
        .map(|number| {
            let day = format!("2026-05-{:02}T09:00:00Z", number + 1);
            let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, &day, 60);
            let line = json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 30, "from": "A", "to": "B" }]);
            let claim = make::claim(&who, &engaged.agreement, line);
            assert_eq!(claim["total_pence"], 1650, "a draft uses nothing up");
            (who.clone(), format!("/v1/claims/{}/submit", make::id(&claim)), None)
        })
        .collect();
    let total: i64 =
        all_at_once(&asks).into_iter().map(|answer| answer.expect(200)["total_pence"].as_i64().unwrap()).sum();
    assert_eq!(total, 50 * 55 + 130 * 25);
    // Miles that are given back go to the next claim.
    let claims = who.get("/v1/claims?order=oldest").expect(200);
    let claims = claims["items"].as_array().unwrap();
    let full = claims.iter().find(|claim| claim["total_pence"] == 1650).expect("one claim had 30 miles at 55p");
    who.ask(&format!("/v1/claims/{}/withdraw", make::id(full))).expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-05-20T09:00:00Z", 60);
    let line =
        json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 40, "from": "A", "to": "B" }]);
    assert_eq!(make::submitted(&app, &engaged, line)["total_pence"], 30 * 55 + 10 * 25);
}

#[test]
fn a_claim_is_decided_once_and_paid_once() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-05-11T09:00:00Z", 60);
    let claim = make::id(&make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session }])));
    let yes = json!({ "no_close_relationship": true });
    let path = format!("/v1/claims/{claim}");
    let asks = [
        (app.lead(), format!("{path}/approve"), Some(yes.clone())),
        (app.lead_called("lead.zoe"), format!("{path}/approve"), Some(yes)),
        (app.lead(), format!("{path}/reject"), Some(json!({ "reason": "No." }))),
        (app.lead_called("lead.zoe"), format!("{path}/return"), Some(json!({ "reason": "No." }))),
        (app.volunteer(&engaged.volunteer), format!("{path}/withdraw"), None),
    ];
    let answers = all_at_once(&asks);
    // A returned claim is a draft, which the volunteer can still withdraw.
    let done: Vec<bool> = answers.iter().map(|answer| answer.status == 200).collect();
    let returned_first = done == [false, false, false, true, true];
    assert!(returned_first || done.iter().filter(|done| **done).count() == 1, "{done:?}");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "invalid-transition");
    }
    let after = app.lead().get(&path).expect(200);
    let payments = after["payments"].as_array().unwrap().len();
    assert_eq!(payments, usize::from(after["status"] == "approved"));
}

#[test]
fn attendance_and_a_claim_that_rests_on_it_never_part() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    for number in 1..=6 {
        let day = format!("2026-05-{number:02}T09:00:00Z");
        let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, &day, 60);
        let claim = make::claim(&who, &engaged.agreement, json!([{ "kind": "time", "session_id": session }]));
        let submit = format!("/v1/claims/{}/submit", make::id(&claim));
        let attendance = format!("/v1/sessions/{session}/attendance/{}", engaged.volunteer);
        let gate = Barrier::new(2);
        let (claimed, missed) = std::thread::scope(|scope| {
            let claimed = scope.spawn(|| {
                gate.wait();
                who.ask(&submit).status
            });
            let missed = scope.spawn(|| {
                gate.wait();
                app.lead().put(&attendance, json!({ "outcome": "no_show" })).status
            });
            (claimed.join().unwrap(), missed.join().unwrap())
        });
        assert!(matches!((claimed, missed), (200, 409) | (409, 200)), "{claimed} {missed}");
    }
}
