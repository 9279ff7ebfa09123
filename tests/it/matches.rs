//! Matching volunteers (points 4 and 7 of the ten points): by experience first, with reasons, and fairly.

use serde_json::{Value, json};

use crate::support::{App, make};

/// Creates an active volunteer with these interests, skills and memberships.
fn person(app: &App, name: &str, more: Value) -> String {
    let body = json!({ "legal_name": name, "preferred_contact": "email", "email": "somebody@example.org" });
    let id = make::id(&app.lead().post("/v1/volunteers", make::with(body, more)).expect(201));
    app.lead().ask(&format!("/v1/volunteers/{id}/activate")).expect(200);
    id
}

fn knows(app: &App, who: &str, service: &str, side: &str) {
    let body = json!({ "service_id": service, "perspective": side, "note": "MARKER: nobody else's business" });
    app.lead().post(&format!("/v1/volunteers/{who}/experiences"), body).expect(201);
}

fn holds(app: &App, who: &str, kind: &str, more: Value) {
    let reason = if kind.starts_with("dbs_") && kind != "dbs_basic" { json!("Visits wards.") } else { Value::Null };
    let body = json!({ "kind": kind, "state": "cleared", "issued_on": "2026-01-01", "eligibility_reason": reason });
    app.lead().post(&format!("/v1/volunteers/{who}/clearances"), make::with(body, more)).expect(201);
}

fn wanted(service: &str, side: &str, essential: bool) -> Value {
    json!({ "service_id": service, "perspective": side, "essential": essential })
}

fn matches(app: &App, opportunity: &str) -> Vec<Value> {
    let answer = app.lead().get(&format!("/v1/opportunities/{opportunity}/matches?limit=100")).expect(200);
    for item in answer["items"].as_array().unwrap() {
        let sum: i64 =
            item["reasons"].as_array().unwrap().iter().map(|reason| reason["points"].as_i64().unwrap()).sum();
        assert_eq!(item["score"], sum, "a score is its reasons: {item}");
        assert!(
            item["reasons"].as_array().unwrap().iter().all(|reason| reason["text"].as_str().unwrap().ends_with('.'))
        );
    }
    answer["items"].as_array().unwrap().clone()
}

fn who(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["volunteer_id"].as_str().unwrap().to_owned()).collect()
}

fn codes(item: &Value, list: &str) -> Vec<String> {
    item[list].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

/// Creates two services, and a plan of the first that needs its own agreements.
fn house(app: &App) -> (String, String, String) {
    make::policies(app);
    let cafe = make::service(app, "crisis-cafe");
    let rehab = make::service(app, "rehab");
    let plan = make::approved_plan(app, &cafe);
    (cafe, rehab, plan)
}

#[test]
fn whoever_used_that_very_service_comes_first_and_it_is_said_why() {
    let app = App::start();
    let (cafe, rehab, plan) = house(&app);
    let needs = json!([{ "kind": "large_print", "detail": "18 point" }]);
    let grace = person(&app, "Grace Mensah", json!({ "preferred_name": "Grace", "communication_needs": needs }));
    knows(&app, &grace, &cafe, "patient");
    let carl = person(&app, "Carl Carer", json!({ "interests": ["workshop"] }));
    knows(&app, &carl, &cafe, "carer");
    let ida = person(
        &app,
        "Ida Interested",
        json!({ "interests": ["workshop", "forum"], "memberships": ["participation_partnership_forum"] }),
    );
    let sam = person(&app, "Sam Skilled", json!({ "skills": ["Minute Taking"] }));
    let other = person(&app, "Otto Other", json!({ "interests": ["forum"], "memberships": ["trust_membership"] }));
    knows(&app, &other, &rehab, "patient");
    let opportunity = make::published(
        &app,
        &plan,
        json!({
            "skills": "Somebody who likes minute taking.",
            "experience_wanted": [wanted(&cafe, "patient", false)],
        }),
    );
    let found = matches(&app, &opportunity);
    assert_eq!(who(&found), [grace.as_str(), &carl, &ida, &sam], "Otto has nothing that is looked for");
    assert_eq!(found.iter().map(|item| item["score"].as_i64().unwrap()).collect::<Vec<_>>(), [45, 30, 19, 10]);
    let first = &found[0];
    assert_eq!(
        first["reasons"][0],
        json!({ "code": "experience", "text": "Knows Service crisis-cafe as a patient.", "points": 45 })
    );
    assert_eq!((&first["preferred_name"], &first["preferred_contact"]), (&json!("Grace"), &json!("email")));
    assert_eq!(first["communication_alerts"], json!(["Large print: 18 point"]));
    assert_eq!(codes(first, "reasons"), ["experience", "not_lately_involved"]);
    assert_eq!(codes(&found[1], "reasons"), ["other_side", "interest", "not_lately_involved"]);
    assert_eq!(found[1]["reasons"][1]["text"], "Is interested in this kind of activity: workshop.");
    assert_eq!(found[2]["reasons"][1]["text"], "Belongs to the Participation and Partnership Forum.");
    assert_eq!(found[3]["reasons"][0]["text"], "Has skills that are wanted: Minute Taking.");
    assert!(!Value::Array(found).to_string().contains("MARKER"), "notes are nobody else's business");
}

#[test]
fn essential_experience_is_needed_each_of_it() {
    let app = App::start();
    let (cafe, rehab, plan) = house(&app);
    let both = person(&app, "Both", json!({}));
    knows(&app, &both, &cafe, "patient");
    knows(&app, &both, &rehab, "carer");
    let one = person(&app, "One", json!({ "interests": ["workshop"], "skills": ["None"] }));
    knows(&app, &one, &cafe, "patient");
    let side = person(&app, "Side", json!({ "interests": ["workshop"] }));
    knows(&app, &side, &cafe, "family");
    let with = |experience: Value| make::published(&app, &plan, json!({ "experience_wanted": experience }));
    let needed = with(json!([wanted(&cafe, "patient", true)]));
    let found = matches(&app, &needed);
    assert_eq!(who(&found), [one.as_str(), &both]);
    let welcome = with(json!([wanted(&cafe, "patient", true), wanted(&rehab, "carer", false)]));
    let found = matches(&app, &welcome);
    assert_eq!((found.len(), found[0]["score"].as_i64(), found[1]["score"].as_i64()), (2, Some(70), Some(55)));
    let each = with(json!([wanted(&cafe, "patient", true), wanted(&rehab, "carer", true)]));
    let found = matches(&app, &each);
    assert_eq!(who(&found), [both.as_str()]);
    let counted: Vec<i64> =
        found[0]["reasons"].as_array().unwrap().iter().map(|one| one["points"].as_i64().unwrap()).collect();
    assert_eq!(counted, [45, 10, 0]);
    let nobody = with(json!([wanted(&rehab, "patient", true)]));
    assert!(matches(&app, &nobody).is_empty());

    // A volunteer whose data was erased is not found any more.
    app.lead().ask(&format!("/v1/volunteers/{one}/erase")).expect(200);
    assert_eq!(who(&matches(&app, &needed)), [both.as_str()]);
}

#[test]
fn what_is_required_is_looked_at_on_the_first_day() {
    let app = App::start();
    let (_, _, plan) = house(&app);
    let opportunity = make::published(
        &app,
        &plan,
        json!({
            "starts_on": "2026-07-01",
            "clearances_required": [{ "kind": "dbs_standard", "eligibility_reason": "Visits wards." }, { "kind": "identity" }],
            "training_required": ["equality"],
        }),
    );
    let keen = || json!({ "interests": ["workshop"] });
    let all = person(&app, "All", keen());
    holds(&app, &all, "dbs_enhanced", json!({ "policy_expires_on": "2026-07-01" }));
    holds(&app, &all, "identity", json!({ "state": "cleared_with_restrictions" }));
    app.now_is("2026-07-02T10:00:00Z");
    holds(&app, &all, "training:equality", json!({ "issued_on": "2026-07-01" }));
    let soon = person(&app, "Soon", keen());
    holds(&app, &soon, "dbs_standard", json!({ "policy_expires_on": "2026-06-30" }));
    holds(&app, &soon, "identity", json!({ "state": "in_progress", "issued_on": null }));
    holds(&app, &soon, "training:equality", json!({ "issued_on": "2026-07-02" }));
    app.now_is("2026-06-15T10:00:00Z");
    let none = person(&app, "None", keen());
    holds(&app, &none, "dbs_basic", json!({}));
    holds(&app, &none, "identity", json!({ "state": "not_cleared" }));
    holds(&app, &none, "training:equality", json!({ "policy_expires_on": "2026-06-14" }));

    let answer = app.lead().get(&format!("/v1/opportunities/{opportunity}/matches")).expect(200);
    assert_eq!((&answer["on"], &answer["more"]), (&json!("2026-07-01"), &json!(false)));
    let found = matches(&app, &opportunity);
    assert_eq!(who(&found), [all.as_str(), &soon, &none]);
    assert_eq!(found.iter().map(|item| item["score"].as_i64().unwrap()).collect::<Vec<_>>(), [15 + 14, 15 + 4, 15]);
    assert!(codes(&found[0], "missing").is_empty());
    assert_eq!(found[0]["cautions"], json!([{ "kind": "identity", "code": "restrictions" }]));
    assert_eq!(found[0]["reasons"][1]["text"], "Meets all requirements on 1 July 2026.");
    assert_eq!(codes(&found[1], "missing"), ["expires_before", "in_flight", "in_flight"]);
    assert_eq!(
        found[1]["missing"][0],
        json!({
            "kind": "dbs_standard", "code": "expires_before", "valid_until": "2026-06-30",
            "text": "Standard DBS check: expires on 30 June 2026, before 1 July 2026.",
        })
    );
    assert_eq!(found[1]["reasons"][1]["text"], "Meets 0 of 3 requirements on 1 July 2026; 2 more under way.");
    assert_eq!(codes(&found[2], "missing"), ["not_on_record", "not_cleared", "expired"]);

    // Once there is a session, the date of the first one counts: a clearance that ends the day before is not enough,
    // one that begins by then is.
    make::session(&app, &opportunity, "2026-07-02T09:00:00Z", 60);
    let found = matches(&app, &opportunity);
    assert_eq!(who(&found), [all.as_str(), &soon, &none]);
    assert_eq!(codes(&found[0], "missing"), ["expires_before"]);
    assert_eq!(codes(&found[1], "missing"), ["expires_before", "in_flight"]);
}

#[test]
fn only_active_people_who_are_not_in_it_already_are_found() {
    let app = App::start();
    let (_, _, plan) = house(&app);
    let opportunity = make::published(&app, &plan, json!({ "places": 5 }));
    let keen = || json!({ "interests": ["workshop"] });
    let (ada, ben, cem) = (person(&app, "Ada", keen()), person(&app, "Ben", keen()), person(&app, "Cem", keen()));
    let prospective = json!({ "legal_name": "Pru", "preferred_contact": "phone", "interests": ["workshop"] });
    app.lead().post("/v1/volunteers", prospective).expect(201);
    app.lead().ask(&format!("/v1/volunteers/{cem}/pause")).expect(200);
    let sorted = || {
        let mut found = who(&matches(&app, &opportunity));
        found.sort();
        found
    };
    assert_eq!(sorted(), [ada.as_str(), &ben]);
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&ada).post(&path, json!({})).expect(201));
    assert_eq!(sorted(), [ben.as_str()]);
    let verb = |verb: &str| format!("/v1/expressions-of-interest/{expression}/{verb}");
    app.lead().post(&verb("offer"), json!({ "respond_by": "2026-06-16T10:00:00Z" })).expect(200);
    assert_eq!(sorted(), [ben.as_str()]);
    app.now_is("2026-06-16T10:00:00Z");
    assert_eq!(sorted(), [ada.as_str(), &ben], "the offer has lapsed");
    make::agreement(&app, &opportunity, &ben, json!({}));
    assert_eq!(sorted(), [ada.as_str()]);
    app.lead().post(&format!("/v1/volunteers/{ada}/leave"), json!({ "reason": "other" })).expect(200);
    assert!(sorted().is_empty());
}

#[test]
fn whoever_gave_much_lately_comes_a_little_later() {
    let app = App::start();
    let (_, _, plan) = house(&app);
    let keen = || json!({ "interests": ["workshop"] });
    let (busy, idle) = (person(&app, "Busy", keen()), person(&app, "Idle", keen()));
    let earlier = make::published(&app, &plan, json!({}));
    make::agreement(&app, &earlier, &busy, json!({}));
    let now = make::published(&app, &plan, json!({}));
    let found = matches(&app, &now);
    assert_eq!(who(&found), [idle.as_str(), &busy]);
    assert_eq!(found.iter().map(|item| item["score"].as_i64().unwrap()).collect::<Vec<_>>(), [15, 11]);
    make::attended(&app, &earlier, &busy, "2026-06-10T09:00:00Z", 60);
    // A session 90 days ago counts, one 91 days ago does not, nor does one that the volunteer did not attend.
    make::attended(&app, &earlier, &busy, "2026-03-17T09:00:00Z", 60);
    make::attended(&app, &earlier, &busy, "2026-03-16T09:00:00Z", 60);
    let missed = make::session(&app, &earlier, "2026-06-11T09:00:00Z", 60);
    make::attend(&app, &missed, &busy, "excused");
    let last = matches(&app, &now)[1].clone();
    assert_eq!(
        (&last["score"], &last["agreements_in_force"], &last["sessions_lately"]),
        (&json!(7), &json!(1), &json!(2))
    );
    assert_eq!(codes(&last, "reasons"), ["interest", "lately_involved"]);
    assert_eq!(last["reasons"][1]["points"], -8);
}

#[test]
fn the_order_stands_and_a_limit_cuts_it() {
    let app = App::start();
    let (_, _, plan) = house(&app);
    let opportunity = make::published(&app, &plan, json!({}));
    for n in 0..7 {
        person(&app, &format!("Person {n}"), json!({ "interests": ["workshop"] }));
    }
    let whole = who(&matches(&app, &opportunity));
    assert_eq!(whole, who(&matches(&app, &opportunity)));
    let path = format!("/v1/opportunities/{opportunity}/matches");
    for (limit, more) in [(3, true), (6, true), (7, false), (8, false)] {
        let answer = app.lead().get(&format!("{path}?limit={limit}")).expect(200);
        assert_eq!(answer["more"], more, "{limit}");
        assert_eq!(who(answer["items"].as_array().unwrap()), whole[..limit.min(7)]);
    }
    let other = make::published(&app, &plan, json!({}));
    assert_eq!(who(&matches(&app, &other)).len(), 7);
    for bad in ["limit=0", "limit=101", "cursor=x", "order=newest"] {
        app.lead().get(&format!("{path}?{bad}")).refused(400, "invalid-parameter");
    }
    app.lead().get("/v1/opportunities/01900000-0000-7000-8000-000000000000/matches").refused(404, "not-found");
}

#[test]
fn nobody_but_leads_sees_who_matches() {
    let app = App::start();
    let (cafe, _, plan) = house(&app);
    let grace = person(&app, "Grace", json!({}));
    knows(&app, &grace, &cafe, "patient");
    let opportunity = make::published(&app, &plan, json!({ "experience_wanted": [wanted(&cafe, "patient", true)] }));
    let path = format!("/v1/opportunities/{opportunity}/matches");
    assert_eq!(matches(&app, &opportunity).len(), 1);
    app.staff(&["crisis-cafe"]).get(&path).refused(403, "forbidden");
    app.finance().get(&path).refused(403, "forbidden");
    app.volunteer(&grace).get(&path).refused(403, "forbidden");
    app.public().get(&path).refused(401, "unauthenticated");
}
