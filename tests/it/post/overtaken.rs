//! What is looked at again before it is sent.

use serde_json::{Value, json};

use super::Posting;
use crate::support::make;
use crate::support::post_office::Mood;

#[test]
fn what_changed_since_is_looked_at_before_it_is_sent() {
    for change in [
        json!({ "communication_needs": [{ "kind": "bsl" }] }),
        json!({ "communication_needs": [{ "kind": "other", "detail": "ask my sister" }] }),
        json!({ "email": null, "phone": "01223 555 0101" }),
    ] {
        let it = Posting::start();
        let person = it.member("vera@volunteer.example", json!({}));
        it.update();
        it.app.lead().change(&format!("/v1/volunteers/{person}"), change.clone()).expect(200);
        it.app.post();
        assert!(it.office.received().is_empty(), "{change}");
        assert_eq!(it.only(), (json!("pending"), json!(false), json!("needs-changed")), "{change}");
    }
    let it = Posting::start();
    let person = it.member("old@volunteer.example", json!({}));
    it.update();
    it.app.lead().change(&format!("/v1/volunteers/{person}"), json!({ "email": "new@volunteer.example" })).expect(200);
    it.app.post();
    assert_eq!(it.office.received()[0].to, ["new@volunteer.example"]);
}

#[test]
fn somebody_told_by_people_in_the_meantime_is_not_written_to() {
    let it = Posting::start();
    it.member("vera@volunteer.example", json!({}));
    it.update();
    let delivery = make::id(&it.deliveries()[0]);
    it.app.lead().post(&format!("/v1/deliveries/{delivery}/done"), json!({ "channel": "in_person" })).expect(200);
    it.app.post();
    assert!(it.office.received().is_empty());
}

#[test]
fn what_no_longer_holds_is_not_sent() {
    let it = Posting::start();
    make::policies(&it.app);
    let plan = make::approved_plan(&it.app, &make::service(&it.app, "ward"));
    let opportunity = make::published(&it.app, &plan, json!({}));
    let person = make::volunteer(&it.app, "Vera Volunteer");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let offered = |respond_by: Value| {
        let id = make::id(&it.app.volunteer(&person).post(&interest, json!({})).expect(201));
        it.app
            .lead()
            .post(&format!("/v1/expressions-of-interest/{id}/offer"), json!({ "respond_by": respond_by }))
            .expect(200);
        format!("/v1/expressions-of-interest/{id}")
    };
    it.app.volunteer(&person).ask(&format!("{}/withdraw", offered(Value::Null))).expect(200);
    offered(json!("2026-06-15T10:30:00Z"));
    it.app.now_is("2026-06-15T10:31:00Z");
    involvement::app::tick(&it.app.running().service).expect("a tick");
    it.app.post();
    assert!(it.office.received().is_empty(), "{:?}", it.office.received());
    assert!(it.deliveries().iter().all(|one| one["status"] == "overtaken" && one["message"].is_null()));
    let path = offered(Value::Null);
    let decline = json!({ "reason_code": "other", "message": "We are sorry." });
    it.app.lead().post(&format!("{path}/decline"), decline).expect(200);
    it.app.post();
    assert_eq!(it.office.received().len(), 1, "the decline, and not the offer before it");
    assert!(it.office.received()[0].text().contains("We are sorry."));
}

/// The mail server took it and hung up: they may have read it, so the next message says that something is different.
#[test]
fn an_offer_that_may_have_arrived_is_said_to_have_changed() {
    let it = Posting::start();
    make::policies(&it.app);
    let plan = make::approved_plan(&it.app, &make::service(&it.app, "ward"));
    for (mood, tried) in [(Mood::HangsUp, true), (Mood::Kind, false)] {
        let opportunity = make::published(&it.app, &plan, json!({ "venue": "Riverside Centre", "mode": "in_person" }));
        let person = make::volunteer(&it.app, "Vera Volunteer");
        let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
        let id = make::id(&it.app.volunteer(&person).post(&interest, json!({})).expect(201));
        it.app.lead().ask(&format!("/v1/expressions-of-interest/{id}/offer")).expect(200);
        it.office.mood(mood);
        if tried {
            it.app.post();
        }
        let path = format!("/v1/opportunities/{opportunity}");
        it.app.lead().change(&path, json!({ "venue": "Mill Road Hall" })).expect(200);
        let pending = it.app.lead().get(&format!("/v1/deliveries?volunteer_id={person}&status=pending")).expect(200);
        let message = pending["items"][0]["message"].as_str().unwrap();
        assert!(message.contains("Where: Mill Road Hall"), "{pending}");
        assert_eq!(message.contains("Something has changed"), tried, "{pending}");
    }
}
