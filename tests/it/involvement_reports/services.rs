//! What services did.

use serde_json::{Value, json};

use super::{counted, counts, report, year};
use crate::support::{App, make};

#[test]
fn what_a_service_did_in_a_year_is_counted_and_a_person_once() {
    let app = App::start();
    let (engaged, _) = year(&app);
    make::service(&app, "quiet");
    let view = report(&app, "involvement");
    assert_eq!((&view["from"], &view["to"]), (&json!("2026-04-01"), &json!("2027-03-31")));
    let codes: Vec<&Value> =
        view["services"].as_array().unwrap().iter().map(|service| &service["service_code"]).collect();
    assert_eq!(codes, ["crisis-cafe", "memory-clinic", "quiet"]);
    counts(
        &view["services"][0],
        &[
            ("achieved_above_planned", 1),
            ("achieved_as_planned", 1),
            ("achieved_below_planned", 1),
            ("achieved_co_design", 1),
            ("achieved_co_produce", 1),
            ("achieved_consult", 1),
            ("feedback_done", 1),
            ("feedback_exploring", 1),
            ("feedback_not_doing", 1),
            ("feedback_open", 1),
            ("feedback_published", 1),
            ("minutes_given", 251),
            ("people_attended", 1),
            ("people_engaged", 1),
            ("planned_co_design", 4),
            ("plans_approved", 1),
            ("plans_completed", 3),
            ("plans_draft", 1),
            ("sessions_cancelled", 1),
            ("sessions_held", 1),
        ],
    );
    counts(&view["services"][1], &[("people_engaged", 1), ("planned_co_design", 1), ("plans_approved", 1)]);
    counts(&view["services"][2], &[]);
    let total = &view["total"];
    assert_eq!((&total["people_engaged"], &total["plans_approved"]), (&json!(1), &json!(2)));
    // The last minute of March in London belongs to the previous financial year.
    let before = report(&app, "involvement?to=2026-03-31");
    counts(
        &before["services"][0],
        &[
            ("achieved_above_planned", 1),
            ("achieved_as_planned", 1),
            ("achieved_below_planned", 1),
            ("achieved_co_design", 1),
            ("achieved_co_produce", 1),
            ("achieved_consult", 1),
            ("minutes_given", 30),
            ("people_attended", 1),
            ("people_engaged", 1),
            ("planned_co_design", 4),
            ("plans_approved", 1),
            ("plans_completed", 3),
            ("plans_draft", 1),
            ("sessions_held", 1),
        ],
    );
    counts(&before["services"][1], &[("people_engaged", 1)]);
    let later = report(&app, "involvement?from=2027-04-01");
    counts(&later["services"][0], &[("people_engaged", 1)]);
    let staff = app.staff(&["crisis-cafe"]).get("/v1/reports/involvement").expect(200);
    assert_eq!(staff["services"], json!([view["services"][0]]));
    assert_eq!(counted(&staff["total"]), counted(&view["services"][0]));
    // A revision does not change the version in force.
    app.lead().ask(&format!("/v1/plans/{}/revise", engaged.plan)).expect(200);
    let written = json!({ "approach": { "involvement_level": "inform" } });
    app.lead().change(&format!("/v1/plans/{}", engaged.plan), written).expect(200);
    let revised = report(&app, "involvement");
    assert_eq!(revised["services"][0]["planned_co_design"], 4);
    assert_eq!(
        (&revised["services"][0]["planned_inform"], &revised["services"][0]["plans_draft"]),
        (&json!(0), &json!(2))
    );
    let csv = app.lead().get("/v1/reports/involvement?format=csv").csv().to_owned();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("service_id,service_code,service_name,plans_draft,plans_submitted,"), "{csv}");
    assert!(lines[1].contains(",crisis-cafe,Service crisis-cafe,2,0,0,3,0,"), "{csv}");
}

#[test]
fn reports_of_involvement_are_not_for_finance_nor_for_volunteers() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    for path in ["involvement", "duty-evidence", "clearances", "accessible-information"] {
        let path = format!("/v1/reports/{path}");
        app.finance().get(&path).refused(403, "forbidden");
        app.volunteer(&volunteer).get(&path).refused(403, "forbidden");
        app.public().get(&path).refused(401, "unauthenticated");
        app.lead().get(&format!("{path}?q=x")).refused(400, "invalid-parameter");
        app.lead().get(&format!("{path}?format=html")).refused(400, "invalid-parameter");
    }
}
