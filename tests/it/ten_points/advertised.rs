//! Points 9 and 10: advertise where the right people are, and tell them what came of it.

use serde_json::{Value, json};

use super::{codes, drafted};
use crate::support::{App, make};

#[test]
fn point_9_advertise_where_the_right_people_are() {
    let app = App::start();
    make::policies(&app);
    let plan_of = |domain: &str| {
        let body = json!({ "code": domain.replace('_', "-"), "name": domain, "domain": domain, "cost_centre": "C20417",
            "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example" });
        make::approved_plan(&app, &make::id(&app.lead().post("/v1/services", body).expect(201)))
    };
    let channel = |opportunity: &str, code: &str| -> Value {
        let list = app
            .staff(&["mental-health", "community"])
            .get(&format!("/v1/opportunities/{opportunity}/channels"))
            .expect(200);
        list["items"].as_array().unwrap().iter().find(|item| item["code"] == code).unwrap().clone()
    };
    let carers = make::published(&app, &plan_of("mental_health"), json!({ "audience": "carers" }));
    let community = make::published(&app, &plan_of("community"), json!({ "audience": "carers" }));
    let place = |opportunity: &str, code: &str| {
        app.lead().post(
            &format!("/v1/opportunities/{opportunity}/placements"),
            json!({ "channel_code": code, "placed_on": "2026-06-15" }),
        )
    };
    assert_eq!(channel(&carers, "rethink")["recommended"], true);
    let sun = channel(&community, "sun_network");
    assert_eq!(
        (&sun["allowed"], &sun["reason"]),
        (&json!(false), &json!("It takes what concerns mental health services only."))
    );
    place(&community, "sun_network").refused(409, "channel-not-allowed");
    place(&carers, "rethink").expect(201);
    // Nobody is pointed to what is not published.
    let draft = drafted(&app, &plan_of("children"), json!({}));
    place(&draft, "involvement_page").refused(409, "opportunity-not-open");
}

#[test]
fn point_10_ask_how_people_want_to_be_kept_updated_and_say_what_came_of_what_they_said() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let vera = app.volunteer(&engaged.volunteer);
    let wishes = json!({ "update_preferences": { "methods": ["letter"], "frequency": "monthly" } });
    vera.change(&format!("/v1/volunteers/{}", engaged.volunteer), wishes).expect(200);
    let update = json!({ "title": "The first workshop", "text": "Twelve people came." });
    app.lead().post(&format!("/v1/plans/{}/updates", engaged.plan), update).expect(201);
    let told = || vera.get("/v1/deliveries").expect(200)["items"][0].clone();
    assert_eq!((&told()["about"], &told()["channel"]), (&json!("update"), &json!("letter")));

    let said = json!({ "plan_id": engaged.plan, "you_said": "Stay open until two.", "source": "session" });
    let path = format!("/v1/feedback/{}", make::id(&vera.post("/v1/feedback", said).expect(201)));
    // No is an answer, with its reason; silence is none, and neither is no end.
    app.lead().post(&format!("{path}/respond"), json!({ "decision": "not_doing" })).refused(422, "invalid");
    let done = json!({ "achieved_level": "co_design", "reflection": "We learnt." });
    let complete = format!("/v1/plans/{}/complete", engaged.plan);
    let problem = app.lead().post(&complete, done).refused(409, "plan-has-open-items");
    assert!(codes(&problem).contains(&"feedback-undecided"));
    let no = json!({ "decision": "not_doing", "because": "Two nurses are needed at any hour." });
    app.lead().post(&format!("{path}/respond"), no).expect(200);
    // Whoever said it hears first, then everybody.
    assert_eq!(told()["about"], "feedback_decided");
    assert_eq!(app.public().get("/v1/public/you-said-we-did").expect(200)["items"], json!([]));
    app.lead().ask(&format!("{path}/publish")).expect(200);
    let seen = app.public().get("/v1/public/you-said-we-did").expect(200);
    assert_eq!(seen["items"][0]["because"], "Two nurses are needed at any hour.");
}
