//! The preparation pack of an interview panel.

use serde_json::json;

use super::{in_every_layout, page, scene};
use crate::support::make;

#[test]
fn a_preparation_pack_is_for_panels_and_for_those_who_are_engaged_in_one() {
    let scene = scene();
    let (app, lead) = (&scene.app, scene.app.lead());
    let panel = json!({
        "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"],
        "title": "Choosing a nurse",
    });
    let id = make::published(app, &scene.plan, panel);
    make::session(app, &id, "2026-12-08T09:30:00Z", 150);
    let path = format!("/v1/opportunities/{id}/preparation-pack");
    let vera = make::volunteer(app, "Vera Volunteer");
    let volunteer = app.volunteer(&vera);
    volunteer.get(&format!("/v1/opportunities/{id}")).expect(200);
    volunteer.get(&path).refused(404, "not-found");
    let interest = json!({ "conflict_declared": false });
    let expressions = format!("/v1/opportunities/{id}/expressions-of-interest");
    let expression = make::id(&volunteer.post(&expressions, interest).expect(201));
    volunteer.get(&path).refused(404, "not-found");
    lead.ask(&format!("/v1/expressions-of-interest/{expression}/shortlist")).expect(200);
    for html in in_every_layout(|path| volunteer.get(path), &path) {
        for said in [
            "Choosing a nurse",
            "anel chair",
            "Your scores count as much as everybody else",
            "Training: Interview panels",
            "Tuesday 8 December 2026, 9:30am to midday",
            "Step-free",
            "Amara Okafor",
        ] {
            assert!(html.contains(said), "{said}\n{html}");
        }
        assert!(!html.to_lowercase().contains("candidate"), "{html}");
        assert!(!html.contains("Vera"));
    }
    assert!(page(volunteer.get(&path)).contains("Conflict of interest"));
    page(app.staff(&["crisis-cafe"]).get(&path));
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    let declined = json!({ "reason_code": "places_filled", "message": "All places are taken." });
    lead.post(&format!("/v1/expressions-of-interest/{expression}/decline"), declined).expect(200);
    volunteer.get(&path).refused(404, "not-found");
    let workshop = make::published(app, &scene.plan, json!({}));
    lead.get(&format!("/v1/opportunities/{workshop}/preparation-pack")).refused(404, "not-found");
}
