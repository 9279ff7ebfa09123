//! Two answers at once, and an answer against whatever ends its question: one effect, and the other finds nothing.

use diesel::connection::SimpleConnection;
use serde_json::json;

use super::{Scene, is_over, status};
use crate::support::together::{at_once, done};
use crate::support::{books, make};

const ROUNDS: usize = 12;
const OVER: (u16, &str) = (404, "not-found");

#[test]
fn the_same_address_twice_at_once_is_one_answer() {
    let scene = Scene::start();
    for round in 0..ROUNDS {
        let (_, expression, address) = scene.offered(&format!("Person {round}"));
        let words = ["accept", "turn_down"];
        let answers = at_once(3, |n| scene.answer(&address, words[(n + round) % 2]));
        assert_eq!(done(answers, OVER), 1);
        let id = expression.rsplit('/').next().unwrap();
        let count = format!(
            "SELECT count(*) FROM audit_records WHERE resource_id = '{id}' AND action IN ('accept', 'turn-down')"
        );
        assert_eq!(books::number(&scene.app, &count), 1);
        is_over(&scene, &address);
    }
    books::balance(&scene.app);
}

#[test]
fn two_addresses_of_one_question_at_once_are_one_answer() {
    let scene = Scene::start();
    for round in 0..ROUNDS {
        let (volunteer, expression) = scene.interested(&format!("Person {round}"));
        let wish = json!({ "preferred_contact": "letter", "address": "1 Mill Road" });
        scene.app.lead().change(&format!("/v1/volunteers/{volunteer}"), wish).expect(200);
        scene.app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
        let print = || {
            let html =
                scene.app.lead().get("/v1/deliveries/batch?channel=letter&order=newest&limit=1&format=html").text;
            // Where a long address may be broken.
            let html = html.replace("<wbr>", "");
            let at = html.find(super::REPLIES).expect("an address");
            html[at..].split('<').next().unwrap().to_owned()
        };
        let addresses = [print(), print()];
        assert_eq!(done(at_once(2, |n| scene.answer(&addresses[n], "accept")), OVER), 1);
        assert_eq!(status(&scene.app, &expression), "accepted");
    }
    books::balance(&scene.app);
}

#[test]
fn a_first_answer_waits_for_nobody_else() {
    let scene = Scene::start();
    let (_, expression, address) = scene.offered("Vera Volunteer");
    // Somebody else's log-ins are being joined, and that does not end.
    let mut joining = scene.app.database.as_owner();
    joining.batch_execute("BEGIN; SELECT lock_persons()").expect("the lock of all persons");
    let answer = scene.answer(&address, "accept");
    joining.batch_execute("ROLLBACK").expect("the end");
    answer.expect(200);
    assert_eq!(status(&scene.app, &expression), "accepted");
    books::balance(&scene.app);
}

#[test]
fn first_answers_of_one_person_at_once_make_one_actor() {
    let scene = Scene::start();
    let second = make::published(&scene.app, &scene.plan, json!({ "places": 900 }));
    for round in 0..ROUNDS {
        let (volunteer, _, address) = scene.offered(&format!("Person {round}"));
        let path = format!("/v1/opportunities/{second}/expressions-of-interest");
        let other = make::id(&scene.app.volunteer(&volunteer).post(&path, json!({})).expect(201));
        let addresses = [address, scene.offer(&format!("/v1/expressions-of-interest/{other}"))];
        let answers = at_once(2, |n| scene.answer(&addresses[n], "accept"));
        assert_eq!(done(answers, OVER), 2, "each answers its own question");
        let by = format!("subject = 'secret-address:{volunteer}'");
        assert_eq!(books::number(&scene.app, &format!("SELECT count(*) FROM actors WHERE {by}")), 1);
        let speaks = format!(
            "SELECT count(*) FROM actor_volunteers v JOIN actors a ON a.id = v.actor_id
            WHERE a.{by} AND v.volunteer_id = '{volunteer}'"
        );
        assert_eq!(books::number(&scene.app, &speaks), 1);
    }
    books::balance(&scene.app);
}

#[test]
fn a_first_answer_meets_a_merge_of_its_person() {
    let scene = Scene::start();
    for round in 0..ROUNDS {
        let (volunteer, expression, address) = scene.offered(&format!("Person {round}"));
        let stays = make::volunteer(&scene.app, &format!("Other {round}"));
        let merge = format!("/v1/volunteers/{volunteer}/merge");
        let answers = at_once(2, |n| match n {
            0 => scene.answer(&address, "accept"),
            _ => scene.app.lead().post(&merge, json!({ "into": stays })),
        });
        assert_eq!(answers[1].status, 200, "{}", answers[1].text);
        if done(answers, OVER) == 1 {
            // It found the question of a record that was no longer there; the address is that of the other one now.
            scene.answer(&address, "accept").expect(200);
        }
        let now = scene.app.lead().get(&expression).expect(200);
        assert_eq!((&now["status"], &now["volunteer_id"]), (&json!("accepted"), &json!(stays)));
        for table in ["actor_volunteers", "reply_secrets", "expressions"] {
            let left = format!("SELECT count(*) FROM {table} WHERE volunteer_id = '{volunteer}'");
            assert_eq!(books::number(&scene.app, &left), 0, "{table}");
        }
    }
    books::balance(&scene.app);
}

#[test]
fn an_answer_meets_a_withdrawal_or_an_erasure() {
    let scene = Scene::start();
    for round in 0..ROUNDS {
        let (volunteer, expression, address) = scene.offered(&format!("Person {round}"));
        let withdraw = || {
            scene
                .app
                .lead()
                .post(&format!("{expression}/decline"), json!({ "reason_code": "other", "message": "Sorry." }))
        };
        let erase = || scene.app.lead().ask(&format!("/v1/volunteers/{volunteer}/erase"));
        let answers = at_once(2, |n| match (n, round % 2) {
            (0, _) => scene.answer(&address, "accept"),
            (_, 0) => withdraw(),
            _ => erase(),
        });
        let (answered, other) = (answers[0].status, answers[1].status);
        assert!(answered == 200 || answered == 404, "{}", answers[0].text);
        if round % 2 == 0 {
            assert_eq!((answered, other), if other == 200 { (404, 200) } else { (200, 409) }, "{}", answers[1].text);
            assert_eq!(status(&scene.app, &expression), if other == 200 { "declined" } else { "accepted" });
        } else {
            // Accepted first, they can be erased all the same: no agreement is in force yet.
            assert_eq!(other, 200, "{}", answers[1].text);
            let left = format!("SELECT count(*) FROM actors WHERE subject = 'secret-address:{volunteer}'");
            assert_eq!(books::number(&scene.app, &left), 0);
        }
        is_over(&scene, &address);
    }
    assert_eq!(
        books::number(
            &scene.app,
            "SELECT count(*) FROM reply_secrets s JOIN volunteers v ON v.id = s.volunteer_id WHERE v.status = 'erased'"
        ),
        0
    );
    books::balance(&scene.app);
}

#[test]
fn a_reply_meets_a_cancellation_a_move_and_another_reply() {
    let scene = Scene::start();
    let volunteer = make::volunteer(&scene.app, "Vera Volunteer");
    make::agreement(&scene.app, &scene.opportunity, &volunteer, json!({}));
    scene.app.post();
    for round in 0..ROUNDS {
        let starts = format!("2026-09-{:02}T13:00:00Z", round + 1);
        let (session, address) = scene.session(&starts, &starts.replace("T13", "T15"));
        let path = format!("/v1/sessions/{session}");
        let moved = json!({ "starts_at": starts.replace("T13", "T14"), "ends_at": starts.replace("T13", "T16") });
        let answers = at_once(2, |n| match (n, round % 3) {
            (0, _) => scene.answer(&address, "coming"),
            (_, 0) => scene.app.lead().post(&format!("{path}/cancel"), json!({ "reason": "Ill." })),
            (_, 1) => scene.app.lead().patch(&path, 1, moved.clone()),
            _ => scene.answer(&address, "not_coming"),
        });
        let kept =
            books::number(&scene.app, &format!("SELECT count(*) FROM session_replies WHERE session_id = '{session}'"));
        if round % 3 == 2 {
            assert_eq!((done(answers, OVER), kept), (1, 1));
        } else {
            assert_eq!(answers[1].status, 200, "{}", answers[1].text);
            assert_eq!(kept, i64::from(done(answers, OVER) == 2), "a reply that is not found is not kept");
        }
        is_over(&scene, &address);
    }
}
