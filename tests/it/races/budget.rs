//! Races: two approvals at once can't both slip under the budget of a plan.

use serde_json::json;

use super::{parking, session, submitted, yes};
use crate::support::make::{self, Engaged};
use crate::support::together::{ROUNDS, at_once, done};
use crate::support::{App, books};

#[test]
fn two_approvals_at_once_stay_within_the_budget_of_one() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    // Each claim is for £3.00: one fits, two do not, by a penny.
    let plan = make::approved_plan_with(&app, &service, json!({ "budget_pence": 599 }));
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
    let it = Engaged { service, plan, opportunity, volunteer, agreement };
    let who = app.volunteer(&it.volunteer);
    let claims = [0, 1].map(|_| submitted(&who, &it, parking(&session(&app, &it))));
    for round in 0..ROUNDS {
        let answers = at_once(2, |n| app.lead().post(&format!("{}/approve", claims[n]), yes()));
        assert_eq!(done(answers, (409, "over-budget")), 1, "{round}");
        let approved = claims.iter().find(|claim| app.lead().get(claim).expect(200)["status"] == "approved").unwrap();
        assert_eq!(books::number(&app, "SELECT approved_pence FROM plan_spending"), 300, "{round}");
        app.lead().post(&format!("{approved}/reopen"), json!({ "reason": "Again." })).expect(200);
        assert_eq!(books::number(&app, "SELECT approved_pence FROM plan_spending"), 0, "{round}");
    }
    // With a reason, both.
    for claim in &claims {
        let mut body = yes();
        body["over_budget_reason"] = json!("Agreed with the service.");
        assert_eq!(app.lead().post(&format!("{claim}/approve"), body).expect(200)["status"], "approved");
    }
    books::balance(&app);
}
