//! Expiring clearances: who is reminded, that it happens once, and which sessions are affected.

use involvement::app;
use serde_json::{Value, json};

use crate::support::app::instant;
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, make};

fn cleared(app: &App, who: &str, kind: &str, until: Option<&str>) -> String {
    let body = json!({ "kind": kind, "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": until });
    make::id(&app.lead().post(&format!("/v1/volunteers/{who}/clearances"), body).expect(201))
}

/// Runs the scheduled work.
fn tick(app: &App, at: &str) {
    app.clock.set(instant(at));
    app::tick(&app.running().service).expect("a tick");
}

fn reminders(app: &App) -> Vec<Value> {
    let list = app.lead().get("/v1/clearance-reminders?order=oldest&limit=100").expect(200);
    list["items"].as_array().unwrap().clone()
}

fn told(app: &App) -> Vec<Value> {
    let list = app.lead().get("/v1/deliveries?order=oldest&limit=100").expect(200);
    list["items"].as_array().unwrap().iter().filter(|one| one["about"] == "clearance_expiring").cloned().collect()
}

#[test]
fn each_reminder_is_made_once_on_its_day() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let id = cleared(&app, &engaged.volunteer, "identity", Some("2026-10-01"));
    cleared(&app, &engaged.volunteer, "references", None);
    for (at, days) in [
        ("2026-08-01T10:00:00Z", vec![]),
        ("2026-08-02T10:00:00Z", vec![60]),
        ("2026-08-03T10:00:00Z", vec![60]),
        ("2026-08-31T10:00:00Z", vec![60]),
        ("2026-09-01T10:00:00Z", vec![60, 30]),
        ("2026-09-23T10:00:00Z", vec![60, 30]),
        ("2026-09-24T10:00:00Z", vec![60, 30, 7]),
        ("2026-10-01T10:00:00Z", vec![60, 30, 7]),
        ("2026-10-02T10:00:00Z", vec![60, 30, 7]),
    ] {
        tick(&app, at);
        tick(&app, at);
        let made: Vec<i64> = reminders(&app).iter().map(|one| one["days_before"].as_i64().unwrap()).collect();
        assert_eq!(made, days, "{at}");
    }
    let first = &reminders(&app)[0];
    assert_eq!(
        (&first["clearance_id"], &first["kind"], &first["expires_on"]),
        (&json!(id), &json!("identity"), &json!("2026-10-01"))
    );
    let told = told(&app);
    assert_eq!(told.len(), 3);
    assert_eq!((&told[0]["subject_type"], &told[0]["subject_id"]), (&json!("clearance"), &json!(id)));
    // One letter about it is enough: the last says the same as those before.
    assert_eq!(
        told.iter().map(|one| one["status"].as_str().unwrap()).collect::<Vec<_>>(),
        ["overtaken", "overtaken", "pending"]
    );
    assert!(told[2]["message"].as_str().unwrap().contains("1 October 2026"), "{}", told[2]);
    app.staff(&["crisis-cafe"]).get("/v1/clearance-reminders").refused(403, "forbidden");
    app.volunteer(&engaged.volunteer).get("/v1/clearance-reminders").refused(403, "forbidden");
}

#[test]
fn who_is_late_begins_with_the_one_that_is_due_and_another_day_begins_anew() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let id = cleared(&app, &engaged.volunteer, "identity", Some("2026-10-01"));
    tick(&app, "2026-09-20T10:00:00Z");
    assert_eq!(reminders(&app).len(), 1);
    assert_eq!(reminders(&app)[0]["days_before"], 30);
    let place = format!("/v1/volunteers/{}/clearances/{id}", engaged.volunteer);
    app.lead().change(&place, json!({ "policy_expires_on": "2027-10-01" })).expect(200);
    tick(&app, "2026-09-25T10:00:00Z");
    assert_eq!(reminders(&app).len(), 1);
    tick(&app, "2027-08-02T10:00:00Z");
    let last = reminders(&app).pop().unwrap();
    assert_eq!((&last["days_before"], &last["expires_on"]), (&json!(60), &json!("2027-10-01")));
}

#[test]
fn nobody_is_reminded_of_what_another_takes_over_or_who_left() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let person = |name: &str| {
        let who = make::volunteer(&app, name);
        make::agreement(&app, &engaged.opportunity, &who, json!({}));
        who
    };
    let renewed = person("Rae Renewed");
    cleared(&app, &renewed, "dbs_basic", Some("2026-08-02"));
    let higher = json!({ "kind": "dbs_standard", "state": "cleared", "issued_on": "2026-08-03", "policy_expires_on": "2029-08-02",
        "eligibility_reason": "Visits wards." });
    app.now_is("2026-08-04T10:00:00Z");
    app.lead().post(&format!("/v1/volunteers/{renewed}/clearances"), higher.clone()).expect(201);
    let gap = person("Gil Gap");
    let gap_id = cleared(&app, &gap, "dbs_basic", Some("2026-08-02"));
    let late = make::with(higher, json!({ "issued_on": "2026-08-04" }));
    app.lead().post(&format!("/v1/volunteers/{gap}/clearances"), late).expect(201);
    app.now_is("2026-06-15T10:00:00Z");
    let left = person("Leo Left");
    cleared(&app, &left, "identity", Some("2026-08-02"));
    app.lead().post(&format!("/v1/volunteers/{left}/leave"), json!({ "reason": "other" })).expect(200);
    let loose = make::volunteer(&app, "Lou Loose");
    let loose_id = cleared(&app, &loose, "identity", Some("2026-08-02"));

    tick(&app, "2026-06-15T10:00:00Z");
    let mut made: Vec<String> =
        reminders(&app).iter().map(|one| one["clearance_id"].as_str().unwrap().to_owned()).collect();
    made.sort();
    let mut wanted = vec![gap_id, loose_id];
    wanted.sort();
    assert_eq!(made, wanted);
    assert_eq!(told(&app).len(), 1, "who is engaged nowhere is told by nobody; leads see them");
}

#[test]
fn a_reminder_that_nobody_has_read_goes_with_the_renewal_and_stays_with_anything_else() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let id = cleared(&app, &engaged.volunteer, "dbs_basic", Some("2026-08-10"));
    tick(&app, "2026-06-15T10:00:00Z");
    let status = || told(&app).iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(status(), ["pending"]);
    // Another kind, another who is not cleared yet, one that ends sooner, and its number: it still expires.
    let path = format!("/v1/volunteers/{}/clearances", engaged.volunteer);
    cleared(&app, &engaged.volunteer, "identity", None);
    let asked = json!({ "kind": "dbs_basic", "state": "requested" });
    let asked = make::id(&app.lead().post(&path, asked).expect(201));
    cleared(&app, &engaged.volunteer, "dbs_basic", Some("2026-08-09"));
    app.lead().change(&format!("{path}/{id}"), json!({ "reference_last4": "0417" })).expect(200);
    assert_eq!(status(), ["pending"]);
    // The check that was asked for has come.
    let now = json!({ "state": "cleared", "issued_on": "2026-06-15", "policy_expires_on": "2029-06-14" });
    app.lead().change(&format!("{path}/{asked}"), now).expect(200);
    assert_eq!(status(), ["overtaken"]);
    tick(&app, "2026-07-12T10:00:00Z");
    assert_eq!(status(), ["overtaken"]);
}

#[test]
fn a_reminder_that_came_back_is_not_sent_again_after_the_renewal() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let person = format!("/v1/volunteers/{}", engaged.volunteer);
    let letters = json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge" });
    app.lead().change(&person, letters).expect(200);
    cleared(&app, &engaged.volunteer, "identity", Some("2026-08-10"));
    tick(&app, "2026-06-15T10:00:00Z");
    let letter = format!("/v1/deliveries/{}", make::id(told(&app).last().unwrap()));
    app.lead().ask(&format!("{letter}/done")).expect(200);
    assert_eq!(app.lead().ask(&format!("{letter}/bounced")).expect(200)["status"], "pending");
    app.lead().ask(&format!("{letter}/done")).expect(200);
    cleared(&app, &engaged.volunteer, "identity", Some("2029-08-10"));
    app.lead().ask(&format!("{letter}/bounced")).refused(409, "not-editable");
}

#[test]
fn nobody_is_reminded_of_what_is_renewed_at_the_same_moment() {
    let app = App::with_pool(8);
    let engaged = make::engaged_with(&app, json!({ "places": 30 }), json!({}));
    for round in 0..ROUNDS / 5 {
        let person = make::volunteer(&app, &format!("Person {round}"));
        make::agreement(&app, &engaged.opportunity, &person, json!({}));
        cleared(&app, &person, "identity", Some("2026-08-10"));
        let renewal = json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-06-15" });
        let answers = at_once(2, |n| {
            if (n + round) % 2 == 0 {
                return app.lead().post(&format!("/v1/volunteers/{person}/clearances"), renewal.clone());
            }
            // Where it collides, the scheduler begins anew later.
            app::tick(&app.running().service).ok();
            app.lead().get("/v1/me")
        });
        assert!(answers.iter().all(|answer| answer.status < 300), "{answers:?}");
        app::tick(&app.running().service).expect("a tick");
        let waits = app.lead().get(&format!("/v1/deliveries?volunteer_id={person}&status=pending")).expect(200);
        let waits = waits["items"].as_array().unwrap().iter().any(|one| one["about"] == "clearance_expiring");
        assert!(!waits, "round {round}");
    }
}

#[test]
fn many_copies_at_once_remind_once() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    for place in 0..20 {
        make::training(&app, &format!("code-{place}"));
        cleared(&app, &engaged.volunteer, &format!("training:code-{place}"), Some("2026-08-10"));
    }
    app.now_is("2026-06-15T10:00:00Z");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..3 {
                    // A run that collides too often is tried again by the scheduler.
                    app::tick(&app.running().service).ok();
                }
            });
        }
    });
    tick(&app, "2026-06-15T10:00:01Z");
    assert_eq!((reminders(&app).len(), told(&app).len()), (20, 20));
}

#[test]
fn a_clearance_names_the_sessions_that_its_end_will_touch() {
    let app = App::start();
    let required = json!([{ "kind": "dbs_basic" }]);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "clearances_required": required }));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let id = cleared(&app, &vera, "dbs_basic", Some("2026-07-01"));
    let agreement = make::agreement(&app, &opportunity, &vera, json!({ "ends_on": "2026-09-30" }));
    let place = format!("/v1/volunteers/{vera}/clearances/{id}");
    let [on_the_day, after, too_late] = ["2026-07-01T22:30:00Z", "2026-07-01T23:00:00Z", "2026-10-01T09:00:00Z"]
        .map(|at| make::session(&app, &opportunity, at, 60));
    let touched = || {
        let view = app.lead().get(&place).expect(200);
        let sessions = view["sessions_touched"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["session_id"].as_str().unwrap().to_owned());
        sessions.collect::<Vec<String>>()
    };
    assert_eq!(touched(), [after.as_str()], "not {on_the_day}, nor {too_late}");
    let view = app.lead().get(&place);
    let etag = view.header("etag").unwrap().to_owned();
    assert_eq!(view.expect(200)["renewable_from"], "2026-05-02");
    assert!(app.volunteer(&vera).get(&place).expect(200).get("sessions_touched").is_some());
    assert!(app.staff(&["crisis-cafe"]).get(&place).expect(200).get("sessions_touched").is_none());
    let listed = app.lead().get(&format!("/v1/volunteers/{vera}/clearances")).expect(200);
    assert!(listed["items"][0].get("sessions_touched").is_none());

    app.lead().post(&format!("/v1/sessions/{after}/cancel"), json!({ "reason": "No room." })).expect(200);
    assert_eq!(touched(), Vec::<String>::new());
    assert_ne!(app.lead().get(&place).header("etag"), Some(etag.as_str()));
    let another = make::session(&app, &opportunity, "2026-07-10T09:00:00Z", 60);
    assert_eq!(touched(), [another.as_str()]);
    cleared(&app, &vera, "dbs_basic", Some("2026-07-09"));
    assert_eq!(touched(), [another.as_str()]);
    cleared(&app, &vera, "dbs_basic", Some("2026-07-10"));
    assert_eq!(touched(), Vec::<String>::new(), "another one lasts until that day");
    app.lead().post(&format!("/v1/agreements/{agreement}/end"), json!({ "reason": "Over." })).expect(200);
    assert_eq!(touched(), Vec::<String>::new());
}

#[test]
fn a_reminder_that_comes_back_at_the_moment_of_the_renewal_does_not_wait() {
    let app = App::with_pool(8);
    let engaged = make::engaged_with(&app, json!({ "places": 60 }), json!({}));
    let letters = json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge" });
    for round in 0..ROUNDS / 2 {
        let person = make::volunteer(&app, &format!("Person {round}"));
        app.lead().change(&format!("/v1/volunteers/{person}"), letters.clone()).expect(200);
        make::agreement(&app, &engaged.opportunity, &person, json!({}));
        cleared(&app, &person, "identity", Some("2026-08-10"));
        tick(&app, "2026-06-15T10:00:00Z");
        let letter = format!("/v1/deliveries/{}", make::id(told(&app).last().unwrap()));
        app.lead().ask(&format!("{letter}/done")).expect(200);
        let renewal = json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-06-15" });
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.lead().post(&format!("/v1/volunteers/{person}/clearances"), renewal.clone()),
            _ => app.lead().ask(&format!("{letter}/bounced")),
        });
        assert_eq!(answers[round % 2].status, 201, "{}", answers[round % 2].text);
        let other = &answers[(round + 1) % 2];
        assert!(matches!(other.status, 200 | 409), "{}", other.text);
        let waits = app.lead().get(&format!("/v1/deliveries?volunteer_id={person}&status=pending")).expect(200);
        let waits = waits["items"].as_array().unwrap().iter().any(|one| one["about"] == "clearance_expiring");
        assert!(!waits, "round {round}: {}", other.text);
    }
}
