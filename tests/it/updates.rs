//! Point 10 (docs/rules.md): people are kept updated as they asked, once each, in a way and format that they can take in.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, make};

/// Creates a volunteer with these preferences for updates.
fn told_like(app: &App, name: &str, how: Value) -> String {
    let body = json!({ "legal_name": name, "preferred_contact": "email", "email": "somebody@example.org" });
    make::id(&app.lead().post("/v1/volunteers", make::with(body, how)).expect(201))
}

fn member(app: &App, plan: &str, volunteer: &str) {
    app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": volunteer })).expect(201);
}

fn needs(kinds: &[&str]) -> Value {
    json!({ "communication_needs": kinds.iter().map(|kind| json!({ "kind": kind })).collect::<Vec<_>>() })
}

fn update(app: &App, plan: &str, more: Value) -> Value {
    let body = json!({ "title": "The first workshop", "text": "Twelve people came." });
    app.staff(&["crisis-cafe"]).post(&format!("/v1/plans/{plan}/updates"), make::with(body, more)).expect(201)
}

/// The deliveries of an update, by recipient.
fn deliveries_of(app: &App, update: &Value) -> Vec<Value> {
    let list = app.lead().get("/v1/deliveries?limit=100").expect(200);
    list["items"].as_array().unwrap().iter().filter(|one| one["subject_id"] == update["id"]).cloned().collect()
}

fn delivery_to(app: &App, update: &Value, volunteer: &str) -> Value {
    let mut found = deliveries_of(app, update).into_iter().filter(|one| one["volunteer_id"] == volunteer);
    let first = found.next().expect("a delivery");
    assert!(found.next().is_none(), "one delivery a person");
    first
}

#[test]
fn everyone_who_takes_part_has_one_delivery_as_they_prefer() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let plan = engaged.plan.clone();
    let letter = told_like(&app, "Lena Letter", json!({ "preferred_contact": "letter" }));
    let poster = told_like(
        &app,
        "Pia Poster",
        json!({ "update_preferences": { "methods": ["poster", "meeting"], "frequency": "at_milestones" } }),
    );
    let lips =
        told_like(&app, "Lou Lips", make::with(needs(&["lip_reading"]), json!({ "preferred_contact": "phone" })));
    let left = told_like(&app, "Gil Gone", json!({}));
    let contributor = make::volunteer(&app, "Cora Contributor");
    for person in [&letter, &poster, &lips, &left, &engaged.volunteer] {
        member(&app, &plan, person);
    }
    app.lead().post(&format!("/v1/volunteers/{left}/leave"), json!({ "reason": "other" })).expect(200);
    let said = json!({ "plan_id": plan, "you_said": "Evenings are hard.", "source": "conversation", "contributors": [contributor, letter] });
    app.lead().post("/v1/feedback", said).expect(201);
    make::volunteer(&app, "Sam Stranger");

    let told = update(&app, &plan, json!({}));
    assert_eq!((&told["delivery_count"], &told["delivered_count"]), (&json!(5), &json!(0)));
    assert_eq!(deliveries_of(&app, &told).len(), 5);
    for (person, channel) in [
        (&engaged.volunteer, "email"),
        (&letter, "letter"),
        (&poster, "poster"),
        (&lips, "email"),
        (&contributor, "email"),
    ] {
        let delivery = delivery_to(&app, &told, person);
        assert_eq!((&delivery["channel"], &delivery["about"]), (&json!(channel), &json!("update")), "{delivery}");
        assert_eq!(delivery["message"], "The first workshop\nTwelve people came.");
        assert_eq!(delivery["automatic"], false, "no mail server is set: people tell them");
    }
    let done = format!("/v1/deliveries/{}/done", make::id(&delivery_to(&app, &told, &letter)));
    app.staff(&["crisis-cafe"]).ask(&done).expect(200);
    let list = app.staff(&["crisis-cafe"]).get(&format!("/v1/plans/{plan}/updates")).expect(200);
    assert_eq!(list["items"][0]["delivered_count"], 1);
    assert_eq!(app.volunteer(&letter).get("/v1/deliveries").expect(200)["items"][0]["message"], told_message());
    let elsewhere = app.staff(&["elsewhere"]);
    elsewhere.get(&format!("/v1/plans/{plan}/updates")).refused(404, "not-found");
    elsewhere
        .post(&format!("/v1/plans/{plan}/updates"), json!({ "title": "Hello", "text": "There." }))
        .refused(404, "not-found");
    app.volunteer(&letter).get(&format!("/v1/plans/{plan}/updates")).refused(403, "forbidden");
}

fn told_message() -> Value {
    json!("The first workshop\nTwelve people came.")
}

#[test]
fn easy_words_go_to_whoever_needs_them_and_are_asked_for_where_they_are_missing() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let easy = told_like(&app, "Edie Easy", needs(&["easy_read", "large_print"]));
    member(&app, &plan, &easy);
    let with = update(&app, &plan, json!({ "easy_read_text": "We had a meeting." }));
    let delivery = delivery_to(&app, &with, &easy);
    assert_eq!(delivery["message"], "The first workshop\nWe had a meeting.");
    assert_eq!(delivery["formats"], json!(["large_print", "easy_read"]));
    let without = update(&app, &plan, json!({}));
    assert_eq!(delivery_to(&app, &without, &easy)["formats"], json!(["large_print", "easy_read"]));
}

#[test]
fn one_way_for_everyone_is_refused_where_it_contradicts_a_need_unless_somebody_says_why() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let plain = told_like(&app, "Paul Plain", json!({}));
    member(&app, &plan, &plain);
    for (name, kinds) in [("Bea Braille", &["braille"][..]), ("Bo Braille", &["braille", "bsl"])] {
        member(&app, &plan, &told_like(&app, name, needs(kinds)));
    }
    let path = format!("/v1/plans/{plan}/updates");
    let by = |channel: &str| json!({ "title": "News", "text": "The date changed.", "channel": channel });
    let refused = app.lead().post(&path, by("email")).refused(409, "contradicts-need");
    let details: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().filter_map(|one| one["detail"].as_str()).collect();
    assert_eq!(details, ["contradicts what 2 people need: braille", "contradicts what one person needs: bsl"]);
    assert_eq!(faults(&refused)[0], ("/channel".to_owned(), "contradicts-need".to_owned()));
    assert_eq!(app.lead().get(&path).expect(200)["items"], json!([]), "nothing was written");
    assert_eq!(faults(&app.lead().post(&path, by("phone")).refused(409, "contradicts-need")).len(), 1, "bsl alone");

    // Staff can write a letter in any format, so it contradicts no need.
    app.lead().post(&path, by("letter")).expect(201);
    let reason = json!({ "override_reason": "The hall is closed tonight; there is no time for Braille." });
    let told = app.lead().post(&path, make::with(by("email"), reason.clone())).expect(201);
    assert_eq!((&told["channel"], &told["delivery_count"]), (&json!("email"), &json!(3)));
    let why: Vec<Value> = deliveries_of(&app, &told).into_iter().map(|one| one["override_reason"].clone()).collect();
    assert_eq!(why.iter().filter(|why| **why == reason["override_reason"]).count(), 2, "kept where it applies");
    let report = app.lead().get("/v1/reports/accessible-information").expect(200);
    assert_eq!(report["total"]["overridden_count"], 2, "{report}");
}

#[test]
fn nobody_is_told_more_often_than_they_asked() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let weekly =
        told_like(&app, "Wim Weekly", json!({ "update_preferences": { "methods": ["email"], "frequency": "weekly" } }));
    let always = told_like(
        &app,
        "Al Always",
        json!({ "update_preferences": { "methods": ["email"], "frequency": "at_milestones" } }),
    );
    member(&app, &plan, &weekly);
    member(&app, &plan, &always);
    let send_from = |update: &Value, who: &str| delivery_to(&app, update, who)["send_from"].clone();
    let first = update(&app, &plan, json!({}));
    assert_eq!(send_from(&first, &weekly), Value::Null);
    let second = update(&app, &plan, json!({}));
    app.now_is("2026-06-20T10:00:00Z");
    let third = update(&app, &plan, json!({}));
    assert_eq!((send_from(&second, &weekly), send_from(&third, &weekly)), (json!("2026-06-22"), json!("2026-06-22")));
    assert_eq!((send_from(&second, &always), send_from(&third, &always)), (Value::Null, Value::Null));
    app.now_is("2026-06-28T22:59:59Z");
    assert_eq!(send_from(&update(&app, &plan, json!({})), &weekly), json!("2026-06-29"));
    app.now_is("2026-07-05T23:00:00Z");
    assert_eq!(send_from(&update(&app, &plan, json!({})), &weekly), Value::Null, "a week after the 29th, in London");
}

#[test]
fn what_was_told_must_have_been_understood_or_somebody_says_why() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let person = told_like(
        &app,
        "Bea Braille",
        make::with(needs(&["braille", "lip_reading"]), json!({ "preferred_contact": "letter" })),
    );
    member(&app, &plan, &person);
    let done = |how: Value| {
        let delivery = delivery_to(&app, &update(&app, &plan, json!({})), &person);
        app.staff(&["crisis-cafe"]).post(&format!("/v1/deliveries/{}/done", make::id(&delivery)), how)
    };
    for (how, places) in [
        (json!({ "formats": [] }), &["/formats"][..]),
        (json!({ "formats": ["large_print"] }), &["/formats"]),
        (json!({ "channel": "phone" }), &["/channel"]),
        (json!({ "channel": "email", "formats": ["easy_read"] }), &["/formats"]),
    ] {
        let refused = done(how.clone()).refused(409, "contradicts-need");
        assert_eq!(faults(&refused).iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), places, "{how}");
    }
    let as_planned = done(json!({})).expect(200);
    assert_eq!((&as_planned["channel"], &as_planned["formats"]), (&json!("letter"), &json!(["braille"])));
    let in_person = done(json!({ "channel": "in_person" })).expect(200);
    assert_eq!((&in_person["channel"], &in_person["formats"]), (&json!("in_person"), &json!([])));
    let anyway = done(json!({ "channel": "phone", "override_reason": "She rang us herself." })).expect(200);
    assert_eq!(anyway["override_reason"], "She rang us herself.");
    done(json!({ "formats": ["smell"] })).refused(422, "invalid");
}
