//! Points 6, 7 and 8: clear from the beginning what is reimbursed, what is needed, and what was agreed.

use serde_json::{Value, json};

use super::{codes, drafted, house};
use crate::support::{App, make};

#[test]
fn point_6_be_clear_at_the_beginning_what_is_reimbursed() {
    let app = App::start();
    let (_, plan) = house(&app);
    // "Nothing" must be said; silence is not published.
    let publish = |id: &str| app.lead().ask(&format!("/v1/opportunities/{id}/publish"));
    let silent = drafted(&app, &plan, json!({ "offer": null }));
    assert_eq!(publish(&silent).refused(409, "not-publishable")["errors"][0]["pointer"], "/offer");
    let nothing = json!({ "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": null, "statement": "We can pay nothing back." });
    let plain = drafted(&app, &plan, json!({ "basis": "expenses_only", "offer": nothing }));
    publish(&plain).expect(200);
    let advert = app.lead().get(&format!("/v1/opportunities/{plain}/advert?format=text"));
    assert!(advert.text.contains("We can pay nothing back."), "{}", advert.text);

    // Before anybody commits they know what an evening comes to, and it is what they get.
    let travel = make::with(make::offer(), json!({ "care": false }));
    let opportunity = make::published(&app, &plan, json!({ "offer": travel }));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let evening = |date: &str| json!({ "kind": "mileage", "date": date, "vehicle": "car", "miles": 23.4, "from": "Ely", "to": "Fulbourn" });
    let lines = json!([{ "kind": "time", "date": "2026-06-12", "scheduled_minutes": 180 }, evening("2026-06-12")]);
    let quote = app
        .volunteer(&vera)
        .post("/v1/reimbursements/quote", json!({ "opportunity_id": opportunity, "lines": lines }))
        .expect(200);
    assert_eq!(quote["total_pence"], 7_500 + 1_287);
    let terms = json!({ "offer": make::with(make::offer(), json!({ "care": false })) });
    let agreement = make::agreement(&app, &opportunity, &vera, terms);
    let session = make::attended(&app, &opportunity, &vera, "2026-06-12T17:00:00Z", 180);
    let mut drive = evening("2026-06-12");
    drive["session_id"] = json!(session);
    let claim =
        make::claim(&app.volunteer(&vera), &agreement, json!([{ "kind": "time", "session_id": session }, drive]));
    assert_eq!(claim["total_pence"], quote["total_pence"]);
    // Every line says in words how it was worked out, also on the form.
    assert_eq!(claim["lines"][1]["explanation"], json!(["23.4 miles at 55p: £12.87"]));
    let form = app.volunteer(&vera).get(&format!("/v1/claims/{}/document", make::id(&claim)));
    assert!(form.text.contains("23.4 miles at 55p: £12.87"));
    // What was not promised is not paid.
    let care = json!([{ "kind": "care", "session_id": session, "spent_pence": 900, "minutes": 60, "evidence_exception": "A neighbour." }]);
    let other = make::id(&make::claim(&app.volunteer(&vera), &agreement, care));
    let problem = app.volunteer(&vera).ask(&format!("/v1/claims/{other}/submit")).refused(409, "claim-not-submittable");
    assert_eq!(codes(&problem), ["not-promised"]);
}

/// A check that is in date on some days.
fn checked(app: &App, who: &str, until: &str) -> Value {
    let check = json!({ "kind": "dbs_enhanced", "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": until, "eligibility_reason": "Visits wards." });
    app.lead().post(&format!("/v1/volunteers/{who}/clearances"), check).expect(201)
}

#[test]
fn point_7_be_clear_what_you_need_and_test_it_on_the_day() {
    let app = App::start();
    let (_, plan) = house(&app);
    // A check above the basic one is asked for with its reason, or not at all.
    let without = drafted(&app, &plan, json!({ "clearances_required": [{ "kind": "dbs_enhanced" }] }));
    let problem = app.lead().ask(&format!("/v1/opportunities/{without}/publish")).refused(409, "not-publishable");
    assert_eq!(problem["errors"][0]["pointer"], "/clearances_required/0/eligibility_reason");
    let needs = json!({ "clearances_required": [{ "kind": "dbs_enhanced", "eligibility_reason": "Visits wards." }] });
    let opportunity = make::published(&app, &plan, needs);
    // An offer may wait for it. Being a member of the forum proves nothing.
    let vera = make::volunteer(&app, "Vera Volunteer");
    let member = json!({ "memberships": ["participation_partnership_forum"] });
    app.lead().change(&format!("/v1/volunteers/{vera}"), member).expect(200);
    make::accepted(&app, &opportunity, &vera);
    let terms = json!({ "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Visitor", "offer": make::offer(),
        "payment_route": "payroll", "starts_on": "2026-06-10", "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    let agreement = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", terms).expect(201)));
    app.lead().ask(&format!("{agreement}/issue")).refused(409, "clearance-missing");
    checked(&app, &vera, "2026-06-14");
    app.lead().ask(&format!("{agreement}/issue")).refused(409, "clearance-missing");
    checked(&app, &vera, "2026-06-15");
    app.lead().ask(&format!("{agreement}/issue")).expect(200);
    app.volunteer(&vera).ask(&format!("{agreement}/accept")).expect(200);
    // What happened after it ran out is recorded as what it was, and flagged.
    app.now_is("2026-06-16T18:00:00Z");
    for (day, flags) in [("2026-06-15", 0), ("2026-06-16", 1)] {
        let session = make::attended(&app, &opportunity, &vera, &format!("{day}T09:00:00Z"), 60);
        let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
        let row = &register["items"][0];
        assert_eq!(
            (&row["outcome"], row["clearance_flags"].as_array().unwrap().len()),
            (&json!("attended"), flags),
            "{day}"
        );
    }
}

#[test]
fn point_8_an_agreement_says_what_is_needed_what_support_and_what_payment() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/agreements/{}", engaged.agreement);
    let seen = app.volunteer(&engaged.volunteer).get(&path).expect(200);
    let body = seen["body"].as_str().unwrap();
    for said in ["Workshop member", "Come as you are.", "Amara Okafor", "travel and parking", "meeting"] {
        assert!(body.contains(said), "{said}: {body}");
    }
    assert_eq!(seen["body_sha256"].as_str().unwrap().len(), 64);
    app.lead().change(&path, json!({ "expectations": "More." })).refused(409, "not-editable");
    // Never less than was advertised.
    let otto = make::volunteer(&app, "Otto Other");
    make::accepted(&app, &engaged.opportunity, &otto);
    let less = json!({ "volunteer_id": otto, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member", "payment_route": "payroll",
        "offer": make::with(make::offer(), json!({ "travel": false })), "starts_on": "2026-06-15", "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    app.lead().post("/v1/agreements", less).refused(409, "worse-than-offered");
    // A one-off needs no paper: accepting the offer makes a short one, with what was offered, in force at once.
    let service = make::service(&app, "one-off");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let once = make::published(&app, &plan, json!({ "kind": "one_off_event" }));
    make::accepted(&app, &once, &otto);
    let short = app.volunteer(&otto).get("/v1/agreements").expect(200)["items"][0].clone();
    assert_eq!((&short["status"], &short["offer"]["statement"]), (&json!("active"), &json!("Travel and time.")));
}
