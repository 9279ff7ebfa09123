//! The people beside a volunteer: an advocate who is told instead, a guardian who consents first.

use serde_json::{Value, json};

use super::person;
use crate::support::post_office::PostOffice;
use crate::support::{App, make};

#[test]
fn an_advocate_is_told_instead_where_the_person_wishes() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    make::policies(&app);
    let service = make::service(&app, "ward-7");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let advocate = json!({
        "name": "Ruth Ellery", "relation": "advocate", "contact": "01223 555 0142, mornings", "authority": "consent", "told_instead": true,
    });
    let tom = make::id(
        &app.lead()
            .post("/v1/volunteers", make::with(person("Tom Reed"), json!({ "acts_with": advocate })))
            .expect(201),
    );
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let one = make::id(&app.volunteer(&tom).post(&interest, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{one}/offer"), json!({})).expect(200);
    let message = app.staff(&["ward-7"]).get("/v1/deliveries").expect(200)["items"][0].clone();
    assert_eq!(message["automatic"], false, "an e-mail would go to Tom");
    app.post();
    assert!(office.received().is_empty());
    assert_eq!(
        (&message["tell_instead"], &message["contact"]),
        (&json!("Ruth Ellery"), &json!("01223 555 0142, mornings"))
    );
    // Once Tom wishes to be told himself, he is.
    let himself = json!({ "acts_with": { "told_instead": false } });
    app.volunteer(&tom).change(&format!("/v1/volunteers/{tom}"), himself).expect(200);
    let message = app.staff(&["ward-7"]).get("/v1/deliveries").expect(200)["items"][0].clone();
    assert_eq!(message["tell_instead"], Value::Null);
    app.volunteer(&tom).ask(&format!("/v1/expressions-of-interest/{one}/withdraw")).expect(200);
    let two = make::id(&app.volunteer(&tom).post(&interest, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{two}/offer"), json!({})).expect(200);
    app.post();
    assert_eq!(
        office.received().iter().map(|letter| letter.to.join(",")).collect::<Vec<_>>(),
        ["somebody@example.org"]
    );
}

#[test]
fn a_letter_to_an_advocate_goes_to_an_address_and_never_to_a_telephone_number() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "ward-7"));
    let opportunity = make::published(&app, &plan, json!({}));
    let advocate = json!({
        "name": "Ruth Ellery", "relation": "advocate", "contact": "01223 555 0142, mornings", "authority": "consent", "told_instead": true,
    });
    let more = json!({ "acts_with": advocate, "preferred_contact": "letter", "address": "1 Mill Road, Cambridge" });
    let tom = make::id(&app.lead().post("/v1/volunteers", make::with(person("Tom Reed"), more)).expect(201));
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let one = make::id(&app.volunteer(&tom).post(&interest, json!({})).expect(201));
    app.lead().post(&format!("/v1/expressions-of-interest/{one}/offer"), json!({})).expect(200);
    let printed = || app.lead().get("/v1/deliveries/batch?channel=letter&format=html").text;
    let html = printed();
    assert!(html.contains("Ruth Ellery") && html.contains("No postal address is recorded."), "{html}");
    assert!(!html.contains("555 0142") && !html.contains("1 Mill Road"), "{html}");
    // Staff who have it on their list see how to ask for it.
    let listed = || app.lead().get("/v1/deliveries/batch?channel=letter").expect(200)["items"][0]["contact"].clone();
    assert_eq!(listed(), "01223 555 0142, mornings");
    let address = json!({ "acts_with": { "address": "5 Castle Street\nCambridge" } });
    app.lead().change(&format!("/v1/volunteers/{tom}"), address).expect(200);
    let html = printed();
    assert!(
        html.contains("5 Castle Street") && !html.contains("No postal address") && !html.contains("555 0142"),
        "{html}"
    );
    assert_eq!(listed(), "5 Castle Street\nCambridge");
}

#[test]
fn nobody_under_18_is_offered_a_place_before_a_guardian_consents() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "camhs");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let young = json!({ "under_18": true, "guardian": { "name": "Ama Mensah", "contact": "01223 555 0142" } });
    let joel = make::id(&app.lead().post("/v1/volunteers", make::with(person("Joel Mensah"), young)).expect(201));
    let at = format!("/v1/volunteers/{joel}");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let one = make::id(&app.volunteer(&joel).post(&interest, json!({})).expect(201));
    let offer = format!("/v1/expressions-of-interest/{one}/offer");
    app.lead().post(&offer, json!({})).refused(409, "guardian-consent-missing");
    let sql = format!("UPDATE expressions SET status = 'offered' WHERE id = '{one}'");
    let refused = diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut app.database.as_service()).unwrap_err();
    assert!(refused.to_string().contains("has not consented"), "{refused}");
    // Nobody consents for themselves, in the future, or for somebody who is of age.
    let consent = |on: &str| json!({ "guardian": { "consent_on": on } });
    app.volunteer(&joel).change(&at, consent("2026-06-15")).refused(403, "field-forbidden");
    app.volunteer(&joel).change(&at, json!({ "under_18": false })).refused(403, "field-forbidden");
    app.lead().change(&at, consent("2026-06-16")).refused(422, "invalid");
    app.lead().change(&at, json!({ "under_18": false })).refused(422, "invalid");
    app.lead().change(&at, consent("2026-06-15")).expect(200);
    app.lead().post(&offer, json!({})).expect(200);
}
