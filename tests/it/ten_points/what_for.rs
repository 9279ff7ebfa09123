//! Points 1, 3 and 4: which type of involvement, why people are involved at all, and the activity that fits them.
//! What an exploring plan goes through in full is told in `plan_story`.

use serde_json::{Value, json};

use super::{drafted, house};
use crate::support::{App, make};

#[test]
fn point_1_there_are_different_types_of_involvement_and_co_production_is_deciding_together() {
    let app = App::start();
    let (service, plan) = house(&app);
    // Why this much say, and not more or less, is part of the plan.
    let silent = make::plan_with(&app, &service, json!({ "approach": { "involvement_level": "co_produce" } }));
    app.lead().ask(&format!("/v1/plans/{silent}/submit")).expect(200);
    let problem = app.lead().ask(&format!("/v1/plans/{silent}/approve")).refused(409, "plan-not-ready");
    assert_eq!(problem["errors"][0]["pointer"], "/approach/rationale");
    // Whoever reads an advert knows how far they take part.
    for (level, words) in [
        ("inform", "We tell you what is planned and why."),
        ("co_produce", "You take part in every decision, as an equal."),
    ] {
        let opportunity = make::published(&app, &plan, json!({ "involvement_level": level }));
        let advert = app.lead().get(&format!("/v1/opportunities/{opportunity}/advert?format=text"));
        assert!(advert.text.contains(words), "{level}: {}", advert.text);
        let seen = app.public().get(&format!("/v1/public/opportunities/{opportunity}")).expect(200);
        assert_eq!(seen["involvement_level"], level);
    }
    let unsaid = drafted(&app, &plan, json!({ "involvement_level": null }));
    let problem = app.lead().ask(&format!("/v1/opportunities/{unsaid}/publish")).refused(409, "not-publishable");
    assert_eq!(problem["errors"][0]["pointer"], "/involvement_level");
}

#[test]
fn point_3_why_involve_people_by_the_4pi_standards_and_it_is_fine_not_to_be_sure() {
    let app = App::start();
    let (service, _) = house(&app);
    let third = |purpose: Value| {
        let plan = make::plan_with(&app, &service, json!({ "purpose": purpose }));
        let point = app.lead().get(&format!("/v1/plans/{plan}/readiness")).expect(200)["points"][2].clone();
        let missing =
            point["findings"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap().to_owned());
        (point["state"].as_str().unwrap().to_owned(), missing.collect::<Vec<_>>())
    };
    let duty = json!({ "applies": "unsure", "reason": "It depends on what we change." });
    let exploring = json!({ "status": "exploring", "statement": "We do not know yet.", "review_on": "2026-09-01", "duty_assessment": duty });
    assert_eq!(third(exploring), ("met".to_owned(), vec![]));
    // Who says that they know, says it by all five.
    let (state, missing) = third(json!({
        "status": "agreed", "statement": "Better evenings.", "duty_assessment": duty,
        "objectives": [{ "text": "Hours that match.", "success_criterion": "Nobody is turned away." }],
    }));
    let standards = ["principles", "purpose", "presence", "process", "impact"];
    assert_eq!(
        (state, missing),
        ("partial".to_owned(), standards.map(|one| format!("/purpose/four_pi/{one}")).to_vec())
    );
}

#[test]
fn point_4_people_who_used_that_very_service_give_the_most_meaningful_involvement() {
    let app = App::start();
    let (cafe, plan) = house(&app);
    let elsewhere = make::service(&app, "rehab");
    let person = |name: &str, knows: &str, more: Value| {
        let id = make::volunteer(&app, name);
        app.volunteer(&id).change(&format!("/v1/volunteers/{id}"), more).expect(200);
        let experience = json!({ "service_id": knows, "perspective": "patient", "note": "It was a hard winter." });
        app.volunteer(&id).post(&format!("/v1/volunteers/{id}/experiences"), experience).expect(201);
        id
    };
    let keen = person("Ida Interested", &elsewhere, json!({ "interests": ["workshop"], "skills": ["maps"] }));
    let grace = person("Grace Mensah", &cafe, json!({}));
    let wanted = json!([{ "service_id": cafe, "perspective": "patient", "essential": false }]);
    let opportunity = make::published(&app, &plan, json!({ "experience_wanted": wanted, "skills": "Maps." }));
    let found = app.lead().get(&format!("/v1/opportunities/{opportunity}/matches")).expect(200);
    let who: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|one| one["volunteer_id"].as_str().unwrap()).collect();
    assert_eq!(who, [grace.as_str(), keen.as_str()]);
    let why = found["items"][0]["reasons"][0].clone();
    assert_eq!(why["code"], "experience");
    assert!(why["text"].as_str().unwrap().contains("Service crisis-cafe"), "{why}");
    // What somebody lived through is for leads: it is in no answer to staff, and not told even to leads in a list.
    assert!(!found.to_string().contains("hard winter"));
    app.staff(&["crisis-cafe"]).get(&format!("/v1/opportunities/{opportunity}/matches")).refused(403, "forbidden");
    app.staff(&["crisis-cafe"]).get(&format!("/v1/volunteers/{grace}/experiences")).refused(403, "forbidden");
}
