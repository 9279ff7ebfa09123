//! A top-up pays the difference to what was paid, and a quote says what the claim comes to.

use serde_json::{Value, json};

use super::{YES, bands, fifty_from_june, first_line, policy, signed_in_may, time};
use crate::support::{App, make};

fn top_up(app: &App, policy: &str) -> (i64, i64) {
    let answer = app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    (answer["lines"].as_i64().unwrap(), answer["total_pence"].as_i64().unwrap())
}

#[test]
fn a_back_dated_rise_adds_what_it_gives_above_the_promise_and_never_takes_back() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let claim = make::approved(&app, &engaged, json!([time(&app, &engaged, "2026-06-10")]));
    assert_eq!(claim["total_pence"], 7500);
    for (pence, added) in [(6000, (0, 0)), (7500, (0, 0)), (9000, (1, 1500)), (4000, (0, 0)), (9500, (1, 500))] {
        let back_dated = policy(&app, "2026-06-01", json!({ "meeting": bands(pence, 20_000) }));
        assert_eq!(top_up(&app, &back_dated), added, "{pence}");
    }
    let waiting = app.lead().get("/v1/claims?status=submitted&order=oldest").expect(200);
    let more = app.lead().get(&format!("/v1/claims/{}", make::id(&waiting["items"][0]))).expect(200);
    assert_eq!(more["lines"][0]["explanation"][2], "£90.00 less £75.00: £15.00");
    let by_the_new = more["lines"][0]["explanation"][1].as_str().unwrap();
    assert!(by_the_new.ends_with("promises £75.00; the policy of 1 June gives £90.00: £90.00"), "{by_the_new}");
    app.lead_called("lead.bea").post(&format!("/v1/claims/{}/approve", make::id(&more)), YES()).expect(200);
    assert_eq!(app.lead().get(&format!("/v1/claims/{}", make::id(&claim))).expect(200), claim, "the first one stays");
}

#[test]
fn a_quote_says_what_the_claim_comes_to() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    policy(&app, "2026-07-01", json!({ "meeting": bands(9000, 18_000) }));
    app.now_is("2026-07-10T10:00:00Z");
    let lines = json!([time(&app, &engaged, "2026-06-10"), time(&app, &engaged, "2026-07-02")]);
    let asked = json!({ "agreement_id": engaged.agreement, "lines": lines });
    let claim = make::claim(&app.volunteer(&engaged.volunteer), &engaged.agreement, lines);
    for who in [app.volunteer(&engaged.volunteer), app.lead(), app.staff(&["crisis-cafe"])] {
        let quote = who.post("/v1/reimbursements/quote", asked.clone()).expect(200);
        assert_eq!((first_line(&quote), &quote["total_pence"]), (first_line(&claim), &json!(7500 + 9000)));
        assert_eq!(quote["lines"][1]["explanation"], claim["lines"][1]["explanation"]);
    }
}

fn planned(app: &App, of: Value) -> (i64, Vec<String>) {
    let line = json!({ "kind": "time", "date": "2026-06-20", "scheduled_minutes": 180 });
    let quote = app.lead().post("/v1/reimbursements/quote", make::with(of, json!({ "lines": [line] }))).expect(200);
    let (pence, steps) = first_line(&quote);
    (pence, steps.into_iter().map(ToOwned::to_owned).collect())
}

#[test]
fn before_there_is_an_agreement_a_quote_says_what_one_would_promise() {
    let app = App::start();
    let engaged = signed_in_may(&app);
    fifty_from_june(&app);
    app.now_is("2026-06-15T10:00:00Z");
    let (pence, steps) = planned(&app, json!({ "opportunity_id": engaged.opportunity }));
    assert_eq!(pence, 7500);
    assert_eq!(steps[1], "The opportunity of 1 May promises £75.00; the policy of 1 June gives £50.00: £75.00");

    // A draft promises what it would promise if it were issued now, and does so once it is.
    let other = make::volunteer(&app, "Olu Other");
    make::accepted(&app, &engaged.opportunity, &other);
    let body = json!({
        "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-01",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let draft = app.lead().post("/v1/agreements", body).expect(201);
    assert_eq!(draft["promised"], Value::Null);
    let (pence, steps) = planned(&app, json!({ "agreement_id": draft["id"] }));
    assert_eq!(pence, 7500);
    assert_eq!(steps[1], "Your agreement of 15 June promises £75.00; the policy of 1 June gives £50.00: £75.00");
    let issued = app.lead().ask(&format!("/v1/agreements/{}/issue", make::id(&draft))).expect(200);
    assert_eq!(issued["promised"]["terms"], bands(7500, 15_000));
    assert_eq!(planned(&app, json!({ "agreement_id": draft["id"] })), (pence, steps));
}
