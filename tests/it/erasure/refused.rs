//! When erasure is refused.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::erase;
use crate::support::app::mint_defaults;
use crate::support::marked::marked;
use crate::support::{App, make, paid};

/// The codes of a problem's errors.
fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

#[test]
fn erasing_waits_for_money_and_for_agreements_and_is_done_once_by_another() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let at = erase(&it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    assert_eq!(codes(&app.lead().ask(&at).refused(409, "still-engaged")), ["still-engaged"]);
    let claim = make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    let claim = make::id(&claim);
    let refused = app.lead().ask(&at).refused(409, "payment-in-flight");
    assert_eq!(codes(&refused), ["claim-open", "still-engaged"]);
    // 21 days from today, as the policy in force says.
    assert_eq!(refused["errors"][0]["not_before"], "2026-07-06");
    let see = refused["errors"][0]["see"].as_str().unwrap();
    assert_eq!(app.lead().get(see).expect(200)["items"][0]["id"], json!(claim));
    app.lead().post(&format!("/v1/claims/{claim}/approve"), json!({ "no_close_relationship": true })).expect(200);
    assert_eq!(
        codes(&app.lead().ask(&at).refused(409, "payment-in-flight")),
        ["claim-open", "payment-open", "still-engaged"]
    );
    paid::everything(&app, "payroll", "2026-06-12");
    assert_eq!(codes(&app.lead().ask(&at).refused(409, "still-engaged")), ["still-engaged"]);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    // Nobody can erase themselves, and an old version is refused.
    let both = app.with(Mint {
        roles: vec![Role::InvolvementLead],
        volunteer_id: Some(it.volunteer.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    });
    assert_eq!(codes(&both.ask(&at).refused(409, "segregation-of-duties")), ["eraser-is-the-person"]);
    app.lead().send("POST", &at, &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    let erased = app.lead().ask(&at).expect(200);
    assert_eq!(
        (&erased["status"], &erased["legal_name"], &erased["email"]),
        (&json!("erased"), &Value::Null, &Value::Null)
    );
    app.lead().ask(&at).refused(409, "invalid-transition");
    app.lead().ask(&erase("01900000-0000-7000-8000-000000000000")).refused(404, "not-found");
}

#[test]
fn whoever_owes_money_is_erased_once_it_is_waived() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    paid::everything(&app, "payroll", "2026-06-15");
    let body = json!({ "reason": "It was claimed twice.", "method": "offset",
        "lines": [{ "id": claim["lines"][0]["id"], "pence": 100 }],
        "agreed_with_person": { "on": "2026-06-15", "how": "By telephone" } });
    let made = app.lead().post(&format!("/v1/claims/{}/recoveries", make::id(&claim)), body).expect(201);
    let recovery = format!("/v1/recoveries/{}", make::id(&made));
    app.finance().ask(&format!("{recovery}/confirm")).expect(200);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    let at = erase(&it.volunteer);
    let refused = app.lead().ask(&at).refused(409, "payment-in-flight");
    assert_eq!(codes(&refused), ["recovery-open"]);
    let said = refused["detail"].as_str().unwrap();
    assert!(said.contains("owes money") && said.contains("Waive the recovery"), "{said}");
    let see = refused["errors"][0]["see"].as_str().unwrap();
    assert_eq!(app.lead().get(see).expect(200)["items"][0]["reference"], made["reference"]);
    app.lead().post(&format!("{recovery}/waive"), json!({ "reason": "It is small." })).expect(200);
    app.lead().ask(&at).expect(200);
}

#[test]
fn the_database_lets_go_of_nothing_that_is_not_an_erased_persons() {
    let app = App::start();
    let it = marked(&app);
    let mut service = app.database.as_service();
    for attack in [
        "DELETE FROM clearances",
        "DELETE FROM experiences",
        "UPDATE agreement_texts SET body = NULL",
        "UPDATE receipts SET kept = false",
        "UPDATE receipts SET file_name = NULL",
        "UPDATE payment_run_exports SET cleared_at = now()",
        "DELETE FROM payment_run_export_parts",
    ] {
        assert!(service.batch_execute(attack).is_err(), "{attack}");
    }
    it.erase(&app);
    let again = |sql: &str| sql.replace("$1", &it.volunteer);
    for attack in [
        "UPDATE volunteers SET status = 'active' WHERE id = '$1'",
        "UPDATE volunteers SET staff_subject = 'somebody' WHERE id = '$1'",
        "UPDATE plan_comments SET text = 'again' WHERE volunteer_id = '$1'",
        "INSERT INTO experiences (id, volunteer_id, service_id, perspective, created_at, created_by, updated_at) SELECT gen_random_uuid(), '$1', s.id, 'patient', now(), s.created_by, now() FROM services s LIMIT 1",
        "INSERT INTO actor_volunteers SELECT id, '$1' FROM actors WHERE subject = 'lead.ann' LIMIT 1",
        "UPDATE actors SET subject = 'somebody' WHERE id IN (SELECT actor_id FROM actor_volunteers WHERE volunteer_id = '$1')",
    ] {
        assert!(service.batch_execute(&again(attack)).is_err(), "{attack}");
    }
}
