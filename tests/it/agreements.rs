//! Agreements: from draft to accepted, never worse than offered, never without clearances, one at a time, text frozen.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::app::faults;
use crate::support::{App, make};

fn link_person() -> Value {
    json!({ "name": "Amara Okafor", "email": "Amara.Okafor@trust.example" })
}

/// The body of a draft agreement for paid involvement, as the builders' opportunity offers it.
fn draft(opportunity: &str, volunteer: &str, more: Value) -> Value {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "offer": make::offer(), "payment_route": "payroll", "link_person": link_person(), "starts_on": "2026-06-01",
    });
    make::with(body, more)
}

fn expenses() -> Value {
    json!({ "travel": true, "subsistence": true, "care": false, "access_support": true, "other": false, "tariff": null,
        "statement": "There is no payment for time, and this is no CONTRACT." })
}

struct Ready {
    opportunity: String,
    volunteer: String,
}

/// A volunteer whose expression of interest was accepted.
fn ready(app: &App, opportunity: Value) -> Ready {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, opportunity);
    let volunteer = make::volunteer(app, "Vera Volunteer");
    make::accepted(app, &opportunity, &volunteer);
    Ready { opportunity, volunteer }
}

fn create(app: &App, ready: &Ready, more: Value) -> String {
    let body = draft(&ready.opportunity, &ready.volunteer, more);
    let answer = app.lead().post("/v1/agreements", body).expect(201);
    format!("/v1/agreements/{}", make::id(&answer))
}

#[test]
fn an_agreement_goes_from_draft_to_accepted_with_its_text_frozen() {
    let app = App::start();
    let ready = ready(&app, json!({ "basis": "expenses_only", "offer": expenses() }));
    let volunteer = app.volunteer(&ready.volunteer);
    let path = create(
        &app,
        &ready,
        json!({ "basis": "expenses_only", "offer": expenses(), "payment_route": null, "expectations": "Two evenings." }),
    );
    let drafted = app.staff(&["crisis-cafe"]).get(&path).expect(200);
    assert_eq!(
        (&drafted["status"], &drafted["body"], &drafted["body_sha256"]),
        (&json!("draft"), &Value::Null, &Value::Null)
    );
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    volunteer.get(&path).refused(404, "not-found");
    volunteer.ask(&format!("{path}/accept")).refused(404, "not-found");
    let changed = app.staff(&["crisis-cafe"]).patch(&path, 1, json!({ "role": "Reader" })).expect(200);
    assert_eq!((&changed["role"], &changed["version"]), (&json!("Reader"), &json!(2)));
    let problem = app.lead().ask(&format!("{path}/accept")).refused(409, "invalid-transition");
    assert_eq!(problem["allowed"], json!(["issue", "withdraw"]));

    app.staff(&["crisis-cafe"]).ask(&format!("{path}/issue")).refused(403, "forbidden");
    let issued = app.lead().ask(&format!("{path}/issue")).expect(200);
    let body = issued["body"].as_str().unwrap();
    for word in ["contract", "job", "payment"] {
        assert!(!body.to_lowercase().contains(word), "{word}: {body}");
    }
    assert!(body.contains("Vera Volunteer") && body.contains("Reader") && body.contains("Two evenings."));
    let digest: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(issued["body_sha256"], digest);
    app.lead().patch(&path, 3, json!({ "role": "Writer" })).refused(409, "not-editable");

    let accepted = volunteer.ask(&format!("{path}/accept")).expect(200);
    assert_eq!((&accepted["status"], &accepted["accepted_how"]), (&json!("active"), &json!("online")));
    assert_eq!((&accepted["body"], &accepted["version"]), (&issued["body"], &json!(4)));
    assert_eq!(volunteer.get(&path).expect(200), accepted);
    app.finance().get(&path).refused(403, "forbidden");
}

#[test]
fn an_agreement_follows_an_accepted_expression_and_is_never_worse_than_the_offer() {
    let app = App::start();
    let ready = ready(&app, json!({}));
    let other = make::volunteer(&app, "Olu Other");
    let lead = app.lead();
    let try_with =
        |volunteer: &str, more: Value| lead.post("/v1/agreements", draft(&ready.opportunity, volunteer, more));
    try_with(&other, json!({})).refused(409, "no-accepted-expression");
    let nobody = "01900000-0000-7000-8000-000000000000";
    let unknown = lead.post("/v1/agreements", draft(nobody, nobody, json!({}))).refused(409, "unknown-reference");
    assert_eq!(faults(&unknown).len(), 2);
    let worse = make::with(make::offer(), json!({ "travel": false, "tariff": null }));
    let problem = try_with(&ready.volunteer, json!({ "offer": worse })).refused(409, "worse-than-offered");
    let pointers: Vec<String> = faults(&problem).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/offer/travel", "/offer/tariff"]);
    let bad = json!({ "basis": "expenses_only", "role": "A Job", "expectations": "Payment", "ends_on": "2026-05-01" });
    let problem = try_with(&ready.volunteer, bad).refused(422, "invalid");
    let pointers: Vec<String> = faults(&problem).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/ends_on", "/expectations", "/offer/tariff", "/payment_route", "/role"]);

    let path = create(&app, &ready, json!({}));
    try_with(&ready.volunteer, json!({})).refused(409, "agreement-exists");
    lead.patch(&path, 1, json!({ "offer": { "care": false } })).refused(409, "worse-than-offered");
    lead.patch(&path, 1, json!({ "volunteer_id": other })).refused(409, "not-editable");
    lead.patch(&path, 1, json!({ "replaces_id": nobody })).refused(409, "unknown-reference");
    let found = lead.get("/v1/agreements?link_person_email=amara.okafor@TRUST.example&status=draft,issued").expect(200);
    assert_eq!(found["items"][0]["version"], 1, "{found}");
    assert!(found["items"][0].get("pauses").is_none());
    let none = lead.get(&format!("/v1/agreements?volunteer_id={other}")).expect(200);
    assert_eq!(none["items"], json!([]));
}

#[test]
fn nothing_is_issued_without_every_clearance_or_a_way_to_pay() {
    let app = App::start();
    let required = json!([{ "kind": "dbs_enhanced", "eligibility_reason": "Alone with children" }]);
    let ready = ready(&app, json!({ "clearances_required": required }));
    let route = json!({ "payment_route": "accounts_payable", "starts_on": "2026-08-01" });
    let path = create(&app, &ready, route);
    let issue = format!("{path}/issue");
    let problem = app.lead().ask(&issue).refused(409, "not-issuable");
    assert_eq!(faults(&problem)[0].0, "/employment_status");
    let status = json!({ "outcome": "self-employed", "determined_by": "Finance", "determined_on": "2026-05-01" });
    app.lead().patch(&path, 1, json!({ "employment_status": status })).expect(200);
    app.lead().ask(&issue).refused(409, "clearance-missing");

    let clearances = format!("/v1/volunteers/{}/clearances", ready.volunteer);
    let clearance = json!({ "kind": "dbs_enhanced", "workforce": "child", "state": "cleared", "issued_on": "2026-01-01",
        "policy_expires_on": "2026-07-31", "eligibility_reason": "Alone with children" });
    let clearance = make::id(&app.lead().post(&clearances, clearance).expect(201));
    app.lead().ask(&issue).refused(409, "clearance-missing");
    let clearance = format!("{clearances}/{clearance}");
    app.lead().change(&clearance, json!({ "policy_expires_on": "2026-08-01" })).expect(200);
    assert_eq!(app.lead().ask(&issue).expect(200)["status"], "issued");

    let told = app.staff(&["crisis-cafe"]).get("/v1/deliveries?status=pending&order=newest").expect(200);
    assert_eq!(told["items"][0]["about"], "agreement_issued");
    assert_eq!(told["items"][0]["subject_id"], path.rsplit('/').next().unwrap());
}

#[test]
fn people_answer_online_and_leads_record_paper() {
    let app = App::start();
    let ready = ready(&app, json!({}));
    let path = create(&app, &ready, json!({}));
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let accept = format!("{path}/accept");
    app.lead().ask(&accept).refused(403, "field-forbidden");
    let paper = json!({ "how": "paper", "witness": "Jo Bell" });
    app.volunteer(&ready.volunteer).post(&accept, paper.clone()).refused(403, "field-forbidden");
    app.lead().post(&accept, json!({ "how": "paper" })).refused(422, "invalid");
    app.lead().post(&accept, json!({ "witness": "Jo Bell" })).refused(422, "invalid");
    app.staff(&["crisis-cafe"]).post(&accept, paper.clone()).refused(403, "forbidden");
    let stranger = make::volunteer(&app, "Sam Stranger");
    app.volunteer(&stranger).ask(&accept).refused(404, "not-found");
    let accepted = app.lead().post(&accept, paper).expect(200);
    assert_eq!((&accepted["accepted_how"], &accepted["witness"]), (&json!("paper"), &json!("Jo Bell")));
}

#[test]
fn an_agreement_rests_goes_on_and_ends_on_a_day_that_was() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/agreements/{}", engaged.agreement);
    app.lead().post(&format!("{path}/pause"), json!({})).refused(422, "invalid");
    let paused = app.lead().post(&format!("{path}/pause"), json!({ "reason": "A rest." })).expect(200);
    assert_eq!(paused["pauses"], json!([{ "from_day": "2026-06-15", "to_day": null }]));
    app.now_is("2026-06-20T10:00:00Z");
    let resumed = app.lead().ask(&format!("{path}/resume")).expect(200);
    assert_eq!(resumed["pauses"], json!([{ "from_day": "2026-06-15", "to_day": "2026-06-19" }]));
    for _ in 0..2 {
        app.lead().post(&format!("{path}/pause"), json!({ "reason": "Again." })).expect(200);
        let resumed = app.lead().ask(&format!("{path}/resume")).expect(200);
        assert_eq!(resumed["pauses"].as_array().unwrap().len(), 1, "a pause that ended on its day never was");
    }
    let end = format!("{path}/end");
    for bad in ["2026-06-21", "2026-01-09"] {
        app.lead().post(&end, json!({ "reason": "Over.", "on": bad })).refused(422, "invalid");
    }
    let who = app.volunteer(&engaged.volunteer);
    let ended = who.post(&end, json!({ "reason": "I move away.", "on": "2026-06-18" })).expect(200);
    assert_eq!((&ended["status"], &ended["ended_on"]), (&json!("ended"), &json!("2026-06-18")));
    assert_eq!(ended["reason"], "I move away.");
    who.post(&end, json!({ "reason": "Again." })).refused(409, "invalid-transition");
}

#[test]
fn a_better_agreement_takes_the_place_of_the_old_one_without_a_gap_or_overlap() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let ready = Ready { opportunity: engaged.opportunity.clone(), volunteer: engaged.volunteer.clone() };
    let body = draft(&ready.opportunity, &ready.volunteer, json!({}));
    app.lead().post("/v1/agreements", body).refused(409, "agreement-exists");
    let path = create(&app, &ready, json!({ "replaces_id": engaged.agreement, "starts_on": "2026-06-20" }));
    app.lead().ask(&format!("{path}/issue")).expect(200);
    let old = format!("/v1/agreements/{}", engaged.agreement);
    assert_eq!(app.lead().get(&old).expect(200)["status"], "active");
    app.volunteer(&ready.volunteer).ask(&format!("{path}/accept")).expect(200);
    let ended = app.lead().get(&old).expect(200);
    assert_eq!((&ended["status"], &ended["ended_on"]), (&json!("ended"), &json!("2026-06-19")));
    app.now_is("2026-06-25T10:00:00Z");
    for (day, agreement) in
        [("2026-06-19", &engaged.agreement), ("2026-06-20", &path.rsplit('/').next().unwrap().to_owned())]
    {
        let session = make::attended(&app, &ready.opportunity, &ready.volunteer, &format!("{day}T12:00:00Z"), 60);
        let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
        assert_eq!(&register["items"][0]["agreement_id"], agreement.as_str(), "{day}");
    }
}

#[test]
fn better_terms_are_never_worse_than_those_in_force() {
    let app = App::start();
    let modest = make::with(make::offer(), json!({ "care": false }));
    let engaged = make::engaged_with(&app, json!({ "offer": modest }), json!({}));
    let body = |offer: &Value| {
        let more = json!({ "replaces_id": engaged.agreement, "starts_on": "2026-06-20", "offer": offer });
        draft(&engaged.opportunity, &engaged.volunteer, more)
    };
    // The opportunity never promised care; the agreement in force does.
    let problem = app.lead().post("/v1/agreements", body(&modest)).refused(409, "worse-than-offered");
    assert_eq!(faults(&problem), [("/offer/care".to_owned(), "worse-than-offered".to_owned())]);
    let path =
        format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", body(&make::offer())).expect(201)));
    app.lead().patch(&path, 1, json!({ "offer": { "care": false } })).refused(409, "worse-than-offered");
    app.lead().ask(&format!("{path}/issue")).expect(200);
}

#[test]
fn where_the_plan_needs_none_accepting_the_offer_makes_a_short_one() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(&app, &service, json!({ "agreement": { "needed": false, "ongoing": false } }));
    let expenses_only = json!({ "basis": "expenses_only", "offer": expenses(), "title": "Payments leaflet" });
    let opportunity = make::published(&app, &plan, expenses_only);
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &volunteer);
    let found = app.volunteer(&volunteer).get("/v1/agreements").expect(200);
    let short = &found["items"][0];
    assert_eq!(
        (&short["status"], &short["short_form"], &short["version"]),
        (&json!("active"), &json!(true), &json!(1))
    );
    assert_eq!(short["offer"], expenses());
    let body = short["body"].as_str().unwrap().to_lowercase();
    assert!(!["contract", "job", "payment"].iter().any(|word| body.contains(word)), "{body}");
}

#[test]
fn of_many_at_once_one_draft_is_made_and_one_answer_counts() {
    let app = App::with_pool(8);
    let ready = ready(&app, json!({}));
    let body = draft(&ready.opportunity, &ready.volunteer, json!({}));
    let at_once = |each: &(dyn Fn(usize) -> u16 + Sync)| -> Vec<u16> {
        std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|n| scope.spawn(move || each(n))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        })
    };
    let made = at_once(&|_| app.lead().post("/v1/agreements", body.clone()).status);
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert!(made.iter().all(|status| matches!(status, 201 | 409)), "{made:?}");
    let found = app.lead().get("/v1/agreements").expect(200);
    let path = format!("/v1/agreements/{}", make::id(&found["items"][0]));
    let issued = at_once(&|_| app.lead().ask(&format!("{path}/issue")).status);
    assert_eq!(issued.iter().filter(|status| **status == 200).count(), 1, "{issued:?}");
    let told = app.lead().get("/v1/deliveries").expect(200);
    let about = told["items"].as_array().unwrap().iter().filter(|one| one["about"] == "agreement_issued").count();
    assert_eq!(about, 1, "told once");
    let answered = at_once(&|n| match n % 3 {
        0 => app.volunteer(&ready.volunteer).ask(&format!("{path}/accept")).status,
        1 => app.volunteer(&ready.volunteer).ask(&format!("{path}/refuse")).status,
        _ => app.lead().ask(&format!("{path}/withdraw")).status,
    });
    assert_eq!(answered.iter().filter(|status| **status == 200).count(), 1, "{answered:?}");
}

#[test]
fn the_database_itself_keeps_an_agreement_whole() {
    use diesel::connection::SimpleConnection;
    let app = App::start();
    let engaged = make::engaged(&app);
    let mut conn = app.database.as_service();
    for (attack, constraint) in [
        ("UPDATE agreements SET body_sha256 = NULL", "agreements_frozen"),
        ("UPDATE agreements SET accepted_at = NULL", "agreements_accepted"),
        ("UPDATE agreements SET status = 'ended'", "agreements_ended"),
        ("UPDATE agreements SET offer = '{}'", "agreements_frozen"),
        ("UPDATE agreements SET body_sha256 = 'x'", "agreements_frozen"),
        ("UPDATE agreements SET starts_on = '2020-01-01'", "agreements_frozen"),
        ("UPDATE agreement_texts SET body = 'Other words'", "agreement_texts_frozen"),
        ("DELETE FROM agreements", "permission denied"),
    ] {
        let refused = conn.batch_execute(attack).expect_err(attack);
        let said = match &refused {
            diesel::result::Error::DatabaseError(_, info) => {
                format!("{} {}", info.constraint_name().unwrap_or_default(), info.message())
            }
            other => other.to_string(),
        };
        assert!(said.contains(constraint), "{attack}: {said}");
    }
    let cleared = "UPDATE agreement_texts SET body = NULL, witness = NULL";
    assert!(conn.batch_execute(cleared).is_err(), "the person is not erased");
    conn.batch_execute("UPDATE volunteers SET status = 'erased'").expect("an erasure");
    conn.batch_execute(cleared).expect("erasure clears the text");
    let path = format!("/v1/agreements/{}", engaged.agreement);
    assert_eq!(app.lead().get(&path).expect(200)["body"], Value::Null);
}
