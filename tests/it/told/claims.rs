//! Who is told of a claim that is decided: the person, of what they did not ask for. Nothing that was decided before remains.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, does, does_oneself, id};
use super::walk::{Act, Change, Scenario};
use crate::support::make::{self, Engaged};

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "claim return: claim_returned", set: |world| refused(world, "return", About::ClaimReturned) },
    Scenario { row: "claim submit: some about it", set: submitted_again },
    Scenario { row: "claim reject: claim_rejected", set: |world| refused(world, "reject", About::ClaimRejected) },
    Scenario { row: "claim reopen: claim_reopened", set: reopened },
    Scenario { row: "claim approve: claim_approved", set: reduced },
    Scenario { row: "claim approve: claim_topped_up", set: topped_up },
    Scenario { row: "claim approve: all about it", set: approved },
    Scenario { row: "claim withdraw: all about it", set: withdrawn },
];

played!(SCENARIOS);

const REASON: &str = "Which car park was it?";

/// A claim of £6.50 for parking that waits for a decision, and its path.
fn submitted(world: &World<'_>) -> (Engaged, Value, String) {
    let it = world.engaged();
    let claim = make::submitted(world.app, &it, world.parking(&it, "2026-06-08", 650));
    let path = format!("/v1/claims/{}", make::id(&claim));
    (it, claim, path)
}

/// The same, returned once.
fn returned(world: &World<'_>) -> (Engaged, String) {
    let (it, _, path) = submitted(world);
    world.does(&format!("{path}/return"), json!({ "reason": REASON }));
    (it, path)
}

fn submitted_again(world: &World<'_>) -> Act {
    let (it, path) = returned(world);
    Act::new(&it.volunteer, does_oneself(&it.volunteer, format!("{path}/submit"), json!({}))).on(id(&path))
}

fn approval(path: &str, more: Value) -> Change {
    let body = make::with(json!({ "no_close_relationship": true }), more);
    // Whoever asked for a top-up does not decide it.
    let path = format!("{path}/approve");
    Box::new(move |app| app.lead_called("lead.bea").post(&path, body.clone()))
}

fn refused(world: &World<'_>, verb: &str, about: About) -> Act {
    let (it, _, path) = submitted(world);
    let act = Act::new(&it.volunteer, does(format!("{path}/{verb}"), json!({ "reason": REASON }))).on(id(&path));
    act.tells(&it.volunteer, about, &[REASON])
}

fn reopened(world: &World<'_>) -> Act {
    let it = world.engaged();
    let claim = make::approved(world.app, &it, world.parking(&it, "2026-06-08", 650));
    let claim = make::id(&claim);
    let act = Act::new(&it.volunteer, does(format!("/v1/claims/{claim}/reopen"), json!({ "reason": REASON })));
    act.on(&claim).tells(&it.volunteer, About::ClaimReopened, &[REASON])
}

fn reduced(world: &World<'_>) -> Act {
    let (it, claim, path) = submitted(world);
    let line = json!([{ "id": claim["lines"][0]["id"], "approved_pence": 500, "reason": "Half a day." }]);
    let act = Act::new(&it.volunteer, approval(&path, json!({ "lines": line }))).on(id(&path));
    let says = ["We will pay you £5.00.", "£5.00 of £6.50", "Half a day."];
    act.also("claim approve: all about it", id(&path)).tells(&it.volunteer, About::ClaimApproved, &says)
}

fn topped_up(world: &World<'_>) -> Act {
    let it = world.engaged();
    let session = world.attended(&it, "2026-06-08");
    let drive = json!([{ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 120.0, "from": "Ely", "to": "Fulbourn" }]);
    make::approved(world.app, &it, drive);
    // A better rate than that of the world before, by 10p a mile, back-dated.
    let rate = 65 + 10 * i64::try_from(world.number).unwrap();
    world.app.clock.set(world.app.clock.now().plus_minutes(1));
    let policy = make::policy(world.app, "2026-04-06", rate);
    world.does(&format!("/v1/reimbursement-policies/{policy}/top-ups"), json!({}));
    let list = world.app.lead().get(&format!("/v1/claims?limit=100&volunteer_id={}", it.volunteer)).expect(200);
    let more = list["items"].as_array().unwrap().iter().find(|one| !one["supplements_claim_id"].is_null());
    let more = make::id(more.unwrap());
    let act = Act::new(&it.volunteer, approval(&format!("/v1/claims/{more}"), json!({}))).on(&more);
    let says = ["We will pay you £12.00 more."];
    act.also("claim approve: all about it", &more).tells(&it.volunteer, About::ClaimToppedUp, &says)
}

fn approved(world: &World<'_>) -> Act {
    let (it, path) = returned(world);
    world.app.volunteer(&it.volunteer).post(&format!("{path}/submit"), json!({})).expect(200);
    Act::new(&it.volunteer, approval(&path, json!({}))).on(id(&path))
}

fn withdrawn(world: &World<'_>) -> Act {
    let (it, path) = returned(world);
    Act::new(&it.volunteer, does_oneself(&it.volunteer, format!("{path}/withdraw"), json!({}))).on(id(&path))
}
