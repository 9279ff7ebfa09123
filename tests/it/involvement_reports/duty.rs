//! The evidence for the duty to involve.

use serde_json::{Value, json};

use super::{report, year};
use crate::support::App;

#[test]
fn the_duty_to_involve_is_shown_plan_by_plan() {
    let app = App::start();
    let (engaged, _) = year(&app);
    let view = report(&app, &format!("duty-evidence?plan_id={}", engaged.plan));
    let plan = &view["plans"][0];
    assert_eq!(view["plans"].as_array().unwrap().len(), 1);
    for (name, wanted) in [
        ("plan_id", json!(engaged.plan)),
        ("service_code", json!("crisis-cafe")),
        ("title", json!("Crisis café")),
        ("status", json!("approved")),
        ("duty_applies", json!("yes")),
        ("duty_reason", json!("The change alters how the service is delivered.")),
        ("planned_level", json!("co_design")),
        ("achieved_level", Value::Null),
        ("first_approved_on", json!("2026-06-15")),
        ("approval_count", json!(1)),
        ("asked_count", json!(1)),
        ("people_engaged", json!(1)),
        ("sessions_held", json!(2)),
        ("feedback_count", json!(4)),
        ("decided_count", json!(2)),
        ("published_count", json!(1)),
        ("approvals", json!([{ "number": 1, "approved_at": "2026-06-15T10:00:00Z", "approved_by": "lead.ann" }])),
    ] {
        assert_eq!(plan[name], wanted, "{name}");
    }
    assert_eq!(
        (&plan["asked"][0]["title"], &plan["asked"][0]["kind"]),
        (&json!("Evening workshops"), &json!("workshop"))
    );
    assert_eq!(
        (&plan["changed"][2]["we_did"], &plan["changed"][3]["because"]),
        (&json!("Open until ten."), &json!("No staff."))
    );
    assert!(!view.to_string().contains(&engaged.volunteer), "nobody who was involved is named");
    assert_eq!(report(&app, "duty-evidence")["plans"].as_array().unwrap().len(), 6);
    assert_eq!(report(&app, "duty-evidence?to=2026-03-31")["plans"].as_array().unwrap().len(), 5);
    let other = app.staff(&["memory-clinic"]).get("/v1/reports/duty-evidence").expect(200);
    assert_eq!(other["plans"].as_array().unwrap().len(), 1);
    let foreign = format!("/v1/reports/duty-evidence?plan_id={}", engaged.plan);
    assert_eq!(app.staff(&["memory-clinic"]).get(&foreign).expect(200)["plans"], json!([]));
    let csv = app.lead().get(&format!("{foreign}&format=csv")).csv().to_owned();
    let (service, plan) = (&engaged.service, &engaged.plan);
    assert_eq!(
        csv,
        format!(
            "service_id,service_code,service_name,plan_id,title,status,period_start,period_end,duty_applies,duty_reason,planned_level,\
            achieved_level,first_approved_on,approval_count,asked_count,people_engaged,sessions_held,feedback_count,decided_count,published_count\r\n\
            {service},crisis-cafe,Service crisis-cafe,{plan},Crisis café,approved,2026-01-01,2027-03-31,yes,\
            The change alters how the service is delivered.,co_design,,2026-06-15,1,1,1,2,4,2,1\r\n"
        )
    );
}
