//! What waits for somebody, as `GET /v1/me` counts it.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::{App, make};

const OWN: [&str; 3] = ["offers_to_answer", "agreements_to_answer", "claims_to_submit"];

#[test]
fn leads_are_told_of_determinations_of_employment_to_review_the_day_after() {
    let app = App::start();
    let status = json!({ "outcome": "office_holder", "determined_by": "HR", "determined_on": "2026-01-05", "review_on": "2026-06-30" });
    let terms = json!({ "payment_route": "accounts_payable", "employment_status": status });
    let engaged = make::engaged_with(&app, json!({}), terms);
    let waiting = |who: &crate::support::Client<'_>| {
        who.get("/v1/me").expect(200)["waiting"].get("employment_reviews").and_then(Value::as_i64)
    };
    // Midnight in London is an hour before midnight in the universal time.
    for (now, count) in [("2026-06-30T22:59:00Z", 0), ("2026-06-30T23:00:00Z", 1)] {
        app.now_is(now);
        assert_eq!(waiting(&app.lead()), Some(count), "{now}");
    }
    assert_eq!([waiting(&app.finance()), waiting(&app.staff(&["crisis-cafe"]))], [None, None]);
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "Done." })).expect(200);
    assert_eq!(waiting(&app.lead()), Some(0));
}

#[test]
fn a_volunteer_is_told_what_waits_for_them_where_their_token_lets_them_answer() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::claim(&app.volunteer(&engaged.volunteer), &engaged.agreement, json!([]));
    let waiting = |scope: Option<&str>, of: &str| {
        let token = Mint {
            roles: vec![Role::Volunteer],
            volunteer_id: Some(of.parse::<uuid::Uuid>().unwrap().into()),
            scope: scope.map(str::to_owned),
            ..mint_defaults()
        };
        let waiting = app.with(token).get("/v1/me").expect(200)["waiting"].clone();
        OWN.map(|name| waiting.get(name).and_then(Value::as_i64))
    };
    assert_eq!(waiting(None, &engaged.volunteer), [Some(0), Some(0), Some(1)]);
    assert_eq!(waiting(Some("opportunities:write"), &engaged.volunteer), [Some(0), Some(0), Some(1)]);
    assert_eq!(waiting(Some("agreements:write claims:write"), &engaged.volunteer), [None; 3]);
    let other = make::volunteer(&app, "Sam Stranger");
    assert_eq!(waiting(None, &other), [Some(0); 3]);
    assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"].get(OWN[0]), None);
}
