//! What a change answers is what its caller reads afterwards, although it is made from what was written.
//! Claims have a test of their own, in `claims::answers`.

use serde_json::{Value, json};

use crate::support::make::{self, id};
use crate::support::{Answer, App, Client};

/// The address and the body of what was changed, once a read of it by the same person gave the same, its version included.
#[track_caller]
fn as_read(who: &Client<'_>, kind: &str, changed: Answer) -> (String, Value) {
    let tag = changed.header("etag").map(ToOwned::to_owned);
    let text = changed.text.clone();
    let status = if changed.status == 201 { 201 } else { 200 };
    let body = changed.expect(status);
    let at = format!("/v1/{kind}/{}", id(&body));
    let read = who.get(&at);
    assert_eq!(read.text, text);
    assert_eq!(read.header("etag").map(ToOwned::to_owned), tag);
    (at, body)
}

/// Someone who changes things of one kind.
struct Changing<'c, 'a> {
    who: &'c Client<'a>,
    kind: &'static str,
}

impl Changing<'_, '_> {
    #[track_caller]
    fn made(&self, at: &str, body: Value) -> String {
        as_read(self.who, self.kind, self.who.post(at, body)).0
    }

    #[track_caller]
    fn does(&self, at: &str, verb: &str, body: Value) -> Value {
        as_read(self.who, self.kind, self.who.post(&format!("{at}/{verb}"), body)).1
    }

    #[track_caller]
    fn changes(&self, at: &str, body: Value) -> Value {
        as_read(self.who, self.kind, self.who.change(at, body)).1
    }
}

#[test]
fn every_step_of_a_plan_answers_what_a_read_finds() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let lead = app.lead();
    let plans = Changing { who: &lead, kind: "plans" };
    let head = json!({ "service_id": service, "title": "Café", "period_start": "2026-01-01", "period_end": "2027-03-31", "budget_pence": 500 });
    let plan = plans.made("/v1/plans", make::with(head, make::ready_points()));
    let member = json!({ "volunteer_id": make::volunteer(&app, "Member") });
    lead.post(&format!("{plan}/members"), member).expect(201);
    lead.post(&format!("{plan}/comments"), json!({ "text": "Which evening?" })).expect(201);
    plans.changes(&plan, json!({ "title": "Crisis café" }));
    plans.does(&plan, "submit", json!({}));
    plans.does(&plan, "return", json!({ "reason": "Say which evening." }));
    plans.does(&plan, "submit", json!({}));
    let approved = plans.does(&plan, "approve", json!({}));
    assert_eq!((&approved["approved_version"], &approved["open_comments"]), (&json!(1), &json!(1)));
    plans.does(&plan, "revise", json!({}));
    plans.does(&plan, "withdraw", json!({ "reason": "It is over." }));

    let done = format!("/v1/plans/{}", make::approved_plan(&app, &service));
    plans.does(&done, "complete", json!({ "achieved_level": "co_design", "reflection": "Evenings worked." }));
}

#[test]
fn every_step_of_an_opportunity_answers_what_a_read_finds() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let (lead, staff) = (app.lead(), app.staff(&["crisis-cafe"]));
    let opportunities = Changing { who: &lead, kind: "opportunities" };
    let proposing = Changing { who: &staff, kind: "opportunities" };
    let draft = proposing.made("/v1/opportunities", make::opportunity_body(&plan));
    proposing.changes(&draft, json!({ "title": "Late workshops" }));
    proposing.does(&draft, "propose", json!({}));
    opportunities.does(&draft, "publish", make::all_cautions());
    opportunities.changes(&draft, json!({ "venue": "Room 2" }));
    proposing.does(&draft, "close", json!({}));
    opportunities.does(&draft, "reopen", json!({ "closes_at": "2026-12-18T17:00:00Z" }));
    opportunities.does(&draft, "cancel", json!({ "reason": "No room." }));
}

#[test]
fn every_step_of_an_expression_of_interest_answers_what_a_read_finds() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let (lead, staff) = (app.lead(), app.staff(&["crisis-cafe"]));
    let deciding = Changing { who: &lead, kind: "expressions-of-interest" };
    let serving = Changing { who: &staff, kind: "expressions-of-interest" };
    let mut next = 0;
    let mut expressed = || {
        next += 1;
        let volunteer = make::volunteer(&app, &format!("Person {next}"));
        let who = app.volunteer(&volunteer);
        let body = json!({ "statement": "I have been there.", "adjustments": "A seat near the door." });
        let at = Changing { who: &who, kind: "expressions-of-interest" }.made(&interest, body);
        (volunteer, at)
    };
    let (one, at) = expressed();
    let one = app.volunteer(&one);
    let answering = Changing { who: &one, kind: "expressions-of-interest" };
    serving.does(&at, "shortlist", json!({}));
    deciding.does(&at, "clear-conflict", json!({}));
    serving.does(&at, "reserve", json!({}));
    deciding.does(&at, "offer", json!({ "respond_by": "2026-06-20T12:00:00Z", "conditional_on": ["dbs_basic"] }));
    answering.does(&at, "turn-down", json!({}));

    let (two, at) = expressed();
    let two = app.volunteer(&two);
    let answering = Changing { who: &two, kind: "expressions-of-interest" };
    serving.does(&at, "offer", json!({}));
    answering.does(&at, "accept", json!({}));
    answering.does(&at, "withdraw", json!({}));

    let (_, at) = expressed();
    let declined = json!({ "reason_code": "places_filled", "message": "All places are taken." });
    deciding.does(&at, "decline", declined);
}

#[test]
fn every_step_of_an_agreement_answers_what_a_read_finds() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({ "places": 5 }));
    let lead = app.lead();
    let deciding = Changing { who: &lead, kind: "agreements" };
    let drafted = |volunteer: &str, replaces: Option<&Value>| {
        deciding.made(
            "/v1/agreements",
            json!({
                "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member",
                "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10", "replaces_id": replaces,
                "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
            }),
        )
    };
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    make::accepted(&app, &opportunity, &volunteer);
    let person = app.volunteer(&volunteer);
    let answering = Changing { who: &person, kind: "agreements" };
    let refused = drafted(&volunteer, None);
    deciding.changes(&refused, json!({ "role": "Workshop member" }));
    deciding.does(&refused, "issue", json!({}));
    answering.does(&refused, "refuse", json!({ "reason": "The role is another." }));
    let withdrawn = drafted(&volunteer, None);
    deciding.does(&withdrawn, "withdraw", json!({}));

    let at = drafted(&volunteer, None);
    deciding.does(&at, "issue", json!({}));
    answering.does(&at, "accept", json!({}));
    deciding.does(&at, "pause", json!({ "reason": "A break." }));
    deciding.does(&at, "resume", json!({}));
    app.now_is("2026-06-18T10:00:00Z");
    deciding.does(&at, "pause", json!({ "reason": "A break again." }));
    let to = json!({ "name": "Tom Reed", "email": "tom.reed@trust.example", "subject": "therapist.reed" });
    deciding.does(&at, "hand-over", json!({ "link_person": to }));
    app.now_is("2026-06-25T10:00:00Z");
    deciding.does(&at, "resume", json!({}));
    let ended = deciding.does(&at, "end", json!({ "reason": "The work is done." }));
    assert_eq!(ended["pauses"].as_array().expect("pauses").len(), 1);

    // Accepted on paper, with a witness, in place of another.
    let other = make::volunteer(&app, "Wim Volunteer");
    let before = make::agreement(&app, &opportunity, &other, json!({}));
    let at = drafted(&other, Some(&json!(before)));
    deciding.changes(&at, json!({ "starts_on": "2026-06-26" }));
    deciding.does(&at, "issue", json!({}));
    let signed = deciding.does(&at, "accept", json!({ "how": "paper", "witness": "Jo Bell" }));
    assert_eq!((&signed["witness"], &signed["status"]), (&json!("Jo Bell"), &json!("active")));
}

#[test]
fn every_step_of_a_session_answers_what_a_read_finds() {
    let app = App::start();
    let it = make::engaged(&app);
    let (lead, staff) = (app.lead(), app.staff(&["crisis-cafe"]));
    let sessions = Changing { who: &lead, kind: "sessions" };
    let serving = Changing { who: &staff, kind: "sessions" };
    let of = format!("/v1/opportunities/{}/sessions", it.opportunity);
    let at = |day: &str| json!({ "starts_at": format!("{day}T09:00:00Z"), "ends_at": format!("{day}T11:00:00Z"), "venue": "Room 1", "join_details": "Ring the bell." });
    let held = serving.made(&of, at("2026-06-08"));
    sessions.does(&held, "hold", json!({}));
    let cancelled = sessions.made(&of, at("2026-07-08"));
    serving.changes(&cancelled, json!({ "venue": "Room 2" }));
    sessions.does(&cancelled, "cancel", json!({ "reason": "The facilitator is ill." }));
}

#[test]
fn every_step_of_a_volunteer_answers_what_a_read_finds() {
    let app = App::start();
    let lead = app.lead();
    let volunteers = Changing { who: &lead, kind: "volunteers" };
    let body = json!({ "legal_name": "Vera Volunteer", "preferred_contact": "email", "email": "vera@example.org", "staff_subject": "nurse.vera" });
    let at = volunteers.made("/v1/volunteers", body);
    volunteers.does(&at, "activate", json!({}));
    volunteers.does(&at, "pause", json!({}));
    volunteers.does(&at, "activate", json!({}));
    volunteers.changes(&at, json!({ "staff_subject": "nurse.volunteer", "phone": "01223 555 0142" }));
    volunteers.does(&at, "review-needs", json!({ "next_review_due": "2027-01-10" }));
    volunteers.does(&at, "leave", json!({ "reason": "time", "note": "Next year again." }));
    volunteers.does(&at, "return", json!({}));
}
