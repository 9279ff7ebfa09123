//! Log-ins and tokens that are refused although their issuer vouches for them, and services that staff are given here.

use diesel::connection::SimpleConnection;
use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::service::Service;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::books::{ask, number};
use crate::support::together::at_once;
use crate::support::{App, Client, make};

fn nurse<'a>(app: &'a App, token_id: &str) -> Client<'a> {
    let (subject, token_id) = ("nurse.vera".to_owned(), Some(token_id.to_owned()));
    app.with(Mint { roles: vec![Role::Staff], subject, token_id, ..mint_defaults() })
}

fn refuse(app: &App, what: Value) -> Value {
    app.lead().post("/v1/refused-tokens", what).expect(201)
}

/// Lifts a refusal, as it is now.
fn lift(app: &App, refused: &Value) {
    let path = format!("/v1/refused-tokens/{}", refused["id"].as_str().unwrap());
    app.lead().send("DELETE", &path, &[("if-match", "\"1\"")], None).expect(204);
}

#[test]
fn a_refused_log_in_is_not_let_in_at_once_here_and_two_seconds_later_elsewhere() {
    let app = App::start();
    let other = app.another();
    let (one, two) = (nurse(&app, "t-1"), nurse(&app, "t-2"));
    let (here, there) = (|| one.get("/v1/me").status, || other.bearer(one.token.clone().unwrap()).get("/v1/me").status);
    assert_eq!((here(), there(), two.get("/v1/me").status), (200, 200, 200), "remembered as verified");
    let refused = refuse(&app, json!({ "subject": "Nurse.Vera", "reason": "The laptop was stolen." }));
    assert_eq!((here(), two.get("/v1/me").status, there()), (401, 401, 200));
    two.get("/v1/public/opportunities").refused(401, "unauthenticated");
    two.get("/v1/nowhere").refused(401, "unauthenticated");
    for disguised in ["/%761/me", "/v%31/me", "/%76%31/nowhere", "/%761/public/opportunities"] {
        two.get(disguised).refused(401, "unauthenticated");
    }
    app.lead().get("/%761/me").expect(200);
    app.lead().get("/v1/me").expect(200);
    other.now_is("2026-06-15T10:00:01.999999Z");
    assert_eq!(there(), 200, "what is known may be two seconds old");
    other.now_is("2026-06-15T10:00:02Z");
    assert_eq!(there(), 401);
    lift(&app, &refused);
    assert_eq!(here(), 200);
    other.now_is("2026-06-15T10:00:04Z");
    assert_eq!(there(), 200);
}

#[test]
fn one_token_is_refused_until_its_end_and_the_log_in_s_others_are_not() {
    let app = App::start();
    let until = json!({ "token_id": "t-1", "reason": "Copied into a mail.", "expires_at": "2026-06-15T12:00:00Z" });
    let refused = refuse(&app, until);
    assert_eq!((refused["subject"].clone(), refused["version"].clone()), (Value::Null, json!(1)));
    nurse(&app, "t-1").get("/v1/me").refused(401, "unauthenticated");
    nurse(&app, "t-2").get("/v1/me").expect(200);
    app.now_is("2026-06-15T12:00:00Z");
    nurse(&app, "t-1").get("/v1/me").expect(200);
    // It stays in the list until it is lifted.
    assert_eq!(app.lead().get("/v1/refused-tokens").expect(200)["items"][0]["id"], refused["id"]);
    lift(&app, &refused);
    assert_eq!(app.lead().get("/v1/refused-tokens").expect(200)["items"], json!([]));
}

#[test]
fn nobody_lets_their_own_refused_log_in_in_again_with_another() {
    let app = App::start();
    let other = make::volunteer(&app, "Dora Dual");
    app.lead().change(&format!("/v1/volunteers/{other}"), json!({ "staff_subject": "lead.stolen" })).expect(200);
    let volunteer_id = Some(other.parse::<uuid::Uuid>().unwrap().into());
    let mint = |subject: &str| Mint {
        roles: vec![Role::InvolvementLead, Role::Volunteer],
        subject: subject.to_owned(),
        volunteer_id,
        ..mint_defaults()
    };
    // Both log-ins have done something, so both are known.
    for subject in ["lead.stolen", "lead.other"] {
        let somebody = json!({ "legal_name": subject, "preferred_contact": "email", "email": "x@example.org" });
        app.with(mint(subject)).post("/v1/volunteers", somebody).expect(201);
    }
    let refused = refuse(&app, json!({ "subject": "Lead.Stolen", "reason": "The laptop was stolen." }));
    let path = format!("/v1/refused-tokens/{}", refused["id"].as_str().unwrap());
    let lifted = |who: &Client<'_>| who.send("DELETE", &path, &[("if-match", "\"1\"")], None);
    let problem = lifted(&app.with(mint("lead.other"))).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem), [(String::new(), "decides-about-themselves".to_owned())]);
    lifted(&app.lead()).expect(204);
}

#[test]
fn leads_alone_refuse_and_the_record_tells_neither_why_nor_whom() {
    let app = App::start();
    let body = json!({ "subject": "nurse.marked", "reason": "A marked reason." });
    for client in [app.staff(&["crisis-cafe"]), app.finance()] {
        client.post("/v1/refused-tokens", body.clone()).refused(403, "forbidden");
        client.get("/v1/refused-tokens").refused(403, "forbidden");
        client.put("/v1/staff-services/nurse.ben", json!({ "services": [] })).refused(403, "forbidden");
    }
    for (wrong, code) in [
        (json!({ "reason": "x" }), "required"),
        (json!({ "subject": "a", "token_id": "b", "reason": "x" }), "not-allowed"),
        (json!({ "subject": "a" }), "required"),
        (json!({ "token_id": "x".repeat(201), "reason": "x" }), "too-long"),
    ] {
        let problem = app.lead().post("/v1/refused-tokens", wrong.clone()).refused(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], code, "{wrong}");
    }
    let refused = refuse(&app, body);
    let path = format!("/v1/refused-tokens/{}", refused["id"].as_str().unwrap());
    app.lead().send("DELETE", &path, &[], None).refused(428, "precondition-required");
    app.lead().send("DELETE", &path, &[("if-match", "\"2\"")], None).refused(412, "precondition-failed");
    lift(&app, &refused);
    app.lead().get(&path).refused(404, "not-found");
    let record = app.lead().get("/v1/audit?resource_type=refused_token&order=oldest").expect(200)["items"].clone();
    let actions: Vec<&Value> = record.as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["create", "lift"]);
    assert!(!record.to_string().contains("marked"));
}

#[test]
fn nobody_is_let_in_while_it_is_not_known_who_is_refused() {
    let app = App::start();
    app.lead().get("/v1/me").expect(200);
    app.database.as_owner().batch_execute("ALTER VIEW log_in_decisions RENAME TO gone").expect("the owner");
    app.lead().get("/v1/me").expect(200);
    app.now_is("2026-06-15T10:00:02Z");
    app.lead().get("/v1/me").refused(503, "unavailable");
    app.lead().get("/health/live").expect(200);
    app.public().get("/v1/public/opportunities").expect(200);
    app.database.as_owner().batch_execute("ALTER VIEW gone RENAME TO log_in_decisions").expect("the owner");
    app.lead().get("/v1/me").expect(200);
}

fn giving(service: &mut Service) {
    service.gives_services = true;
}

fn services(client: &Client<'_>) -> Value {
    client.get("/v1/me").expect(200)["services"].clone()
}

#[test]
fn staff_whose_token_names_no_service_work_for_those_that_they_were_given() {
    let app = App::changed(giving);
    for code in ["crisis-cafe", "perinatal"] {
        make::service(&app, code);
    }
    let vera = nurse(&app, "t-1");
    assert_eq!(services(&vera), json!([]));
    app.lead().get("/v1/staff-services/nurse.vera").refused(404, "not-found");
    let path = "/v1/staff-services/nurse.vera";
    let given = app.lead().put(path, json!({ "services": ["perinatal", "crisis-cafe"] })).expect(200);
    assert_eq!((given["services"].clone(), given["version"].clone()), (json!(["crisis-cafe", "perinatal"]), json!(1)));
    assert_eq!(services(&vera), json!(["crisis-cafe", "perinatal"]));
    // What a token says counts, and other roles get nothing by it.
    let own = app.with(Mint {
        roles: vec![Role::Staff],
        subject: "nurse.vera".to_owned(),
        services: vec!["other".to_owned()],
        ..mint_defaults()
    });
    assert_eq!(services(&own), json!(["other"]));
    let finance = app.with(Mint { roles: vec![Role::Finance], subject: "nurse.vera".to_owned(), ..mint_defaults() });
    assert_eq!(services(&finance), json!([]));
    // The same again changes nothing; a path is compared as subjects are.
    let same = app
        .lead()
        .put("/v1/staff-services/NURSE.Vera", json!({ "services": ["crisis-cafe", "perinatal"] }))
        .expect(200);
    assert_eq!((same["version"].clone(), same["subject"].clone()), (json!(1), json!("nurse.vera")));
    let problem =
        app.lead().put(path, json!({ "services": ["crisis-cafe", "nowhere"] })).refused(409, "unknown-reference");
    assert_eq!(problem["errors"][0]["pointer"], "/services/1");
    let stale = app.lead().send("PUT", path, &[("if-match", "\"7\"")], Some(json!({ "services": [] }).to_string()));
    stale.refused(412, "precondition-failed");
    let none = app.lead().put(path, json!({ "services": [] })).expect(200);
    assert_eq!((none["version"].clone(), none["services"].clone()), (json!(2), json!([])));
    assert_eq!(services(&vera), json!([]));
    assert_eq!(app.lead().get("/v1/staff-services").expect(200)["items"].as_array().unwrap().len(), 1);
    // A subject is written into a path as any part of one is.
    for (part, subject) in
        [("jo%2Bx%40trust.example", "jo+x@trust.example"), ("trust%2Fann", "trust/ann"), ("a%2525b", "a%25b")]
    {
        let path = format!("/v1/staff-services/{part}");
        assert_eq!(app.lead().put(&path, json!({ "services": [] })).expect(200)["subject"], subject);
        assert_eq!(app.lead().get(&path).expect(200)["subject"], subject);
    }
    for bad in ["%20", "a%20", "a%E2%80%8Bb"] {
        app.lead().put(&format!("/v1/staff-services/{bad}"), json!({ "services": [] })).refused(404, "not-found");
    }
}

#[test]
fn without_the_setting_the_token_alone_says_the_services() {
    let app = App::start();
    make::service(&app, "crisis-cafe");
    app.lead().put("/v1/staff-services/nurse.vera", json!({ "services": ["crisis-cafe"] })).expect(200);
    assert_eq!(services(&nurse(&app, "t-1")), json!([]));
}

#[test]
fn giving_services_at_the_same_moment_makes_one_row_and_whole_lists() {
    let app = App::with_pool(8);
    for code in ["a", "b", "c", "d"] {
        make::service(&app, code);
    }
    for round in 0..10 {
        let path = format!("/v1/staff-services/nurse.{round}");
        let lists = [json!(["a", "b"]), json!(["c", "d"]), json!(["b", "c"]), json!([])];
        for answer in at_once(4, |which| app.lead().put(&path, json!({ "services": lists[which] }))) {
            answer.expect(200);
        }
        let left = app.lead().get(&path).expect(200);
        assert!(lists.contains(&left["services"]), "{left}");
        let versions = number(
            &app,
            &format!("SELECT count(*) FROM histories WHERE resource_id = '{}'", left["id"].as_str().unwrap()),
        );
        assert_eq!(json!(versions), left["version"]);
    }
    assert_eq!(number(&app, "SELECT count(*) FROM staff_services"), 10);
}

#[test]
fn an_erased_person_s_refusals_go_and_those_of_staff_stay() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Ada Rowe");
    app.volunteer(&volunteer).get("/v1/me").expect(200);
    // A log-in is known here from its first change on.
    let own = format!("/v1/volunteers/{volunteer}");
    app.volunteer(&volunteer).change(&own, json!({ "pronouns": "she/her" })).expect(200);
    refuse(&app, json!({ "subject": format!("volunteer.{volunteer}"), "reason": "Asked for it." }));
    refuse(&app, json!({ "subject": "nurse.vera", "reason": "Left." }));
    let export = app.lead().get(&format!("/v1/volunteers/{volunteer}/export")).expect(200);
    assert!(export.to_string().contains("Asked for it."), "{export}");
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/erase")).expect(200);
    let left = ask(&app, "SELECT subject AS name FROM refused_tokens");
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0]["name"], "nurse.vera");
}
