//! Who sees which opportunities.

use serde_json::json;

use super::{drafted, path};
use crate::support::{App, make};

#[test]
fn volunteers_see_what_is_published_and_that_in_which_they_are_engaged() {
    let app = App::start();
    let (_, id) = drafted(&app, json!({}));
    let one = format!("/v1/opportunities/{id}");
    let (vera, otto) = (make::volunteer(&app, "Vera"), make::volunteer(&app, "Otto"));
    app.volunteer(&vera).get(&one).refused(404, "not-found");
    app.lead().ask(&path(&id, "publish")).expect(200);
    app.volunteer(&otto).get(&one).expect(200);
    make::accepted(&app, &id, &vera);
    app.lead().ask(&path(&id, "close")).expect(200);
    let seen = app.volunteer(&vera).get(&one).expect(200);
    assert!(seen.get("accepted_count").is_none());
    app.volunteer(&otto).get(&one).refused(404, "not-found");
    assert_eq!(app.volunteer(&otto).get("/v1/opportunities").expect(200)["items"], json!([]));
    app.finance().get(&one).refused(403, "forbidden");
}

#[test]
fn lists_filter_by_what_they_say() {
    let app = App::start();
    let (plan, id) = drafted(&app, json!({ "title": "Crisis café evenings" }));
    let list = |query: &str| {
        let items = app.lead().get(&format!("/v1/opportunities?{query}")).expect(200)["items"].clone();
        items.as_array().unwrap().iter().map(make::id).collect::<Vec<_>>()
    };
    for query in
        ["q=caf%C3%A9", "q=CRISIS+even", "q=offer", "kind=forum,workshop", &format!("plan_id={plan}"), "status=draft"]
    {
        assert_eq!(list(query), [id.clone()], "{query}");
    }
    for query in [
        "q=nothing",
        "q=isis",
        "q='%3A*%20%26",
        "kind=forum",
        "status=published",
        "service_id=01900000-0000-7000-8000-000000000000",
    ] {
        assert_eq!(list(query), Vec::<String>::new(), "{query}");
    }
    let item = app.lead().get("/v1/opportunities").expect(200)["items"][0].clone();
    assert!(item["offer"].is_object() && item.get("clearances_required").is_none());
}

#[test]
fn the_public_sees_what_is_open_and_nothing_about_people() {
    let app = App::start();
    let contact =
        json!({ "name": "Amara", "email": "a@trust.example", "phone": "01223 555 0101", "subject": "amara.sub" });
    let (_, id) = drafted(&app, json!({ "contact": contact }));
    let one = format!("/v1/public/opportunities/{id}");
    app.public().get(&one).refused(404, "not-found");
    app.lead().ask(&path(&id, "publish")).expect(200);
    let vera = make::volunteer(&app, "Vera Secret");
    make::accepted(&app, &id, &vera);
    let list = app
        .public()
        .get("/v1/public/opportunities?kind=workshop&mode=in_person,online&basis=paid_involvement&q=evening");
    for (text, seen) in [(list.text.clone(), list.json["items"][0].clone()), {
        let answer = app.public().get(&one);
        (answer.text.clone(), answer.expect(200))
    }] {
        assert_eq!(seen["id"], json!(id));
        for secret in
            ["created_by", "lead.ann", "subject", "amara.sub", "Vera", "accepted", "places_left", vera.as_str()]
        {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(seen["contact"], json!({ "name": "Amara", "email": "a@trust.example", "phone": "01223 555 0101" }));
    }
    for query in ["kind=forum", "mode=online", "basis=expenses_only", "q=morning"] {
        assert_eq!(app.public().get(&format!("/v1/public/opportunities?{query}")).expect(200)["items"], json!([]));
    }
    app.bearer("bad").get(&one).refused(401, "unauthenticated");
    app.now_is("2026-12-31T12:00:00Z");
    app.public().get(&one).refused(404, "not-found");
    assert_eq!(app.public().get("/v1/public/opportunities").expect(200)["items"], json!([]));
    assert_eq!(app.public().get("/v1/public/you-said-we-did").expect(200)["items"], json!([]));
}
