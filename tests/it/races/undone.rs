//! Races: an approval is undone while its payment moves.

use serde_json::json;

use super::{ground, parking, reason, session, submitted, yes};
use crate::support::together::{ROUNDS, at_once};
use crate::support::{Answer, App, books, make};

/// An approved claim, as its path, and that of its payment.
fn approved(app: &App, claim: &str) -> String {
    let claim = app.lead().post(&format!("{claim}/approve"), yes()).expect(200);
    let live = claim["payments"].as_array().unwrap().iter().find(|one| one["status"] == "due").unwrap().clone();
    format!("/v1/payments/{}", make::id(&live))
}

/// Races the undoing of an approval against something that finance does with the payment; both can't happen.
fn against(other: impl Fn(&App, &str, usize) -> Answer + Sync, both: bool) {
    let (app, engaged) = ground();
    make::payee(&app, &engaged.volunteer);
    let claim = submitted(&app.volunteer(&engaged.volunteer), &engaged, parking(&session(&app, &engaged)));
    for round in 0..ROUNDS {
        let payment = approved(&app, &claim);
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.lead().post(&format!("{claim}/reopen"), reason()),
            _ => other(&app, &payment, round),
        });
        let [undone, done] = [0, 1].map(|which| &answers[(which + round) % 2]).map(|answer| answer.status < 300);
        assert!(if both { undone } else { undone != done }, "{round}: {undone} {done}");
        assert_eq!(app.finance().get(&payment).expect(200)["status"] == "void", undone, "{round}");
        books::balance(&app);
        if undone {
            continue;
        }
        // Held before the approval was undone, it became void with it; in a run, it kept the approval.
        let run = app.finance().get("/v1/payment-runs?status=open").expect(200)["items"][0].clone();
        match run["id"].as_str() {
            Some(run) => app.finance().ask(&format!("/v1/payment-runs/{run}/cancel")).expect(200),
            None => panic!("{round}: neither undone nor in a run"),
        };
        app.lead().post(&format!("{claim}/reopen"), reason()).expect(200);
    }
}

#[test]
fn an_approval_is_undone_or_its_payment_enters_a_run() {
    against(
        |app, _, round| {
            let key = format!("a-run-of-the-race-{round}");
            app.finance().post_once("/v1/payment-runs", &key, json!({ "route": "accounts_payable" }))
        },
        false,
    );
}

#[test]
fn an_approval_is_undone_whether_its_payment_is_held_or_not() {
    against(
        |app, payment, _| app.finance().post(&format!("{payment}/hold"), json!({ "reason": "To be checked." })),
        true,
    );
}

#[test]
fn a_payment_is_held_or_enters_a_run() {
    let (app, engaged) = ground();
    make::payee(&app, &engaged.volunteer);
    let claim = submitted(&app.volunteer(&engaged.volunteer), &engaged, parking(&session(&app, &engaged)));
    let payment = approved(&app, &claim);
    for round in 0..ROUNDS {
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.finance().post(&format!("{payment}/hold"), json!({ "reason": "To be checked." })),
            _ => app.finance().post_once(
                "/v1/payment-runs",
                &format!("a-run-of-the-race-{round}"),
                json!({ "route": "accounts_payable" }),
            ),
        });
        let done: Vec<&Answer> = answers.iter().filter(|answer| answer.status < 300).collect();
        assert_eq!(done.len(), 1, "{round}");
        match done[0].json["status"].as_str().unwrap() {
            "held" => app.finance().ask(&format!("{payment}/resume")).expect(200),
            _ => app.finance().ask(&format!("/v1/payment-runs/{}/cancel", make::id(&done[0].json))).expect(200),
        };
        books::runs_balance(&app);
    }
}
