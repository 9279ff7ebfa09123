//! Sessions: "can you come?", answered from the e-mail until the session starts, and asked anew when it is moved.

use serde_json::json;

use super::{BROWSER, Scene, is_over};
use crate::documents::page;
use crate::support::make;

/// Somebody who is expected at the sessions of the opportunity, and nothing left to be sent.
fn engaged(scene: &Scene) -> String {
    let volunteer = make::volunteer(&scene.app, "Vera Volunteer");
    make::agreement(&scene.app, &scene.opportunity, &volunteer, json!({}));
    scene.app.post();
    volunteer
}

fn reply(scene: &Scene, session: &str) -> serde_json::Value {
    let register = scene.app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
    register["items"][0]["reply"].clone()
}

#[test]
fn people_say_from_the_e_mail_whether_they_come() {
    let scene = Scene::start();
    let vera = engaged(&scene);
    let (session, address) = scene.session("2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    let text = scene.office.received().pop().unwrap().text();
    assert!(text.contains("Tell us if you can come on Tuesday 7 July 2026, 2pm to 4pm:\nhttp"), "{text}");
    let asked = scene.public().get(&address).expect(200);
    assert_eq!(asked["question"], "Can you come on Tuesday 7 July 2026, 2pm to 4pm?");
    assert_eq!(
        (&asked["starts_at"], &asked["answers"]),
        (&json!("2026-07-07T13:00:00Z"), &json!(["coming", "not_coming"]))
    );
    let html = page(scene.public().send("GET", &address, &[BROWSER], None));
    assert!(!html.contains("Room 2") && !html.contains("Evening"), "{html}");
    scene.answer(&address, "accept").refused(422, "invalid");
    scene.answer(&address, "not_coming").expect(200);
    assert_eq!(reply(&scene, &session), "not_coming");
    is_over(&scene, &address);
    let own = scene.app.volunteer(&vera).get(&format!("/v1/sessions/{session}")).expect(200);
    assert_eq!(own["reply"], "not_coming");
    // It is known for what it is: said by whoever has the message.
    let how = || {
        let export = scene.app.lead().get(&format!("/v1/volunteers/{vera}/export")).expect(200);
        export["session_replies"][0]["how"].clone()
    };
    assert_eq!(how(), "by_link");
    let path = format!("/v1/sessions/{session}/replies/{vera}");
    let again = scene.app.volunteer(&vera).put(&path, json!({ "reply": "coming" })).expect(200);
    assert_eq!((&again["how"], how()), (&json!("online"), json!("online")));
    let told = scene.app.lead().put(&path, json!({ "reply": "unsure" })).expect(200);
    assert_eq!(told["how"], "recorded");
}

#[test]
fn a_session_that_moves_is_asked_anew_and_the_old_address_ends() {
    let scene = Scene::start();
    engaged(&scene);
    let (session, first) = scene.session("2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    scene.answer(&first, "coming").expect(200);
    let (_, open) = scene.session("2026-08-04T13:00:00Z", "2026-08-04T15:00:00Z");
    let moved = json!({ "starts_at": "2026-07-08T13:00:00Z", "ends_at": "2026-07-08T15:00:00Z" });
    scene.app.lead().change(&format!("/v1/sessions/{session}"), moved).expect(200);
    is_over(&scene, &first);
    let second = scene.told("2026-07-08T13:00:00Z");
    let again = json!({ "starts_at": "2026-07-09T13:00:00Z", "ends_at": "2026-07-09T15:00:00Z" });
    scene.app.lead().change(&format!("/v1/sessions/{session}"), again).expect(200);
    is_over(&scene, &second);
    let third = scene.told("2026-07-09T13:00:00Z");
    scene.answer(&third, "not_coming").expect(200);
    assert_eq!(reply(&scene, &session), "not_coming");
    // The other session is another question.
    scene.public().get(&open).expect(200);
}

#[test]
fn a_session_that_is_cancelled_answered_otherwise_or_begun_has_no_address() {
    let scene = Scene::start();
    let vera = engaged(&scene);
    let (session, address) = scene.session("2026-07-07T13:00:00Z", "2026-07-07T15:00:00Z");
    scene.app.lead().post(&format!("/v1/sessions/{session}/cancel"), json!({ "reason": "Ill." })).expect(200);
    is_over(&scene, &address);
    let (session, address) = scene.session("2026-07-08T13:00:00Z", "2026-07-08T15:00:00Z");
    // Staff were rung up, and wrote it down.
    let path = format!("/v1/sessions/{session}/replies/{vera}");
    scene.app.lead().put(&path, json!({ "reply": "coming" })).expect(200);
    is_over(&scene, &address);
    let (_, address) = scene.session("2026-07-09T13:00:00Z", "2026-07-09T15:00:00Z");
    scene.app.now_is("2026-07-09T12:59:59Z");
    scene.public().get(&address).expect(200);
    scene.app.now_is("2026-07-09T13:00:00Z");
    is_over(&scene, &address);
}

#[test]
fn a_message_of_several_sessions_has_an_address_for_each() {
    let scene = Scene::start();
    engaged(&scene);
    for day in ["07", "08", "09"] {
        let body =
            json!({ "starts_at": format!("2026-07-{day}T13:00:00Z"), "ends_at": format!("2026-07-{day}T15:00:00Z") });
        scene.app.lead().post(&format!("/v1/opportunities/{}/sessions", scene.opportunity), body).expect(201);
    }
    scene.app.now_is("2026-06-15T17:00:00Z");
    let addresses = scene.mailed();
    assert_eq!(addresses.len(), 3);
    let days = ["2026-07-07T13:00:00Z", "2026-07-08T13:00:00Z", "2026-07-09T13:00:00Z"];
    for (address, day) in addresses.iter().zip(days) {
        assert_eq!(scene.public().get(address).expect(200)["starts_at"], day);
    }
    scene.answer(&addresses[1], "coming").expect(200);
    is_over(&scene, &addresses[1]);
    scene.answer(&addresses[0], "not_coming").expect(200);
    scene.public().get(&addresses[2]).expect(200);
}
