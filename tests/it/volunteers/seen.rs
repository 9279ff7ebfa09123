//! Who sees whom, and how people are found.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{engage, person};
use crate::support::app::mint_defaults;
use crate::support::{App, make};

fn listed(answer: &Value) -> Vec<String> {
    answer["items"].as_array().unwrap().iter().map(make::id).collect()
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
    app.volunteer(&other).post(&format!("{path}/leave"), json!({ "reason": "other" })).refused(404, "not-found");
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
    let hers = nurse.get(&format!("/v1/volunteers/{entered}")).expect(200);
    assert_eq!(
        (&hers["brief"], &hers["legal_name"]),
        (&json!(true), &json!("Newly Entered")),
        "she still knows who it is"
    );
    nurse.get(&format!("/v1/volunteers/{entered}/clearances")).refused(404, "not-found");
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
    assert_eq!(nurse.get(&path).expect(200)["brief"], true);
    engage(&app, &plan, &service, &vera, "shortlisted");
    let seen = nurse.get(&path).expect(200);
    assert_eq!(seen["brief"], false);
    assert!(seen.get("staff_subject").is_none() && seen.get("weekly_alert_pence").is_none());
    assert_eq!(listed(&nurse.get("/v1/volunteers?status=active,paused&q=vera%20vol").expect(200)), [vera.clone()]);
    app.staff(&["other-service"]).get(&path).refused(404, "not-found");
    assert!(listed(&app.staff(&[]).get("/v1/volunteers").expect(200)).is_empty());
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
fn people_are_found_by_address_number_skill_interest_and_group() {
    let app = App::start();
    make::policies(&app);
    let (lead, service) = (app.lead(), make::service(&app, "crisis-cafe"));
    let plan = make::approved_plan(&app, &service);
    let with =
        |name: &str, more: Value| make::id(&lead.post("/v1/volunteers", make::with(person(name), more)).expect(201));
    let ada = with(
        "Ada Bell",
        json!({
            "email": "Ada.Bell@example.org", "phone": "+44 1223 555 0144", "skills": ["Minute taking", "Chairing"],
            "interests": ["workshop"], "memberships": ["trust_membership"],
        }),
    );
    let zoe = with(
        "Zoë Lee",
        json!({
            "email": "zoe@example.org", "phone": "01223 555 0145", "skills": ["chairing"], "interests": ["forum", "workshop"],
            "memberships": ["participation_partnership_forum", "trust_membership"],
        }),
    );
    for (query, wanted) in [
        ("email=ada.bell@EXAMPLE.org", vec![&ada]),
        ("email=ada@example.org", vec![]),
        ("phone=01223%205550144", vec![&ada]),
        ("phone=%2B44%20(0)1223%20555%200145", vec![&zoe]),
        ("skill=minute%20TAKING", vec![&ada]),
        ("skill=chairing", vec![&zoe, &ada]),
        ("skill=minute", vec![]),
        ("interest=forum,ward_visit", vec![&zoe]),
        ("interest=workshop", vec![&zoe, &ada]),
        ("membership=participation_partnership_forum", vec![&zoe]),
        ("membership=trust_membership&skill=chairing&interest=workshop&q=ada", vec![&ada]),
    ] {
        let found = listed(&lead.get(&format!("/v1/volunteers?{query}")).expect(200));
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{query}");
    }
    lead.get("/v1/volunteers?email=nobody").refused(400, "invalid-parameter");
    // Whoever knows Ada only by name does not find her by what is not shown of her.
    let opportunity = make::published(&app, &plan, json!({}));
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    app.volunteer(&ada).post(&interest, json!({})).expect(201);
    let nurse = app.staff(&["crisis-cafe"]);
    assert_eq!(listed(&nurse.get("/v1/volunteers?q=ada").expect(200)), [ada]);
    assert_eq!(listed(&nurse.get("/v1/volunteers?skill=chairing").expect(200)), Vec::<String>::new());
}

#[test]
fn staff_see_what_comes_next_with_their_own_services_alone() {
    let app = App::start();
    let it = make::engaged(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "other-service"));
    let elsewhere = make::published(&app, &plan, json!({ "title": "Ward garden" }));
    make::agreement(&app, &elsewhere, &it.volunteer, json!({}));
    make::session(&app, &elsewhere, "2026-06-18T09:00:00Z", 60);
    make::session(&app, &it.opportunity, "2026-06-25T09:00:00Z", 60);
    for (who, next) in [
        (app.staff(&["crisis-cafe"]), "2026-06-25T09:00:00Z"),
        (app.staff(&["other-service"]), "2026-06-18T09:00:00Z"),
        (app.lead(), "2026-06-18T09:00:00Z"),
    ] {
        let seen = who.get("/v1/volunteers").expect(200)["items"][0]["next_session"].clone();
        assert_eq!(seen["starts_at"], next, "{seen}");
    }
}
