//! Guidance on the ten points: read by everybody, changed only by leads.

use serde_json::json;

use crate::support::App;

#[test]
fn anybody_reads_the_ten_points_and_leads_keep_them() {
    let app = App::start();
    let all = app.public().get("/v1/public/guidance");
    let first_tag = all.header("etag").expect("a tag").to_owned();
    assert_eq!(all.header("cache-control"), Some("public, max-age=60"));
    let all = all.expect(200);
    let numbers: Vec<i64> =
        all["items"].as_array().expect("points").iter().map(|p| p["number"].as_i64().expect("a number")).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert!(
        all["items"].as_array().expect("points").iter().all(|point| !point["text"].as_str().expect("text").is_empty())
    );
    let lead = app.lead();
    let body = json!({ "contact": { "name": "The involvement team", "email": "involvement@trust.example" },
        "links": [{ "title": "More", "url": "https://trust.example/involvement" }] });
    lead.send("PATCH", "/v1/guidance/6", &[], Some(body.to_string())).refused(428, "precondition-required");
    let changed = lead.patch("/v1/guidance/6", 1, body.clone()).expect(200);
    assert_eq!((&changed["version"], &changed["links"][0]["title"]), (&json!(2), &json!("More")));
    lead.patch("/v1/guidance/6", 1, body.clone()).refused(412, "precondition-failed");
    assert_eq!(
        lead.patch("/v1/guidance/6", 2, body.clone()).expect(200)["version"],
        2,
        "the same again changes nothing"
    );
    let seen = app.public().get("/v1/public/guidance");
    assert_ne!(seen.header("etag"), Some(first_tag.as_str()));
    let seen = seen.expect(200);
    assert_eq!(seen["items"][5]["contact"]["email"], "involvement@trust.example");
    let unchanged = app.public().send("GET", "/v1/public/guidance", &[("if-none-match", &first_tag)], None);
    assert_eq!(unchanged.status, 200);
    for unknown in ["0", "11", "x", "-1", "99999", "1.0"] {
        lead.get(&format!("/v1/guidance/{unknown}")).refused(404, "not-found");
    }
    for bad in [
        json!({ "title": "" }),
        json!({ "number": 3 }),
        json!({ "links": [{ "title": "x", "url": "javascript:alert(1)" }] }),
    ] {
        lead.patch("/v1/guidance/6", 2, bad).refused(422, "invalid");
    }
    app.staff(&["crisis-cafe"]).patch("/v1/guidance/6", 2, body).refused(403, "forbidden");
    app.finance().get("/v1/guidance/6").expect(200);
    app.public().get("/v1/guidance/6").refused(401, "unauthenticated");
}
