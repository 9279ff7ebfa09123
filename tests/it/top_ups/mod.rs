//! Top-ups after a back-dated rate: once for each line and policy version, never a change of the claim itself, decided
//! and paid like any claim.

mod amounts;
mod asked;
mod decided;

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::make::Engaged;
use crate::support::{App, make};

const YES: fn() -> Value = || json!({ "no_close_relationship": true });

/// A volunteer with an agreement, under a policy of 45p a mile.
fn at_45p(app: &App) -> Engaged {
    make::policy(app, "2025-04-06", 45);
    let service = make::service(app, "crisis-cafe");
    let plan = make::approved_plan(app, &service);
    let opportunity = make::published(app, &plan, json!({ "places": 50 }));
    another(app, Engaged { service, plan, opportunity, volunteer: String::new(), agreement: String::new() })
}

/// Another volunteer with an agreement for the same opportunity.
fn another(app: &App, like: Engaged) -> Engaged {
    let volunteer = make::volunteer(app, "Vera Volunteer");
    let agreement = make::agreement(app, &like.opportunity, &volunteer, json!({}));
    Engaged { volunteer, agreement, ..like }
}

fn again(engaged: &Engaged) -> Engaged {
    let Engaged { service, plan, opportunity, volunteer, agreement } = engaged;
    let [service, plan, opportunity, volunteer, agreement] =
        [service, plan, opportunity, volunteer, agreement].map(Clone::clone);
    Engaged { service, plan, opportunity, volunteer, agreement }
}

fn session(app: &App, engaged: &Engaged, day: &str) -> String {
    make::attended(app, &engaged.opportunity, &engaged.volunteer, &format!("{day}T09:00:00Z"), 240)
}

fn car(session: &str, miles: f64) -> Value {
    json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": miles, "from": "Ely", "to": "Fulbourn" })
}

/// Creates an approved claim of one car journey.
fn drive(app: &App, engaged: &Engaged, day: &str, miles: f64) -> Value {
    let session = session(app, engaged, day);
    make::approved(app, engaged, json!([car(&session, miles)]))
}

fn path(claim: &Value) -> String {
    format!("/v1/claims/{}", make::id(claim))
}

fn asked(policy: &str) -> String {
    format!("/v1/reimbursement-policies/{policy}/top-ups")
}

fn top_up(app: &App, policy: &str) -> Value {
    app.lead().ask(&asked(policy)).expect(200)
}

fn comes_to(claims: i64, lines: i64, pence: i64, skipped: i64) -> Value {
    json!({ "claims_created": claims, "lines": lines, "total_pence": pence, "skipped": skipped })
}

/// Publishes a policy version with this rate in pence a mile.
fn rate(app: &App, from: &str, pence: i64) -> String {
    let later = app.clock.now().plus_minutes(1).to_string();
    app.now_is(&later);
    make::policy(app, from, pence)
}

/// The supplementary claims of a volunteer, oldest first, as a lead sees them.
fn supplementary(app: &App, engaged: &Engaged) -> Vec<Value> {
    let list =
        app.lead().get(&format!("/v1/claims?volunteer_id={}&order=oldest&limit=100", engaged.volunteer)).expect(200);
    let items = list["items"].as_array().unwrap().iter().filter(|item| !item["supplements_claim_id"].is_null());
    items.map(|item| app.lead().get(&path(item)).expect(200)).collect()
}

/// Approves a top-up, by another lead than the one who asked for it.
fn approved(app: &App, more: &Value) {
    let approve = format!("{}/approve", path(more));
    let problem = app.lead().post(&approve, YES()).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem)[0].1, "approver-is-submitter");
    let claimant = more["volunteer_id"].as_str().unwrap();
    let two = involvement::access::token::Mint {
        roles: vec![involvement::access::Role::InvolvementLead, involvement::access::Role::Volunteer],
        volunteer_id: Some(claimant.parse::<uuid::Uuid>().unwrap().into()),
        ..crate::support::app::mint_defaults()
    };
    let problem = app.with(two).post(&approve, YES()).refused(409, "segregation-of-duties");
    assert_eq!(faults(&problem)[0].1, "approver-is-claimant");
    let approved = app.lead_called("lead.bea").post(&approve, YES()).expect(200);
    assert_eq!((&approved["status"], &approved["total_pence"]), (&json!("approved"), &json!(1300)));
}
