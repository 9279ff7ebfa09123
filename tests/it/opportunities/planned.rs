//! An approved plan is kept: how a draft differs from it is seen before, and answered by the lead who publishes.

use serde_json::{Value, json};

use super::{drafted, path};
use crate::support::app::faults;
use crate::support::{App, make};

fn codes(readiness: &Value) -> Vec<String> {
    readiness["cautions"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

/// A ward visit with five places and less say than the plan, from after its end, of nothing but time.
fn unlike_the_plan() -> Value {
    json!({
        "kind": "ward_visit", "involvement_level": "inform", "places": 9, "starts_on": "2029-01-10",
        "offer": { "travel": false, "subsistence": true, "care": true, "access_support": false, "other": false, "tariff": "meeting", "statement": "Time." },
    })
}

#[test]
fn a_sister_sees_what_her_draft_lacks_and_puts_it_before_the_leads() {
    let app = App::start();
    let (plan, _) = drafted(&app, json!({}));
    let sister = app.staff(&["crisis-cafe"]);
    let bare = json!({ "plan_id": plan, "title": "Garden group", "kind": "forum", "places": 3 });
    let id = make::id(&sister.post("/v1/opportunities", bare).expect(201));
    let readiness = sister.get(&path(&id, "readiness")).expect(200);
    assert_eq!((&readiness["ready"], &readiness["cautions"]), (&json!(false), &json!([])));
    let missing: Vec<&str> =
        readiness["findings"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
    assert!(missing.contains(&"/summary") && missing.contains(&"/contact"), "{missing:?}");
    let refused = app.lead().ask(&path(&id, "publish")).refused(409, "not-publishable");
    assert_eq!(faults(&refused).len(), missing.len(), "publishing refuses what readiness says");
    sister.change(&format!("/v1/opportunities/{id}"), make::opportunity_body(&plan)).expect(200);
    assert_eq!(sister.get(&path(&id, "readiness")).expect(200)["ready"], json!(true));

    let waits = || app.lead().get("/v1/me").expect(200)["waiting"]["opportunities_to_publish"].clone();
    assert_eq!(waits(), 0);
    let proposed = sister.ask(&path(&id, "propose")).expect(200);
    assert_eq!((&proposed["status"], &proposed["proposed_at"]), (&json!("draft"), &json!("2026-06-15T10:00:00Z")));
    assert_eq!(sister.ask(&path(&id, "propose")).expect(200)["version"], proposed["version"], "once is enough");
    assert_eq!(waits(), 1);
    assert_eq!(sister.get("/v1/me").expect(200)["waiting"].get("opportunities_to_publish"), None);
    app.staff(&["elsewhere"]).ask(&path(&id, "propose")).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&path(&id, "readiness")).refused(404, "not-found");
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    app.volunteer(&volunteer).get(&path(&id, "readiness")).refused(403, "forbidden");
    app.lead().ask(&path(&id, "publish")).expect(200);
    assert_eq!(waits(), 0);
    sister.ask(&path(&id, "propose")).refused(409, "invalid-transition");
}

#[test]
fn a_lead_answers_every_difference_from_the_plan_and_the_answers_are_kept() {
    let app = App::start();
    let (_, id) = drafted(&app, unlike_the_plan());
    let found = app.staff(&["crisis-cafe"]).get(&path(&id, "readiness")).expect(200);
    let wanted = [
        "level-below-plan",
        "pay-differs-from-plan",
        "outside-plan-period",
        "more-people-than-plan",
        "checks-missing",
        "access-support-not-offered",
    ];
    assert_eq!((codes(&found), &found["ready"]), (wanted.map(str::to_owned).to_vec(), &json!(true)));
    let refused = app.lead().ask(&path(&id, "publish")).refused(409, "cautions-unanswered");
    assert_eq!(faults(&refused).into_iter().map(|(_, code)| code).collect::<Vec<_>>(), wanted);
    let answer = |code: &str| json!({ "code": code, "reason": format!("Agreed: {code}.") });
    let but_one: Vec<Value> = wanted[1..].iter().copied().map(answer).collect();
    let refused =
        app.lead().post(&path(&id, "publish"), json!({ "cautions": but_one })).refused(409, "cautions-unanswered");
    assert_eq!(faults(&refused), [("/involvement_level".to_owned(), "level-below-plan".to_owned())]);
    let twice = json!({ "cautions": [answer("level-below-plan"), answer("level-below-plan")] });
    app.lead().post(&path(&id, "publish"), twice).refused(422, "invalid");
    let all: Vec<Value> = wanted.iter().copied().map(answer).chain([answer("chair-needs-shadowing")]).collect();
    app.lead().post(&path(&id, "publish"), json!({ "cautions": all })).expect(200);
    let kept = app.lead().get(&path(&id, "readiness")).expect(200);
    let reasons: Vec<&Value> = kept["cautions"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons.len(), 6);
    assert_eq!(reasons[0], "Agreed: level-below-plan.");
    let audit = app.lead().get(&format!("/v1/audit?resource_id={id}")).expect(200);
    assert!(audit["items"][0]["fields"].as_array().unwrap().contains(&json!("cautions")), "{audit}");
    assert!(!audit.to_string().contains("Agreed"), "the record has no texts");
}

#[test]
fn what_is_published_as_planned_is_not_changed_away_from_the_plan_behind_the_leads_back() {
    let app = App::start();
    let (_, id) = drafted(&app, json!({}));
    app.lead().ask(&path(&id, "publish")).expect(200);
    let at = format!("/v1/opportunities/{id}");
    let sister = app.staff(&["crisis-cafe"]);
    for change in
        [json!({ "places": 40 }), json!({ "involvement_level": "inform" }), json!({ "ends_on": "2031-01-01" })]
    {
        sister.change(&at, change).refused(409, "cautions-unanswered");
    }
    sister.change(&at, json!({ "places": 6, "title": "Evening workshops in spring" })).expect(200);
    sister.ask(&path(&id, "close")).expect(200);
    sister.change(&at, json!({ "places": 40 })).expect(200);
    let reopen = |cautions: Value| {
        app.lead().post(&path(&id, "reopen"), json!({ "closes_at": "2026-12-31T12:00:00Z", "cautions": cautions }))
    };
    reopen(json!([])).refused(409, "cautions-unanswered");
    let bigger = json!([{ "code": "more-people-than-plan", "reason": "The hall is free." }]);
    assert_eq!(reopen(bigger).expect(200)["status"], "published");
    sister.ask(&path(&id, "close")).expect(200);
    reopen(json!([])).expect(200);
    sister.change(&at, json!({ "places": 41 })).expect(200);
}

#[test]
fn without_an_approved_plan_the_draft_says_so_and_nothing_is_compared() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::plan(&app, &service);
    let body = make::with(make::opportunity_body(&plan), json!({ "places": 90 }));
    let id = make::id(&app.lead().post("/v1/opportunities", body).expect(201));
    let readiness = app.lead().get(&path(&id, "readiness")).expect(200);
    assert_eq!((codes(&readiness), &readiness["findings"][0]["code"]), (vec![], &json!("plan-not-approved")));
}
