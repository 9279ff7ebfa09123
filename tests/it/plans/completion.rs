//! Completing a plan: refused with a list of what is open, and never at the same moment as something new under the
//! plan.

use serde_json::{Value, json};

use crate::support::together::{self, ROUNDS};
use crate::support::{App, Client, make};

fn done() -> Value {
    json!({ "achieved_level": "co_design", "reflection": "Evenings worked." })
}

fn complete(app: &App, plan: &str) -> crate::support::Answer {
    app.lead().post(&format!("/v1/plans/{plan}/complete"), done())
}

/// The codes of what is open, with their counts.
fn open(app: &App, plan: &str) -> Vec<(String, i64)> {
    let problem = complete(app, plan).refused(409, "plan-has-open-items");
    let entry = |error: &Value| {
        assert!(error["see"].as_str().unwrap().starts_with("/v1/") && error["detail"].is_string(), "{error}");
        let listed = app.lead().get(error["see"].as_str().unwrap()).expect(200);
        assert!(!listed["items"].as_array().unwrap().is_empty(), "the list hides what is open: {error}");
        (error["code"].as_str().unwrap().to_owned(), error["count"].as_i64().unwrap())
    };
    problem["errors"].as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn a_plan_is_completed_once_nothing_is_open_and_told_what_is() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let (plan, opportunity, vera) = (&engaged.plan, &engaged.opportunity, &engaged.volunteer);
    let lead = app.lead();
    let said = json!({ "plan_id": plan, "you_said": "Too cold.", "source": "session" });
    let feedback = make::id(&lead.post("/v1/feedback", said).expect(201));
    let claimed = make::attended(&app, opportunity, vera, "2026-06-10T09:00:00Z", 60);
    make::attended(&app, opportunity, vera, "2026-06-11T09:00:00Z", 60);
    make::attended(&app, opportunity, vera, "2026-03-14T09:00:00Z", 60);
    let coming = make::session(&app, opportunity, "2026-07-01T09:00:00Z", 60);
    let claim = make::id(&make::claim(
        &app.volunteer(vera),
        &engaged.agreement,
        json!([{ "kind": "time", "session_id": claimed }]),
    ));
    let otto = make::volunteer(&app, "Otto Other");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let interest = make::id(&app.volunteer(&otto).post(&interest, json!({})).expect(201));
    // Whoever is on the reserve list waits for an answer, too.
    lead.ask(&format!("/v1/expressions-of-interest/{interest}/reserve")).expect(200);
    let all = [
        ("feedback-undecided", 1),
        ("agreements-open", 1),
        ("claims-open", 1),
        ("claims-possible", 1),
        ("sessions-to-come", 1),
        ("expressions-undecided", 1),
    ];
    let left = |count: usize| all[count..].iter().map(|(code, count)| ((*code).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(open(&app, plan), left(0));

    lead.post(&format!("/v1/feedback/{feedback}/respond"), json!({ "decision": "exploring" })).expect(200);
    assert_eq!(open(&app, plan), left(0), "exploring is undecided");
    lead.post(&format!("/v1/feedback/{feedback}/respond"), json!({ "decision": "done" })).expect(200);
    assert_eq!(open(&app, plan), left(1));
    let agreement = format!("/v1/agreements/{}", engaged.agreement);
    lead.post(&format!("{agreement}/pause"), json!({ "reason": "Rest." })).expect(200);
    assert_eq!(open(&app, plan), left(1), "a paused agreement is open");
    lead.post(&format!("{agreement}/end"), json!({ "reason": "Over." })).expect(200);
    assert_eq!(open(&app, plan), left(2));
    app.volunteer(vera).ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    assert_eq!(open(&app, plan), left(2), "a submitted claim is open");
    lead.post(&format!("/v1/claims/{claim}/reject"), json!({ "reason": "No." })).expect(200);
    assert_eq!(open(&app, plan), left(3));
    // The claim window of unclaimed sessions ends: three months after 11 June, inclusive.
    app.now_is("2026-09-11T22:59:59Z");
    let codes = |app: &App| open(app, plan).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes(&app), ["claims-possible", "expressions-undecided"]);
    app.now_is("2026-09-11T23:00:00Z");
    assert_eq!(codes(&app), ["expressions-undecided"]);
    app.now_is("2026-06-15T10:00:00Z");
    lead.post(&format!("/v1/sessions/{coming}/cancel"), json!({ "reason": "Snow." })).expect(200);
    let message = json!({ "reason_code": "places_filled", "message": "Thank you." });
    lead.post(&format!("/v1/expressions-of-interest/{interest}/decline"), message).expect(200);
    app.now_is("2026-09-11T23:00:00Z");
    let completed = complete(&app, plan).expect(200);
    let advert = lead.get(&format!("/v1/opportunities/{opportunity}")).expect(200);
    assert_eq!(advert["status"], "closed", "nobody is sought any more");
    assert_eq!((&completed["planned_level"], &completed["achieved_level"]), (&json!("co_design"), &json!("co_design")));

    // The plan stays completed, and late claims are still possible, because attended sessions stay payable.
    make::claim(&app.volunteer(vera), &engaged.agreement, json!([{ "kind": "time", "session_id": claimed }]));
    app.now_is("2026-06-20T10:00:00Z");
    let body = json!({ "agreement_id": engaged.agreement, "lines": [{ "kind": "time", "session_id": claimed }] });
    app.volunteer(vera).post("/v1/claims", body).refused(409, "not-editable");
    let session = json!({ "starts_at": "2026-06-12T09:00:00Z", "ends_at": "2026-06-12T10:00:00Z" });
    lead.post(&format!("/v1/opportunities/{opportunity}/sessions"), session).refused(409, "not-editable");
    let attendance = format!("/v1/sessions/{claimed}/attendance/{vera}");
    lead.put(&attendance, json!({ "outcome": "no_show" })).refused(409, "not-editable");
    lead.post("/v1/opportunities", make::opportunity_body(plan)).refused(409, "not-editable");
    for verb in ["revise", "withdraw", "complete", "submit"] {
        let body = if verb == "complete" {
            done()
        } else if verb == "withdraw" {
            json!({ "reason": "x" })
        } else {
            json!({})
        };
        lead.post(&format!("/v1/plans/{plan}/{verb}"), body).refused(409, "invalid-transition");
    }
}

/// Completes a plan and creates something under it at the same moment. Returns whether it was created, and whether the
/// plan was completed.
fn at_once(app: &App, plan: &str, (who, path, body): (&Client<'_>, &str, Value)) -> (bool, bool) {
    let answers = together::at_once(2, |n| match n {
        0 => who.post(path, body.clone()),
        _ => complete(app, plan),
    });
    let outcome = (answers[0].status == 201, answers[1].status == 200);
    for (answer, code) in answers.into_iter().zip(["not-editable", "plan-has-open-items"]) {
        if answer.status >= 300 {
            answer.refused(409, code);
        }
    }
    outcome
}

/// Fifty times, each with its own plan: exactly one of the two succeeds.
fn never_both(what: &str, round: impl Fn() -> (bool, bool)) {
    let outcomes: Vec<(bool, bool)> = (0..ROUNDS).map(|_| round()).collect();
    assert!(outcomes.iter().all(|(made, completed)| made != completed), "{what}: {outcomes:?}");
}

#[test]
fn feedback_and_completion_at_once() {
    let app = App::with_pool(8);
    let service = make::service(&app, "crisis-cafe");
    never_both("feedback", || {
        let plan = make::approved_plan(&app, &service);
        let said = json!({ "plan_id": plan, "you_said": "Too cold.", "source": "session" });
        at_once(&app, &plan, (&app.lead_called("lead.zoe"), "/v1/feedback", said))
    });
}

#[test]
fn an_agreement_and_completion_at_once() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let vera = make::volunteer(&app, "Vera Volunteer");
    never_both("agreement", || {
        let plan = make::approved_plan(&app, &service);
        let opportunity = make::published(&app, &plan, json!({}));
        make::accepted(&app, &opportunity, &vera);
        app.lead().ask(&format!("/v1/opportunities/{opportunity}/close")).expect(200);
        let body = json!({
            "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member",
            "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        });
        at_once(&app, &plan, (&app.lead_called("lead.zoe"), "/v1/agreements", body))
    });
}

#[test]
fn a_claim_and_completion_at_once() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let vera = make::volunteer(&app, "Vera Volunteer");
    never_both("claim", || {
        let plan = make::approved_plan(&app, &service);
        let opportunity = make::published(&app, &plan, json!({}));
        let agreement = make::agreement(&app, &opportunity, &vera, json!({}));
        app.lead().ask(&format!("/v1/opportunities/{opportunity}/close")).expect(200);
        app.lead().post(&format!("/v1/agreements/{agreement}/end"), json!({ "reason": "Over." })).expect(200);
        let line =
            json!({ "kind": "consumables", "date": "2026-06-14", "spent_pence": 300, "evidence_exception": "Lost." });
        let body = json!({ "agreement_id": agreement, "lines": [line] });
        at_once(&app, &plan, (&app.volunteer(&vera), "/v1/claims", body))
    });
}
