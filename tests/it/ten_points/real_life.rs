//! The points as they hold when work goes on: on the day itself, when people go, and when somebody asks what came of it.

use serde_json::{Value, json};

use super::staff_called;
use crate::support::app::faults;
use crate::support::{App, make, paid};

/// What waits for a member of staff, of one kind.
fn work(app: &App, subject: &str, kind: &str) -> Vec<Value> {
    let list = staff_called(app, subject).get(&format!("/v1/me/work?kind={kind}")).expect(200);
    list["items"].as_array().unwrap().clone()
}

/// Point 1, there are different types of involvement: nobody is offered less say than was approved, unless a lead says why.
#[test]
fn less_say_than_was_approved_takes_a_reason() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let less = make::with(make::opportunity_body(&plan), json!({ "involvement_level": "inform" }));
    let draft = format!("/v1/opportunities/{}", make::id(&app.lead().post("/v1/opportunities", less).expect(201)));
    let readiness = app.staff(&["crisis-cafe"]).get(&format!("{draft}/readiness")).expect(200);
    assert_eq!(readiness["cautions"][0]["code"], "level-below-plan", "{readiness}");
    let refused = app.lead().ask(&format!("{draft}/publish")).refused(409, "cautions-unanswered");
    assert_eq!(faults(&refused), [("/involvement_level".to_owned(), "level-below-plan".to_owned())]);
    let reason =
        json!({ "cautions": [{ "code": "level-below-plan", "reason": "The law has settled it; we say so." }] });
    app.lead().post(&format!("{draft}/publish"), reason).expect(200);
}

/// Point 2, relationships come first: whoever receives people knows who comes, what each needs and who to ring.
#[test]
fn whoever_receives_people_knows_who_comes_and_what_they_need() {
    let app = App::start();
    let amara = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "phone": "01223 555 0199", "subject": "nurse.amara" });
    let engaged = make::engaged_with(&app, json!({}), json!({ "link_person": amara }));
    let vera = app.volunteer(&engaged.volunteer);
    let profile = json!({
        "communication_needs": [{ "kind": "bsl" }], "emergency_contact": { "name": "Pat Doyle", "phone": "01223 555 0142" },
    });
    vera.change(&format!("/v1/volunteers/{}", engaged.volunteer), profile).expect(200);
    let link_person = staff_called(&app, "nurse.amara");
    let planned = json!({ "starts_at": "2026-06-20T13:00:00Z", "ends_at": "2026-06-20T15:00:00Z", "venue": "Room 2" });
    let path = format!("/v1/opportunities/{}/sessions", engaged.opportunity);
    let session = format!("/v1/sessions/{}", make::id(&link_person.post(&path, planned).expect(201)));
    // She hears of it, and says that she comes.
    let told = vera.get("/v1/deliveries?status=pending").expect(200);
    assert!(told.to_string().contains("Saturday 20 June 2026, 2pm to 4pm, Room 2."), "{told}");
    vera.put(&format!("{session}/replies/{}", engaged.volunteer), json!({ "reply": "coming" })).expect(200);
    assert_eq!(work(&app, "nurse.amara", "arrangements_to_book").len(), 1);
    let sheet = link_person.get(&format!("{session}/run-sheet")).expect(200);
    let one = &sheet["items"][0];
    assert_eq!((&one["volunteer_name"], &one["reply"]), (&json!("Vera Volunteer"), &json!("coming")));
    assert_eq!(
        (&one["emergency_contact"]["name"], &one["link_person"]["phone"]),
        (&json!("Pat Doyle"), &json!("01223 555 0199"))
    );
    let interpreter = &one["arrangements"][0];
    assert_eq!(
        interpreter,
        &json!({ "what": "British Sign Language interpreter", "status": "to_book", "detail": null })
    );
    let booked = json!({ "items": [{ "what": "British Sign Language interpreter", "status": "booked", "detail": "Sam Field" }] });
    link_person.put(&format!("{session}/arrangements/{}", engaged.volunteer), booked).expect(200);
    assert_eq!(work(&app, "nurse.amara", "arrangements_to_book"), Vec::<Value>::new());
}

/// Point 6, say at the beginning what is reimbursed: what an offer means for somebody's money comes before the answer, and
/// afterwards everybody can see whether it was kept.
#[test]
fn what_it_means_is_seen_before_and_whether_it_was_kept_afterwards() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let vera = app.volunteer(&engaged.volunteer);
    let another = make::published(&app, &engaged.plan, json!({}));
    make::session(&app, &another, "2026-06-23T09:00:00Z", 240);
    let interest = format!("/v1/opportunities/{another}/expressions-of-interest");
    let offer = format!("/v1/expressions-of-interest/{}", make::id(&vera.post(&interest, json!({})).expect(201)));
    app.lead().post(&format!("{offer}/offer"), json!({})).expect(200);
    let means = vera.get(&format!("{offer}/what-it-means")).expect(200);
    assert_eq!((&means["time_pence"], &means["choices"]), (&json!(7500), &json!(["all", "part", "expenses_only"])));
    assert!(means["explanation"].to_string().contains("These are facts, and no advice on benefits or tax."), "{means}");
    app.lead().get(&format!("{offer}/what-it-means")).refused(403, "forbidden");
    // She takes a part of what she was promised: what she did not take is no promise broken.
    make::payee(&app, &engaged.volunteer);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session, "elected_pence": 5000 }]));
    paid::everything(&app, "payroll", "2026-06-15");
    let kept = app.lead().get("/v1/reports/promises?from=2026-06-01&to=2026-06-30").expect(200)["total"].clone();
    let figures = ["time_promised_pence", "time_declined_pence", "time_paid_pence", "below_promise_count"];
    assert_eq!(figures.map(|name| kept[name].as_i64().unwrap()), [7500, 2500, 5000, 0]);
    assert_eq!((&kept["paid_count"], &kept["paid_within_target_count"]), (&json!(1), &json!(1)));
}

/// Point 8, an agreement says what is needed, supported and paid: it ends with whoever leaves, nobody chases them, and the place
/// goes to who waits for it.
#[test]
fn whoever_leaves_is_let_go_and_their_place_goes_to_who_waits() {
    let app = App::start();
    let more = json!({ "link_person": { "name": "Amara", "email": "amara@trust.example", "subject": "nurse.amara" } });
    let engaged = make::engaged_with(&app, json!({ "places": 1 }), more);
    let rae = make::volunteer(&app, "Rae Reserve");
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", engaged.opportunity);
    let waits = make::id(&app.volunteer(&rae).post(&interest, json!({})).expect(201));
    let waits = format!("/v1/expressions-of-interest/{waits}");
    app.lead().post(&format!("{waits}/offer"), json!({})).refused(409, "no-places-left");
    app.lead().ask(&format!("{waits}/reserve")).expect(200);
    assert_eq!(work(&app, "nurse.amara", "support_overdue").len(), 1);
    let leave = format!("/v1/volunteers/{}/leave", engaged.volunteer);
    app.volunteer(&engaged.volunteer).post(&leave, json!({ "reason": "caring" })).expect(200);
    let agreement = app.lead().get(&format!("/v1/agreements/{}", engaged.agreement)).expect(200);
    assert_eq!((&agreement["status"], &agreement["ended_on"]), (&json!("ended"), &json!("2026-06-15")));
    let pending = app.lead().get(&format!("/v1/deliveries?status=pending&volunteer_id={}", engaged.volunteer));
    assert_eq!(pending.expect(200)["items"], json!([]), "nobody writes to her any more");
    assert_eq!(work(&app, "nurse.amara", "support_overdue"), Vec::<Value>::new());
    let free = work(&app, "nurse.amara", "reserves_to_offer");
    assert_eq!((free.len(), &free[0]["who"]["name"]), (1, &json!("Rae Reserve")));
    app.lead().post(&format!("{waits}/offer"), json!({})).expect(200);
}

/// Point 9, advertise where the right people are: a poster on the wall of a waiting room, that anyone can take home.
#[test]
fn a_poster_for_the_waiting_room_needs_no_log_in() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({}));
    for format in ["poster", "slip"] {
        let paper = app.public().get(&format!("/v1/public/opportunities/{opportunity}/advert?format={format}"));
        assert_eq!(paper.status, 200, "{}", paper.text);
        for said in ["Evening workshops", "<svg class=\"qr\"", "We pay back: travel"] {
            assert!(paper.text.contains(said), "{format}: {said} in\n{}", paper.text);
        }
    }
}

/// Point 10, every item of feedback gets a decision, told first to those who gave it, and says how many people stand behind it.
#[test]
fn those_who_said_it_hear_first_and_it_says_who_stands_behind_it() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let session = make::session(&app, &engaged.opportunity, "2026-06-08T09:00:00Z", 120);
    make::attend(&app, &session, &engaged.volunteer, "attended");
    for name in ["Ann", "Ben", "Cem", "Dee"] {
        let person = make::volunteer(&app, name);
        make::agreement(&app, &engaged.opportunity, &person, json!({}));
        make::attend(&app, &session, &person, "attended");
    }
    let said = json!({ "plan_id": engaged.plan, "you_said": "Open later.", "source": "session", "contributors": [engaged.volunteer] });
    let said = format!("/v1/feedback/{}", make::id(&app.lead().post("/v1/feedback", said).expect(201)));
    let done = json!({ "decision": "done", "we_did": "Open until ten." });
    app.lead().post(&format!("{said}/respond"), done).expect(200);
    app.lead().ask(&format!("{said}/publish")).refused(409, "contributors-not-told");
    make::published_feedback(&app, &said);
    let behind = json!({ "people": 5, "hours": 10, "pence": 0 });
    assert_eq!(app.staff(&["crisis-cafe"]).get(&said).expect(200)["behind_it_exactly"], behind);
    let public = app.public().get("/v1/public/you-said-we-did").expect(200)["items"][0].clone();
    assert_eq!((&public["we_did"], &public["behind_it"]["people"]), (&json!("Open until ten."), &json!(5)));
}
