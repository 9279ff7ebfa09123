//! Deliveries: people are told of every decision that they wait for, and staff who tell them see their communication
//! needs.

use serde_json::json;

use crate::support::{App, make};

#[test]
fn an_offer_and_an_agreement_are_told_in_the_persons_way_with_their_needs() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let needs = json!({ "communication_needs": [{ "kind": "large_print" }], "preferred_contact": "letter" });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), needs).expect(200);
    let opportunity = make::published(&app, &engaged.plan, json!({}));
    make::accepted(&app, &opportunity, &engaged.volunteer);
    let staff = app.staff(&["crisis-cafe"]);
    let list = staff.get("/v1/deliveries").expect(200);
    let about: Vec<&str> = list["items"].as_array().unwrap().iter().filter_map(|one| one["about"].as_str()).collect();
    assert_eq!(about, ["offer", "agreement_issued", "offer"]);
    let newest = &list["items"][0];
    assert_eq!((&newest["channel"], &newest["status"]), (&json!("letter"), &json!("pending")));
    assert_eq!(newest["communication_alerts"].as_array().unwrap().len(), 1);
    assert_eq!(newest["volunteer_name"], "Vera Volunteer");
    let title = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200)["title"].clone();
    assert_eq!(newest["subject_name"], title);
    assert_eq!(
        app.volunteer(&engaged.volunteer).get("/v1/deliveries").expect(200)["items"].as_array().unwrap().len(),
        3
    );
    let stranger = make::volunteer(&app, "Sam Stranger");
    assert_eq!(app.volunteer(&stranger).get("/v1/deliveries").expect(200)["items"], json!([]));
    assert_eq!(app.staff(&["elsewhere"]).get("/v1/deliveries").expect(200)["items"], json!([]));

    let done = format!("/v1/deliveries/{}/done", make::id(newest));
    app.staff(&["elsewhere"]).ask(&done).refused(404, "not-found");
    app.volunteer(&engaged.volunteer).ask(&done).refused(403, "forbidden");
    let told = staff.ask(&done).expect(200);
    assert_eq!(
        (&told["status"], &told["done_at"], &told["version"]),
        (&json!("done"), &json!("2026-06-15T10:00:00Z"), &json!(2))
    );
    assert_eq!(staff.ask(&done).refused(409, "invalid-transition")["allowed"], json!([]));
    assert_eq!(staff.get("/v1/deliveries?status=pending").expect(200)["items"].as_array().unwrap().len(), 2);
}
