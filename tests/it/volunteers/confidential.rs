//! Lived experience, and the numbers that finance pays to.

use std::collections::BTreeSet;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::engage;
use crate::support::app::{faults, mint_defaults};
use crate::support::{App, make};

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
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
    assert_eq!((&changed["version"], &changed["proposed"]["payroll_number"]), (&json!(2), &Value::Null));
    app.finance().patch(&path, 1, json!({ "supplier_number": null })).refused(412, "precondition-failed");
    for client in [app.lead(), app.staff(&[]), app.volunteer(&id)] {
        client.get(&path).refused(403, "forbidden");
        client.ask(&format!("{path}/confirm")).refused(403, "forbidden");
        client.ask(&format!("{path}/discard")).refused(403, "forbidden");
    }
    app.finance().get(&format!("/v1/volunteers/{}/payee", uuid::Uuid::now_v7())).refused(404, "not-found");
}
