//! A database that goes back to an earlier state lacks what the service remembers of it.

use serde_json::json;

use super::owner;
use crate::support::books::number;
use crate::support::{App, make};

/// Makes the service remember a lead whom no record names yet: their change is refused.
fn remembered(app: &App, lead: &str) {
    app.lead_called(lead).post("/v1/services", json!({ "code": "A" })).refused(422, "invalid");
    let nowhere = format!("/v1/services/{}", uuid::Uuid::now_v7());
    app.lead_called(lead).patch(&nowhere, 1, json!({ "name": "Elsewhere" })).refused(404, "not-found");
}

#[test]
fn an_actor_whom_the_database_has_lost_is_made_again_and_the_request_succeeds() {
    let app = App::start();
    remembered(&app, "lead.zoe");
    owner(&app, "DELETE FROM actors WHERE subject = 'lead.zoe'");
    let body = json!({
        "code": "back", "name": "Back", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    app.lead_called("lead.zoe").post("/v1/services", body).expect(201);
}

#[test]
fn a_look_at_sensitive_data_is_noted_for_an_actor_whom_the_database_has_lost() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Bo");
    remembered(&app, "lead.zoe");
    owner(&app, "DELETE FROM actors WHERE subject = 'lead.zoe'");
    app.lead_called("lead.zoe").get(&format!("/v1/volunteers/{volunteer}")).expect(200);
}

#[test]
fn what_was_remembered_before_connections_were_lost_is_asked_again() {
    let app = App::start();
    let payee = format!("/v1/volunteers/{}/payee", make::volunteer(&app, "Bo"));
    let zoe = app.finance_called("finance.zoe");
    let looks = || number(&app, "SELECT count(*) FROM access_log WHERE what = 'payee'");
    for _ in 0..2 {
        zoe.get(&payee).expect(200);
    }
    assert_eq!(looks(), 1, "what is read all day long is noted once");
    // The backup is from before the look; the service learns of it by its connections alone.
    owner(
        &app,
        "SET session_replication_role = replica; DELETE FROM access_log WHERE what = 'payee';
         SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    assert_eq!(looks(), 0);
    let before = app.running().service.db.lost();
    for _ in 0..2 {
        zoe.get(&payee);
    }
    assert!(app.running().service.db.lost() > before, "a dead connection counts");
    zoe.get(&payee).expect(200);
    assert_eq!(looks(), 1);
}
