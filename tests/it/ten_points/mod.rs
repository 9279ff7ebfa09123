//! The ten points of the advice (docs/rules.md), each as somebody would try it, through the API.
//! Point 3 and how point 1 ends are in `plans`; every edge case is with its feature. How they hold on the day itself, when people
//! go and when somebody asks what came of it is in `real_life`.

mod real_life;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::{faults, mint_defaults};
use crate::support::post_office::PostOffice;
use crate::support::{App, Client, make};

fn staff_called<'a>(app: &'a App, subject: &str) -> Client<'a> {
    let services = vec!["crisis-cafe".to_owned()];
    app.with(Mint { roles: vec![Role::Staff], subject: subject.to_owned(), services, ..mint_defaults() })
}

fn points(app: &App, plan: &str) -> Vec<Value> {
    let readiness = app.staff(&["crisis-cafe"]).get(&format!("/v1/plans/{plan}/readiness")).expect(200);
    readiness["points"].as_array().unwrap().clone()
}

/// 1. There are different types of involvement: whoever reads an advert knows which one it is.
#[test]
fn every_advert_says_how_much_of_the_decision_is_shared() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let unsaid = make::with(make::opportunity_body(&plan), json!({ "involvement_level": null }));
    let draft = format!("/v1/opportunities/{}", make::id(&app.lead().post("/v1/opportunities", unsaid).expect(201)));
    let refused = app.lead().ask(&format!("{draft}/publish")).refused(409, "not-publishable");
    assert_eq!(faults(&refused), [("/involvement_level".to_owned(), "required".to_owned())]);
    for (level, words) in [
        ("inform", "We tell you what is planned and why."),
        ("co_produce", "You take part in every decision, as an equal."),
    ] {
        let opportunity = make::published(&app, &plan, json!({ "involvement_level": level }));
        let advert = app.lead().get(&format!("/v1/opportunities/{opportunity}/advert?format=text"));
        assert!(advert.text.contains(words), "{level}: {}", advert.text);
        let seen = app.public().get(&format!("/v1/public/opportunities/{opportunity}")).expect(200);
        assert_eq!(seen["involvement_level"], level);
    }
}

/// 2. Relationships come first: a named person, support and supervision, as for a new member of staff.
#[test]
fn relationships_come_first() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let nobody = json!({ "relationships": { "support": "A call after each session.", "supervision": "Monthly.", "induction": true } });
    let plan = make::plan_with(&app, &service, nobody);
    let missing: Vec<Value> =
        points(&app, &plan)[1]["findings"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
    assert_eq!(missing, ["/relationships/link_person", "/relationships/deputy"]);

    let amara = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "subject": "nurse.amara" });
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &vera, json!({ "link_person": amara }));
    // The volunteer is shown round, asked what they need, and told whom to call.
    let induction = app.volunteer(&vera).get(&format!("/v1/agreements/{agreement}/induction")).expect(200);
    assert!(
        induction["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["text"].as_str().unwrap().contains("whom to call"))
    );
    // The link person and the volunteer talk. A month later they have not talked again, and the leads see it.
    let contact = json!({
        "on": "2026-06-15", "kind": "emotional", "shared_note": "We try a taxi home.",
        "private_note": "Ask about sleep.", "next_due": "2026-07-13",
    });
    staff_called(&app, "nurse.amara")
        .post(&format!("/v1/agreements/{agreement}/support-contacts"), contact)
        .expect(201);
    let seen = app.volunteer(&vera).get(&format!("/v1/agreements/{agreement}/support-contacts"));
    assert!(seen.text.contains("We try a taxi home.") && !seen.text.contains("Ask about sleep."), "{}", seen.text);
    app.now_is("2026-07-13T22:00:00Z");
    let overdue = || app.lead().get("/v1/support-contacts?overdue=true").expect(200)["items"].as_array().unwrap().len();
    assert_eq!(overdue(), 0);
    app.now_is("2026-07-13T23:00:00Z");
    assert_eq!(overdue(), 1, "from midnight in London on");
}

/// 4. Choose the right activity: people who used that very service give the most meaningful involvement.
#[test]
fn people_who_used_that_very_service_are_found_and_it_is_said_why() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let kinds = app.staff(&["crisis-cafe"]).get("/v1/opportunity-kinds").expect(200);
    let workshop = kinds["items"].as_array().unwrap().iter().find(|one| one["kind"] == "workshop").unwrap();
    assert_eq!(workshop["experience_expected"], true);
    let wanted =
        json!({ "experience_wanted": [{ "service_id": service, "perspective": "patient", "essential": false }] });
    let opportunity = make::published(&app, &plan, wanted);
    make::volunteer(&app, "Otto Other");
    let vera = make::volunteer(&app, "Vera Volunteer");
    let been_there = json!({ "service_id": service, "perspective": "patient", "note": "The winter of 2024." });
    app.volunteer(&vera).post(&format!("/v1/volunteers/{vera}/experiences"), been_there).expect(201);
    let matches = app.lead().get(&format!("/v1/opportunities/{opportunity}/matches"));
    assert!(!matches.text.contains("winter"), "what they went through stays theirs");
    let best = matches.expect(200)["items"][0].clone();
    assert_eq!(best["volunteer_id"], json!(vera));
    assert!(
        best["reasons"].as_array().unwrap().iter().any(|one| one["code"].as_str().unwrap().contains("experience")),
        "{best}"
    );
    app.staff(&["crisis-cafe"]).get(&format!("/v1/opportunities/{opportunity}/matches")).refused(403, "forbidden");
}

/// 5. Interview panels need trained people with experience of the service; a chair must shadow a panel first.
#[test]
fn panels_are_sat_on_by_people_who_are_trained_for_it() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let body = make::with(make::opportunity_body(&plan), json!({ "kind": "interview_panel" }));
    let draft = format!("/v1/opportunities/{}", make::id(&app.lead().post("/v1/opportunities", body).expect(201)));
    let refused = app.lead().ask(&format!("{draft}/publish")).refused(409, "not-publishable");
    assert!(faults(&refused).iter().any(|(place, _)| place.starts_with("/panel")), "{refused}");
    let panel = json!({ "panel": { "role": "member", "scoring": "equal" }, "training_required": ["interview-panels"] });
    app.lead().change(&draft, panel).expect(200);
    app.lead().ask(&format!("{draft}/publish")).expect(200);
    let vera = make::volunteer(&app, "Vera Volunteer");
    let interest = format!("{draft}/expressions-of-interest");
    app.volunteer(&vera).post(&interest, json!({})).refused(409, "conflict-declaration-needed");
    let expression = make::id(&app.volunteer(&vera).post(&interest, json!({ "conflict_declared": false })).expect(201));
    let expression = format!("/v1/expressions-of-interest/{expression}");
    app.lead().post(&format!("{expression}/offer"), json!({})).expect(200);
    app.volunteer(&vera).ask(&format!("{expression}/accept")).expect(200);
    let agreement = json!({ "volunteer_id": vera, "opportunity_id": draft.rsplit('/').next(), "basis": "paid_involvement",
        "role": "On the panel", "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-15",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    let agreement = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", agreement).expect(201)));
    app.lead().ask(&format!("{agreement}/issue")).refused(409, "clearance-missing");
    let trained = json!({ "kind": "training:interview-panels", "state": "cleared", "issued_on": "2026-06-01" });
    app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), trained).expect(201);
    app.lead().ask(&format!("{agreement}/issue")).expect(200);
    let pack = app.volunteer(&vera).get(&format!("{draft}/preparation-pack"));
    assert!(pack.status == 200 && pack.text.contains("Conflict of interest"), "{}", pack.text);
}

/// 6. Say at the beginning what is reimbursed: an explicit offer, a quote, and a claim explained line by line.
#[test]
fn it_is_clear_at_the_beginning_what_is_reimbursed() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let unsaid = make::with(make::opportunity_body(&plan), json!({ "offer": null }));
    let draft = format!("/v1/opportunities/{}", make::id(&app.lead().post("/v1/opportunities", unsaid).expect(201)));
    let refused = app.lead().ask(&format!("{draft}/publish")).refused(409, "not-publishable");
    assert!(faults(&refused).iter().any(|(place, _)| place.starts_with("/offer")), "{refused}");
    let nothing = json!({ "basis": "expenses_only", "offer": { "travel": false, "subsistence": false, "care": false,
        "access_support": false, "other": false, "tariff": null, "statement": "We pay nothing back for this one." } });
    app.lead().change(&draft, nothing).expect(200);
    app.lead().post(&format!("{draft}/publish"), make::all_cautions()).expect(200);
    let advert = app.volunteer(&make::volunteer(&app, "Vera Volunteer")).get(&format!("{draft}/advert?format=text"));
    assert!(advert.text.contains("We pay nothing back for this one."), "nothing must be said: {}", advert.text);

    let paid = make::published(&app, &plan, json!({}));
    let wanda = make::volunteer(&app, "Wanda Wonders");
    let journey = json!([{ "kind": "mileage", "date": "2026-06-20", "miles": 10, "vehicle": "car", "from": "Home", "to": "Room 1" }]);
    let asked = json!({ "opportunity_id": paid, "lines": journey });
    let quote = app.volunteer(&wanda).post("/v1/reimbursements/quote", asked).expect(200);
    assert_eq!(quote["total_pence"], 550);
    assert_eq!(quote["lines"][0]["explanation"], json!(["10.0 miles at 55p: £5.50"]));
}

/// 7. Say what you need: checks with a reason, tested on the day of the activity; an offer may wait for them.
#[test]
fn what_is_needed_is_said_and_tested_on_the_day() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let unreasoned = json!({ "clearances_required": [{ "kind": "dbs_enhanced" }] });
    let body = make::with(make::opportunity_body(&plan), unreasoned);
    let draft = make::id(&app.lead().post("/v1/opportunities", body).expect(201));
    let refused = app.lead().ask(&format!("/v1/opportunities/{draft}/publish")).refused(409, "not-publishable");
    assert_eq!(
        faults(&refused)[0].0,
        "/clearances_required/0/eligibility_reason",
        "a check without a reason is unlawful"
    );
    let needed = json!({
        "clearances_required": [{ "kind": "dbs_enhanced", "eligibility_reason": "Visits wards alone." }],
        "starts_on": "2026-07-01",
    });
    let opportunity = make::published(&app, &plan, needed);
    let vera = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &vera);
    let agreement = json!({ "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Visitor",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-07-01",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
    let agreement = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", agreement).expect(201)));
    let held = |until: &str| {
        let body = json!({
            "kind": "dbs_enhanced", "state": "cleared", "issued_on": "2024-01-01", "policy_expires_on": until,
            "eligibility_reason": "Visits wards alone.",
        });
        app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), body).expect(201);
    };
    let issue = || app.lead().ask(&format!("{agreement}/issue"));
    issue().refused(409, "clearance-missing");
    held("2026-06-30");
    issue().refused(409, "clearance-missing");
    held("2026-07-01");
    issue().expect(200);
}

/// 8. An agreement says what is needed, supported and paid: text frozen, accepted by both sides, never worse later.
#[test]
fn an_agreement_says_what_is_needed_and_what_is_given() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/agreements/{}", engaged.agreement);
    let seen = app.volunteer(&engaged.volunteer).get(&path).expect(200);
    assert_eq!((&seen["status"], seen["body_sha256"].as_str().map(str::len)), (&json!("active"), Some(64)));
    app.lead()
        .patch(&path, seen["version"].as_i64().unwrap(), json!({ "role": "Otherwise" }))
        .refused(409, "not-editable");
    let page = app.volunteer(&engaged.volunteer).get(&format!("{path}/document")).text;
    assert!(page.contains("Amara Okafor") && page.contains("support"), "{page}");
    let worse = json!({
        "volunteer_id": engaged.volunteer, "opportunity_id": engaged.opportunity, "basis": "paid_involvement",
        "role": "Member", "offer": make::with(make::offer(), json!({ "care": false })), "payment_route": "payroll",
        "starts_on": "2026-06-15", "replaces_id": engaged.agreement,
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let refused = app.lead().post("/v1/agreements", worse).refused(409, "worse-than-offered");
    assert_eq!(faults(&refused)[0].0, "/offer/care");
    let over = json!({ "reason": "I moved away." });
    app.volunteer(&engaged.volunteer).post(&format!("{path}/end"), over).expect(200);
}

/// 9. Advertise where the right people are: suitable channels, each with its rule and reason, and what each brought.
#[test]
fn it_is_advertised_where_the_right_people_are() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({ "audience": "service_users" }));
    let path = format!("/v1/opportunities/{opportunity}/channels");
    let channels = app.staff(&["crisis-cafe"]).get(&path).expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(channels.len(), 10);
    let of = |code: &str| channels.iter().find(|one| one["code"] == code).unwrap().clone();
    assert_eq!(
        (&of("sun_network")["allowed"], &of("sun_network")["recommended"]),
        (&json!(true), &json!(true)),
        "mental health"
    );
    assert_eq!(of("rethink")["allowed"], false, "for carers");
    assert!(channels.iter().all(|one| one["reason"].as_str().is_some_and(|reason| reason.len() > 10)));
    let placed = json!({ "channel_code": "sun_network", "placed_on": "2026-06-15" });
    let made = app.staff(&["crisis-cafe"]).post(&format!("/v1/opportunities/{opportunity}/placements"), placed);
    assert_eq!(made.status, 201, "{}", made.text);
    let advert = app.staff(&["crisis-cafe"]).get(&format!("/v1/opportunities/{opportunity}/advert"));
    assert!(advert.status == 200 && advert.text.contains("<main"), "a printable advert");
}

/// 10. Ask how people want to be updated. Every item of feedback gets a decision, told first to those who gave it.
#[test]
fn people_are_kept_updated_as_they_asked_and_hear_first_what_became_of_what_they_said() {
    let office = PostOffice::open();
    let app = App::posting(&office);
    let engaged = make::engaged(&app);
    let wish = json!({ "email": "vera@volunteer.example", "update_preferences": { "methods": ["email"], "frequency": "at_milestones" } });
    app.volunteer(&engaged.volunteer).change(&format!("/v1/volunteers/{}", engaged.volunteer), wish).expect(200);
    let said = json!({
        "plan_id": engaged.plan, "you_said": "Stay open until two.", "source": "session",
        "contributors": [engaged.volunteer],
    });
    let said =
        format!("/v1/feedback/{}", make::id(&app.staff(&["crisis-cafe"]).post("/v1/feedback", said).expect(201)));
    app.staff(&["crisis-cafe"])
        .post(&format!("{said}/respond"), json!({ "decision": "not_doing" }))
        .refused(422, "invalid");
    app.lead().ask(&format!("{said}/publish")).refused(409, "invalid-transition");
    let because = json!({ "decision": "not_doing", "because": "Two nurses are needed at any hour." });
    app.staff(&["crisis-cafe"]).post(&format!("{said}/respond"), because).expect(200);
    app.post();
    let told = office.received();
    let last = told.last().expect("a message");
    assert_eq!((last.header("Subject").as_str(), last.to[0].as_str()), ("What you told us", "vera@volunteer.example"));
    assert!(last.text().contains("Two nurses are needed at any hour."), "{}", last.text());
    assert_eq!(app.public().get("/v1/public/you-said-we-did").expect(200)["items"], json!([]), "they hear first");
    app.lead().ask(&format!("{said}/publish")).expect(200);
    let public = app.public().get("/v1/public/you-said-we-did");
    assert!(public.text.contains("Two nurses") && !public.text.contains(&engaged.volunteer), "{}", public.text);
    let news = json!({ "title": "The café", "text": "It opens an hour earlier from Monday." });
    app.staff(&["crisis-cafe"]).post(&format!("/v1/plans/{}/updates", engaged.plan), news).expect(201);
    app.post();
    assert!(office.received().last().unwrap().text().contains("It opens an hour earlier from Monday."));
}
