//! Drafts, and what publishing needs and fixes.

use serde_json::{Value, json};

use super::{drafted, path};
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn staff_draft_under_their_own_plans_and_leads_publish() {
    let app = App::start();
    let (plan, _) = drafted(&app, json!({}));
    let staff = app.staff(&["crisis-cafe"]);
    let bare = json!({ "plan_id": plan, "title": "Idea", "kind": "forum", "places": 3 });
    let answer = staff.post("/v1/opportunities", bare.clone());
    let location = answer.header("location").unwrap_or_default().to_owned();
    let made = answer.expect(201);
    assert_eq!(location, format!("/v1/opportunities/{}", make::id(&made)));
    assert_eq!((&made["status"], &made["places_left"], &made["offer"]), (&json!("draft"), &json!(3), &Value::Null));
    let id = make::id(&made);
    staff.ask(&path(&id, "publish")).refused(403, "forbidden");
    app.staff(&["elsewhere"]).get(&format!("/v1/opportunities/{id}")).refused(404, "not-found");
    let problem = app.staff(&["elsewhere"]).post("/v1/opportunities", bare).refused(409, "unknown-reference");
    assert_eq!(faults(&problem), [("/plan_id".to_owned(), "unknown-reference".to_owned())]);
    app.lead().ask(&path(&id, "publish")).refused(409, "not-publishable");
    staff.change(&format!("/v1/opportunities/{id}"), make::opportunity_body(&plan)).expect(200);
    let published = app.lead().ask(&path(&id, "publish")).expect(200);
    assert_eq!((&published["status"], &published["version"]), (&json!("published"), &json!(3)));
}

#[test]
fn publishing_tells_everything_that_is_missing_at_once() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::plan_with(&app, &service, json!({ "relationships": { "support": "Somebody." } }));
    let bare = json!({
        "plan_id": plan, "title": "Panel", "kind": "interview_panel", "places": 1, "mode": "in_person", "basis": "paid_involvement",
        "closes_at": "2026-06-15T10:00:00Z", "clearances_required": [{ "kind": "dbs_enhanced" }],
        "offer": { "travel": false, "subsistence": false, "care": false, "access_support": false, "other": false, "tariff": "nowhere", "statement": " " },
    });
    let id = make::id(&app.lead().post("/v1/opportunities", bare).expect(201));
    let problem = app.lead().ask(&path(&id, "publish")).refused(409, "not-publishable");
    let mut found: Vec<String> = faults(&problem).into_iter().map(|(at, code)| format!("{at} {code}")).collect();
    found.sort();
    let wanted = [
        "/audience required",
        "/clearances_required/0/eligibility_reason required",
        "/closes_at out-of-range",
        "/commitment required",
        "/contact required",
        "/involvement_level required",
        "/offer/statement required",
        "/offer/tariff unknown-tariff",
        "/panel required",
        "/plan_id link-person-missing",
        "/plan_id plan-not-approved",
        "/starts_on required",
        "/summary required",
        "/venue required",
    ];
    assert_eq!(found, wanted);
    assert_eq!(app.lead().get(&format!("/v1/opportunities/{id}")).expect(200)["status"], "draft");
}

#[test]
fn the_database_itself_publishes_nothing_without_an_offer_a_contact_and_a_closing_date() {
    use diesel::prelude::*;
    let app = App::start();
    let (_, id) = drafted(&app, json!({}));
    let mut conn = app.database.as_service();
    for column in ["offer", "basis", "contact", "closes_at"] {
        let sql = format!("UPDATE opportunities SET status = 'published', {column} = NULL WHERE id = '{id}'");
        let refused = diesel::sql_query(sql).execute(&mut conn).unwrap_err().to_string();
        assert!(refused.contains("opportunities_published_complete"), "{column}: {refused}");
    }
    let over = format!("UPDATE opportunities SET accepted_count = places + 1 WHERE id = '{id}'");
    assert!(diesel::sql_query(over).execute(&mut conn).is_err());
}

#[test]
fn nothing_is_published_under_a_plan_that_was_withdrawn_a_moment_before() {
    use diesel::prelude::*;
    let app = App::with_pool(8);
    let (plan, id) = drafted(&app, json!({}));
    let (published, withdrawn) = std::thread::scope(|scope| {
        let publish = scope.spawn(|| app.lead().ask(&path(&id, "publish")).status);
        let withdraw = scope.spawn(|| {
            let reason = json!({ "reason": "No money." });
            app.lead().post(&format!("/v1/plans/{plan}/withdraw"), reason).status
        });
        (publish.join().unwrap(), withdraw.join().unwrap())
    });
    assert!(matches!(published, 200 | 409), "{published}");
    let seq = |resource: &str, action: &str| -> Option<i64> {
        let sql =
            format!("SELECT max(seq) FROM audit_records WHERE resource_id = '{resource}' AND action = '{action}'");
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(&format!("({sql})")))
            .get_result(&mut app.database.as_owner())
            .unwrap()
    };
    if (published, withdrawn) == (200, 200) {
        assert!(seq(&id, "publish") < seq(&plan, "withdraw"), "it was published while the plan was in force");
    }
    if published == 409 {
        assert_eq!((withdrawn, seq(&id, "publish")), (200, None));
    }
}

#[test]
fn what_was_promised_stands_once_people_could_read_it() {
    let app = App::start();
    let (plan, id) = drafted(&app, json!({}));
    app.lead().ask(&path(&id, "publish")).expect(200);
    let one = format!("/v1/opportunities/{id}");
    let change = json!({ "offer": { "travel": false }, "basis": "expenses_only", "venue": "Room 2" });
    let problem = app.lead().change(&one, change).refused(409, "not-editable");
    assert_eq!(faults(&problem).len(), 2);
    app.lead().change(&one, json!({ "summary": null })).refused(409, "not-publishable");
    app.lead().change(&one, json!({ "closes_at": "2026-06-15T10:00:00Z" })).refused(409, "not-publishable");
    let changed = app.lead().change(&one, json!({ "venue": "Room 2", "places": 1 })).expect(200);
    assert_eq!((&changed["venue"], &changed["places_left"]), (&json!("Room 2"), &json!(1)));
    let same = app.lead().change(&one, json!({ "venue": "Room 2" })).expect(200);
    assert_eq!(same["version"], changed["version"]);
    app.lead().patch(&one, 1, json!({ "venue": "Room 3" })).refused(412, "precondition-failed");
    let volunteer = make::volunteer(&app, "Vera");
    make::accepted(&app, &id, &volunteer);
    let other = make::volunteer(&app, "Otto");
    app.lead().change(&one, json!({ "places": 2 })).expect(200);
    make::accepted(&app, &id, &other);
    app.lead().change(&one, json!({ "places": 1 })).refused(409, "no-places-left");
    app.lead().change(&one, json!({ "plan_id": plan, "kind": "forum" })).refused(409, "not-editable");
}

#[test]
fn rules_of_the_body_alone_are_told_with_their_pointers() {
    let app = App::start();
    let (plan, _) = drafted(&app, json!({}));
    let body = json!({
        "plan_id": plan, "title": "X", "kind": "forum", "places": 1, "starts_on": "2026-02-02", "ends_on": "2026-02-01",
        "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["a", "a"],
    });
    let mut found = faults(&app.lead().post("/v1/opportunities", body).refused(422, "invalid"));
    found.sort();
    let wanted = [("/ends_on", "unordered"), ("/panel", "not-allowed"), ("/training_required/1", "repeated")];
    assert_eq!(found, wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let body = json!({ "plan_id": plan, "title": "X", "kind": "forum", "places": 0, "training_required": ["A b"], "accepted_count": 4, "status": "published" });
    let mut found = faults(&app.lead().post("/v1/opportunities", body).refused(422, "invalid"));
    found.sort();
    let wanted = [
        ("/accepted_count", "unknown-field"),
        ("/places", "out-of-range"),
        ("/status", "read-only"),
        ("/training_required/0", "bad-format"),
    ];
    assert_eq!(found, wanted.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let nowhere =
        json!([{ "service_id": "01900000-0000-7000-8000-000000000000", "perspective": "carer", "essential": true }]);
    let body = json!({ "plan_id": plan, "title": "X", "kind": "forum", "places": 1, "experience_wanted": nowhere });
    let problem = app.lead().post("/v1/opportunities", body).refused(409, "unknown-reference");
    assert_eq!(faults(&problem)[0].0, "/experience_wanted/0/service_id");
}

#[test]
fn what_is_usual_for_a_kind_is_offered_and_never_put_in_by_itself() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let kinds = app.staff(&["crisis-cafe"]).get("/v1/opportunity-kinds").expect(200);
    let of = |word: &str| kinds["items"].as_array().unwrap().iter().find(|one| one["kind"] == word).unwrap().clone();
    assert_eq!(kinds["items"].as_array().unwrap().len(), 14);
    assert_eq!(of("ward_visit")["clearances_usual"], json!(["dbs_enhanced", "occupational_health"]));
    assert_eq!((&of("forum")["payable"], &of("focus_group")["experience_expected"]), (&json!(false), &json!(true)));
    let draft = json!({ "plan_id": plan, "title": "A visit", "kind": "ward_visit", "places": 2 });
    let drafted = app.staff(&["crisis-cafe"]).post("/v1/opportunities", draft).expect(201);
    assert_eq!((&drafted["clearances_required"], &drafted["offer"]), (&json!([]), &json!(null)));
    app.finance().get("/v1/opportunity-kinds").refused(403, "forbidden");
}
