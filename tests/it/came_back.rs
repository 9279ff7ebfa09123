//! "Not known at this address": a letter that came back is told again only as far as what it says is still so.

use serde_json::{Value, json};

use crate::support::together::at_once;
use crate::support::{Answer, App, books, make};

const ROUNDS: usize = 20;

struct Scene {
    app: App,
    opportunity: String,
}

fn scene() -> Scene {
    let app = App::with_pool(8);
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({ "places": 900 }));
    Scene { app, opportunity }
}

/// Somebody who wants letters.
fn by_letter(app: &App, name: &str) -> String {
    let volunteer = make::volunteer(app, name);
    let wish = json!({ "preferred_contact": "letter", "address": "1 Mill Road\nCambridge", "phone": "01223 555 0199" });
    app.lead().change(&format!("/v1/volunteers/{volunteer}"), wish).expect(200);
    volunteer
}

/// The newest message to somebody about this, which was posted: its path.
fn posted(app: &App, volunteer: &str, about: &str) -> String {
    let list = app.lead().get(&format!("/v1/deliveries?volunteer_id={volunteer}&status=pending")).expect(200);
    let found =
        list["items"].as_array().unwrap().iter().find(|one| one["about"] == about).unwrap_or_else(|| panic!("{list}"));
    let path = format!("/v1/deliveries/{}", make::id(found));
    app.lead().ask(&format!("{path}/done")).expect(200);
    path
}

/// Somebody who wants letters, and their agreement.
fn engaged(scene: &Scene) -> (String, String) {
    let volunteer = by_letter(&scene.app, "Vera Volunteer");
    let agreement = make::agreement(&scene.app, &scene.opportunity, &volunteer, json!({}));
    (volunteer, agreement)
}

/// A claim that was sent back: its path, and that of the letter about it.
fn returned(app: &App, (volunteer, agreement): (&str, &str), session: &str) -> (String, String) {
    let own = app.volunteer(volunteer);
    let line = json!([{ "kind": "time", "session_id": session }]);
    let claim = format!("/v1/claims/{}", make::id(&make::claim(&own, agreement, line)));
    own.ask(&format!("{claim}/submit")).expect(200);
    app.lead().post(&format!("{claim}/return"), json!({ "reason": "Which hours?" })).expect(200);
    (claim, posted(app, volunteer, "claim_returned"))
}

fn came_back(app: &App, letter: &str) -> Answer {
    app.lead().post(&format!("{letter}/bounced"), json!({ "reason": "Not known at this address" }))
}

/// Somebody whose offer went by post: their id, the path of the expression, and that of the letter.
fn offered(scene: &Scene, name: &str, offer: Value) -> (String, String, String) {
    let volunteer = by_letter(&scene.app, name);
    let path = format!("/v1/opportunities/{}/expressions-of-interest", scene.opportunity);
    let expression = make::id(&scene.app.volunteer(&volunteer).post(&path, json!({})).expect(201));
    let expression = format!("/v1/expressions-of-interest/{expression}");
    scene.app.lead().post(&format!("{expression}/offer"), offer).expect(200);
    let letter = posted(&scene.app, &volunteer, "offer");
    (volunteer, expression, letter)
}

#[test]
fn an_offer_is_told_again_while_it_waits_for_an_answer_and_not_afterwards() {
    let scene = scene();
    let app = &scene.app;
    let (_, _, waits) = offered(&scene, "Wendy Waits", json!({}));
    let (vera, withdrawn, letter) = offered(&scene, "Vera Withdrew", json!({}));
    let (anna, accepted, other) = offered(&scene, "Anna Accepted", json!({}));
    let until = json!({ "respond_by": "2026-06-20T12:00:00Z" });
    let (_, lapsed, third) = offered(&scene, "Lena Late", until);
    app.now_is("2026-06-20T12:00:00Z");
    app.volunteer(&vera).ask(&format!("{withdrawn}/withdraw")).expect(200);
    app.volunteer(&anna).ask(&format!("{accepted}/accept")).expect(200);
    assert_eq!(app.lead().get(&lapsed).expect(200)["status"], "lapsed");
    for letter in [&letter, &other, &third] {
        let problem = came_back(app, letter).refused(409, "not-editable");
        assert!(problem["detail"].as_str().unwrap().contains("no longer so"), "{problem}");
    }
    // The same once the clock's work has stored that it lapsed.
    involvement::app::tick(&app.running().service).expect("the clock's work");
    came_back(app, &third).refused(409, "not-editable");
    assert_eq!(came_back(app, &waits).expect(200)["status"], "pending");
    let pending = books::number(app, "SELECT count(*) FROM deliveries WHERE status = 'pending' AND about = 'offer'");
    assert_eq!(pending, 1);
    books::balance(app);
}

#[test]
fn an_agreement_is_told_again_unless_it_was_withdrawn_or_the_person_ended_it() {
    let scene = scene();
    let app = &scene.app;
    let issued = |name: &str| {
        let (volunteer, expression, _) = offered(&scene, name, json!({}));
        app.volunteer(&volunteer).ask(&format!("{expression}/accept")).expect(200);
        let body = json!({
            "volunteer_id": volunteer, "opportunity_id": scene.opportunity, "basis": "paid_involvement", "role": "Member",
            "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-10",
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
        });
        let agreement = format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", body).expect(201)));
        app.lead().ask(&format!("{agreement}/issue")).expect(200);
        (agreement, posted(app, &volunteer, "agreement_issued"), volunteer)
    };
    let (withdrawn, first, _) = issued("Wilma Withdrawn");
    let (ended, second, own) = issued("Edda Ended");
    let (accepted, third, reads) = issued("Rita Reads");
    app.now_is("2026-06-16T10:00:00Z");
    app.lead().ask(&format!("{withdrawn}/withdraw")).expect(200);
    app.volunteer(&own).ask(&format!("{ended}/accept")).expect(200);
    app.volunteer(&own).post(&format!("{ended}/end"), json!({ "reason": "I have a new job." })).expect(200);
    app.volunteer(&reads).ask(&format!("{accepted}/accept")).expect(200);
    came_back(app, &first).refused(409, "not-editable");
    came_back(app, &second).refused(409, "not-editable");
    // What was accepted on a screen is still to be had on paper.
    came_back(app, &third).expect(200);
}

#[test]
fn a_session_is_told_again_until_it_begins() {
    let scene = scene();
    let app = &scene.app;
    let (volunteer, _) = engaged(&scene);
    let sessions = format!("/v1/opportunities/{}/sessions", scene.opportunity);
    let told = |starts_at: &str, ends_at: &str| {
        app.lead().post(&sessions, json!({ "starts_at": starts_at, "ends_at": ends_at })).expect(201);
        posted(app, &volunteer, "session_planned")
    };
    let first = told("2026-06-16T13:00:00Z", "2026-06-16T15:00:00Z");
    app.now_is("2026-06-16T12:59:59Z");
    let later = told("2026-06-17T13:00:00Z", "2026-06-17T15:00:00Z");
    app.now_is("2026-06-16T13:00:00Z");
    came_back(app, &first).refused(409, "not-editable");
    came_back(app, &later).expect(200);
}

#[test]
fn a_claim_that_was_submitted_again_or_withdrawn_is_not_told_of_again() {
    let scene = scene();
    let app = &scene.app;
    let (volunteer, agreement) = engaged(&scene);
    let own = app.volunteer(&volunteer);
    for (verb, day) in [("submit", "08"), ("withdraw", "09")] {
        let begins = format!("2026-06-{day}T09:00:00Z");
        let session = make::attended(app, &scene.opportunity, &volunteer, &begins, 240);
        let (claim, letter) = returned(app, (&volunteer, &agreement), &session);
        app.clock.set(app.clock.now().plus_minutes(1));
        own.ask(&format!("{claim}/{verb}")).expect(200);
        came_back(app, &letter).refused(409, "not-editable");
    }
}

#[test]
fn what_comes_back_at_the_moment_of_a_withdrawal_does_not_wait() {
    let scene = scene();
    let app = &scene.app;
    for round in 0..ROUNDS {
        let (volunteer, expression, letter) = offered(&scene, &format!("Person {round}"), json!({}));
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.volunteer(&volunteer).ask(&format!("{expression}/withdraw")),
            _ => came_back(app, &letter),
        });
        assert_eq!(answers[round % 2].status, 200, "{}", answers[round % 2].text);
        let other = &answers[(round + 1) % 2];
        assert!(matches!(other.status, 200 | 409), "{}", other.text);
        let waits = app.lead().get(&format!("/v1/deliveries?volunteer_id={volunteer}&status=pending")).expect(200);
        assert_eq!(waits["items"], json!([]), "round {round}: {}", other.text);
    }
    books::balance(app);
}

/// One letter about two sessions. Where one of them changed since, it is not sent again as it was.
#[test]
fn a_letter_about_several_sessions_is_sent_again_only_while_all_of_it_is_so() {
    let scene = scene();
    let app = &scene.app;
    let (volunteer, _) = engaged(&scene);
    let plan = |day: &str| {
        let body =
            json!({ "starts_at": format!("2026-07-{day}T13:00:00Z"), "ends_at": format!("2026-07-{day}T15:00:00Z") });
        let path = format!("/v1/opportunities/{}/sessions", scene.opportunity);
        format!("/v1/sessions/{}", make::id(&app.lead().post(&path, body).expect(201)))
    };
    plan("07");
    let second = plan("14");
    let letter = posted(app, &volunteer, "session_planned");
    came_back(app, &letter).expect(200);
    app.lead().ask(&format!("{letter}/done")).expect(200);
    app.now_is("2026-06-16T10:00:00Z");
    app.lead().change(&second, json!({ "venue": "Library" })).expect(200);
    posted(app, &volunteer, "session_changed");
    let problem = came_back(app, &letter).refused(409, "not-editable");
    assert!(problem["detail"].as_str().unwrap().contains("part of it"), "{problem}");
}

#[test]
fn a_claim_withdrawn_at_the_moment_at_which_a_letter_comes_back_is_not_told_of() {
    let scene = scene();
    let app = &scene.app;
    let (volunteer, agreement) = engaged(&scene);
    let session = make::attended(app, &scene.opportunity, &volunteer, "2026-06-08T09:00:00Z", 240);
    for round in 0..ROUNDS {
        let (claim, letter) = returned(app, (&volunteer, &agreement), &session);
        // The clock stands still within a round: what happens next is later than the letter.
        app.now_is(&format!("2026-06-15T11:{round:02}:00Z"));
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.volunteer(&volunteer).ask(&format!("{claim}/withdraw")),
            _ => came_back(app, &letter),
        });
        assert_eq!(answers[round % 2].status, 200, "{}", answers[round % 2].text);
        let of_claim = claim.rsplit('/').next().unwrap();
        let waits = app.lead().get(&format!("/v1/deliveries?subject_id={of_claim}&status=pending")).expect(200);
        assert_eq!(waits["items"], json!([]), "round {round}");
    }
}

/// Whoever had the letter heard of the sessions that moved; whoever did not gets it as things are now.
#[test]
fn an_agreement_that_came_back_says_where_people_meet_now() {
    let scene = scene();
    let app = &scene.app;
    let place = format!("/v1/opportunities/{}", scene.opportunity);
    app.lead().change(&place, json!({ "venue": "Riverside Centre", "mode": "in_person" })).expect(200);
    let (volunteer, expression, _) = offered(&scene, "Vera Volunteer", json!({}));
    app.volunteer(&volunteer).ask(&format!("{expression}/accept")).expect(200);
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": scene.opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    let agreement = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    let letter = posted(app, &volunteer, "agreement_issued");
    let again = || came_back(app, &letter).expect(200)["message"].as_str().unwrap().to_owned();
    let first = again();
    assert!(first.contains("Where: Riverside Centre"), "{first}");
    app.lead().ask(&format!("{letter}/done")).expect(200);
    app.now_is("2026-06-16T10:00:00Z");
    app.lead().change(&place, json!({ "venue": "Mill Road Hall" })).expect(200);
    let second = again();
    assert!(second.contains("Where: Mill Road Hall") && !second.contains("Riverside"), "{second}");
}
