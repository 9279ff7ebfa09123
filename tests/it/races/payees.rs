//! Races: a change of whom money goes to is confirmed once, as it was proposed, and never between a run and its files.

use serde_json::{Value, json};

use super::{ground, parking, session, submitted, yes};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{Answer, App, books, make, paid};

const UNFIT: (u16, &str) = (409, "invalid-transition");

fn propose(app: &App, at: &str, number: &str) {
    app.finance().change(at, json!({ "supplier_number": number })).expect(200);
}

fn confirm(app: &App, at: &str, who: &str) -> Answer {
    app.finance_called(who).ask(&format!("{at}/confirm"))
}

/// A person whose numbers are proposed anew in each round, as the path of the payee.
fn person(app: &App) -> String {
    format!("/v1/volunteers/{}/payee", make::volunteer(app, "Vera Volunteer"))
}

#[test]
fn of_two_confirmations_at_once_one_counts() {
    let app = App::with_pool(8);
    let at = person(&app);
    for round in 0..ROUNDS {
        propose(&app, &at, &format!("S{round}"));
        let answers = at_once(2, |n| confirm(&app, &at, ["finance.dan", "finance.eve"][n]));
        assert_eq!(done(answers, UNFIT), 1, "{round}");
        assert_eq!(app.finance().get(&at).expect(200)["supplier_number"], format!("S{round}"));
    }
    assert_eq!(books::number(&app, "SELECT numbers_version::bigint FROM payees"), i64::try_from(ROUNDS).unwrap());
    books::balance(&app);
}

#[test]
fn a_change_is_confirmed_or_discarded() {
    let app = App::with_pool(8);
    let at = person(&app);
    for round in 0..ROUNDS {
        let before = app.finance().get(&at).expect(200)["supplier_number"].clone();
        propose(&app, &at, &format!("S{round}"));
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => confirm(&app, &at, "finance.dan"),
            _ => app.finance().ask(&format!("{at}/discard")),
        });
        let is_confirmed = answers[round % 2].status < 300;
        assert_eq!(done(answers, UNFIT), 1, "{round}");
        let after = app.finance().get(&at).expect(200);
        let wanted = if is_confirmed { json!(format!("S{round}")) } else { before };
        assert_eq!((&after["supplier_number"], &after["proposed"]), (&wanted, &Value::Null), "{round}");
    }
    books::balance(&app);
}

#[test]
fn a_confirmation_is_of_what_was_seen_or_is_refused() {
    let app = App::with_pool(8);
    let at = person(&app);
    for round in 0..ROUNDS {
        propose(&app, &at, &format!("S{round}"));
        let version = app.finance().get(&at).expect(200)["version"].as_i64().unwrap();
        let seen = format!("\"{version}\"");
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.finance_called("finance.dan").send("POST", &format!("{at}/confirm"), &[("if-match", &seen)], None),
            _ => app.finance().patch(&at, version, json!({ "supplier_number": format!("T{round}") })),
        });
        let is_confirmed = answers[round % 2].status < 300;
        assert_eq!(done(answers, (412, "precondition-failed")), 1, "{round}");
        let after = app.finance().get(&at).expect(200);
        if is_confirmed {
            assert_eq!((&after["supplier_number"], &after["proposed"]), (&json!(format!("S{round}")), &Value::Null));
        } else {
            assert_eq!(after["proposed"]["supplier_number"], format!("T{round}"), "{round}");
            assert_ne!(after["supplier_number"], format!("S{round}"), "{round}");
        }
    }
    books::balance(&app);
}

#[test]
fn a_run_is_released_with_the_numbers_it_was_made_with_or_not_at_all() {
    let (app, engaged) = ground();
    make::payee(&app, &engaged.volunteer);
    let at = format!("/v1/volunteers/{}/payee", engaged.volunteer);
    for round in 0..ROUNDS {
        let claim = submitted(&app.volunteer(&engaged.volunteer), &engaged, parking(&session(&app, &engaged)));
        app.lead().post(&format!("{claim}/approve"), yes()).expect(200);
        let before = app.finance().get(&at).expect(200)["supplier_number"].as_str().unwrap().to_owned();
        let run = app
            .finance()
            .post_once("/v1/payment-runs", &paid::key(), json!({ "route": "accounts_payable" }))
            .expect(201);
        let run = format!("/v1/payment-runs/{}", make::id(&run));
        propose(&app, &at, &format!("S{round}"));
        let key = paid::key();
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => confirm(&app, &at, "finance.dan"),
            _ => app.finance_called("finance.dan").post_once(&format!("{run}/release"), &key, json!({})),
        });
        let [confirmed, released] = [0, 1].map(|which| &answers[(which + round) % 2]);
        assert_eq!(confirmed.status, 200, "{round} {}", confirmed.text);
        if released.status == 200 {
            let file = app.finance().get(&format!("{run}/export")).text;
            assert!(file.contains(&format!(",{before},")) && !file.contains(&format!(",S{round},")), "{round} {file}");
        } else {
            assert_eq!((released.status, &released.json["code"]), (409, &json!("payee-changed")), "{round}");
            app.finance().ask(&format!("{run}/cancel")).expect(200);
        }
        books::balance(&app);
    }
}
