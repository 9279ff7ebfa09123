//! Points 2 and 5: a named person and support as for a new member of staff, and panels of people who are prepared.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{codes, house};
use crate::support::app::mint_defaults;
use crate::support::{App, make};

#[test]
fn point_2_relationships_come_first_with_a_named_person_and_support_as_for_a_new_member_of_staff() {
    let app = App::start();
    let (service, plan) = house(&app);
    // Nothing begins without somebody to ring, and somebody for when they are away.
    let alone = make::plan_with(
        &app,
        &service,
        json!({ "relationships": { "support": "We call.", "supervision": "Monthly." } }),
    );
    app.lead().ask(&format!("/v1/plans/{alone}/submit")).expect(200);
    let problem = app.lead().ask(&format!("/v1/plans/{alone}/approve")).refused(409, "plan-not-ready");
    let pointers: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["/relationships/link_person", "/relationships/deputy"]);

    let opportunity = make::published(&app, &plan, json!({}));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let amara = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "subject": "nurse.amara" });
    let terms = json!({ "link_person": amara, "starts_on": "2026-06-01" });
    let agreement = format!("/v1/agreements/{}", make::agreement(&app, &opportunity, &vera, terms));
    let induction = app.volunteer(&vera).get(&format!("{agreement}/induction")).expect(200);
    assert!(induction["items"].as_array().unwrap().len() > 5 && induction["completed_on"].is_null());
    // The link person, and nobody else, notes what was talked about; the private part stays between them and the leads.
    let link = app.with(Mint {
        roles: vec![Role::Staff],
        subject: "nurse.amara".to_owned(),
        services: vec!["crisis-cafe".to_owned()],
        ..mint_defaults()
    });
    let talk = json!({ "on": "2026-06-12", "kind": "emotional", "shared_note": "A taxi home.", "private_note": "Sleeps badly.", "next_due": "2026-06-20" });
    app.staff(&["crisis-cafe"]).post(&format!("{agreement}/support-contacts"), talk.clone()).refused(403, "forbidden");
    link.post(&format!("{agreement}/support-contacts"), talk).expect(201);
    let seen = app.volunteer(&vera).get(&format!("{agreement}/support-contacts")).expect(200);
    assert_eq!(seen["items"][0]["shared_note"], "A taxi home.");
    assert!(!seen.to_string().contains("Sleeps badly"));
    // Nobody is forgotten: what is due and did not happen is on a list.
    let overdue = || app.lead().get("/v1/support-contacts?overdue=true").expect(200)["items"].as_array().unwrap().len();
    app.now_is("2026-06-20T10:00:00Z");
    assert_eq!(overdue(), 0);
    app.now_is("2026-06-21T10:00:00Z");
    assert_eq!(overdue(), 1);
}

#[test]
fn point_5_interview_panels_need_people_with_experience_of_your_service_trained_for_it() {
    let app = App::start();
    let (service, plan) = house(&app);
    let wanted = json!([{ "service_id": service, "perspective": "patient", "essential": true }]);
    let panel =
        json!({ "kind": "interview_panel", "experience_wanted": wanted, "training_required": ["interview-panels"] });
    let unsaid = super::drafted(&app, &plan, panel.clone());
    let problem = app.lead().ask(&format!("/v1/opportunities/{unsaid}/publish")).refused(409, "not-publishable");
    assert_eq!(problem["errors"][0]["pointer"], "/panel");
    let opportunity =
        make::published(&app, &plan, make::with(panel, json!({ "panel": { "role": "member", "scoring": "equal" } })));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    // Whoever knows somebody who applied says so first.
    let problem = app.volunteer(&vera).post(&interest, json!({})).refused(409, "conflict-declaration-needed");
    assert_eq!(problem["errors"][0]["pointer"], "/conflict_declared");
    let expression = make::id(&app.volunteer(&vera).post(&interest, json!({ "conflict_declared": false })).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
    app.volunteer(&vera).ask(&format!("/v1/expressions-of-interest/{expression}/accept")).expect(200);
    let terms = json!({ "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "On the panel",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-15", "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    let issue = format!("/v1/agreements/{}/issue", make::id(&app.lead().post("/v1/agreements", terms).expect(201)));
    assert_eq!(codes(&app.lead().ask(&issue).refused(409, "clearance-missing")), ["clearance-missing"]);
    let training = json!({ "kind": "training:interview-panels", "state": "cleared", "issued_on": "2026-06-15" });
    app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), training).expect(201);
    app.lead().ask(&issue).expect(200);
    let pack = app.volunteer(&vera).get(&format!("/v1/opportunities/{opportunity}/preparation-pack"));
    assert!(
        pack.text.contains("Conflict of interest") && pack.text.contains("Your scores count as much as everybody else"),
        "{}",
        pack.text
    );
}
