//! Races: many clients send the same request under one key at once. It has one effect and one answer.

use serde_json::json;

use super::{ground, parking, session, yes};
use crate::support::books;
use crate::support::together::{ROUNDS, at_once};

const CLIENTS: usize = 10;

#[test]
fn a_claim_made_by_ten_clients_under_one_key_is_one_claim() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    let body = json!({ "agreement_id": engaged.agreement, "lines": parking(&session) });
    for round in 0..ROUNDS {
        let key = format!("one-claim-of-round-{round}");
        let mut answered = Vec::new();
        for answer in at_once(CLIENTS, |_| who.post_once("/v1/claims", &key, body.clone())) {
            match answer.status {
                201 => answered.push((answer.header("idempotency-replayed").is_some(), answer.expect(201))),
                _ => drop(answer.refused(409, "idempotency-in-progress")),
            }
        }
        assert_eq!(answered.iter().filter(|(replayed, _)| !replayed).count(), 1, "it was done once");
        assert!(answered.windows(2).all(|pair| pair[0].1 == pair[1].1), "one answer for all");
        assert_eq!(books::number(&app, "SELECT count(*) FROM claims"), round as i64 + 1);
    }
    books::balance(&app);
}

#[test]
fn an_approval_sent_again_and_again_under_its_key_is_one() {
    let (app, engaged) = ground();
    let (who, session) = (app.volunteer(&engaged.volunteer), session(&app, &engaged));
    for round in 0..ROUNDS {
        let approve = format!("{}/approve", super::submitted(&who, &engaged, parking(&session)));
        let key = format!("one-approval-of-round-{round}");
        let answers = at_once(CLIENTS, |_| app.lead().post_once(&approve, &key, yes()));
        assert!(answers.iter().any(|answer| answer.status == 200));
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            answer.refused(409, "idempotency-in-progress");
        }
        let again = app.lead().post_once(&approve, &key, yes());
        assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")));
    }
    books::balance(&app);
}
