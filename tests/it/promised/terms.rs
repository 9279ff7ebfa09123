//! What is promised: the terms in force at issue, or better ones under which the opportunity was published, kept for good.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{bands, fifty_from_june, first_line, policy, signed_in_may, time};
use crate::support::app::faults;
use crate::support::{App, make};

fn draft(engaged: &make::Engaged, more: Value) -> Value {
    let body = json!({
        "volunteer_id": engaged.volunteer, "opportunity_id": engaged.opportunity, "basis": "paid_involvement",
        "role": "Workshop member", "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-20",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        "replaces_id": engaged.agreement,
    });
    make::with(body, more)
}

#[test]
fn an_agreement_keeps_its_promise_from_its_issue() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    let path = format!("/v1/agreements/{}", engaged.agreement);
    let agreement = app.volunteer(&engaged.volunteer).get(&path).expect(200);
    let policies = app.lead().get("/v1/reimbursement-policies").expect(200);
    let promised = json!({ "policy_id": policies["items"][0]["id"], "name": "meeting", "terms": bands(7500, 15_000) });
    assert_eq!(agreement["promised"], promised);
    let opportunity = app.lead().get(&format!("/v1/opportunities/{}", engaged.opportunity)).expect(200);
    assert_eq!(opportunity["promised"], promised);
    let listed = app.lead().get("/v1/agreements").expect(200);
    assert_eq!(listed["items"][0]["promised"], promised);
    let body = agreement["body"].as_str().unwrap();
    assert!(body.contains("We promise you £75.00 for up to 4 hours; £150.00 for more than 4 hours."), "{body}");

    let mut conn = app.database.as_service();
    for attack in [
        "UPDATE agreements SET promised = NULL",
        "UPDATE agreements SET promised = jsonb_set(promised, '{terms,bands,0,pence}', '1')",
    ] {
        assert!(conn.batch_execute(attack).is_err(), "{attack}");
    }
    app.lead().change(&path, json!({ "promised": null })).refused(422, "invalid");
}

#[test]
fn the_terms_under_which_an_opportunity_was_published_hold_for_agreements_made_from_it() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let other = make::volunteer(&app, "Olu Other");
    let agreement = make::agreement(&app, &engaged.opportunity, &other, json!({}));
    let later = app.lead().get(&format!("/v1/agreements/{agreement}")).expect(200);
    assert_eq!(later["promised"]["terms"], bands(7500, 15_000));
    // Closing and opening it again takes nothing back, and a rise is taken over.
    let opportunity = format!("/v1/opportunities/{}", engaged.opportunity);
    let reopened = |until: &str| {
        app.lead().ask(&format!("{opportunity}/close")).expect(200);
        let again = app.lead().post(&format!("{opportunity}/reopen"), json!({ "closes_at": until })).expect(200);
        again["promised"]["terms"].clone()
    };
    assert_eq!(reopened("2026-12-30T12:00:00Z"), bands(7500, 15_000));
    policy(&app, "2026-06-10", json!({ "meeting": bands(9000, 18_000) }));
    assert_eq!(reopened("2026-12-31T12:00:00Z"), bands(9000, 18_000));
    let first = app.lead().get(&format!("/v1/agreements/{}", engaged.agreement)).expect(200);
    assert_eq!(first["promised"]["terms"], bands(7500, 15_000), "an agreement stands as it was issued");
}

#[test]
fn better_terms_go_on_in_the_agreement_that_replaces_another() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    policy(&app, "2026-05-10", json!({ "meeting": bands(9000, 18_000) }));
    app.now_is("2026-05-15T10:00:00Z");
    let path = |made: &Value| format!("/v1/agreements/{}", make::id(made));
    let made = app.lead().post("/v1/agreements", draft(&engaged, json!({ "starts_on": "2026-05-16" }))).expect(201);
    let better = app.lead().ask(&format!("{}/issue", path(&made))).expect(200);
    assert_eq!(better["promised"]["terms"], bands(9000, 18_000));
    app.volunteer(&engaged.volunteer).ask(&format!("{}/accept", path(&made))).expect(200);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let engaged = make::Engaged { agreement: make::id(&made), ..engaged };
    let made = app.lead().post("/v1/agreements", draft(&engaged, json!({ "role": "Chair" }))).expect(201);
    let third = app.lead().ask(&format!("{}/issue", path(&made))).expect(200);
    assert_eq!(third["promised"]["terms"], bands(9000, 18_000), "more than the opportunity promised");
    app.volunteer(&engaged.volunteer).ask(&format!("{}/accept", path(&made))).expect(200);
    let engaged = make::Engaged { agreement: make::id(&made), ..engaged };
    app.now_is("2026-06-25T10:00:00Z");
    let claim = make::submitted(&app, &engaged, json!([time(&app, &engaged, "2026-06-21")]));
    assert_eq!(first_line(&claim).0, 9000);
}

#[test]
fn a_tariff_of_another_name_is_worse_where_it_pays_less() {
    let app = App::start();
    app.now_is("2026-05-01T10:00:00Z");
    let tariffs = json!({ "senior": bands(7500, 16_000), "junior": bands(8000, 14_000) });
    policy(&app, "2026-01-01", tariffs);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &volunteer);
    let engaged = make::Engaged { service, plan, opportunity, volunteer, agreement: String::new() };
    let by = |tariff: &str| {
        let offer = make::with(make::offer(), json!({ "tariff": tariff }));
        draft(&engaged, json!({ "offer": offer, "replaces_id": null, "starts_on": "2026-05-01" }))
    };
    for worse in ["junior", "hourly", "document_review", "nothing of the kind"] {
        let problem = app.lead().post("/v1/agreements", by(worse)).refused(409, "worse-than-offered");
        assert_eq!(faults(&problem), [("/offer/tariff".to_owned(), "worse-than-offered".to_owned())], "{worse}");
    }
    let made = app.lead().post("/v1/agreements", by("senior")).expect(201);
    let path = format!("/v1/agreements/{}", make::id(&made));
    app.lead().change(&path, json!({ "offer": { "tariff": "junior" } })).refused(409, "worse-than-offered");
    // By the time it is issued, the tariff of its own fell below what the opportunity promised.
    policy(&app, "2026-05-02", json!({ "senior": bands(7400, 16_000) }));
    app.now_is("2026-05-03T10:00:00Z");
    app.lead().ask(&format!("{path}/issue")).refused(409, "worse-than-offered");
    app.lead().change(&path, json!({ "offer": { "tariff": "meeting" } })).expect(200);
    let issued = app.lead().ask(&format!("{path}/issue")).expect(200);
    assert_eq!(issued["promised"]["name"], "meeting");
}

#[test]
fn an_agreement_is_replaced_by_a_tariff_of_another_name_where_it_pays_as_much() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    // The opportunity promises £75; the agreement that is replaced promises £90 by a tariff of its own.
    let tariffs = json!({ "senior": bands(9000, 18_000), "chair": bands(9500, 18_000), "junior": bands(8000, 16_000) });
    policy(&app, "2026-05-10", tariffs);
    app.now_is("2026-05-15T10:00:00Z");
    let by = |replaced: &str, tariff: &str| {
        let offer = make::with(make::offer(), json!({ "tariff": tariff }));
        draft(&engaged, json!({ "offer": offer, "replaces_id": replaced, "starts_on": "2026-05-16" }))
    };
    let path = |made: &Value| format!("/v1/agreements/{}", make::id(made));
    let senior = app.lead().post("/v1/agreements", by(&engaged.agreement, "senior")).expect(201);
    app.lead().ask(&format!("{}/issue", path(&senior))).expect(200);
    app.volunteer(&engaged.volunteer).ask(&format!("{}/accept", path(&senior))).expect(200);
    let problem =
        app.lead().post("/v1/agreements", by(&make::id(&senior), "junior")).refused(409, "worse-than-offered");
    assert!(problem["detail"].as_str().unwrap().contains("the one that it replaces"), "{problem}");
    let chair = app.lead().post("/v1/agreements", by(&make::id(&senior), "chair")).expect(201);
    let issued = app.lead().ask(&format!("{}/issue", path(&chair))).expect(200);
    assert_eq!(issued["promised"]["terms"], bands(9500, 18_000));
}
