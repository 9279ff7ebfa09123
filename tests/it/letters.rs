//! The post: the week's letters as one document, marked as done together, and what comes back.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, make};

struct Scene {
    app: App,
    plan: String,
    opportunity: String,
}

fn scene() -> Scene {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "elsewhere");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "places": 40 }));
    Scene { app, plan, opportunity }
}

/// Somebody who wants letters, and is offered a place.
fn offered(scene: &Scene, name: &str, more: Value) -> String {
    let app = &scene.app;
    let volunteer = make::volunteer(app, name);
    let wish = json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge", "phone": "01223 555 0199" });
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), make::with(wish, more)).expect(200);
    let path = format!("/v1/opportunities/{}/expressions-of-interest", scene.opportunity);
    let expression = make::id(&app.volunteer(&volunteer).post(&path, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    volunteer
}

fn batch(scene: &Scene) -> Vec<Value> {
    let list = scene.app.lead().get("/v1/deliveries/batch?channel=letter&order=oldest").expect(200);
    list["items"].as_array().unwrap().clone()
}

fn ids(letters: &[Value]) -> Vec<String> {
    letters.iter().map(make::id).collect()
}

#[test]
fn the_post_is_printed_in_each_persons_format_and_marked_as_done_together() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    offered(&scene, "Maggie Standard", json!({}));
    offered(&scene, "Larry Large", json!({ "communication_needs": [{ "kind": "large_print" }] }));
    offered(&scene, "Bea Braille", json!({ "communication_needs": [{ "kind": "braille" }] }));
    // An offer is not written in easy read: somebody does that by hand.
    offered(&scene, "Edie Easy", json!({ "communication_needs": [{ "kind": "easy_read" }] }));
    let emailed = make::volunteer(app, "Emma Mail");
    make::accepted(app, &scene.opportunity, &emailed);
    let letters = batch(&scene);
    assert_eq!(letters.len(), 4);
    let answer = lead.get("/v1/deliveries/batch?channel=letter&order=oldest&format=html");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let html = &answer.text;
    for said in [
        "<article class=\"letter standard\"",
        "<article class=\"letter large_print\"",
        "<bdi>Maggie Standard</bdi></p><p><bdi>1 Mill Road</bdi></p><p><bdi>Cambridge</bdi>",
        "We would like to offer you a place.",
        "When: From 10 January 2026",
        "<li><bdi>Bea Braille</bdi>: braille</li>",
        "<li><bdi>Edie Easy</bdi>: easy read</li>",
        "<strong>2 letters.</strong>",
    ] {
        assert!(html.contains(said), "{said}\n{html}");
    }
    assert!(
        !html.contains("Emma Mail") && !html.contains("Dear <bdi>Bea Braille") && !html.contains("Dear <bdi>Edie"),
        "{html}"
    );
    app.staff(&["elsewhere"]).get("/v1/deliveries/batch?channel=letter").expect(200);
    assert_eq!(app.staff(&["elsewhere"]).get("/v1/deliveries/batch?channel=letter").expect(200)["items"], json!([]));
    app.finance().get("/v1/deliveries/batch?channel=letter").refused(403, "forbidden");
    app.volunteer(&emailed).get("/v1/deliveries/batch?channel=letter").refused(403, "forbidden");
    lead.get("/v1/deliveries/batch?channel=email").refused(400, "invalid-parameter");
    lead.get("/v1/deliveries/batch").refused(400, "invalid-parameter");

    let sent = json!({ "ids": ids(&letters) });
    app.staff(&["elsewhere"]).post("/v1/deliveries/done", sent.clone()).refused(409, "unknown-reference");
    assert_eq!(app.staff(&["crisis-cafe"]).post("/v1/deliveries/done", sent.clone()).expect(200)["done_count"], 4);
    assert_eq!(batch(&scene), Vec::<Value>::new());
    let refused = lead.post("/v1/deliveries/done", sent).refused(409, "invalid-transition");
    assert_eq!(faults(&refused).len(), 4);
    assert_eq!(faults(&refused)[0], ("/ids/0".to_owned(), "not-pending".to_owned()));
    let audit = lead.get(&format!("/v1/audit?resource_id={}", ids(&letters)[0])).expect(200);
    assert_eq!(audit["items"][0]["action"], "done");
}

#[test]
fn all_of_a_batch_is_done_or_none_of_it() {
    let scene = scene();
    let lead = scene.app.lead();
    for name in ["Ada One", "Ben Two"] {
        offered(&scene, name, json!({}));
    }
    let [first, second]: [String; 2] = ids(&batch(&scene)).try_into().unwrap();
    let nobody = uuid::Uuid::now_v7().to_string();
    let refused = lead.post("/v1/deliveries/done", json!({ "ids": [first, nobody] })).refused(409, "unknown-reference");
    assert_eq!(faults(&refused), [("/ids/1".to_owned(), "unknown-reference".to_owned())]);
    lead.post("/v1/deliveries/done", json!({ "ids": [first, first] })).refused(422, "invalid");
    lead.post("/v1/deliveries/done", json!({ "ids": [] })).refused(422, "invalid");
    lead.ask(&format!("/v1/deliveries/{second}/done")).expect(200);
    lead.post("/v1/deliveries/done", json!({ "ids": [first, second] })).refused(409, "invalid-transition");
    assert_eq!(ids(&batch(&scene)), [first], "nothing was marked");
}

#[test]
fn a_letter_that_came_back_goes_another_way_and_never_says_that_somebody_was_told() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let maggie = offered(&scene, "Maggie Moved", json!({ "email": null }));
    let letter = batch(&scene).pop().unwrap();
    let at = format!("/v1/deliveries/{}", make::id(&letter));
    lead.ask(&format!("{at}/bounced")).refused(409, "invalid-transition");
    lead.ask(&format!("{at}/done")).expect(200);
    let back = app.staff(&["crisis-cafe"]).post(&format!("{at}/bounced"), json!({ "reason": "Gone away" })).expect(200);
    assert_eq!(
        (&back["status"], &back["channel"], &back["done_at"], &back["automatic"]),
        (&json!("pending"), &json!("phone"), &Value::Null, &json!(false))
    );
    assert_eq!(back["bounced"], json!({ "at": "2026-06-15T10:00:00Z", "channel": "letter", "reason": "Gone away" }));
    assert_eq!(batch(&scene), Vec::<Value>::new(), "it is not posted again");
    let exported = app.volunteer(&maggie).get(&format!("/v1/volunteers/{maggie}/export")).expect(200);
    assert!(exported.to_string().contains("Gone away"), "{exported}");
    app.staff(&["elsewhere"]).ask(&format!("{at}/bounced")).refused(404, "not-found");
    app.volunteer(&maggie).ask(&format!("{at}/bounced")).refused(403, "forbidden");
}

#[test]
fn a_letter_that_came_back_is_not_told_again_once_something_newer_was() {
    let scene = scene();
    let lead = scene.app.lead();
    let maggie = offered(&scene, "Maggie Moved", json!({ "email": null }));
    let letter = batch(&scene).pop().unwrap();
    let at = format!("/v1/deliveries/{}", make::id(&letter));
    lead.ask(&format!("{at}/done")).expect(200);
    let expression = lead.get(&format!("/v1/expressions-of-interest?volunteer_id={maggie}")).expect(200);
    let expression = make::id(&expression["items"][0]);
    let no = json!({ "reason_code": "places_filled", "message": "The group does not take place." });
    lead.post(&format!("/v1/expressions-of-interest/{expression}/decline"), no).expect(200);
    lead.post(&format!("{at}/bounced"), json!({ "reason": "Gone away" })).refused(409, "not-editable");
    assert!(!ids(&batch(&scene)).contains(&make::id(&letter)), "the offer stays told");
}

#[test]
fn what_came_back_is_not_told_again_to_somebody_who_has_left_or_died() {
    for (reason, money_is_told) in [("moved", true), ("deceased", false)] {
        let scene = scene();
        let (app, lead) = (&scene.app, scene.app.lead());
        let maggie = offered(&scene, "Maggie Gone", json!({}));
        let letter = format!("/v1/deliveries/{}", make::id(&batch(&scene).pop().unwrap()));
        lead.ask(&format!("{letter}/done")).expect(200);
        let numbers = json!({ "supplier_number": "100234", "supplier_site": "HOME" });
        app.finance().change(&format!("/v1/volunteers/{maggie}/payee"), numbers).expect(200);
        app.finance_called("finance.dan").ask(&format!("/v1/volunteers/{maggie}/payee/confirm")).expect(200);
        let money = format!("/v1/deliveries/{}", make::id(&batch(&scene).pop().unwrap()));
        lead.ask(&format!("{money}/done")).expect(200);
        lead.post(&format!("/v1/volunteers/{maggie}/leave"), json!({ "reason": reason })).expect(200);
        lead.ask(&format!("{letter}/bounced")).refused(409, "volunteer-not-active");
        let again = lead.ask(&format!("{money}/bounced"));
        assert_eq!(again.status, if money_is_told { 200 } else { 409 }, "{reason}: {}", again.text);
        let mut conn = app.database.as_service();
        let sql = "UPDATE deliveries SET status = 'pending', done_at = NULL, bounced_at = now(), bounced_channel = 'letter' \
                   WHERE status = 'done'";
        let held = diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut conn);
        assert_eq!(held.is_ok(), money_is_told, "{reason}: {held:?}");
    }
}

#[test]
fn feedback_whose_letter_came_back_is_not_told() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let maggie = offered(&scene, "Maggie Moved", json!({}));
    let said =
        json!({ "plan_id": scene.plan, "you_said": "It is loud.", "source": "session", "contributors": [maggie] });
    let path = format!("/v1/feedback/{}", make::id(&lead.post("/v1/feedback", said).expect(201)));
    lead.post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "A door." })).expect(200);
    let told = app.volunteer(&maggie).get("/v1/deliveries").expect(200)["items"][0].clone();
    assert_eq!(told["about"], "feedback_decided");
    let at = format!("/v1/deliveries/{}", make::id(&told));
    lead.ask(&format!("{at}/done")).expect(200);
    lead.ask(&format!("{at}/bounced")).expect(200);
    lead.ask(&format!("{path}/publish")).refused(409, "contributors-not-told");
}

#[test]
fn the_database_itself_keeps_that_somebody_was_told_unless_it_came_back() {
    use diesel::prelude::*;
    let scene = scene();
    offered(&scene, "Maggie", json!({}));
    let at = ids(&batch(&scene)).pop().unwrap();
    scene.app.lead().ask(&format!("/v1/deliveries/{at}/done")).expect(200);
    let mut conn = scene.app.database.as_service();
    for sql in [
        "UPDATE deliveries SET status = 'pending', done_at = NULL WHERE channel = 'letter'",
        "UPDATE deliveries SET status = 'overtaken', done_at = NULL, bounced_at = now(), bounced_channel = 'letter' WHERE channel = 'letter'",
        "UPDATE deliveries SET status = 'pending', done_at = NULL, bounced_at = now(), bounced_channel = 'phone' WHERE channel = 'letter'",
    ] {
        let refused = diesel::sql_query(sql).execute(&mut conn).unwrap_err().to_string();
        assert!(refused.contains("what somebody was told stays told"), "{sql}: {refused}");
    }
}

#[test]
fn two_batches_at_once_mark_each_letter_once() {
    let scene = scene();
    let lead = scene.app.lead();
    for round in 0..ROUNDS / 5 {
        offered(&scene, &format!("One {round}"), json!({}));
        offered(&scene, &format!("Two {round}"), json!({}));
        let all = ids(&batch(&scene));
        assert_eq!(all.len(), 2);
        let answers = at_once(2, |n| {
            let mut mine = all.clone();
            if n == 1 {
                mine.reverse();
            }
            lead.post("/v1/deliveries/done", json!({ "ids": mine }))
        });
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

#[test]
fn what_comes_back_at_the_moment_of_leaving_does_not_wait_for_somebody_who_has_left() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    for round in 0..ROUNDS / 2 {
        let maggie = offered(&scene, &format!("Maggie {round}"), json!({}));
        let letters = batch(&scene);
        let letter = letters.iter().find(|letter| letter["volunteer_id"] == json!(maggie)).unwrap();
        let letter = format!("/v1/deliveries/{}", make::id(letter));
        lead.ask(&format!("{letter}/done")).expect(200);
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.lead().post(&format!("/v1/volunteers/{maggie}/leave"), json!({ "reason": "moved" })),
            _ => app.lead_called("lead.zoe").ask(&format!("{letter}/bounced")),
        });
        assert_eq!(answers[round % 2].status, 200, "{}", answers[round % 2].text);
        let waits = app.lead().get(&format!("/v1/deliveries?volunteer_id={maggie}&status=pending")).expect(200);
        assert_eq!(waits["items"], json!([]), "round {round}: {}", answers[(round + 1) % 2].text);
    }
}
