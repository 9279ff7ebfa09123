//! Points 1 and 3 of the ten points, through the API: who decides what, and why people are involved so early.

use serde_json::{Value, json};

use crate::support::{App, make};

/// A plan whose purpose is still open.
fn exploring() -> Value {
    json!({ "purpose": {
        "status": "exploring", "statement": "We do not know yet which hours matter most.", "review_on": "2026-09-01",
        "duty_assessment": { "applies": "unsure", "reason": "It depends on what we change." },
    } })
}

fn told(app: &App, volunteer: &str) -> Vec<(Value, Value)> {
    let list = app.volunteer(volunteer).get("/v1/deliveries?order=oldest").expect(200);
    list["items"].as_array().unwrap().iter().map(|one| (one["about"].clone(), one["message"].clone())).collect()
}

#[test]
fn it_is_fine_not_to_be_sure_and_people_are_involved_early_in_the_planning() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let (lead, nurse) = (app.lead(), app.staff(&["crisis-cafe"]));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let vera_reads = app.volunteer(&vera);
    let plan = make::plan_with(&app, &service, exploring());
    let path = format!("/v1/plans/{plan}");
    vera_reads.get(&path).refused(404, "not-found");

    // Volunteers shape the plan: they read the draft and comment on it.
    lead.post(&format!("{path}/members"), json!({ "volunteer_id": vera })).expect(201);
    let seen = vera_reads.get(&path).expect(200);
    assert_eq!((&seen["status"], &seen["budget_pence"]), (&json!("draft"), &json!(500_000)));
    let said = json!({ "text": "Ask the night staff, too.", "pointer": "/purpose/statement" });
    let comment = vera_reads.post(&format!("{path}/comments"), said).expect(201);
    assert_eq!((&comment["author"]["name"], &comment["status"]), (&json!("Vera Volunteer"), &json!("open")));

    // The leads return it, and everybody sees why.
    nurse.ask(&format!("{path}/submit")).expect(200);
    lead.post(&format!("{path}/return"), json!({ "reason": "Please answer Vera first." })).expect(200);
    assert_eq!(vera_reads.get(&path).expect(200)["reason"], "Please answer Vera first.");
    assert_eq!(nurse.get(&path).expect(200)["reason"], "Please answer Vera first.");
    assert_eq!(told(&app, &vera), [(json!("plan_returned"), json!("Please answer Vera first."))]);
    let answer = json!({ "answer": "We meet them on Friday night." });
    nurse.post(&format!("{path}/comments/{}/resolve", make::id(&comment)), answer).expect(200);
    let heard = vera_reads.get(&format!("{path}/comments")).expect(200);
    assert_eq!(heard["items"][0]["answer"], "We meet them on Friday night.");
    vera_reads.post(&format!("{path}/comments"), json!({ "text": "Thank you." })).expect(201);

    // An open purpose and an open comment don't stop the approval.
    nurse.ask(&format!("{path}/submit")).expect(200);
    let approved = lead.ask(&format!("{path}/approve")).expect(200);
    assert_eq!((&approved["status"], &approved["open_comments"]), (&json!("approved"), &json!(1)));
    assert_eq!(told(&app, &vera).last().unwrap().0, json!("plan_approved"));

    // Early involvement is reimbursed like any other.
    make::policies(&app);
    let opportunity = make::published(&app, &plan, json!({ "kind": "focus_group", "involvement_level": "co_produce" }));
    let agreement = make::agreement(&app, &opportunity, &vera, json!({}));
    let session = make::attended(&app, &opportunity, &vera, "2026-06-12T13:00:00Z", 240);
    let engaged = make::Engaged { service, plan, opportunity, volunteer: vera, agreement };
    assert_eq!(
        make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]))["total_pence"],
        7_500
    );

    // But a plan whose purpose stays open can't be completed.
    let done = json!({ "achieved_level": "co_produce", "reflection": "We decided together." });
    let problem = lead.post(&format!("{path}/complete"), done).refused(409, "plan-has-open-items");
    let exploring = &problem["errors"][0];
    assert_eq!((&exploring["code"], &exploring["pointer"]), (&json!("purpose-exploring"), &json!("/purpose/status")));
}

#[test]
fn there_are_different_types_of_involvement_and_what_was_planned_stands_beside_what_was_achieved() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let lead = app.lead();
    let levels = ["educate", "inform", "consult", "engage", "co_design", "co_produce"];
    for (planned, achieved) in levels.iter().zip(levels.iter().rev()) {
        let approach = json!({ "approach": { "involvement_level": planned, "rationale": "Those who know decide." } });
        let plan = make::plan_with(&app, &service, approach);
        let path = format!("/v1/plans/{plan}");
        lead.ask(&format!("{path}/submit")).expect(200);
        assert_eq!(lead.ask(&format!("{path}/approve")).expect(200)["planned_level"], Value::Null);
        let done = json!({ "achieved_level": achieved, "reflection": "We learnt." });
        let completed = lead.post(&format!("{path}/complete"), done).expect(200);
        assert_eq!((&completed["planned_level"], &completed["achieved_level"]), (&json!(planned), &json!(achieved)));
    }
    let unsaid =
        make::plan_with(&app, &service, json!({ "approach": { "involvement_level": "co_design", "rationale": "ok" } }));
    lead.ask(&format!("/v1/plans/{unsaid}/submit")).expect(200);
    let problem = lead.ask(&format!("/v1/plans/{unsaid}/approve")).refused(409, "plan-not-ready");
    assert_eq!(problem["errors"][0]["code"], "too-short");
}
