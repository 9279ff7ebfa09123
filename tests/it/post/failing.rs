//! Mail servers that refuse, are away, or lose a receipt; and several senders at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Posting;
use crate::support::make;
use crate::support::post_office::Mood;

#[test]
fn an_address_that_the_mail_server_refuses_goes_to_people() {
    let it = Posting::start();
    it.member("nobody@volunteer.example", json!({}));
    it.update();
    it.office.mood(Mood::KnowsNobody);
    it.app.post();
    assert_eq!(it.only(), (json!("pending"), json!(false), json!("refused")));
    it.office.mood(Mood::Kind);
    it.app.now_is("2026-06-20T10:00:00Z");
    it.app.post();
    assert!(it.office.received().is_empty(), "it is people's business now");
    let delivery = make::id(&it.deliveries()[0]);
    let done =
        it.app.lead().post(&format!("/v1/deliveries/{delivery}/done"), json!({ "channel": "phone" })).expect(200);
    assert_eq!((&done["channel"], &done["version"]), (&json!("phone"), &json!(3)));
}

#[test]
fn a_mail_server_that_is_away_or_full_is_tried_again_and_after_a_day_people_do_it() {
    for mood in [Mood::Full, Mood::WantsLogIn] {
        let it = Posting::start();
        it.member("vera@volunteer.example", json!({}));
        it.update();
        it.office.mood(mood);
        it.app.post();
        assert_eq!(it.only(), (json!("pending"), json!(true), Value::Null));
        it.office.mood(Mood::Kind);
        it.app.now_is("2026-06-15T10:01:59Z");
        it.app.post();
        assert!(it.office.received().is_empty(), "not before two minutes have passed");
        it.app.now_is("2026-06-15T10:02:00Z");
        it.app.post();
        assert_eq!(it.office.received().len(), 1);
        assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));

        it.update();
        it.office.mood(mood);
        let mut attempts = 0;
        let mut now = "2026-06-16T10:00:00Z".parse::<involvement::clock::Instant>().unwrap();
        while it.deliveries()[0]["automatic"] == true {
            attempts += 1;
            assert!(attempts <= 12, "some time it is enough");
            now = now.plus_minutes(180);
            it.app.now_is(&now.to_string());
            it.app.post();
        }
        assert_eq!((attempts, &it.deliveries()[0]["failure"]), (12, &json!("unreachable")), "{mood:?}");
    }
}

#[test]
fn a_message_whose_receipt_was_lost_is_sent_again_under_the_same_name() {
    let it = Posting::start();
    it.member("vera@volunteer.example", json!({}));
    it.update();
    it.office.mood(Mood::HangsUp);
    it.app.post();
    assert_eq!(
        it.only(),
        (json!("pending"), json!(true), Value::Null),
        "what is not known to have arrived is not done"
    );
    it.office.mood(Mood::Kind);
    it.app.now_is("2026-06-15T10:02:00Z");
    it.app.post();
    let names: Vec<String> = it.office.received().iter().map(|letter| letter.header("Message-ID")).collect();
    assert_eq!((names.len(), names.iter().collect::<BTreeSet<_>>().len()), (2, 1), "{names:?}");
    assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));
}

#[test]
fn any_number_of_postmen_send_each_letter_once() {
    let it = Posting::start();
    for number in 0..30 {
        it.member(&format!("vera{number}@volunteer.example"), json!({}));
    }
    it.update();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| it.app.post());
        }
    });
    let to: Vec<String> = it.office.received().into_iter().flat_map(|letter| letter.to).collect();
    assert_eq!((to.len(), to.iter().collect::<BTreeSet<_>>().len()), (30, 30));
    assert!(it.deliveries().iter().all(|one| one["status"] == "done"));
}

#[test]
fn an_internationalised_domain_is_written_out() {
    let it = Posting::start();
    it.member("jo@bücher.example", json!({}));
    it.member("vera@volunteer.example", json!({}));
    it.update();
    it.app.post();
    let to: BTreeSet<String> = it.office.received().into_iter().flat_map(|letter| letter.to).collect();
    assert_eq!(to, ["jo@xn--bcher-kva.example", "vera@volunteer.example"].map(str::to_owned).into());
    assert!(it.deliveries().iter().all(|one| one["status"] == "done"));
}

#[test]
fn a_message_at_which_the_server_hangs_up_does_not_stop_the_others() {
    let it = Posting::start();
    for name in ["dreaded", "vera", "wim"] {
        it.member(&format!("{name}@volunteer.example"), json!({}));
    }
    it.update();
    it.office.mood(Mood::Dreads("dreaded@"));
    it.app.post();
    assert_eq!(it.office.received().len(), 2);
}
