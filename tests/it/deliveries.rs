//! Deliveries: people are told of every decision that they wait for, and staff who tell them see their communication
//! needs.

use serde_json::{Value, json};

use crate::expressions::offered;
use crate::support::together::at_once;
use crate::support::{App, books, make};

#[test]
fn an_offer_and_an_agreement_are_told_in_the_persons_way_with_their_needs() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let needs = json!({ "communication_needs": [{ "kind": "large_print" }], "preferred_contact": "letter" });
    app.lead().change(&format!("/v1/volunteers/{}", engaged.volunteer), needs).expect(200);
    let opportunity = make::published(&app, &engaged.plan, json!({}));
    offered(&app, &opportunity, &engaged.volunteer, json!({}));
    let staff = app.staff(&["crisis-cafe"]);
    let list = staff.get("/v1/deliveries").expect(200);
    let about: Vec<&str> = list["items"].as_array().unwrap().iter().filter_map(|one| one["about"].as_str()).collect();
    assert_eq!(about, ["offer", "agreement_issued", "offer"]);
    let newest = &list["items"][0];
    assert_eq!((&newest["channel"], &newest["status"]), (&json!("letter"), &json!("pending")));
    assert_eq!(newest["communication_alerts"].as_array().unwrap().len(), 1);
    assert_eq!(newest["volunteer_name"], "Vera Volunteer");
    let title = app.lead().get(&format!("/v1/opportunities/{opportunity}")).expect(200)["title"].clone();
    assert_eq!(newest["subject_name"], title);
    assert_eq!(
        app.volunteer(&engaged.volunteer).get("/v1/deliveries").expect(200)["items"].as_array().unwrap().len(),
        3
    );
    let stranger = make::volunteer(&app, "Sam Stranger");
    assert_eq!(app.volunteer(&stranger).get("/v1/deliveries").expect(200)["items"], json!([]));
    assert_eq!(app.staff(&["elsewhere"]).get("/v1/deliveries").expect(200)["items"], json!([]));

    let done = format!("/v1/deliveries/{}/done", make::id(newest));
    app.staff(&["elsewhere"]).ask(&done).refused(404, "not-found");
    app.volunteer(&engaged.volunteer).ask(&done).refused(403, "forbidden");
    let told = staff.ask(&done).expect(200);
    assert_eq!(
        (&told["status"], &told["done_at"], &told["version"]),
        (&json!("done"), &json!("2026-06-15T10:00:00Z"), &json!(2))
    );
    assert_eq!(staff.ask(&done).refused(409, "invalid-transition")["allowed"], json!(["bounced"]));
    // The agreement; the first offer was accepted before anybody told of it.
    let left = staff.get("/v1/deliveries?status=pending").expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

/// What was and is to be told about a record, oldest first: what about, its status, and whether there is a message.
fn told_of(app: &App, subject: &str) -> Vec<(String, String, bool)> {
    let list = app.lead().get("/v1/deliveries?order=oldest&limit=100").expect(200);
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let of_it = list["items"].as_array().unwrap().iter().filter(|one| one["subject_id"] == subject);
    of_it.map(|one| (word(one, "about"), word(one, "status"), one["message"].is_string())).collect()
}

fn told(about: &str, status: &str, message: bool) -> (String, String, bool) {
    (about.to_owned(), status.to_owned(), message)
}

fn morning(app: &App, engaged: &make::Engaged) -> Value {
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-01T09:00:00Z", 120);
    json!([{ "kind": "time", "session_id": session }])
}

#[test]
fn a_letter_about_a_returned_claim_is_superseded_when_the_claim_is_submitted_again() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let claim = make::id(&make::submitted(&app, &engaged, morning(&app, &engaged)));
    let at = format!("/v1/claims/{claim}");
    app.lead().post(&format!("{at}/return"), json!({ "reason": "Which session?" })).expect(200);
    assert_eq!(told_of(&app, &claim), [told("claim_returned", "pending", true)]);
    app.volunteer(&engaged.volunteer).ask(&format!("{at}/submit")).expect(200);
    assert_eq!(told_of(&app, &claim), [told("claim_returned", "overtaken", false)]);
    let reject =
        || app.lead().post_once(&format!("{at}/reject"), "reject-it-only-once", json!({ "reason": "Not yours." }));
    for _ in 0..2 {
        reject().expect(200);
        let wanted = [told("claim_returned", "overtaken", false), told("claim_rejected", "pending", true)];
        assert_eq!(told_of(&app, &claim), wanted);
    }
    let left = app.lead().get("/v1/deliveries?status=overtaken").expect(200)["items"][0].clone();
    let id = make::id(&left);
    let steps = format!("SELECT count(*) FROM histories WHERE resource_id = '{id}' AND action = 'overtake'");
    assert_eq!(books::number(&app, &steps), 1);
}

#[test]
fn nobody_is_told_of_a_returned_claim_that_is_approved_withdrawn_or_paid_since() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let who = app.volunteer(&engaged.volunteer);
    let mut lines = morning(&app, &engaged);
    lines[0]["elected_pence"] = json!(0);
    for (decision, wanted) in [("withdraw", vec![]), ("approve", vec![told("claim_paid", "pending", true)])] {
        let claim = make::id(&make::submitted(&app, &engaged, lines.clone()));
        let at = format!("/v1/claims/{claim}");
        app.lead().post(&format!("{at}/return"), json!({ "reason": "Which session?" })).expect(200);
        match decision {
            "withdraw" => who.ask(&format!("{at}/withdraw")).expect(200),
            _ => {
                who.ask(&format!("{at}/submit")).expect(200);
                app.lead().post(&format!("{at}/approve"), json!({ "no_close_relationship": true })).expect(200)
            }
        };
        let all = [vec![told("claim_returned", "overtaken", false)], wanted].concat();
        assert_eq!(told_of(&app, &claim), all, "{decision}");
    }
}

#[test]
fn each_member_of_a_plan_is_told_of_its_last_decision_alone() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::plan_with(&app, &service, make::ready_points());
    let at = format!("/v1/plans/{plan}");
    for name in ["Vera Volunteer", "Sam Sample"] {
        let volunteer = make::volunteer(&app, name);
        app.lead().post(&format!("{at}/members"), json!({ "volunteer_id": volunteer })).expect(201);
    }
    app.lead().ask(&format!("{at}/submit")).expect(200);
    app.lead().post(&format!("{at}/return"), json!({ "reason": "Say who is to come." })).expect(200);
    app.lead().ask(&format!("{at}/submit")).expect(200);
    app.lead().ask(&format!("{at}/approve")).expect(200);
    let (before, now) = (told("plan_returned", "overtaken", false), told("plan_approved", "pending", false));
    assert_eq!(told_of(&app, &plan), [before.clone(), before, now.clone(), now]);
    app.lead().post(&format!("{at}/withdraw"), json!({ "reason": "The service closes." })).expect(200);
    assert!(told_of(&app, &plan).iter().all(|(_, status, _)| status == "overtaken"));
}

#[test]
fn a_second_response_and_a_second_link_person_supersede_the_first() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let said = json!({ "plan_id": engaged.plan, "you_said": "There is nowhere quiet to sit.", "source": "session" });
    let other = make::volunteer(&app, "Other Person");
    let people = make::with(said, json!({ "contributors": [engaged.volunteer, other] }));
    let feedback = make::id(&app.lead().post("/v1/feedback", people).expect(201));
    let respond = format!("/v1/feedback/{feedback}/respond");
    app.lead().post(&respond, json!({ "decision": "doing", "we_did": "We asked for a room." })).expect(200);
    app.lead().post(&respond, json!({ "decision": "not_doing", "because": "The room is not ours." })).expect(200);
    let (before, now) = (told("feedback_decided", "overtaken", false), told("feedback_decided", "pending", true));
    assert_eq!(told_of(&app, &feedback), [before.clone(), before, now.clone(), now]);
    for name in ["Tom Reed", "Nia Park"] {
        let person = json!({ "name": name, "email": "somebody@trust.example" });
        let to = json!({ "link_person": person });
        app.lead().post(&format!("/v1/agreements/{}/hand-over", engaged.agreement), to).expect(200);
    }
    let wanted = [
        // What a person has to read and accept stays on its way.
        told("agreement_issued", "pending", true),
        told("link_person_changed", "overtaken", false),
        told("link_person_changed", "pending", true),
    ];
    assert_eq!(told_of(&app, &engaged.agreement), wanted);
}

#[test]
fn a_letter_is_either_sent_or_superseded_and_none_is_left() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let claim = make::id(&make::submitted(&app, &engaged, morning(&app, &engaged)));
    let at = format!("/v1/claims/{claim}");
    let again = || app.volunteer(&engaged.volunteer).ask(&format!("{at}/submit"));
    let mut outcomes = [0, 0];
    for round in 0..20 {
        app.lead().post(&format!("{at}/return"), json!({ "reason": "Which session?" })).expect(200);
        assert_eq!(told_of(&app, &claim).last(), Some(&told("claim_returned", "pending", true)));
        let pending = app.lead().get("/v1/deliveries?status=pending&limit=1").expect(200)["items"][0].clone();
        assert_eq!(pending["about"], "claim_returned");
        let done =
            || app.lead_called("lead.zoe").post(&format!("/v1/deliveries/{}/done", make::id(&pending)), json!({}));
        let answers = at_once(3, |n| if (n + round) % 3 == 0 { done() } else { again() });
        let submitted = answers.iter().enumerate().filter(|(n, one)| (n + round) % 3 != 0 && one.status == 200).count();
        assert_eq!(submitted, 1, "of two at once, one submits it");
        let sent = answers.iter().enumerate().any(|(n, one)| (n + round) % 3 == 0 && one.status == 200);
        let all = told_of(&app, &claim);
        assert_eq!(all.last().unwrap().1, if sent { "done" } else { "overtaken" });
        assert!(all.iter().all(|(_, status, _)| status != "pending"), "{all:?}");
        outcomes[usize::from(sent)] += 1;
    }
    assert!(outcomes[0] + outcomes[1] == 20, "{outcomes:?}");
}
