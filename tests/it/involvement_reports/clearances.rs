//! Clearances that end, and the sessions that this touches.

use serde_json::json;

use super::{counts, report};
use crate::support::{App, make};

fn clearance(app: &App, volunteer: &str, kind: &str, expires: Option<&str>) {
    let reason = kind.starts_with("dbs_e").then_some("Visits wards.");
    let body = json!({
        "kind": kind, "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": expires, "eligibility_reason": reason,
    });
    app.lead().post(&format!("/v1/volunteers/{volunteer}/clearances"), body).expect(201);
}

#[test]
fn an_expiry_is_told_with_the_sessions_that_it_will_touch() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    clearance(&app, &volunteer, "dbs_enhanced", Some("2026-06-30"));
    clearance(&app, &volunteer, "identity", None);
    let required = json!([{ "kind": "dbs_basic" }, { "kind": "identity" }]);
    let opportunity = make::published(&app, &plan, json!({ "clearances_required": required }));
    make::agreement(&app, &opportunity, &volunteer, json!({}));
    make::session(&app, &opportunity, "2026-06-30T09:00:00Z", 60);
    let late = make::session(&app, &opportunity, "2026-06-30T23:00:00Z", 60);
    let off = make::session(&app, &opportunity, "2026-07-08T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{off}/cancel"), json!({ "reason": "Flood." })).expect(200);
    let view = report(&app, "clearances");
    let touched = json!([{
        "session_id": late, "starts_at": "2026-06-30T23:00:00Z", "service_id": service, "service_name": "Service crisis-cafe",
        "volunteer_id": volunteer, "volunteer_name": "Vera Volunteer", "kind": "dbs_basic", "valid_until": "2026-06-30",
    }]);
    assert_eq!((&view["on"], &view["touched"]), (&json!("2026-06-15"), &touched));
    let rows = view["kinds"].as_array().unwrap();
    counts(&rows[0], &[("sessions_touched", 1)]);
    counts(&rows[1], &[("ends_within_30_days", 1), ("ends_within_60_days", 1), ("expiring_count", 1)]);
    counts(&rows[2], &[("valid_count", 1)]);
    // The day after the last session, nothing is affected by an expiry.
    let after = report(&app, "clearances?on=2026-07-01");
    assert_eq!(after["touched"], json!([]));
    counts(&after["kinds"][0], &[("expired_count", 1)]);
    let csv = app.staff(&["crisis-cafe"]).get("/v1/reports/clearances?format=csv").csv().to_owned();
    assert_eq!(
        csv,
        "kind,valid_count,expiring_count,pending_count,expired_count,not_cleared_count,ends_within_60_days,ends_within_30_days,ends_within_7_days,sessions_touched\r\n\
        dbs_basic,0,0,0,0,0,0,0,0,1\r\n\
        dbs_enhanced,0,1,0,0,0,1,1,0,0\r\n\
        identity,1,0,0,0,0,0,0,0,0\r\n"
    );
    let elsewhere = app.staff(&["elsewhere"]).get("/v1/reports/clearances").expect(200);
    assert_eq!((&elsewhere["kinds"], &elsewhere["touched"]), (&json!([]), &json!([])));
    // A clearance that is renewed in time does not expire, and volunteers who left don't count.
    clearance(&app, &volunteer, "dbs_basic", Some("2028-01-01"));
    assert_eq!(report(&app, "clearances")["touched"], json!([]));
    app.lead().post(&format!("/v1/volunteers/{volunteer}/leave"), json!({ "reason": "other" })).expect(200);
    assert_eq!(report(&app, "clearances")["kinds"], json!([]));
}
