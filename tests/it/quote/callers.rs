//! Who may ask, and for what.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{PATH, by, codes, offered, planned, quote, under};
use crate::support::app::{faults, mint_defaults};
use crate::support::make::Engaged;
use crate::support::{App, Client, make};

#[test]
fn everybody_asks_for_what_they_can_see_and_finance_gets_figures_alone() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let lines = json!([planned("2026-07-20", 240), by("car", "2026-07-20", 10.0)]);
    let of_agreement = under(&engaged.agreement, lines.clone());
    let of_opportunity = offered(&engaged.opportunity, lines.clone());
    let stranger = make::volunteer(&app, "Sam Stranger");
    let unknown = |who: &Client<'_>, body: &Value, pointer: &str| {
        let problem = who.post(PATH, body.clone()).refused(409, "unknown-reference");
        assert_eq!(faults(&problem), [(pointer.to_owned(), "unknown-reference".to_owned())]);
    };
    unknown(&app.volunteer(&stranger), &of_agreement, "/agreement_id");
    unknown(&app.staff(&["elsewhere"]), &of_agreement, "/agreement_id");
    unknown(&app.staff(&["elsewhere"]), &of_opportunity, "/opportunity_id");
    unknown(&app.lead(), &under(&engaged.opportunity, lines.clone()), "/agreement_id");
    unknown(&app.finance(), &under(&engaged.opportunity, lines.clone()), "/agreement_id");
    unknown(&app.finance(), &offered(&engaged.agreement, lines.clone()), "/opportunity_id");
    app.public().post(PATH, of_agreement.clone()).refused(401, "unauthenticated");

    let members = |who: &Client<'_>, body: &Value| {
        let quote = quote(who, body.clone());
        assert_eq!(quote["total_pence"], 7500 + 550);
        let mut names: Vec<String> = quote["lines"][1].as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let figures = ["date", "elected_pence", "explanation", "kind", "payable_pence", "policy_id", "route"];
    let with = |more: &[&str]| {
        let mut names: Vec<String> = figures.iter().chain(more).map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    let own = app.volunteer(&engaged.volunteer);
    for body in [&of_agreement, &of_opportunity] {
        assert_eq!(members(&own, body), with(&["taxable_excess_pence", "warnings"]));
        assert_eq!(members(&app.lead(), body), with(&["taxable_excess_pence", "warnings"]));
        assert_eq!(members(&app.staff(&["crisis-cafe"]), body), with(&["warnings"]));
        assert_eq!(members(&app.finance(), body), with(&[]));
    }
    assert_eq!(members(&app.volunteer(&stranger), &of_opportunity), with(&["taxable_excess_pence", "warnings"]));
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    let named = under(&engaged.agreement, json!([{ "kind": "time", "session_id": session }]));
    unknown(&app.finance(), &named, "/lines/0/session_id");
    let two =
        Mint { roles: vec![Role::Finance, Role::Staff], services: vec!["elsewhere".to_owned()], ..mint_defaults() };
    assert_eq!(members(&app.with(two), &of_agreement), with(&[]), "beyond one's services as finance sees it");
    draft_agreement(&app, &engaged, &lines);
}

/// A lead can quote better terms before the person sees them.
fn draft_agreement(app: &App, engaged: &Engaged, lines: &Value) {
    let other = make::volunteer(app, "Olu Other");
    make::accepted(app, &engaged.opportunity, &other);
    let body = json!({
        "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let draft = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    let told = quote(&app.lead(), under(&draft, lines.clone()));
    assert_eq!((&told["total_pence"], codes(&told["lines"][0])), (&json!(8050), vec![]));
    app.volunteer(&other).post(PATH, under(&draft, lines.clone())).refused(409, "unknown-reference");
}
