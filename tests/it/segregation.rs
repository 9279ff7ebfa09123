//! Segregation of duties compares persons, not logins: a lead who is also a volunteer stays the same person.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::{App, make};

#[test]
fn a_lead_cannot_stop_being_the_claimant_and_approve() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let person = format!("/v1/volunteers/{}", engaged.volunteer);
    app.lead().change(&person, json!({ "staff_subject": "nurse.vera" })).expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let claim = make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    let approve = format!("/v1/claims/{}/approve", make::id(&claim));
    let yes = json!({ "no_close_relationship": true });
    // With their login as a lead, and with their login as a volunteer with a lead's role.
    let volunteer_id = Some(engaged.volunteer.parse::<uuid::Uuid>().unwrap().into());
    let roles = vec![Role::InvolvementLead, Role::Volunteer];
    let both = app.with(Mint { roles, subject: "vera".to_owned(), volunteer_id, ..mint_defaults() });
    for who in [app.lead_called("nurse.vera"), both] {
        for subject in [Value::Null, json!("somebody.else")] {
            let problem = who.change(&person, json!({ "staff_subject": subject })).refused(403, "field-forbidden");
            assert_eq!(faults(&problem), [("/staff_subject".to_owned(), "field-forbidden".to_owned())]);
        }
        who.change(&person, json!({ "pronouns": "she/her", "staff_subject": "nurse.vera" })).expect(200);
        let problem = who.post(&approve, yes.clone()).refused(409, "segregation-of-duties");
        assert!(faults(&problem).iter().any(|(_, code)| code == "approver-is-claimant"), "{problem}");
        app.lead().change(&person, json!({ "pronouns": null })).expect(200);
    }
    // Another lead may correct a wrong record.
    app.lead().change(&person, json!({ "staff_subject": "nurse.mary" })).expect(200);
    app.lead_called("nurse.mary").post(&approve, yes.clone()).refused(409, "segregation-of-duties");
    app.lead().post(&approve, yes).expect(200);
}
