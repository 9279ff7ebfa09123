//! A published "we did" says how many people, hours and pounds stand behind it, and in public nothing about one person.

use serde_json::{Value, json};

use crate::support::{App, make};

fn published(app: &App, plan: &str, contributors: &[&str]) -> String {
    let said = json!({ "plan_id": plan, "you_said": "Open later.", "source": "session", "contributors": contributors });
    let item = make::id(&app.lead().post("/v1/feedback", said).expect(201));
    let path = format!("/v1/feedback/{item}");
    assert_eq!(app.lead().get(&path).expect(200)["behind_it"], Value::Null, "it is not published");
    app.lead().post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "Open until ten." })).expect(200);
    make::published_feedback(app, &path);
    path
}

fn behind(people: i32, hours: i64, pence: i64) -> Value {
    json!({ "people": people, "hours": hours, "pence": pence })
}

#[test]
fn people_hours_and_pounds_until_its_publication_stand_behind_a_change() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let session = make::session(&app, &engaged.opportunity, "2026-06-08T09:00:00Z", 119);
    make::attend(&app, &session, &engaged.volunteer, "attended");
    for name in ["Ann", "Ben", "Cem"] {
        let person = make::volunteer(&app, name);
        make::agreement(&app, &engaged.opportunity, &person, json!({}));
        make::attend(&app, &session, &person, if name == "Ann" { "left_early" } else { "attended" });
    }
    let absent = make::volunteer(&app, "Dee");
    make::agreement(&app, &engaged.opportunity, &absent, json!({}));
    make::attend(&app, &session, &absent, "no_show");
    let staff = app.staff(&["crisis-cafe"]);
    let outsider = make::volunteer(&app, "Olu Other");
    let few = published(&app, &engaged.plan, &[&engaged.volunteer]);
    // Four people, four times 119 minutes, nothing approved yet.
    for client in [&app.lead(), &staff] {
        let seen = client.get(&few).expect(200);
        assert_eq!((&seen["behind_it"], &seen["behind_it_exactly"]), (&Value::Null, &behind(4, 7, 0)));
    }
    for (who, why) in [(&outsider, "fewer than five"), (&engaged.volunteer, "also for who said it")] {
        let seen = app.volunteer(who).get(&few).expect(200);
        assert_eq!((&seen["behind_it"], seen.get("behind_it_exactly")), (&Value::Null, None), "{why}");
    }

    app.now_is("2026-06-16T10:00:00Z");
    make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    let many = published(&app, &engaged.plan, &[&outsider]);
    // Who said it counts once, too; a claim came to £75.
    assert_eq!(staff.get(&many).expect(200)["behind_it_exactly"], behind(5, 7, 7500));
    // Four gave the hours, and the money is one person's: in public, that they are five is all that is told.
    let public = behind(5, 0, 0);
    assert_eq!(app.volunteer(&absent).get(&many).expect(200)["behind_it"], public);
    let list = |client: crate::support::Client<'_>, path: &str| -> Vec<Value> {
        let items = client.get(path).expect(200)["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["behind_it"].clone()).collect()
    };
    let wanted = [public, Value::Null];
    assert_eq!(list(app.public(), "/v1/public/you-said-we-did"), wanted);
    assert_eq!(
        list(app.lead(), &format!("/v1/plans/{}/you-said-we-did", engaged.plan)),
        wanted,
        "nobody gets more there"
    );
    let sentence = "Behind this: at least 5 people.";
    for layout in ["standard", "large_print", "easy_read"] {
        let page = app.public().get(&format!("/v1/public/you-said-we-did/poster?layout={layout}"));
        assert_eq!(page.text.matches(sentence).count(), 1, "{layout}: {}", page.text);
    }
    let feed = app.public().get("/v1/public/you-said-we-did/feed");
    assert_eq!(feed.text.matches(sentence).count(), 1, "{}", feed.text);

    // What comes later is behind later changes alone, and a new response takes the figures away.
    app.now_is("2026-06-17T10:00:00Z");
    make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-17T08:00:00Z", 60);
    assert_eq!(staff.get(&many).expect(200)["behind_it_exactly"], behind(5, 7, 7500));
    app.lead()
        .post(&format!("{many}/respond"), json!({ "decision": "doing", "we_did": "Open until nine." }))
        .expect(200);
    assert_eq!(staff.get(&many).expect(200)["behind_it_exactly"], Value::Null);
    make::published_feedback(&app, &many);
    assert_eq!(staff.get(&many).expect(200)["behind_it_exactly"], behind(5, 8, 7500));
}
