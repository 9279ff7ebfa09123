//! The list of trainings, which leads keep: the same codes for suggestions, requirements and clearances.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::together::at_once;
use crate::support::{App, make};

#[test]
fn leads_keep_the_list_and_everyone_who_drafts_or_is_trained_reads_it() {
    let app = App::start();
    let minutes = json!({ "code": "minute-taking", "name": "Taking minutes", "description": "Half a day." });
    let staff = app.staff(&["crisis-cafe"]);
    staff.post("/v1/trainings", minutes.clone()).refused(403, "forbidden");
    let made = app.lead().post("/v1/trainings", minutes.clone()).expect(201);
    let at = format!("/v1/trainings/{}", make::id(&made));
    assert_eq!((&made["code"], &made["active"], &made["version"]), (&json!("minute-taking"), &json!(true), &json!(1)));
    let problem = app.lead().post("/v1/trainings", minutes).refused(409, "already-exists");
    assert_eq!(faults(&problem), [("/code".to_owned(), "already-exists".to_owned())]);
    let listed = staff.get("/v1/trainings").expect(200);
    let codes: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.starts_with(&["minute-taking"]) && codes.contains(&"interview-panels"), "{codes:?}");
    app.finance().get("/v1/trainings").refused(403, "forbidden");
    app.public().get("/v1/trainings").refused(401, "unauthenticated");
    staff.patch(&at, 1, json!({ "name": "Minutes" })).refused(403, "forbidden");
    app.lead().patch(&at, 1, json!({ "code": "minutes" })).refused(409, "not-editable");
    let renamed = app.lead().patch(&at, 1, json!({ "name": "Minutes of meetings" })).expect(200);
    assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Minutes of meetings"), &json!(2)));
    app.lead().patch(&at, 1, json!({ "name": "Late" })).refused(412, "precondition-failed");
    let seen = app.lead().get("/v1/audit?resource_type=training").expect(200);
    let actions: Vec<&Value> = seen["items"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(actions, [&json!("change"), &json!("create")]);
}

#[test]
fn what_is_not_in_the_list_can_neither_be_required_nor_recorded() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let asks = json!({ "training_required": ["equality", "listening"], "clearances_required": [{ "kind": "identity" }, { "kind": "training:nothing" }] });
    let body = make::with(make::opportunity_body(&plan), asks);
    let problem = app.lead().post("/v1/opportunities", body).refused(409, "unknown-reference");
    let mut found = faults(&problem);
    found.sort();
    let unknown = "unknown-training".to_owned();
    let wanted = ["/clearances_required/1/kind", "/training_required/1"].map(|at| (at.to_owned(), unknown.clone()));
    assert_eq!(found, wanted);

    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let clearances = format!("/v1/volunteers/{volunteer}/clearances");
    let done = json!({ "kind": "training:listening", "state": "cleared", "issued_on": "2026-01-01" });
    let problem = app.lead().post(&clearances, done.clone()).refused(409, "unknown-reference");
    assert_eq!(faults(&problem), [("/kind".to_owned(), unknown)]);
    let identity = app.lead().post(&clearances, json!({ "kind": "identity", "state": "cleared" })).expect(201);
    let at = format!("{clearances}/{}", make::id(&identity));
    app.lead().patch(&at, 1, json!({ "kind": "training:listening" })).refused(409, "unknown-reference");
    app.lead().patch(&at, 1, json!({ "how": "before" })).refused(422, "invalid");

    make::training(&app, "listening");
    app.lead().post(&clearances, done).expect(201);
    make::published(&app, &plan, json!({ "training_required": ["listening"] }));
}

#[test]
fn a_training_that_is_no_longer_given_still_counts_where_it_is_required_already() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let body = make::with(make::opportunity_body(&plan), json!({ "training_required": ["safeguarding"] }));
    let before = make::id(&app.lead().post("/v1/opportunities", body.clone()).expect(201));
    let listed = app.lead().get("/v1/trainings").expect(200);
    let one = listed["items"].as_array().unwrap().iter().find(|one| one["code"] == "safeguarding").unwrap();
    app.lead().patch(&format!("/v1/trainings/{}", make::id(one)), 1, json!({ "active": false })).expect(200);
    app.lead().post("/v1/opportunities", body).refused(409, "unknown-reference");
    app.lead().change(&format!("/v1/opportunities/{before}"), json!({ "places": 3 })).expect(200);
    app.lead().ask(&format!("/v1/opportunities/{before}/publish")).expect(200);
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let done = json!({ "kind": "training:safeguarding", "state": "cleared", "issued_on": "2026-01-01", "how": "here" });
    app.lead().post(&format!("/v1/volunteers/{volunteer}/clearances"), done).expect(201);
    let kinds = app.lead().get("/v1/opportunity-kinds").expect(200);
    let usual = |kind: &str| {
        kinds["items"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap()["training_usual"].clone()
    };
    assert_eq!(usual("ward_visit"), json!(["confidentiality"]), "what is retired is suggested no more");
}

#[test]
fn the_database_itself_takes_no_training_that_is_not_in_the_list_and_removes_none() {
    use diesel::prelude::*;
    let app = App::start();
    let engaged = make::engaged(&app);
    let clearance = json!({ "kind": "training:equality", "state": "cleared" });
    app.lead().post(&format!("/v1/volunteers/{}/clearances", engaged.volunteer), clearance).expect(201);
    let mut conn = app.database.as_service();
    for (sql, name) in [
        ("UPDATE clearances SET kind = 'training:nothing'", "no such training"),
        ("UPDATE opportunities SET training_required = '[\"nothing\"]'", "no such training"),
        ("UPDATE opportunities SET clearances_required = '[{\"kind\": \"training:nothing\"}]'", "no such training"),
        ("DELETE FROM trainings", "permission denied"),
        ("UPDATE trainings SET code = 'other'", "permission denied"),
        ("UPDATE clearances SET kind = 'identity', how = 'here'", "clearances_how_of_training"),
    ] {
        let refused = diesel::sql_query(sql).execute(&mut conn).unwrap_err().to_string();
        assert!(refused.contains(name), "{sql}: {refused}");
    }
}

#[test]
fn a_code_added_twice_at_once_is_there_once() {
    let app = App::with_pool(8);
    let answers = at_once(6, |_| app.lead().post("/v1/trainings", json!({ "code": "once", "name": "Once" })));
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}
