//! A place is given once: whoever withdraws gives back the agreement that was on its way, too. And whoever has an answer, an
//! offer or a place hears what became of it, once.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::expressions::{interest, offered, open, verb};
use crate::support::together::{ROUNDS, at_once};
use crate::support::{App, books, make};

/// Deliveries to somebody that wait: what about, and the message.
fn pending(app: &App, volunteer: &str) -> Vec<(String, String)> {
    let seen =
        app.lead().get(&format!("/v1/deliveries?status=pending&order=oldest&volunteer_id={volunteer}")).expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    seen["items"].as_array().unwrap().iter().map(|item| (text(&item["about"]), text(&item["message"]))).collect()
}

fn abouts(app: &App, volunteer: &str) -> Vec<String> {
    pending(app, volunteer).into_iter().map(|(about, _)| about).collect()
}

/// Drafts an agreement for an accepted place: its path.
pub fn drafted(app: &App, opportunity: &str, volunteer: &str) -> String {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Workshop member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    format!("/v1/agreements/{}", make::id(&app.lead().post("/v1/agreements", body).expect(201)))
}

#[test]
fn whoever_withdraws_gives_back_the_agreement_that_was_on_its_way() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 1 }), json!({}));
    let (ada, bea) = (make::volunteer(&app, "Ada"), make::volunteer(&app, "Bea"));
    for issued in [false, true] {
        let expression = make::accepted(&app, &opportunity, &ada);
        let agreement = drafted(&app, &opportunity, &ada);
        if issued {
            app.lead().ask(&format!("{agreement}/issue")).expect(200);
            assert_eq!(abouts(&app, &ada), ["agreement_issued"]);
        }
        app.volunteer(&ada).ask(&verb(&expression, "withdraw")).expect(200);
        assert_eq!(app.lead().get(&agreement).expect(200)["status"], "withdrawn");
        assert_eq!(pending(&app, &ada), []);
        app.lead().ask(&format!("{agreement}/issue")).refused(409, "invalid-transition");
    }
    make::agreement(&app, &opportunity, &bea, json!({}));
    let expression = app.lead().get(&format!("{}?status=accepted", interest(&opportunity))).expect(200);
    let expression = make::id(&expression["items"][0]);
    app.volunteer(&bea).ask(&verb(&expression, "withdraw")).refused(409, "agreement-exists");
    books::balance(&app);
}

#[test]
fn an_agreement_is_issued_and_accepted_only_for_a_place_that_is_theirs() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 2 }), json!({}));
    let lead = app.lead();
    for issued in [false, true] {
        let ada = make::volunteer(&app, "Ada");
        let expression = make::accepted(&app, &opportunity, &ada);
        let agreement = drafted(&app, &opportunity, &ada);
        if issued {
            lead.ask(&format!("{agreement}/issue")).expect(200);
        }
        // As rows were before places and agreements went together.
        let gone = format!(
            "UPDATE expressions SET status = 'withdrawn' WHERE id = '{expression}';
            UPDATE opportunities SET accepted_count = accepted_count - 1 WHERE id = '{opportunity}'"
        );
        app.database.as_owner().batch_execute(&gone).expect("a place that is gone");
        let answer = if issued {
            app.volunteer(&ada).ask(&format!("{agreement}/accept"))
        } else {
            lead.ask(&format!("{agreement}/issue"))
        };
        answer.refused(409, "no-accepted-expression");
    }
}

#[test]
fn an_answered_offer_is_told_no_more() {
    let app = App::start();
    let opportunity = open(&app, json!({ "places": 5 }), json!({}));
    for answer in ["accept", "turn-down", "withdraw"] {
        let person = make::volunteer(&app, "Vera");
        let expression = offered(&app, &opportunity, &person, json!({ "respond_by": "2026-06-20T12:00:00Z" }));
        let told = pending(&app, &person);
        assert_eq!(told[0].0, "offer");
        assert!(told[0].1.contains("Please answer by 1pm on Saturday 20 June 2026."), "{told:?}");
        app.volunteer(&person).ask(&verb(&expression, answer)).expect(200);
        assert_eq!(pending(&app, &person), [], "{answer}");
    }
}

#[test]
fn a_cancelled_opportunity_is_told_in_its_own_words_and_takes_everything_with_it() {
    let app = App::start();
    let it = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
    let lead = app.lead();
    let [placed, issued, asked] = ["Pia Placed", "Ida Issued", "Otto Offered"].map(|name| make::volunteer(&app, name));
    make::accepted(&app, &it.opportunity, &placed);
    make::accepted(&app, &it.opportunity, &issued);
    let agreement = drafted(&app, &it.opportunity, &issued);
    lead.ask(&format!("{agreement}/issue")).expect(200);
    offered(&app, &it.opportunity, &asked, json!({}));
    make::session(&app, &it.opportunity, "2026-07-07T13:00:00Z", 120);
    make::session(&app, &it.opportunity, "2026-07-14T13:00:00Z", 120);
    // Vera is told of both, the others of nothing yet.
    let waiting = lead.get(&format!("/v1/deliveries?status=pending&volunteer_id={}", it.volunteer)).expect(200);
    for one in waiting["items"].as_array().unwrap() {
        lead.ask(&format!("/v1/deliveries/{}/done", make::id(one))).expect(200);
    }
    let reason = "The building is closed.";
    lead.post(&format!("/v1/opportunities/{}/cancel", it.opportunity), json!({ "reason": reason })).expect(200);
    let one = |about: &str, text: &str| (about.to_owned(), text.to_owned());
    let cancelled = one("opportunity_cancelled", reason);
    let sessions = "It was to be on Tuesday 7 July 2026, 2pm to 4pm.\nIt was to be on Tuesday 14 July 2026, 2pm to 4pm.\n\
                    The building is closed.";
    assert_eq!(pending(&app, &it.volunteer), [cancelled.clone(), one("session_cancelled", sessions)]);
    assert_eq!(pending(&app, &placed), [cancelled.clone()]);
    assert_eq!(pending(&app, &issued), [cancelled]);
    assert_eq!(pending(&app, &asked), [one("decline", reason)]);
    assert_eq!(lead.get(&agreement).expect(200)["status"], "withdrawn");
    assert_eq!(lead.get(&format!("/v1/agreements/{}", it.agreement)).expect(200)["status"], "active");
    books::balance(&app);
}

#[test]
fn nothing_is_offered_under_a_plan_that_was_withdrawn_and_offers_end_with_it() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let opportunity = make::published(&app, &plan, json!({ "places": 5 }));
    let lead = app.lead();
    let [has, offered_one, waits, new] = ["Hal", "Olga", "Rita", "Nell"].map(|name| make::volunteer(&app, name));
    make::accepted(&app, &opportunity, &has);
    let offer = offered(&app, &opportunity, &offered_one, json!({}));
    let ask = |person: &str| make::id(&app.volunteer(person).post(&interest(&opportunity), json!({})).expect(201));
    let (reserve, received) = (ask(&waits), ask(&new));
    lead.ask(&verb(&reserve, "reserve")).expect(200);
    let counts = || {
        let waiting = app.staff(&["crisis-cafe"]).get("/v1/me").expect(200)["waiting"].clone();
        (waiting["agreements_to_write"].clone(), waiting["reserves_to_offer"].clone())
    };
    assert_eq!(counts(), (json!(1), json!(1)));
    lead.post(&format!("/v1/plans/{plan}/withdraw"), json!({ "reason": "No money." })).expect(200);
    assert_eq!(counts(), (json!(0), json!(0)), "neither can be done any more");
    let declined = lead.get(&format!("/v1/expressions-of-interest/{offer}")).expect(200);
    assert_eq!((&declined["status"], &declined["decline_reason_code"]), (&json!("declined"), &json!("other")));
    assert_eq!(abouts(&app, &offered_one), ["decline"]);
    assert_eq!(app.volunteer(&offered_one).get("/v1/me").expect(200)["waiting"]["offers_to_answer"], 0);
    // Whoever was told that a place may become free hears that none will.
    assert_eq!(lead.get(&format!("/v1/expressions-of-interest/{reserve}")).expect(200)["status"], "declined");
    assert_eq!(abouts(&app, &waits).last().map(String::as_str), Some("decline"));
    // Nor can whoever only asked be offered one: they hear that, too, and wait for nothing.
    assert_eq!(lead.get(&format!("/v1/expressions-of-interest/{received}")).expect(200)["status"], "declined");
    assert_eq!(abouts(&app, &new), ["decline"]);
    lead.post(&verb(&received, "offer"), json!({})).refused(409, "invalid-transition");
    books::balance(&app);
}

#[test]
fn nobody_waits_who_asks_while_the_plan_is_withdrawn() {
    let app = App::with_pool(8);
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    for round in 0..ROUNDS / 5 {
        let plan = make::approved_plan(&app, &service);
        let opportunity = make::published(&app, &plan, json!({}));
        let person = make::volunteer(&app, &format!("Person {round}"));
        let answers = at_once(2, |n| match (n + round) % 2 {
            0 => app.volunteer(&person).post(&interest(&opportunity), json!({})),
            _ => app.lead().post(&format!("/v1/plans/{plan}/withdraw"), json!({ "reason": "No money." })),
        });
        assert_eq!(answers[(round + 1) % 2].status, 200, "{answers:?}");
        let asked = answers[round % 2].status == 201;
        // Where the plan was withdrawn first, the opportunity is closed, and no longer seen.
        assert!(asked || matches!(answers[round % 2].status, 404 | 409), "{answers:?}");
        let open = format!("/v1/expressions-of-interest?volunteer_id={person}&status=received");
        assert_eq!(app.lead().get(&open).expect(200)["items"], json!([]), "round {round}");
        let told = if asked { vec!["decline"] } else { Vec::new() };
        assert_eq!(abouts(&app, &person), told, "round {round}");
    }
    books::balance(&app);
}

#[test]
fn whoever_is_found_to_be_under_18_after_the_offer_needs_the_consent_to_accept() {
    let app = App::start();
    let opportunity = open(&app, json!({}), json!({}));
    let joel = make::volunteer(&app, "Joel Mensah");
    let expression = offered(&app, &opportunity, &joel, json!({}));
    let young = json!({ "under_18": true, "guardian": { "name": "Ama Mensah", "contact": "01223 555 0142" } });
    app.lead().change(&format!("/v1/volunteers/{joel}"), young).expect(200);
    app.volunteer(&joel).ask(&verb(&expression, "accept")).refused(409, "guardian-consent-missing");
    let sql = format!("UPDATE expressions SET status = 'accepted' WHERE id = '{expression}'");
    let refused = app.database.as_service().batch_execute(&sql).unwrap_err();
    assert!(refused.to_string().contains("has not consented"), "{refused}");
    let consent = json!({ "guardian": { "consent_on": "2026-06-15" } });
    app.lead().change(&format!("/v1/volunteers/{joel}"), consent).expect(200);
    app.volunteer(&joel).ask(&verb(&expression, "accept")).expect(200);
}
