//! Races at the moment of a change: clearances, closing dates, and decisions on feedback.

use serde_json::json;

use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{App, books, make};

/// The number of an audit record, in the order of writing; 0 if there is none.
fn seq(app: &App, resource: &str, action: &str) -> i64 {
    books::number(
        app,
        &format!(
            "SELECT COALESCE(max(seq), 0) FROM audit_records WHERE resource_id = '{resource}' AND action = '{action}'"
        ),
    )
}

#[test]
fn an_agreement_is_never_issued_after_its_clearance_was_found_wanting() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let needs = json!({ "clearances_required": [{ "kind": "occupational_health" }], "places": 900 });
    let opportunity = make::published(&app, &plan, needs);
    let (mut issued, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let vera = make::volunteer(&app, "Vera Volunteer");
        let cleared = json!({ "kind": "occupational_health", "state": "cleared", "issued_on": "2026-01-01" });
        let clearance = make::id(&app.lead().post(&format!("/v1/volunteers/{vera}/clearances"), cleared).expect(201));
        make::accepted(&app, &opportunity, &vera);
        let terms = json!({
            "volunteer_id": vera, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Visitor",
            "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-15",
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        });
        let agreement = make::id(&app.lead().post("/v1/agreements", terms).expect(201));
        let issue = || app.lead().ask(&format!("/v1/agreements/{agreement}/issue"));
        let withdraw = || {
            app.lead_called("lead.zoe").patch(
                &format!("/v1/volunteers/{vera}/clearances/{clearance}"),
                1,
                json!({ "state": "not_cleared" }),
            )
        };
        let answers = at_once(2, |n| if (n + round) % 2 == 0 { issue() } else { withdraw() });
        assert_eq!(answers[(round + 1) % 2].status, 200, "{}", answers[(round + 1) % 2].text);
        if done(answers, (409, "clearance-missing")) == 2 {
            assert!(seq(&app, &agreement, "issue") < seq(&app, &clearance, "change"), "issued while it was in date");
            issued += 1;
        } else {
            refused += 1;
        }
    }
    assert_eq!(issued + refused, ROUNDS);
}

#[test]
fn what_is_published_closes_after_it_was_published_whenever_the_clock_moves() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    for round in 0..ROUNDS {
        app.now_is("2026-06-15T11:59:59Z");
        let body = make::with(make::opportunity_body(&plan), json!({ "closes_at": "2026-06-15T12:00:00Z" }));
        let id = make::id(&app.lead().post("/v1/opportunities", body).expect(201));
        let publish = || app.lead().ask(&format!("/v1/opportunities/{id}/publish"));
        let answers = at_once(2, |n| {
            if (n + round) % 2 == 0 {
                publish()
            } else {
                app.now_is("2026-06-15T12:00:00Z");
                app.public().get("/health/live")
            }
        });
        done(answers, (409, "not-publishable"));
    }
    let wrong = "SELECT count(*) FROM opportunities WHERE published_at >= closes_at";
    assert_eq!(books::number(&app, wrong), 0);
}

#[test]
fn a_decision_that_is_taken_back_and_a_completion_at_once_leave_nothing_undecided() {
    let app = App::with_pool(8);
    let service = make::service(&app, "crisis-cafe");
    let finish = json!({ "achieved_level": "co_design", "reflection": "We learnt." });
    for round in 0..ROUNDS / 2 {
        let plan = make::approved_plan(&app, &service);
        let said = json!({ "plan_id": plan, "you_said": "Too cold.", "source": "session" });
        let respond = format!("/v1/feedback/{}/respond", make::id(&app.lead().post("/v1/feedback", said).expect(201)));
        app.lead().post(&respond, json!({ "decision": "done", "we_did": "A heater." })).expect(200);
        let answers = at_once(2, |n| {
            if (n + round) % 2 == 0 {
                app.lead().post(&respond, json!({ "decision": "exploring" }))
            } else {
                app.lead_called("lead.zoe").post(&format!("/v1/plans/{plan}/complete"), finish.clone())
            }
        });
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    }
    let undecided = "SELECT count(*) FROM feedback f JOIN plans p ON p.id = f.plan_id WHERE p.status = 'completed'
        AND (f.status = 'open' OR f.decision = 'exploring')";
    assert_eq!(books::number(&app, undecided), 0);
}

#[test]
fn nobody_is_declined_without_a_reason_and_a_message_by_whatever_way() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::policies(&app);
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let vera = make::volunteer(&app, "Vera Volunteer");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let expression = make::id(&app.volunteer(&vera).post(&interest, json!({})).expect(201));
    let decline = format!("/v1/expressions-of-interest/{expression}/decline");
    for silent in [
        json!({}),
        json!({ "reason_code": "places_filled" }),
        json!({ "message": "Sorry." }),
        json!({ "reason_code": "places_filled", "message": "" }),
        json!({ "reason_code": "places_filled", "message": " \n " }),
        json!({ "reason_code": "no_idea", "message": "Sorry." }),
    ] {
        app.lead().post(&decline, silent).refused(422, "invalid");
    }
    let sql = format!("UPDATE expressions SET status = 'declined' WHERE id = '{expression}'");
    let refused = diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut app.database.as_service()).unwrap_err();
    assert!(refused.to_string().contains("expressions_decline_not_silent"), "{refused}");
    app.lead()
        .post(&decline, json!({ "reason_code": "places_filled", "message": "Every place is taken; thank you." }))
        .expect(200);
    let told = app.volunteer(&vera).get("/v1/deliveries").expect(200);
    assert_eq!(
        (&told["items"][0]["about"], &told["items"][0]["message"]),
        (&json!("decline"), &json!("Every place is taken; thank you."))
    );
}
