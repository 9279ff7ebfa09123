//! Feedback: said, decided, told to those who said it, published; no plan ends with an item undecided (docs/rules.md, rule 9).

use std::thread;

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};
use crate::volunteers::engage;

struct Scene {
    app: App,
    plan: String,
    vera: String,
    other: String,
}

fn scene() -> Scene {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "other-service");
    let plan = make::approved_plan(&app, &service);
    let (vera, other) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Other Person"));
    engage(&app, &plan, &service, &vera, "accepted");
    Scene { app, plan, vera, other }
}

fn said(plan: &str) -> Value {
    json!({ "plan_id": plan, "you_said": "There is nowhere quiet to sit.", "source": "session" })
}

fn give(scene: &Scene, more: Value) -> String {
    make::id(&scene.app.lead().post("/v1/feedback", make::with(said(&scene.plan), more)).expect(201))
}

#[test]
fn what_was_said_is_decided_told_and_published() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let given = app.volunteer(&scene.vera).post("/v1/feedback", said(&scene.plan)).expect(201);
    assert!(given.get("contributors").is_none() && given["created_by"].is_string());
    let path = format!("/v1/feedback/{}", make::id(&given));
    assert_eq!(lead.get(&path).expect(200)["contributors"], json!([scene.vera]));
    lead.ask(&format!("{path}/publish")).refused(409, "invalid-transition");
    let problem = lead.post(&format!("{path}/respond"), json!({ "decision": "not_doing" })).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/because".to_owned(), "required".to_owned())]);
    let nurse = app.staff(&["crisis-cafe"]);
    let body = json!({ "decision": "not_doing", "because": "The room is not ours." });
    assert_eq!(nurse.post(&format!("{path}/respond"), body).expect(200)["status"], "responded");
    nurse.ask(&format!("{path}/publish")).refused(403, "forbidden");
    app.volunteer(&scene.other).get(&path).refused(404, "not-found");
    let refused = lead.ask(&format!("{path}/publish")).refused(409, "contributors-not-told");
    assert_eq!(faults(&refused), [("/contributors/0".to_owned(), "not-told".to_owned())]);
    tell(app, &scene.vera);
    let published = lead.ask(&format!("{path}/publish")).expect(200);
    assert_eq!(
        (&published["status"], &published["published_at"]),
        (&json!("published"), &json!("2026-06-15T10:00:00Z"))
    );
    assert_eq!(deliveries(app, &scene.vera).len(), 1, "the same news is told once");
    // Everybody who is involved sees it, and nobody sees who gave it.
    let seen = app.volunteer(&scene.other).get(&path);
    assert!(seen.header("etag").is_some_and(|etag| etag.starts_with("\"3-published-")));
    let seen = seen.expect(200);
    assert!(seen.get("contributors").is_none() && seen.get("created_by").is_none(), "{seen}");
    assert!(!seen.to_string().contains(&scene.vera));
    let list = app.volunteer(&scene.other).get("/v1/feedback").expect(200);
    assert!(!list.to_string().contains(&scene.vera), "{list}");
    let public = lead.get(&format!("/v1/plans/{}/you-said-we-did?format=json", scene.plan)).expect(200);
    assert_eq!(
        public["items"][0],
        json!({
            "id": make::id(&given), "service_name": "Service crisis-cafe", "plan_title": "Crisis café",
            "you_said": "There is nowhere quiet to sit.", "decision": "not_doing", "we_did": null,
            "because": "The room is not ours.", "published_at": "2026-06-15T10:00:00Z", "behind_it": null,
        })
    );
    lead.get(&format!("/v1/plans/{}/you-said-we-did?format=pdf", scene.plan)).refused(400, "invalid-parameter");
    lead.get(&format!("/v1/plans/{}/you-said-we-did", uuid::Uuid::now_v7())).refused(404, "not-found");
    app.finance().get(&format!("/v1/plans/{}/you-said-we-did", scene.plan)).refused(403, "forbidden");
    // After a new response, it must be published again.
    lead.change(&path, json!({ "theme": "Rooms" })).refused(409, "not-editable");
    let again =
        lead.post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "A quiet corner." })).expect(200);
    assert_eq!(
        (&again["status"], &again["published_at"], &again["because"]),
        (&json!("responded"), &Value::Null, &Value::Null)
    );
    app.volunteer(&scene.other).get(&path).refused(404, "not-found");
    assert!(
        lead.get(&format!("/v1/plans/{}/you-said-we-did", scene.plan)).expect(200)["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

/// What somebody is or was told about their feedback, oldest first.
fn deliveries(app: &App, volunteer: &str) -> Vec<Value> {
    let list = app.volunteer(volunteer).get("/v1/deliveries?order=oldest").expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items.filter(|item| item["about"] == "feedback_decided" && item["status"] != "overtaken").cloned().collect()
}

/// Marks everything that somebody is to be told about their feedback as done.
fn tell(app: &App, volunteer: &str) {
    for one in deliveries(app, volunteer).iter().filter(|one| one["status"] == "pending") {
        app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(one))).expect(200);
    }
}

#[test]
fn whoever_said_it_hears_first_also_where_they_were_named_late_or_the_answer_changed() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let path = format!("/v1/feedback/{}", give(&scene, json!({ "contributors": [scene.vera] })));
    let (respond, publish) = (format!("{path}/respond"), format!("{path}/publish"));
    let done = json!({ "decision": "done", "we_did": "A quiet corner." });
    lead.post(&respond, done.clone()).expect(200);
    tell(app, &scene.vera);
    lead.post(&respond, done.clone()).expect(200);
    assert_eq!(deliveries(app, &scene.vera).len(), 1, "the same answer again is no news");
    // Somebody else said it, too: they hear what was decided, and only then does everybody else.
    lead.change(&path, json!({ "contributors": [scene.vera, scene.other] })).expect(200);
    assert_eq!((deliveries(app, &scene.vera).len(), deliveries(app, &scene.other).len()), (1, 1));
    lead.ask(&publish).refused(409, "contributors-not-told");
    // Whoever is no longer named is told nothing.
    lead.change(&path, json!({ "contributors": [scene.vera] })).expect(200);
    assert_eq!(deliveries(app, &scene.other), Vec::<Value>::new());
    lead.ask(&publish).expect(200);
    // Another answer is news.
    lead.post(&respond, json!({ "decision": "not_doing", "because": "It burnt." })).expect(200);
    lead.ask(&publish).refused(409, "contributors-not-told");
    tell(app, &scene.vera);
    let published = lead.ask(&publish).expect(200);
    assert_eq!((&published["told"], &published["responded_at"]), (&Value::Null, &json!("2026-06-15T10:00:00Z")));
}

#[test]
fn people_who_were_told_at_a_meeting_are_not_told_again_by_letter() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let path = format!("/v1/feedback/{}", give(&scene, json!({ "contributors": [scene.vera, scene.other] })));
    app.now_is("2026-06-10T10:00:00Z");
    lead.post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "A quiet corner." })).expect(200);
    app.now_is("2026-06-15T10:00:00Z");
    let publish = |on: &str| lead.post(&format!("{path}/publish"), json!({ "told": { "on": on, "how": "meeting" } }));
    for day in ["2026-06-09", "2026-06-16"] {
        let refused = publish(day).refused(422, "invalid");
        assert_eq!(faults(&refused), [("/told/on".to_owned(), "out-of-range".to_owned())], "{day}");
    }
    let published = publish("2026-06-10").expect(200);
    assert_eq!(published["told"], json!({ "on": "2026-06-10", "how": "meeting" }));
    assert!(app.volunteer(&scene.vera).get(&path).expect(200).get("told").is_none());
    assert_eq!((deliveries(app, &scene.vera), deliveries(app, &scene.other)), (vec![], vec![]));
    let again = lead.post(&format!("{path}/respond"), json!({ "decision": "doing" })).expect(200);
    assert_eq!(again["told"], Value::Null, "of another answer they were not told");
}

#[test]
fn nobody_waits_for_people_who_have_left() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let path = format!("/v1/feedback/{}", give(&scene, json!({ "contributors": [scene.other] })));
    lead.post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "A quiet corner." })).expect(200);
    lead.ask(&format!("{path}/publish")).refused(409, "contributors-not-told");
    app.volunteer(&scene.other).ask(&format!("/v1/volunteers/{}/leave", scene.other)).expect(200);
    lead.ask(&format!("{path}/publish")).expect(200);
}

#[test]
fn the_database_itself_publishes_nothing_that_its_contributors_have_not_heard() {
    use diesel::prelude::*;
    let scene = scene();
    let path = format!("/v1/feedback/{}", give(&scene, json!({ "contributors": [scene.vera] })));
    let respond = json!({ "decision": "done", "we_did": "A quiet corner." });
    scene.app.lead().post(&format!("{path}/respond"), respond).expect(200);
    let mut conn = scene.app.database.as_service();
    let sql = "UPDATE feedback SET status = 'published', published_at = now()";
    let refused = diesel::sql_query(sql).execute(&mut conn).unwrap_err().to_string();
    assert!(refused.contains("not everybody was told first"), "{refused}");
}

#[test]
fn a_contributor_named_at_the_moment_of_publishing_is_told_or_it_is_not_published() {
    use crate::support::together::{ROUNDS, at_once};
    let scene = scene();
    let lead = scene.app.lead();
    for round in 0..ROUNDS / 5 {
        let path = format!("/v1/feedback/{}", give(&scene, json!({})));
        lead.post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "A corner." })).expect(200);
        let answers = at_once(2, |n| {
            if (n + round) % 2 == 0 {
                lead.ask(&format!("{path}/publish"))
            } else {
                lead.patch(&path, 2, json!({ "contributors": [scene.vera] }))
            }
        });
        let item = lead.get(&path).expect(200);
        let named = item["contributors"] == json!([scene.vera]);
        assert!(!(named && item["status"] == "published"), "{answers:?}");
    }
}

#[test]
fn feedback_is_given_where_one_may() {
    let scene = scene();
    let app = &scene.app;
    let lead = app.lead();
    app.volunteer(&scene.other).post("/v1/feedback", said(&scene.plan)).refused(409, "unknown-reference");
    let for_other = make::with(said(&scene.plan), json!({ "contributors": [scene.other] }));
    app.volunteer(&scene.vera).post("/v1/feedback", for_other.clone()).refused(403, "field-forbidden");
    app.staff(&["other-service"]).post("/v1/feedback", said(&scene.plan)).refused(409, "unknown-reference");
    // Staff can name people who are engaged with their services; leads can name anybody.
    let problem = app.staff(&["crisis-cafe"]).post("/v1/feedback", for_other.clone()).refused(409, "unknown-reference");
    assert_eq!(faults(&problem)[0].0, "/contributors/0");
    lead.post("/v1/feedback", for_other).expect(201);
    let named = make::with(said(&scene.plan), json!({ "contributors": [scene.vera] }));
    app.staff(&["crisis-cafe"]).post("/v1/feedback", named).expect(201);
    let twice = make::with(said(&scene.plan), json!({ "contributors": [scene.vera, scene.vera] }));
    let problem = lead.post("/v1/feedback", twice).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/contributors".to_owned(), "repeated".to_owned())]);
    lead.post("/v1/feedback", said(&uuid::Uuid::now_v7().to_string())).refused(409, "unknown-reference");
    app.finance().post("/v1/feedback", said(&scene.plan)).refused(403, "forbidden");
    assert_eq!(app.staff(&["crisis-cafe"]).get("/v1/feedback").expect(200)["items"].as_array().unwrap().len(), 2);
    assert!(app.staff(&["other-service"]).get("/v1/feedback").expect(200)["items"].as_array().unwrap().is_empty());
}

#[test]
fn an_item_changes_while_it_is_not_published() {
    let scene = scene();
    let path = format!("/v1/feedback/{}", give(&scene, json!({ "contributors": [scene.vera] })));
    let (lead, nurse) = (scene.app.lead(), scene.app.staff(&["crisis-cafe"]));
    let changed = nurse.change(&path, json!({ "theme": "Rooms", "contributors": [] })).expect(200);
    assert_eq!((&changed["theme"], &changed["contributors"]), (&json!("Rooms"), &json!([])));
    nurse.change(&path, json!({ "contributors": [scene.other] })).refused(409, "unknown-reference");
    lead.change(&path, json!({ "contributors": [scene.other] })).expect(200);
    // A contributor named by a lead may stay, although staff can't see them.
    nurse.change(&path, json!({ "contributors": [scene.other, scene.vera] })).expect(200);
    let another = make::approved_plan(&scene.app, &make::service(&scene.app, "third"));
    let problem = lead.change(&path, json!({ "plan_id": another })).refused(409, "not-editable");
    assert_eq!(faults(&problem)[0].0, "/plan_id");
    scene.app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    scene
        .app
        .staff(&["other-service"])
        .post(&format!("{path}/respond"), json!({ "decision": "done" }))
        .refused(404, "not-found");
    let found = lead.get(&format!("/v1/feedback?plan_id={}&status=open,responded", scene.plan)).expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert!(found["items"][0].get("contributors").is_none());
}

const DONE: &str = r#"{"achieved_level": "co_design", "reflection": "It went well."}"#;

fn complete(scene: &Scene) -> crate::support::Answer {
    scene.app.lead().post(&format!("/v1/plans/{}/complete", scene.plan), serde_json::from_str(DONE).unwrap())
}

#[test]
fn a_plan_is_completed_when_every_item_is_decided_and_stays_so() {
    let scene = scene();
    let lead = scene.app.lead();
    let item = give(&scene, json!({}));
    complete(&scene).refused(409, "plan-has-open-items");
    lead.post(&format!("/v1/feedback/{item}/respond"), json!({ "decision": "exploring" })).expect(200);
    complete(&scene).refused(409, "plan-has-open-items");
    lead.post(&format!("/v1/feedback/{item}/respond"), json!({ "decision": "doing", "we_did": "Asked." })).expect(200);
    complete(&scene).expect(200);
    lead.post("/v1/feedback", said(&scene.plan)).refused(409, "not-editable");
    let problem = lead
        .post(&format!("/v1/feedback/{item}/respond"), json!({ "decision": "exploring" }))
        .refused(409, "not-editable");
    assert_eq!(faults(&problem)[0].0, "/decision");
    lead.post(&format!("/v1/feedback/{item}/respond"), json!({ "decision": "done" })).expect(200);
    lead.ask(&format!("/v1/feedback/{item}/publish")).expect(200);
}

#[test]
fn completing_a_plan_and_giving_feedback_at_once_never_leave_an_item_undecided() {
    let scene = scene();
    let given = thread::scope(|scope| {
        let scene = &scene;
        let mut givers = Vec::new();
        for _ in 0..5 {
            givers.push(scope.spawn(move || scene.app.lead().post("/v1/feedback", said(&scene.plan)).status));
        }
        let completed = scope.spawn(move || complete(scene).status);
        let given = givers.into_iter().map(|giver| giver.join().unwrap()).filter(|status| *status == 201).count();
        (given, completed.join().unwrap())
    });
    let undecided = scene.app.lead().get(&format!("/v1/feedback?plan_id={}", scene.plan)).expect(200);
    let undecided = undecided["items"].as_array().unwrap().len();
    assert_eq!(undecided, given.0);
    assert!(given.1 == 409 || undecided == 0, "{given:?}");
}

#[test]
fn of_a_plan_that_somebody_cannot_read_nothing_is_told_before_something_is_published() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let service = lead.get("/v1/services").expect(200)["items"][1]["id"].as_str().unwrap().to_owned();
    let draft = make::plan_with(app, &service, json!({ "title": "Not to be known yet" }));
    for plan in [&scene.plan, &draft] {
        for path in ["", "?format=html", "?format=html&layout=easy_read"]
            .map(|more| format!("/v1/plans/{plan}/you-said-we-did{more}"))
        {
            app.volunteer(&scene.other).get(&path).refused(404, "not-found");
            app.staff(&["other-service"]).get(&path).refused(404, "not-found");
            assert_eq!(app.staff(&["crisis-cafe"]).get(&path).status, 200, "{path}");
            assert_eq!(lead.get(&path).status, 200, "{path}");
        }
    }
    let given = format!("/v1/feedback/{}", give(&scene, json!({})));
    lead.post(&format!("{given}/respond"), json!({ "decision": "done", "we_did": "A room." })).expect(200);
    let path = format!("/v1/plans/{}/you-said-we-did?format=html", scene.plan);
    app.volunteer(&scene.other).get(&path).refused(404, "not-found");
    lead.ask(&format!("{given}/publish")).expect(200);
    for who in [app.volunteer(&scene.other), app.staff(&["other-service"])] {
        assert!(who.get(&path).text.contains("A room."));
    }
}
