//! Whom staff know by name and how to reach them, and no more: who asked to take part, who helps to write a plan, whom they
//! added.

use serde_json::{Value, json};

use crate::support::{App, make};

/// Maggie, who wants to be phoned, with everything else about her.
fn maggie() -> Value {
    json!({
        "legal_name": "Margaret Ashdown", "preferred_name": "Maggie", "preferred_contact": "phone", "phone": "01223 555 0144",
        "email": "maggie@example.org", "address": "14 Orchard Lane, Cambridge", "skills": ["minute taking"],
        "interests": ["focus_group"], "communication_needs": [{ "kind": "large_print", "detail": "18 point" }],
    })
}

/// What the ward sister sees of Maggie: her name, her telephone and what she needs.
#[track_caller]
fn brief(seen: &Value) {
    assert_eq!(seen["brief"], true, "{seen}");
    assert_eq!((&seen["legal_name"], &seen["preferred_name"]), (&json!("Margaret Ashdown"), &json!("Maggie")));
    assert_eq!((&seen["preferred_contact"], &seen["phone"]), (&json!("phone"), &json!("01223 555 0144")));
    assert_eq!(seen["communication_alerts"], json!(["Large print: 18 point"]));
    for hidden in ["email", "address"] {
        assert_eq!(seen[hidden], Value::Null, "{hidden}");
    }
    for list in ["skills", "interests", "memberships", "clearance_summary"] {
        assert!(seen.get(list).is_none_or(|list| *list == json!([])), "{list}: {seen}");
    }
}

#[test]
fn the_sisters_own_volunteer_does_not_vanish() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "ward-7");
    make::service(&app, "other-ward");
    let plan = make::approved_plan(&app, &service);
    let sister = app.staff(&["ward-7"]);
    let of_another_ward = app.with(involvement::access::token::Mint {
        roles: vec![involvement::access::Role::Staff],
        subject: "nurse.else".into(),
        services: vec!["other-ward".into()],
        ..crate::support::app::mint_defaults()
    });
    // She enters Maggie, a lead activates her, and the sister makes her a member of the plan.
    let added = make::id(&sister.post("/v1/volunteers", maggie()).expect(201));
    let at = format!("/v1/volunteers/{added}");
    app.lead().ask(&format!("{at}/activate")).expect(200);
    brief(&sister.get(&at).expect(200));
    sister.post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": added })).expect(201);
    // Another nurse of another ward knows nothing of her.
    of_another_ward.get(&at).refused(404, "not-found");
    for list in ["/v1/volunteers", "/v1/volunteers?q=maggie", "/v1/volunteers?order=oldest"] {
        let listed = sister.get(list).expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{list}");
        brief(&listed["items"][0]);
        assert_eq!(of_another_ward.get(list).expect(200)["items"], json!([]));
    }
    sister.get(&format!("{at}/clearances")).refused(404, "not-found");
    // She is named in feedback and speaks through the sister for an opportunity.
    let said =
        json!({ "plan_id": plan, "you_said": "Ring me, please.", "source": "conversation", "contributors": [added] });
    sister.post("/v1/feedback", said).expect(201);
    let opportunity = make::published(&app, &plan, json!({}));
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let one = sister.post(&interest, json!({ "volunteer_id": added })).expect(201);
    assert_eq!((&one["volunteer_name"], &one["opportunity_title"]), (&json!("Maggie"), &json!("Evening workshops")));
    // Once she is considered, she is engaged with the ward, and the sister sees the whole.
    sister.ask(&format!("/v1/expressions-of-interest/{}/shortlist", make::id(&one))).expect(200);
    let whole = sister.get(&at).expect(200);
    assert_eq!((&whole["brief"], &whole["skills"]), (&json!(false), &json!(["minute taking"])));
}

#[test]
fn whoever_applies_is_known_by_name_and_a_message_says_where_it_goes() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "ward-7");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let maggie = make::id(&app.lead().post("/v1/volunteers", maggie()).expect(201));
    let at = format!("/v1/volunteers/{maggie}");
    let sister = app.staff(&["ward-7"]);
    sister.get(&at).refused(404, "not-found");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let one = make::id(&app.volunteer(&maggie).post(&interest, json!({})).expect(201));
    brief(&sister.get(&at).expect(200));
    app.lead().post(&format!("/v1/expressions-of-interest/{one}/offer"), json!({})).expect(200);
    let message = sister.get("/v1/deliveries").expect(200)["items"][0].clone();
    assert_eq!((&message["channel"], &message["contact"]), (&json!("phone"), &json!("01223 555 0144")));
    // Maggie's own list has no need of it, and once she was told it is nobody's any more.
    assert!(app.volunteer(&maggie).get("/v1/deliveries").expect(200)["items"][0].get("contact").is_none());
    let done = sister.post(&format!("/v1/deliveries/{}/done", make::id(&message)), json!({})).expect(200);
    assert_eq!(done["contact"], Value::Null);
}

#[test]
fn whoever_helps_to_write_a_plan_is_known_by_name() {
    let app = App::start();
    let service = make::service(&app, "ward-7");
    make::service(&app, "other-ward");
    let plan = make::plan(&app, &service);
    // A lead entered her: the sister knows her by the plan alone.
    let maggie = make::id(&app.lead().post("/v1/volunteers", maggie()).expect(201));
    let at = format!("/v1/volunteers/{maggie}");
    app.staff(&["ward-7"]).get(&at).refused(404, "not-found");
    app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": maggie })).expect(201);
    brief(&app.staff(&["ward-7"]).get(&at).expect(200));
    brief(&app.staff(&["ward-7"]).get("/v1/volunteers").expect(200)["items"][0]);
    app.staff(&["other-ward"]).get(&at).refused(404, "not-found");
}
