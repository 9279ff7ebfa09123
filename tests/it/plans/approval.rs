//! Approving a plan: versions and what changed between them, what is in force while a plan is revised, the level aimed at.

use serde_json::{Value, json};

use super::path;
use crate::support::app::faults;
use crate::support::{App, make};

/// Revises a plan, changes it, and has it approved again.
fn revised(app: &App, plan: &str, change: Value) {
    app.lead().ask(&path(plan, "/revise")).expect(200);
    app.lead().change(&path(plan, ""), change).expect(200);
    app.lead().ask(&path(plan, "/submit")).expect(200);
    app.lead().ask(&path(plan, "/approve")).expect(200);
}

#[test]
fn each_approval_keeps_a_version_that_never_changes() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let change = json!({ "title": "Crisis café at night", "budget_pence": 600_000, "activities": [],
        "approach": { "rationale": "Nights differ." }, "advertising": { "channels": ["waiting_room"] } });
    let lead = app.lead();
    lead.ask(&path(&plan, "/revise")).expect(200);
    lead.change(&path(&plan, ""), change).expect(200);
    let ahead = lead.get(&path(&plan, "/changes")).expect(200);
    assert_eq!((&ahead["since"], &ahead["number"]), (&json!(1), &Value::Null));
    lead.change(&path(&plan, ""), json!({ "activities": [{ "kind": "forum" }] })).expect(200);
    lead.ask(&path(&plan, "/submit")).expect(200);
    app.now_is("2026-06-16T09:00:00Z");
    app.lead_called("lead.zoe").ask(&path(&plan, "/approve")).expect(200);

    let list = app.staff(&["crisis-cafe"]).get(&path(&plan, "/versions")).expect(200);
    let told: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["number"], one["in_force"], one["title"], one["created_by"], one["created_at"]]))
        .collect();
    let wanted = [
        json!([2, true, "Crisis café at night", "lead.zoe", "2026-06-16T09:00:00Z"]),
        json!([1, false, "Crisis café", "lead.ann", "2026-06-15T10:00:00Z"]),
    ];
    assert_eq!(told, wanted);
    assert!(list["items"][0].get("activities").is_none() && list["items"][0]["approach"].is_object());
    let page = lead.get(&path(&plan, "/versions?limit=1")).expect(200);
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(
        lead.get(&path(&plan, &format!("/versions?limit=1&cursor={next}"))).expect(200)["items"][0]["number"],
        1
    );

    let first = lead.get(&path(&plan, "/versions/1"));
    assert_eq!(first.header("etag"), Some("\"1-past\""));
    assert_eq!(first.expect(200)["activities"][0]["description"], "Three evening workshops");
    for (number, status) in [("0", 404), ("3", 404), ("x", 404), ("2", 200)] {
        assert_eq!(lead.get(&path(&plan, &format!("/versions/{number}"))).status, status, "{number}");
        assert_eq!(lead.get(&path(&plan, &format!("/versions/{number}/changes"))).status, status, "{number}");
    }
    let changes = lead.get(&path(&plan, "/versions/2/changes")).expect(200);
    assert_eq!((&changes["since"], &changes["number"]), (&json!(1), &json!(2)));
    let wanted = json!([
        { "pointer": "/title", "before": "Crisis café", "after": "Crisis café at night" },
        { "pointer": "/budget_pence", "before": 500_000, "after": 600_000 },
        { "pointer": "/approach/rationale", "before": make::ready_points()["approach"]["rationale"], "after": "Nights differ." },
        { "pointer": "/activities/0/kind", "before": "workshop", "after": "forum" },
        { "pointer": "/activities/0/description", "before": "Three evening workshops", "after": null },
        { "pointer": "/activities/1", "before": { "kind": "interview_panel", "description": null }, "after": null },
        { "pointer": "/advertising/channels",
            "before": ["waiting_room", "sun_network", "participation_partnership_forum"], "after": ["waiting_room"] },
    ]);
    assert_eq!(changes["changes"], wanted);
    let back = lead.get(&path(&plan, "/versions/1/changes?since=2")).expect(200);
    assert_eq!(
        back["changes"][0],
        json!({ "pointer": "/title", "before": "Crisis café at night", "after": "Crisis café" })
    );
    assert_eq!(lead.get(&path(&plan, "/versions/1/changes")).expect(200)["changes"][0]["before"], Value::Null);
    assert_eq!(lead.get(&path(&plan, "/versions/2/changes?since=2")).expect(200)["changes"], json!([]));
    lead.get(&path(&plan, "/versions/2/changes?since=3")).refused(404, "not-found");
    lead.get(&path(&plan, "/versions/2/changes?since=0")).refused(400, "invalid-parameter");
    app.staff(&["elsewhere"]).get(&path(&plan, "/versions")).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&path(&plan, "/versions/1")).refused(404, "not-found");

    use diesel::connection::SimpleConnection;
    for sql in ["UPDATE plan_versions SET title = 'x'", "DELETE FROM plan_versions"] {
        assert!(app.database.as_service().batch_execute(sql).is_err(), "{sql}");
        assert!(app.database.as_owner().batch_execute(sql).is_err(), "{sql}");
    }
}

#[test]
fn the_approved_version_stays_in_force_while_the_plan_is_revised() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let (lead, vera) = (app.lead(), make::volunteer(&app, "Vera Volunteer"));
    let said = json!({ "plan_id": plan, "you_said": "Open later.", "source": "survey" });
    let feedback = format!("/v1/feedback/{}", make::id(&lead.post("/v1/feedback", said).expect(201)));
    lead.post(&format!("{feedback}/respond"), json!({ "decision": "done", "we_did": "Midnight." })).expect(200);
    lead.ask(&format!("{feedback}/publish")).expect(200);
    let title =
        |app: &App| app.public().get("/v1/public/you-said-we-did").expect(200)["items"][0]["plan_title"].clone();

    lead.ask(&path(&plan, "/revise")).expect(200);
    let emptied = json!({ "title": "Half a thought", "relationships": null, "agreement": { "needed": true } });
    lead.change(&path(&plan, ""), emptied).expect(200);
    for state in ["draft", "submitted"] {
        assert_eq!(lead.get(&path(&plan, "")).expect(200)["status"], state);
        // The link person, the need for agreements and the title are those of the approved version.
        let opportunity = make::published(&app, &plan, json!({}));
        let person = make::volunteer(&app, "Somebody");
        make::accepted(&app, &opportunity, &person);
        let agreements = app.volunteer(&person).get("/v1/agreements").expect(200);
        assert_eq!(agreements["items"][0]["status"], "active", "the approved plan needs no agreement of its own");
        assert_eq!(title(&app), "Crisis café");
        let versions = lead.get(&path(&plan, "/versions")).expect(200);
        assert_eq!(versions["items"][0]["in_force"], true);
        // Readiness is of the draft: it says what the next approval still needs.
        let readiness = lead.get(&path(&plan, "/readiness")).expect(200);
        assert_eq!((&readiness["ready"], &readiness["points"][1]["state"]), (&json!(false), &json!("missing")));
        if state == "draft" {
            lead.ask(&path(&plan, "/submit")).expect(200);
        }
    }
    let waiting = make::published(&app, &plan, json!({}));
    let answer = app.volunteer(&vera).post(&format!("/v1/opportunities/{waiting}/expressions-of-interest"), json!({}));
    let expression = format!("/v1/expressions-of-interest/{}", make::id(&answer.expect(201)));
    lead.post(&format!("{expression}/offer"), json!({})).expect(200);

    // Withdrawn: no version is in force, so nothing can be advertised or promised.
    lead.post(&path(&plan, "/withdraw"), json!({ "reason": "No money." })).expect(200);
    assert_eq!(lead.get(&path(&plan, "/versions")).expect(200)["items"][0]["in_force"], false);
    assert_eq!(lead.get(&format!("/v1/opportunities/{waiting}")).expect(200)["status"], "closed");
    app.public().get(&format!("/v1/public/opportunities/{waiting}")).refused(404, "not-found");
    let later = json!({ "closes_at": "2026-12-18T17:00:00Z" });
    lead.post(&format!("/v1/opportunities/{waiting}/reopen"), later).refused(409, "not-publishable");
    app.volunteer(&vera).ask(&format!("{expression}/accept")).refused(409, "not-editable");
    let refused = lead.post("/v1/opportunities", make::opportunity_body(&plan)).refused(409, "not-editable");
    assert_eq!(faults(&refused), [("/plan_id".to_owned(), "not-editable".to_owned())]);
}

#[test]
fn the_next_approval_puts_the_revision_in_force() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    revised(&app, &plan, json!({ "agreement": { "needed": false } }));
    let opportunity = make::published(&app, &plan, json!({}));
    let vera = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &vera);
    let agreements = app.volunteer(&vera).get("/v1/agreements").expect(200);
    assert_eq!(agreements["items"].as_array().unwrap().len(), 1, "the short form is made at once");
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
