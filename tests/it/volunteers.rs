//! People: what each role sees and writes of them, their experience (docs/rules.md, rule 6), and what finance pays to.

use std::collections::BTreeSet;
use std::thread;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::{App, make};

fn person(name: &str) -> Value {
    json!({ "legal_name": name, "preferred_contact": "email", "email": "somebody@example.org" })
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn listed(answer: &Value) -> Vec<String> {
    answer["items"].as_array().unwrap().iter().map(make::id).collect()
}

#[test]
fn a_person_is_entered_shown_and_told_of_everywhere() {
    let app = App::start();
    let body = make::with(
        person("Rosalind Hart"),
        json!({
            "preferred_name": "Roz", "communication_needs": [{ "kind": "large_print", "detail": "18 point" }, { "kind": "bsl" }],
            "interests": ["workshop", "forum"], "skills": ["minute taking"], "memberships": ["trust_membership"],
            "update_preferences": { "methods": ["email", "letter"], "frequency": "monthly" },
            "other_miles": [{ "tax_year": "2026/27", "miles": 120.5 }], "staff_subject": "nurse.hart",
        }),
    );
    let answer = app.lead().post("/v1/volunteers", body);
    let location = answer.header("location").unwrap().to_owned();
    let etag = answer.header("etag").unwrap().to_owned();
    let created = answer.expect(201);
    assert_eq!((&created["status"], &created["version"]), (&json!("prospective"), &json!(1)));
    assert_eq!(created["communication_alerts"], json!(["Large print: 18 point", "British Sign Language"]));
    assert_eq!(created["other_miles"], json!([{ "tax_year": "2026/27", "miles": 120.5 }]));
    assert_eq!((&created["clearance_summary"], &created["phone"]), (&json!([]), &Value::Null));
    let read = app.lead().get(&location);
    assert_eq!(read.header("etag"), Some(etag.as_str()));
    assert_eq!(read.expect(200), created);
    let item = app.lead().get("/v1/volunteers?q=hart").expect(200)["items"][0].clone();
    assert_eq!(item["communication_alerts"], created["communication_alerts"]);
    for list in ["communication_needs", "interests", "skills", "memberships", "other_miles", "clearance_summary"] {
        assert!(item.get(list).is_none(), "{list}");
    }
    assert_eq!(item["update_preferences"]["frequency"], "monthly");
}

#[test]
fn a_body_is_told_everything_that_is_wrong() {
    let app = App::start();
    let wrong = json!({
        "preferred_contact": "pigeon", "email": "nobody", "interests": ["forum", "forum"], "status": "active",
        "communication_needs": [{ "kind": "shouting" }], "other_miles": [{ "tax_year": "2026-27", "miles": 1.25 }],
        "link_person": { "name": "Amara" }, "weekly_alert_pence": -1, "communication_alerts": [],
    });
    let problem = app.lead().post("/v1/volunteers", wrong).refused(422, "invalid");
    let wanted = [
        ("/legal_name", "required"),
        ("/preferred_contact", "not-one-of"),
        ("/email", "bad-format"),
        ("/interests/1", "repeated"),
        ("/status", "read-only"),
        ("/communication_needs/0/kind", "not-one-of"),
        ("/other_miles/0/tax_year", "bad-format"),
        ("/other_miles/0/miles", "out-of-range"),
        ("/link_person/email", "required"),
        ("/weekly_alert_pence", "out-of-range"),
        ("/communication_alerts", "read-only"),
    ];
    let found: BTreeSet<_> = faults(&problem).into_iter().collect();
    assert_eq!(found, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).into());
    let twice =
        json!({ "other_miles": [{ "tax_year": "2026/27", "miles": 1 }, { "tax_year": "2026/27", "miles": 2 }] });
    let problem = app.lead().post("/v1/volunteers", make::with(person("A B"), twice)).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/other_miles".to_owned(), "repeated".to_owned())]);
}

#[test]
fn each_field_has_its_writer() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let (path, vera) = (format!("/v1/volunteers/{id}"), app.volunteer(&id));
    let problem = vera
        .change(&path, json!({ "legal_name": "X", "memberships": [], "link_person": null, "staff_subject": "x", "phone": "01223 555 0101" }))
        .refused(403, "field-forbidden");
    assert_eq!(faults(&problem).len(), 4);
    let changed = vera
        .change(&path, json!({ "phone": "01223 555 0101", "weekly_alert_pence": 10_000, "other_miles": [{ "tax_year": "2026/27", "miles": 12 }] }))
        .expect(200);
    assert_eq!((&changed["phone"], &changed["weekly_alert_pence"]), (&json!("01223 555 0101"), &json!(10_000)));
    assert!(changed.get("staff_subject").is_none());
    let seen = app.lead().get(&path).expect(200);
    assert!(seen.get("weekly_alert_pence").is_none());
    assert_eq!(seen["staff_subject"], Value::Null);
    app.lead().change(&path, json!({ "weekly_alert_pence": 1 })).refused(403, "field-forbidden");
    app.lead()
        .post("/v1/volunteers", make::with(person("A B"), json!({ "weekly_alert_pence": 1 })))
        .refused(403, "field-forbidden");
    app.lead().change(&path, json!({ "legal_name": "Vera V. Volunteer", "staff_subject": "nurse.vera" })).expect(200);
    assert_eq!(vera.get(&path).expect(200)["weekly_alert_pence"], 10_000);
    let other = make::volunteer(&app, "Another");
    let taken = app.lead().change(&format!("/v1/volunteers/{other}"), json!({ "staff_subject": "nurse.vera" }));
    assert_eq!(faults(&taken.refused(409, "already-exists"))[0].0, "/staff_subject");
    // A change that changes nothing keeps the version.
    let before = vera.get(&path).expect(200)["version"].clone();
    assert_eq!(
        vera.change(&path, json!({ "phone": "01223 555 0101", "pronouns": null })).expect(200)["version"],
        before
    );
}

#[test]
fn a_person_is_seen_by_those_who_may() {
    let app = App::start();
    make::service(&app, "crisis-cafe");
    let (vera, other) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Other Person"));
    let path = format!("/v1/volunteers/{vera}");
    assert_eq!(listed(&app.volunteer(&vera).get("/v1/volunteers").expect(200)), [vera.clone()]);
    app.volunteer(&other).get(&path).refused(404, "not-found");
    app.volunteer(&other).patch(&path, 2, json!({ "phone": "01223 555 0101" })).refused(404, "not-found");
    app.volunteer(&other).ask(&format!("{path}/leave")).refused(404, "not-found");
    app.staff(&["crisis-cafe"]).get(&path).refused(404, "not-found");
    app.staff(&["crisis-cafe"]).patch(&path, 2, json!({})).refused(403, "forbidden");
    app.finance().get(&path).refused(403, "forbidden");
    app.public().get(&path).refused(401, "unauthenticated");
    // Staff see the people whom they entered while they are prospective; other staff do not.
    let nurse = app.staff(&["crisis-cafe"]);
    nurse
        .post("/v1/volunteers", make::with(person("A B"), json!({ "staff_subject": "x" })))
        .refused(403, "field-forbidden");
    let entered = make::id(&nurse.post("/v1/volunteers", person("Newly Entered")).expect(201));
    assert_eq!(listed(&nurse.get("/v1/volunteers").expect(200)), [entered.clone()]);
    nurse.get(&format!("/v1/volunteers/{entered}/clearances")).expect(200);
    let colleague = Mint {
        roles: vec![Role::Staff],
        subject: "nurse.else".into(),
        services: vec!["crisis-cafe".into()],
        ..mint_defaults()
    };
    app.with(colleague).get(&format!("/v1/volunteers/{entered}")).refused(404, "not-found");
    app.lead().ask(&format!("/v1/volunteers/{entered}/activate")).expect(200);
    nurse.get(&format!("/v1/volunteers/{entered}")).refused(404, "not-found");
}

#[test]
fn staff_see_who_is_engaged_with_their_services() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "other-service");
    let plan = make::approved_plan(&app, &service);
    let vera = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{vera}");
    let nurse = app.staff(&["crisis-cafe"]);
    engage(&app, &plan, &service, &vera, "received");
    nurse.get(&path).refused(404, "not-found");
    engage(&app, &plan, &service, &vera, "shortlisted");
    let seen = nurse.get(&path).expect(200);
    assert!(seen.get("staff_subject").is_none() && seen.get("weekly_alert_pence").is_none());
    assert_eq!(listed(&nurse.get("/v1/volunteers?status=active,paused&q=vera%20vol").expect(200)), [vera.clone()]);
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    assert!(listed(&app.staff(&[]).get("/v1/volunteers").expect(200)).is_empty());
}

/// Inserts an expression of interest with this status by SQL.
pub fn engage(app: &App, plan: &str, service: &str, volunteer: &str, status: &str) {
    use diesel::connection::SimpleConnection;
    let opportunity = uuid::Uuid::now_v7();
    let sql = format!(
        "INSERT INTO opportunities (id, plan_id, service_id, status, title, kind, places, created_at, created_by, updated_at) \
         SELECT '{opportunity}', '{plan}', '{service}', 'cancelled', 'T', 'forum', 5, now(), id, now() FROM actors LIMIT 1; \
         INSERT INTO expressions (id, opportunity_id, service_id, volunteer_id, status, on_behalf, created_at, created_by, updated_at) \
         SELECT '{}', '{opportunity}', '{service}', '{volunteer}', '{status}', true, now(), id, now() FROM actors LIMIT 1",
        uuid::Uuid::now_v7(),
    );
    app.database.as_owner().batch_execute(&sql).expect("an expression of interest");
}

#[test]
fn people_are_found_by_state_and_words_of_their_name() {
    let app = App::start();
    let ada = make::id(&app.lead().post("/v1/volunteers", person("Ada O'Kafor-Bell")).expect(201));
    let zoe = make::volunteer(&app, "Zoë Bellamy");
    let lead = app.lead();
    for (query, wanted) in [
        ("q=bell", vec![&zoe, &ada]),
        ("q=BELL%20ada", vec![&ada]),
        ("q=kaf", vec![&ada]),
        ("q=zo%C3%AB", vec![&zoe]),
        ("q=%27%3A*%20%26", vec![]),
        ("q=nobody", vec![]),
        ("status=prospective", vec![&ada]),
        ("status=active,prospective&order=oldest", vec![&ada, &zoe]),
    ] {
        let found = listed(&lead.get(&format!("/v1/volunteers?{query}")).expect(200));
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{query}");
    }
    lead.get("/v1/volunteers?status=gone").refused(400, "invalid-parameter");
    lead.get("/v1/volunteers?name=ada").refused(400, "invalid-parameter");
}

#[test]
fn a_person_pauses_comes_back_and_leaves() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let (path, lead) = (format!("/v1/volunteers/{id}"), app.lead());
    app.volunteer(&id).ask(&format!("{path}/pause")).refused(403, "forbidden");
    assert_eq!(lead.ask(&format!("{path}/pause")).expect(200)["status"], "paused");
    let problem = lead.ask(&format!("{path}/pause")).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["activate", "leave"]));
    lead.send("POST", &format!("{path}/activate"), &[("if-match", "\"1\"")], None).refused(412, "precondition-failed");
    lead.ask(&format!("{path}/activate")).expect(200);
    assert_eq!(app.volunteer(&id).ask(&format!("{path}/leave")).expect(200)["status"], "left");
    lead.ask(&format!("{path}/activate")).refused(409, "invalid-transition");
}

#[test]
fn two_changes_at_once_never_lose_one() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{id}");
    let version = app.lead().get(&path).expect(200)["version"].as_i64().unwrap();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let (app, path) = (&app, &path);
        let changes: Vec<_> = (0..6)
            .map(|n| {
                scope.spawn(move || app.lead().patch(path, version, json!({ "pronouns": format!("p{n}") })).status)
            })
            .collect();
        changes.into_iter().map(|change| change.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
    assert_eq!(app.lead().get(&path).expect(200)["version"], version + 1);
}

#[test]
fn experience_is_for_the_person_and_leads_alone() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let (vera, other) = (make::volunteer(&app, "Vera Volunteer"), make::volunteer(&app, "Other Person"));
    engage(&app, &plan, &service, &vera, "accepted");
    let path = format!("/v1/volunteers/{vera}/experiences");
    let marker = "XQ-experience-marker";
    let body = json!({ "service_id": service, "perspective": "carer", "from_year": 2019, "note": marker });
    let recorded = app.volunteer(&vera).post(&path, body.clone()).expect(201);
    assert_eq!((&recorded["perspective"], &recorded["to_year"]), (&json!("carer"), &Value::Null));
    assert_eq!(app.lead().get(&path).expect(200)["items"], json!([recorded]));
    let problem = app.lead().post(&path, make::with(body.clone(), json!({ "to_year": 2018 }))).refused(422, "invalid");
    assert_eq!(faults(&problem), [("/to_year".to_owned(), "unordered".to_owned())]);
    let nowhere = make::with(body.clone(), json!({ "service_id": uuid::Uuid::now_v7() }));
    app.lead().post(&path, nowhere).refused(409, "unknown-reference");
    app.volunteer(&other).get(&path).refused(404, "not-found");
    app.volunteer(&other).post(&path, body.clone()).refused(404, "not-found");
    for client in [app.finance(), app.staff(&["crisis-cafe"])] {
        client.get(&path).refused(403, "forbidden");
        client.post(&path, body.clone()).refused(403, "forbidden");
    }
    // Staff who are also volunteers see their own experience, not that of other people.
    let both = Mint {
        roles: vec![Role::Staff, Role::Volunteer, Role::Finance],
        services: vec!["crisis-cafe".into()],
        volunteer_id: Some(other.parse::<uuid::Uuid>().unwrap().into()),
        ..mint_defaults()
    };
    app.with(both.clone()).get(&path).refused(404, "not-found");
    app.with(both.clone()).get(&format!("/v1/volunteers/{other}/experiences")).expect(200);
    // It is not shown anywhere else.
    let person = format!("/v1/volunteers/{vera}");
    for (client, path) in [
        (app.lead(), "/v1/volunteers"),
        (app.lead(), person.as_str()),
        (app.staff(&["crisis-cafe"]), "/v1/volunteers"),
        (app.staff(&["crisis-cafe"]), person.as_str()),
        (app.with(both), person.as_str()),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains(marker) && !answer.text.contains("perspective"), "{path}");
    }
    // The record, which nobody can change, holds no personal data.
    let said = everything_recorded(&app);
    assert!(said.contains("experience") && !said.contains(marker) && !said.contains("Vera"), "{said}");
}

/// Audit records, histories and events, as text.
fn everything_recorded(app: &App) -> String {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Said {
        #[diesel(sql_type = diesel::sql_types::Text)]
        said: String,
    }
    let sql = "SELECT coalesce((SELECT string_agg(a::text, ' ') FROM audit_records a), '') || \
        coalesce((SELECT string_agg(h::text, ' ') FROM histories h), '') || \
        coalesce((SELECT string_agg(e::text, ' ') FROM events e), '') AS said";
    diesel::sql_query(sql).get_result::<Said>(&mut app.database.as_owner()).expect("the record").said
}

#[test]
fn finance_alone_knows_what_it_pays_to() {
    let app = App::start();
    let id = make::volunteer(&app, "Vera Volunteer");
    let path = format!("/v1/volunteers/{id}/payee");
    let answer = app.finance().get(&path);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let payee = answer.expect(200);
    assert_eq!((&payee["version"], &payee["supplier_number"]), (&json!(1), &Value::Null));
    assert_eq!(payee["payee_name"], "Vera Volunteer");
    for personal in ["email", "phone", "address", "communication_alerts", "status"] {
        assert!(!names(&payee).contains(personal), "{personal}");
    }
    app.finance().send("PATCH", &path, &[], Some("{}".into())).refused(428, "precondition-required");
    let problem = app
        .finance()
        .patch(&path, 1, json!({ "supplier_number": "no spaces", "payee_name": "X" }))
        .refused(422, "invalid");
    assert_eq!(faults(&problem).len(), 2);
    let changed =
        app.finance().patch(&path, 1, json!({ "supplier_number": "S10023", "supplier_site": "HOME" })).expect(200);
    assert_eq!((&changed["version"], &changed["payroll_number"]), (&json!(2), &Value::Null));
    app.finance().patch(&path, 1, json!({ "supplier_number": null })).refused(412, "precondition-failed");
    assert_eq!(
        app.finance().patch(&path, 2, json!({ "supplier_number": null })).expect(200)["supplier_number"],
        Value::Null
    );
    for client in [app.lead(), app.staff(&[]), app.volunteer(&id)] {
        client.get(&path).refused(403, "forbidden");
    }
    app.finance().get(&format!("/v1/volunteers/{}/payee", uuid::Uuid::now_v7())).refused(404, "not-found");
}
