//! What a run sheet says of people that is looked up elsewhere: their checks on the day, and who looks after them.

use serde_json::json;

use super::planned;
use crate::support::{App, make};

#[test]
fn a_check_that_ends_before_the_day_is_named_on_screen_and_on_paper() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({ "clearances_required": [{ "kind": "identity" }] }));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let check =
        json!({ "kind": "identity", "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": "2026-06-19" });
    app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), check).expect(201);
    make::agreement(&app, &opportunity, &vera, json!({}));
    // Today, on 15 June, it is in date.
    let missing = |day: &str| {
        let session = planned(&app, &opportunity, &format!("{day}T13:00:00Z"), &format!("{day}T15:00:00Z"));
        let path = format!("/v1/sessions/{session}/run-sheet");
        let flags = app.lead().get(&path).expect(200)["items"][0]["clearance_flags"].clone();
        (flags, app.lead().get(&format!("{path}?format=html")).text.contains("Not in date"))
    };
    assert_eq!(missing("2026-06-19"), (json!([]), false), "it counts on its last day");
    assert_eq!(missing("2026-06-20"), (json!([{ "kind": "identity", "status": "expired" }]), true));
}

#[test]
fn at_the_head_of_a_run_sheet_is_the_link_person_of_the_plan() {
    let app = App::start();
    let asked = json!({ "contact": { "name": "Tom Reed", "email": "tom.reed@trust.example" } });
    let engaged = make::engaged_with(&app, asked, json!({}));
    let session = planned(&app, &engaged.opportunity, "2026-06-20T13:00:00Z", "2026-06-20T15:00:00Z");
    let sheet = app.lead().get(&format!("/v1/sessions/{session}/run-sheet")).expect(200);
    assert_eq!(sheet["link_person"]["name"], "Amara Okafor", "and not whoever answers questions about the advert");
}
