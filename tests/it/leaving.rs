//! When people go: what they were engaged in ends, they are told nothing more but about money, and whoever has died is told
//! nothing at all. Whoever comes back starts where they were.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, Client, books, make};

fn path(volunteer: &str, verb: &str) -> String {
    format!("/v1/volunteers/{volunteer}/{verb}")
}

/// What a person was told or is to be told: what it is about, and its status.
fn told(app: &App, volunteer: &str) -> Vec<(String, String)> {
    let seen = app.lead().get(&format!("/v1/deliveries?volunteer_id={volunteer}&limit=100&order=oldest")).expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    seen["items"].as_array().unwrap().iter().map(|item| (text(&item["about"]), text(&item["status"]))).collect()
}

fn pending(app: &App, volunteer: &str) -> Vec<String> {
    told(app, volunteer).into_iter().filter(|(_, status)| status == "pending").map(|(about, _)| about).collect()
}

/// What is on a work list and names Vera.
fn work_naming_vera(who: &Client<'_>, id: &str) -> Vec<Value> {
    let list = who.get("/v1/me/work?limit=100").expect(200);
    let names = |item: &&Value| [id, "Vera"].iter().any(|name| item.to_string().contains(name));
    list["items"].as_array().unwrap().iter().filter(names).cloned().collect()
}

#[test]
fn wendy_moves_away_and_all_that_she_was_engaged_in_ends() {
    let app = App::start();
    let it = make::engaged_with(&app, json!({ "places": 1 }), json!({}));
    let wendy = app.volunteer(&it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    app.lead().post(&format!("/v1/plans/{}/members", it.plan), json!({ "volunteer_id": it.volunteer })).expect(201);
    // She is also offered a place elsewhere, and asked for another.
    let other = make::published(&app, &it.plan, json!({ "title": "Leaflet", "places": 1 }));
    let third = make::published(&app, &it.plan, json!({ "title": "Panel of readers" }));
    let asked = |opportunity: &str| {
        let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
        format!("/v1/expressions-of-interest/{}", make::id(&wendy.post(&path, json!({})).expect(201)))
    };
    let (offered, received) = (asked(&other), asked(&third));
    app.lead().post(&format!("{offered}/offer"), json!({})).expect(200);
    assert!(pending(&app, &it.volunteer).contains(&"offer".to_owned()));

    let gone = wendy
        .post(
            &path(&it.volunteer, "leave"),
            json!({ "reason": "moved", "on": "2026-06-12", "note": "To be near her daughter." }),
        )
        .expect(200);
    assert_eq!(gone["status"], "left");
    let departure = json!({ "reason": "moved", "on": "2026-06-12", "note": "To be near her daughter." });
    assert_eq!(gone["departure"], departure);
    let person = format!("/v1/volunteers/{}", it.volunteer);
    assert_eq!(app.lead().get(&person).expect(200)["departure"], departure);
    assert!(app.staff(&["crisis-cafe"]).get(&person).expect(200).get("departure").is_none());
    let agreement = app.lead().get(&format!("/v1/agreements/{}", it.agreement)).expect(200);
    assert_eq!((&agreement["status"], &agreement["ended_on"]), (&json!("ended"), &json!("2026-06-12")));
    assert_eq!(agreement["reason"], "The volunteer has left.", "why she left stands with her alone");
    for expression in [&offered, &received] {
        assert_eq!(app.lead().get(expression).expect(200)["status"], "withdrawn");
    }
    for (opportunity, left) in [(&it.opportunity, 1), (&other, 1)] {
        let seen = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200);
        assert_eq!(seen["places_left"], left, "her place is free again");
    }
    assert_eq!(app.lead().get(&format!("/v1/plans/{}/members", it.plan)).expect(200)["items"], json!([]));
    assert_eq!(pending(&app, &it.volunteer), Vec::<String>::new());
    assert_eq!(app.lead().get("/v1/support-contacts?overdue=true").expect(200)["items"], json!([]));

    // What she attended is still claimed and paid, and she is told about the money.
    let line = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &it, line);
    let reject = format!("/v1/claims/{}/reject", make::id(&claim));
    app.lead().post(&reject, json!({ "reason": "The car park is free." })).expect(200);
    assert_eq!(pending(&app, &it.volunteer), ["claim_rejected"]);
    books::balance(&app);
}

#[test]
fn nothing_is_ever_sent_to_somebody_who_has_died() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let leave = path(&it.volunteer, "leave");
    let died = json!({ "reason": "deceased", "on": "2026-06-10" });
    app.volunteer(&it.volunteer).post(&leave, died.clone()).refused(422, "invalid");
    for wrong in [json!({ "reason": "gone" }), json!({ "reason": "other", "on": "2026-06-16" })] {
        app.lead().post(&leave, wrong).refused(422, "invalid");
    }
    // A message about money waits, too: nobody rings a widower to say that his wife's claim came back.
    let line = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &it, line);
    app.lead()
        .post(&format!("/v1/claims/{}/return", make::id(&claim)), json!({ "reason": "Which car park?" }))
        .expect(200);
    assert_eq!(pending(&app, &it.volunteer), ["agreement_issued", "claim_returned"]);
    let working = [app.staff(&["crisis-cafe"]), app.lead()];
    let work = || working.each_ref().map(|who| work_naming_vera(who, &it.volunteer));
    assert!(work().iter().all(|named| !named.is_empty()), "there is something to do for her: {:?}", work());
    let person = format!("/v1/volunteers/{}", it.volunteer);
    let estate = json!({ "estate": { "name": "Hart and Daughters", "contact": "01223 555 0142" } });
    app.lead().change(&person, estate.clone()).refused(409, "not-editable");
    app.lead().post(&leave, died).expect(200);
    assert_eq!(pending(&app, &it.volunteer), Vec::<String>::new());
    assert_eq!(work(), [Vec::<Value>::new(), Vec::new()], "nobody is asked to do anything for her");
    // A lead types what was attended, without a declaration that nobody can make any more.
    let time = json!({ "agreement_id": it.agreement, "volunteer_id": it.volunteer, "lines": [
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.0, "from": "Ely", "to": "Fulbourn" } ] });
    let typed = make::id(&app.lead().post("/v1/claims", time).expect(201));
    app.lead().ask(&format!("/v1/claims/{typed}/submit")).expect(200);
    let yes = json!({ "no_close_relationship": true });
    app.lead_called("lead.zoe").post(&format!("/v1/claims/{typed}/approve"), yes).expect(200);
    // The estate is named, and finance sees whom it pays.
    app.lead().change(&person, estate).expect(200);
    let payee = app.finance().get(&path(&it.volunteer, "payee")).expect(200);
    assert_eq!(payee["estate_name"], "Hart and Daughters");
    make::payee(&app, &it.volunteer);
    assert_eq!(pending(&app, &it.volunteer), Vec::<String>::new(), "{:?}", told(&app, &it.volunteer));
    assert_eq!(work(), [Vec::<Value>::new(), Vec::new()]);
    // Not by the database either.
    let message = "INSERT INTO deliveries (id, volunteer_id, status, subject_type, subject_id, about, channel, automatic, formats,
        created_at, created_by, updated_at) SELECT gen_random_uuid(), d.volunteer_id, 'pending', d.subject_type, d.subject_id, d.about,
        d.channel, false, '[]', d.created_at, d.created_by, d.updated_at FROM deliveries d LIMIT 1";
    let refused = diesel::RunQueryDsl::execute(diesel::sql_query(message), &mut app.database.as_service()).unwrap_err();
    assert!(refused.to_string().contains("has died"), "{refused}");
    app.lead().ask(&path(&it.volunteer, "return")).refused(409, "volunteer-not-active");
}

#[test]
fn whoever_comes_back_is_the_same_person_with_the_same_clearances() {
    let app = App::start();
    let it = make::engaged(&app);
    let cleared = json!({ "kind": "occupational_health", "state": "cleared", "issued_on": "2026-01-01" });
    app.lead().post(&path(&it.volunteer, "clearances"), cleared).expect(201);
    app.lead().ask(&path(&it.volunteer, "return")).refused(409, "invalid-transition");
    app.lead().post(&path(&it.volunteer, "leave"), json!({ "reason": "caring" })).expect(200);
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", it.opportunity);
    app.volunteer(&it.volunteer).post(&interest, json!({})).refused(409, "volunteer-not-active");
    app.volunteer(&it.volunteer).ask(&path(&it.volunteer, "return")).refused(403, "forbidden");
    let back = app.lead().ask(&path(&it.volunteer, "return")).expect(200);
    assert_eq!((&back["status"], &back["departure"]), (&json!("prospective"), &Value::Null));
    assert_eq!(back["clearance_summary"][0]["status"], "valid");
    app.volunteer(&it.volunteer).post(&interest, json!({})).expect(201);
}

#[test]
fn nobody_is_offered_a_place_while_they_leave() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    for round in 0..ROUNDS {
        let opportunity = make::published(&app, &plan, json!({ "places": 1 }));
        let person = make::volunteer(&app, &format!("Person {round}"));
        let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
        let one = make::id(&app.volunteer(&person).post(&interest, json!({})).expect(201));
        let ask = |n: usize| match (n + round) % 2 {
            0 => app.volunteer(&person).post(&path(&person, "leave"), json!({ "reason": "time" })),
            _ => app.lead().post(&format!("/v1/expressions-of-interest/{one}/offer"), json!({})),
        };
        let answers = at_once(2, ask);
        assert_eq!(answers[round % 2].status, 200, "{}", answers[round % 2].text);
        assert_eq!(app.lead().get(&format!("/v1/expressions-of-interest/{one}")).expect(200)["status"], "withdrawn");
        assert_eq!(pending(&app, &person), Vec::<String>::new(), "round {round}");
    }
    books::balance(&app);
}

#[test]
fn nobody_asks_to_take_part_while_they_leave() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "places": 900 }));
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    for round in 0..ROUNDS {
        let person = make::volunteer(&app, &format!("Person {round}"));
        let ask = |n: usize| match (n + round) % 2 {
            0 => app.lead().post(&path(&person, "leave"), json!({ "reason": "other" })),
            _ => app.volunteer(&person).post(&interest, json!({})),
        };
        at_once(2, ask);
        let open = format!(
            "/v1/expressions-of-interest?volunteer_id={person}&status=received,shortlisted,reserve,offered,accepted"
        );
        assert_eq!(app.lead().get(&open).expect(200)["items"], json!([]), "round {round}");
    }
    books::balance(&app);
}

#[test]
fn what_was_noted_of_somebody_who_left_goes_with_their_erasure() {
    let app = App::start();
    let person = make::volunteer(&app, "Vera Volunteer");
    let at = format!("/v1/volunteers/{person}");
    let died = json!({ "reason": "deceased", "note": "Her daughter Zqnote rang." });
    app.lead().post(&format!("{at}/leave"), died).expect(200);
    let estate = json!({ "estate": { "name": "Zqestate and Sons", "contact": "01223 555 0142" } });
    app.lead().change(&at, estate).expect(200);
    let held = |word: &str| {
        let found = format!("SELECT count(*) FROM volunteer_profiles p WHERE row_to_json(p)::text LIKE '%{word}%'");
        books::number(&app, &found)
    };
    let export = app.lead().get(&format!("{at}/export")).expect(200).to_string();
    for word in ["Zqnote", "Zqestate"] {
        assert_eq!(held(word), 1, "{word}");
        assert!(export.contains(word), "{word} is in the export");
    }
    app.lead_called("lead.zoe").ask(&format!("{at}/erase")).expect(200);
    for word in ["Zqnote", "Zqestate"] {
        assert_eq!(held(word), 0, "{word}");
    }
    let kept = "SELECT count(*) FROM volunteers WHERE leave_reason IS NOT NULL OR left_on IS NOT NULL";
    assert_eq!(books::number(&app, kept), 0);
}

#[test]
fn nobody_has_to_say_why_they_leave() {
    let app = App::start();
    for (name, body) in [("Ola Quiet", None), ("Ada Quiet", Some(json!({})))] {
        let person = make::volunteer(&app, name);
        let leave = path(&person, "leave");
        let who = app.volunteer(&person);
        let left = body.map_or_else(|| who.ask(&leave), |body| who.post(&leave, body)).expect(200);
        assert_eq!((&left["status"], &left["departure"]["reason"]), (&json!("left"), &json!("other")));
    }
}

#[test]
fn nobody_leaves_before_a_day_on_which_they_came_and_a_death_takes_no_pay_away() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-12T09:00:00Z", 240);
    // One to come is cancelled: it keeps nobody.
    let ahead = make::session(&app, &it.opportunity, "2026-06-30T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{ahead}/cancel"), json!({ "reason": "No room." })).expect(200);
    let early = json!({ "reason": "time", "on": "2026-06-11" });
    let end = format!("/v1/agreements/{}/end", it.agreement);
    for at in [&path(&it.volunteer, "leave"), &end] {
        let problem = app.lead().post(at, early.clone()).refused(422, "invalid");
        assert_eq!(faults(&problem), [("/on".to_owned(), "out-of-range".to_owned())], "{at}");
        assert!(problem.to_string().contains("12 June 2026"), "{problem}");
    }
    let died = json!({ "reason": "deceased", "on": "2026-06-11" });
    let gone = app.lead().post(&path(&it.volunteer, "leave"), died).expect(200);
    assert_eq!(gone["departure"]["on"], "2026-06-11");
    let agreement = app.lead().get(&format!("/v1/agreements/{}", it.agreement)).expect(200);
    assert_eq!((&agreement["status"], &agreement["ended_on"]), (&json!("ended"), &json!("2026-06-12")));
    let typed = json!({ "agreement_id": it.agreement, "volunteer_id": it.volunteer, "lines": [
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.0, "from": "Ely", "to": "Fulbourn" } ] });
    let typed = make::id(&app.lead().post("/v1/claims", typed).expect(201));
    app.lead().ask(&format!("/v1/claims/{typed}/submit")).expect(200);
    // On that day itself everything ends as it should.
    let other = make::volunteer(&app, "Otto Other");
    let agreement = make::agreement(&app, &it.opportunity, &other, json!({}));
    make::attended(&app, &it.opportunity, &other, "2026-06-13T09:00:00Z", 60);
    // A session that was cancelled after that keeps nobody: its register can't be corrected any more.
    let gone = make::session(&app, &it.opportunity, "2026-06-14T09:00:00Z", 60);
    let cancelled = json!({ "reason": "No room.", "cancelled_at": "2026-06-13T12:00:00Z" });
    app.lead().post(&format!("/v1/sessions/{gone}/cancel"), cancelled).expect(200);
    let last = json!({ "reason": "time", "on": "2026-06-13" });
    app.lead().post(&format!("/v1/agreements/{agreement}/end"), last).expect(200);
}

#[test]
fn whoever_has_left_and_dies_later_is_told_nothing_more() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let leave = path(&it.volunteer, "leave");
    let moved = json!({ "reason": "moved", "on": "2026-06-12", "note": "To Leeds." });
    app.lead().post(&leave, moved.clone()).expect(200);
    let line = json!([{ "kind": "parking", "session_id": session, "spent_pence": 300, "evidence_exception": "Lost." }]);
    let claim = make::submitted(&app, &it, line);
    let back = json!({ "reason": "Which car park?" });
    app.lead().post(&format!("/v1/claims/{}/return", make::id(&claim)), back).expect(200);
    assert_eq!(pending(&app, &it.volunteer), ["claim_returned"]);
    let died = json!({ "reason": "deceased" });
    app.lead().post(&leave, moved).refused(409, "invalid-transition");
    app.volunteer(&it.volunteer).post(&leave, died.clone()).refused(422, "invalid");
    let gone = app.lead().post(&leave, died.clone()).expect(200);
    assert_eq!(gone["departure"], json!({ "reason": "deceased", "on": "2026-06-12", "note": "To Leeds." }));
    assert_eq!(pending(&app, &it.volunteer), Vec::<String>::new());
    app.lead().post(&leave, died).refused(409, "invalid-transition");
    let estate = json!({ "estate": { "name": "Hart and Daughters", "contact": "01223 555 0142" } });
    app.lead().change(&format!("/v1/volunteers/{}", it.volunteer), estate).expect(200);
    make::payee(&app, &it.volunteer);
    assert_eq!(pending(&app, &it.volunteer), Vec::<String>::new());
    books::balance(&app);
}
