//! Emails that arrive, with the words that they should have.

use serde_json::{Value, json};

use super::Posting;
use crate::support::post_office::PostOffice;
use crate::support::{App, make};

#[test]
fn an_update_arrives_once_in_the_persons_format_and_names_nothing_where_others_may_look() {
    let it = Posting::start();
    it.member("plain@volunteer.example", json!({ "preferred_name": "Véra" }));
    it.member("large@volunteer.example", json!({ "communication_needs": [{ "kind": "large_print" }] }));
    it.member("easy@volunteer.example", json!({ "communication_needs": [{ "kind": "easy_read" }] }));
    let braille = it.member("braille@volunteer.example", json!({ "communication_needs": [{ "kind": "braille" }] }));
    it.update();
    assert!(it.office.received().is_empty(), "nothing is sent before it is safe");
    it.app.post();
    let received = it.office.received();
    assert_eq!(received.len(), 3);
    let to = |address: &str| received.iter().find(|one| one.to == [address]).expect("a message").clone();

    let plain = to("plain@volunteer.example");
    assert_eq!(plain.from, "involvement@trust.example");
    assert_eq!(plain.header("Subject"), "An update from the involvement team");
    assert!(plain.text().starts_with("Dear Véra,\n"), "{}", plain.text());
    assert!(plain.text().contains("\nThe first workshop\nTwelve people came.\nThank you.\n"), "{}", plain.text());
    assert!(plain.part("text/html").contains("font:12pt"));
    assert_eq!(plain.header("Reply-To"), "service@trust.example");
    assert_eq!(plain.header("Auto-Submitted"), "auto-generated");
    let unsubscribe = "<mailto:service@trust.example?subject=No%20more%20updates>";
    assert_eq!(plain.header("List-Unsubscribe"), unsubscribe);
    let head = plain.raw.split("\r\n\r\n").next().unwrap();
    let subject = head.lines().find(|line| line.starts_with("Subject")).unwrap().to_lowercase();
    assert!(!subject.contains("crisis") && !subject.contains("workshop"), "{subject}");
    assert!(to("large@volunteer.example").part("text/html").contains("font:18pt"));
    assert!(to("easy@volunteer.example").text().contains("12 people came."));

    let deliveries = it.deliveries();
    for one in &deliveries {
        let sent = one["volunteer_id"] != json!(braille);
        assert_eq!(one["status"], if sent { "done" } else { "pending" }, "{one}");
        assert_eq!(one["automatic"], sent);
        if sent {
            let id = format!("<{}@involvement.test>", one["id"].as_str().unwrap());
            assert!(received.iter().any(|letter| letter.header("Message-ID") == id));
        }
    }
    it.app.post();
    assert_eq!(it.office.received().len(), 3, "once each");
    let waiting = it.app.lead().get("/v1/me").expect(200);
    assert_eq!(waiting["waiting"]["deliveries_to_make"], 1, "what the service sends itself waits for nobody");
}

#[test]
fn decisions_are_told_by_e_mail_with_their_message() {
    let it = Posting::start();
    make::policies(&it.app);
    let plan = make::approved_plan(&it.app, &make::service(&it.app, "ward"));
    let opportunity = make::published(&it.app, &plan, json!({}));
    let person = make::volunteer(&it.app, "Vera Volunteer");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = make::id(&it.app.volunteer(&person).post(&path, json!({})).expect(201));
    let decline =
        json!({ "reason_code": "places_filled", "message": "We had forty kind offers.\nPlease look again in May." });
    let answer = it.app.lead().post(&format!("/v1/expressions-of-interest/{expression}/decline"), decline);
    assert_eq!(answer.status, 200, "{}", answer.text);
    it.app.post();
    let letter = &it.office.received()[0];
    assert_eq!(letter.header("Subject"), "Your expression of interest");
    assert!(letter.text().contains("\nIt is about: "), "{}", letter.text());
    assert!(letter.text().contains("\nWe had forty kind offers.\nPlease look again in May.\n"), "{}", letter.text());
    assert_eq!(it.only(), (json!("done"), json!(true), Value::Null));
}

#[test]
fn held_updates_leave_together_on_the_morning_of_their_day() {
    let it = Posting::start();
    it.member(
        "vera@volunteer.example",
        json!({ "update_preferences": { "methods": ["email"], "frequency": "weekly" } }),
    );
    for _ in 0..3 {
        it.update();
        it.app.post();
    }
    assert_eq!(it.office.received().len(), 1);
    it.app.now_is("2026-06-22T07:59:59Z");
    it.app.post();
    assert_eq!(it.office.received().len(), 1, "nine o'clock in London is eight in summer");
    it.app.now_is("2026-06-22T08:00:00Z");
    it.app.post();
    assert_eq!(it.office.received().len(), 3);
}

#[test]
fn a_session_and_an_agreement_that_are_called_off_are_told() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let engaged = make::engaged(&app);
    let session = make::session(&app, &engaged.opportunity, "2026-06-20T17:00:00Z", 120);
    let past = make::session(&app, &engaged.opportunity, "2026-06-10T17:00:00Z", 120);
    let reason = json!({ "reason": "The room is flooded." });
    app.post();
    let before = office.received().len();
    app.staff(&["crisis-cafe"]).post(&format!("/v1/sessions/{past}/cancel"), reason.clone()).expect(200);
    app.post();
    assert_eq!(office.received().len(), before, "what is entered afterwards is no news");
    app.staff(&["crisis-cafe"]).post(&format!("/v1/sessions/{session}/cancel"), reason).expect(200);
    app.lead()
        .post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "We must stop." }))
        .expect(200);
    app.post();
    let told: Vec<String> = office.received()[before..].iter().map(|letter| letter.text()).collect();
    assert!(told.iter().any(|text| text.contains("The room is flooded.") && text.contains("20 June 2026")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("We must stop.")), "{told:?}");
}
