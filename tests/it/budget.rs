//! A plan's budget while its claims progress: committed, spent and left always add up to the whole.

use serde_json::{Value, json};

use crate::support::make::Engaged;
use crate::support::{App, make, paid};

/// Time, a bus, and a train that the trust booked.
fn lines(app: &App, engaged: &Engaged, day: &str) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 240);
    json!([
        { "kind": "time", "session_id": session, "elected_pence": 7000 },
        { "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." },
        { "kind": "public_transport", "session_id": session, "spent_pence": 3000, "paid_by": "trust", "evidence_exception": "Booked by us." },
    ])
}

/// Committed: submitted, approved, paid by the trust. Spent: paid, paid by the trust.
#[track_caller]
fn stands(app: &App, engaged: &Engaged, parts: [i64; 5]) -> Value {
    let view = app.lead().get(&format!("/v1/plans/{}/budget", engaged.plan)).expect(200);
    let (committed, actual) = (&view["committed"], &view["actual"]);
    let figure = |value: &Value| value.as_i64().unwrap();
    let told = [
        figure(&committed["submitted_pence"]),
        figure(&committed["approved_pence"]),
        figure(&committed["trust_paid_pence"]),
        figure(&actual["paid_pence"]),
        figure(&actual["trust_paid_pence"]),
    ];
    assert_eq!(told, parts, "{view}");
    assert_eq!(figure(&view["committed_pence"]), parts[..3].iter().sum::<i64>());
    assert_eq!(figure(&view["actual_pence"]), parts[3..].iter().sum::<i64>());
    let whole = ["committed_pence", "actual_pence", "remaining_pence"].map(|name| figure(&view[name]));
    assert_eq!(whole.iter().sum::<i64>(), figure(&view["budget_pence"]), "{view}");
    assert_eq!(view["overspent"], whole[2] < 0);
    view
}

#[test]
fn a_claim_moves_from_committed_to_spent_and_back() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let who = app.volunteer(&engaged.volunteer);
    let view = stands(&app, &engaged, [0; 5]);
    assert_eq!((&view["budget_pence"], &view["remaining_pence"]), (&json!(500_000), &json!(500_000)));
    let claim = make::id(&make::claim(&who, &engaged.agreement, lines(&app, &engaged, "2026-06-01")));
    let verb = |name: &str| format!("/v1/claims/{claim}/{name}");
    stands(&app, &engaged, [0; 5]);
    who.ask(&verb("submit")).expect(200);
    stands(&app, &engaged, [7460, 0, 3000, 0, 0]);
    app.lead().post(&verb("return"), json!({ "reason": "The date?" })).expect(200);
    stands(&app, &engaged, [0; 5]);
    let sent = who.ask(&verb("submit")).expect(200);
    let lowered = json!([{ "id": sent["lines"][0]["id"], "approved_pence": 6000, "reason": "As agreed." }]);
    app.lead().post(&verb("approve"), json!({ "no_close_relationship": true, "lines": lowered })).expect(200);
    stands(&app, &engaged, [0, 6460, 0, 0, 3000]);
    let run = paid::run(&app, "accounts_payable");
    stands(&app, &engaged, [0, 6460, 0, 0, 3000]);
    let invoice = format!("{}-A1", sent["reference"].as_str().unwrap());
    paid::results(&app, &run, &[(&invoice, "2026-06-15")]);
    stands(&app, &engaged, [0, 6000, 0, 460, 3000]);
    paid::everything(&app, "payroll", "2026-06-15");
    stands(&app, &engaged, [0, 0, 0, 6460, 3000]);
    paid::results(&app, &run, &[(&invoice, "returned")]);
    stands(&app, &engaged, [0, 460, 0, 6000, 3000]);
    paid::everything(&app, "accounts_payable", "2026-06-15");
    stands(&app, &engaged, [0, 0, 0, 6460, 3000]);
}

#[test]
fn what_is_refused_or_taken_back_costs_nothing() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let first = make::submitted(&app, &engaged, lines(&app, &engaged, "2026-06-01"));
    let second = make::submitted(&app, &engaged, lines(&app, &engaged, "2026-06-02"));
    stands(&app, &engaged, [14_920, 0, 6000, 0, 0]);
    let reject = format!("/v1/claims/{}/reject", make::id(&first));
    app.lead().post(&reject, json!({ "reason": "Claimed before." })).expect(200);
    app.volunteer(&engaged.volunteer).ask(&format!("/v1/claims/{}/withdraw", make::id(&second))).expect(200);
    stands(&app, &engaged, [0; 5]);
}

#[test]
fn a_budget_may_be_overspent_by_a_penny_and_says_so() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    for (budget, overspent) in [(10_460, false), (10_459, true)] {
        let plan = make::approved_plan_with(&app, &service, json!({ "budget_pence": budget }));
        let opportunity = make::published(&app, &plan, json!({}));
        let volunteer = make::volunteer(&app, "Vera Volunteer");
        let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
        let engaged = Engaged { service: service.clone(), plan, opportunity, volunteer, agreement };
        let claim =
            format!("/v1/claims/{}", make::id(&make::submitted(&app, &engaged, lines(&app, &engaged, "2026-06-01"))));
        let mut yes = json!({ "no_close_relationship": true });
        let approve = |body: &Value| app.lead().post(&format!("{claim}/approve"), body.clone());
        let warned = |who: &crate::support::Client<'_>| -> Vec<bool> {
            let seen = who.get(&claim).expect(200);
            let has =
                |line: &Value| line["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "over-budget");
            seen["lines"].as_array().unwrap().iter().map(has).collect()
        };
        assert_eq!(warned(&app.lead()).iter().any(|has| *has), overspent);
        assert!(!warned(&app.volunteer(&engaged.volunteer)).contains(&true));
        if overspent {
            let problem = approve(&yes).refused(409, "over-budget");
            let told = problem["detail"].as_str().unwrap();
            assert!(["£104.59", "£0.00", "£104.60"].iter().all(|figure| told.contains(figure)), "{told}");
            stands(&app, &engaged, [7460, 0, 3000, 0, 0]);
            yes["over_budget_reason"] = json!("The last workshop was longer.");
        }
        assert_eq!(approve(&yes).expect(200)["over_budget_reason"], yes["over_budget_reason"]);
        let view = stands(&app, &engaged, [0, 7460, 0, 0, 3000]);
        assert_eq!(view["overspent"], overspent, "{view}");
    }
}

#[test]
fn a_budget_is_for_leads_and_staff_of_its_service() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let path = format!("/v1/plans/{}/budget", engaged.plan);
    app.staff(&["crisis-cafe"]).get(&path).expect(200);
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    app.lead().get("/v1/plans/01900000-0000-7000-8000-000000000000/budget").refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
    app.volunteer(&engaged.volunteer).get(&path).refused(403, "forbidden");
}
