//! An answer under an `Idempotency-Key` is given again by the rights of now: nobody gets by a retry what they may no longer
//! see.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use crate::support::app::mint_defaults;
use crate::support::books::number;
use crate::support::make::Engaged;
use crate::support::{Answer, App, Client, make};

const KEY: &str = "a-key-of-a-retry-01";

fn who<'a>(app: &'a App, roles: &[Role], services: &[&str], volunteer: Option<&str>) -> Client<'a> {
    let services = services.iter().map(|code| (*code).to_owned()).collect();
    let volunteer_id = volunteer.map(|id| id.parse::<uuid::Uuid>().expect("an id").into());
    app.with(Mint {
        roles: roles.to_vec(),
        subject: "somebody.one".to_owned(),
        services,
        volunteer_id,
        ..mint_defaults()
    })
}

/// A plan of the service, drafted under the key.
fn drafted(as_whom: &Client<'_>, service: &str) -> Answer {
    let plan = json!({ "service_id": service, "title": "Crisis café", "period_start": "2026-01-01",
        "period_end": "2027-03-31", "budget_pence": 500_000 });
    as_whom.post_once("/v1/plans", KEY, plan)
}

#[test]
fn a_replay_is_judged_by_the_services_of_now() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "elsewhere");
    let then = who(&app, &[Role::Staff], &["crisis-cafe", "elsewhere"], None);
    drafted(&then, &service).expect(201);
    let again = drafted(&then, &service);
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    // More than then is enough; less is not.
    for enough in [
        who(&app, &[Role::Staff], &["another", "elsewhere", "crisis-cafe"], None),
        who(&app, &[Role::Staff, Role::InvolvementLead], &[], None),
    ] {
        assert_eq!(drafted(&enough, &service).status, 201);
    }
    for less in [
        who(&app, &[Role::Staff], &["elsewhere"], None),
        who(&app, &[Role::Staff], &[], None),
        who(&app, &[Role::InvolvementLead], &[], None),
    ] {
        let refused = drafted(&less, &service);
        assert_eq!(refused.header("idempotency-replayed"), None);
        let problem = refused.refused(403, "forbidden");
        assert!(!problem.to_string().contains("Crisis café"), "{problem}");
    }
    assert_eq!(number(&app, "SELECT count(*) FROM plans"), 1, "and nothing is done twice");
    // The rights of then again: so is the answer.
    assert_eq!(drafted(&then, &service).status, 201);
}

/// A draft claim of the engaged volunteer, created under the key.
fn claimed(as_whom: &Client<'_>, it: &Engaged) -> Answer {
    let body = json!({ "volunteer_id": it.volunteer, "agreement_id": it.agreement, "lines": [],
        "declaration": { "made_on": "2026-06-15", "how": "paper" } });
    as_whom.post_once("/v1/claims", KEY, body)
}

#[test]
fn a_replay_is_judged_by_the_roles_of_now() {
    let app = App::start();
    let it = make::engaged(&app);
    let lead = who(&app, &[Role::InvolvementLead], &[], None);
    let first = claimed(&lead, &it);
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(claimed(&lead, &it).header("idempotency-replayed"), Some("true"));
    claimed(&who(&app, &[Role::Staff], &["crisis-cafe"], None), &it).refused(403, "forbidden");
    claimed(&who(&app, &[Role::Finance], &[], None), &it).refused(403, "forbidden");
    assert_eq!(number(&app, "SELECT count(*) FROM claims"), 1);
}
