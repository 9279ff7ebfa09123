//! What grows with its rows sends the same statements, whether it concerns one of them or six.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::counts;
use crate::support::make::{self, Engaged};
use crate::support::{App, paid};

/// How often each is played, and how many rows it concerns.
const ROWS: [usize; 2] = [1, 6];

/// What looks up who acts, which is remembered.
const WHO_ACTS: &str = "SELECT a.id FROM actors a";

/// A server with one connection, so that what is looked up once for each says nothing.
fn server() -> App {
    App::with_pool(1)
}

/// The statements that a request sends.
fn sent(app: &App, request: impl FnOnce()) -> Vec<String> {
    app.database.log_statements();
    // What a connection begins with, and what is asked of a database once.
    app.public().get("/health/ready").expect(200);
    app.lead().get("/v1/me").expect(200);
    let mark = "SELECT 'the request'";
    app.database.as_owner().batch_execute(mark).expect("a mark in the log");
    request();
    let logged = app.database.logged();
    let of_request = logged.into_iter().skip_while(|entry| !entry.contains(mark)).skip(1);
    of_request.filter(|entry| counts(entry) && !entry.contains(WHO_ACTS)).collect()
}

/// Plays something with one row and with six, and compares the statements.
#[track_caller]
fn as_many_for_one_as_for_six(played: impl Fn(usize) -> Vec<String>) {
    let [one, six] = ROWS.map(played);
    assert!(one.len() > 4, "{one:#?}");
    assert_eq!(one.len(), six.len(), "for one: {one:#?}\nfor six: {six:#?}");
}

fn approved_plan(app: &App) -> String {
    make::policies(app);
    let service = make::service(app, "crisis-cafe");
    make::approved_plan(app, &service)
}

/// Volunteers whose agreements for an opportunity are in force.
fn engaged_people(app: &App, opportunity: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let volunteer = make::volunteer(app, &format!("Person {number}"));
            make::agreement(app, opportunity, &volunteer, json!({}));
            volunteer
        })
        .collect()
}

fn to_come(app: &App, opportunity: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| make::session(app, opportunity, &format!("2026-07-{:02}T09:00:00Z", number + 1), 120))
        .collect()
}

fn pending(app: &App) -> Vec<String> {
    let list = app.lead().get("/v1/deliveries?limit=100&status=pending").expect(200);
    list["items"].as_array().expect("items").iter().map(make::id).collect()
}

/// Marks what is pending as done: then people know what they were told.
fn told(app: &App) {
    app.lead().post("/v1/deliveries/done", json!({ "ids": pending(app) })).expect(200);
}

#[test]
fn a_volunteer_leaves() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        let volunteer = make::volunteer(&app, "Vera Volunteer");
        for number in 0..count {
            let opportunity = make::published(&app, &plan, json!({ "title": format!("Workshop {number}") }));
            make::agreement(&app, &opportunity, &volunteer, json!({}));
            // Another asks for an answer, and one is drafted for a place.
            let open = make::published(&app, &plan, json!({ "title": format!("Leaflet {number}") }));
            make::accepted(&app, &open, &volunteer);
            drafted(&app, &open, &volunteer);
            let asked = make::published(&app, &plan, json!({ "title": format!("Panel {number}") }));
            interested(&app, &asked, &volunteer);
        }
        let leave = format!("/v1/volunteers/{volunteer}/leave");
        let sent = sent(&app, || drop(app.lead().post(&leave, json!({ "reason": "time" })).expect(200)));
        let ended = app.lead().get(&format!("/v1/agreements?volunteer_id={volunteer}&status=ended")).expect(200);
        assert_eq!(ended["items"].as_array().expect("items").len(), count);
        sent
    });
}

fn interested(app: &App, opportunity: &str, volunteer: &str) -> String {
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    make::id(&app.volunteer(volunteer).post(&path, json!({})).expect(201))
}

fn drafted(app: &App, opportunity: &str, volunteer: &str) {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member",
        "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-01-10",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" },
    });
    app.lead().post("/v1/agreements", body).expect(201);
}

/// An approved claim for parking of this many pence.
fn parking(app: &App, engaged: &Engaged, day: usize, pence: i64) -> Value {
    let at = format!("2026-06-{day:02}T09:00:00Z");
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &at, 240);
    let line = json!({ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "Lost." });
    make::approved(app, engaged, json!([line]))
}

/// The results that everything in a run was paid, or came back.
fn all(app: &App, run: &Value, outcome: &str) -> Value {
    let list = format!("/v1/payments?limit=100&payment_run_id={}", make::id(run));
    let list = app.finance().get(&list).expect(200);
    let one = |payment: &Value| json!({ "invoice_number": payment["invoice_number"], "outcome": outcome });
    json!({ "results": list["items"].as_array().expect("items").iter().map(one).collect::<Vec<_>>() })
}

/// A released run that pays somebody, less the credits of as many recoveries.
fn run_with_credits(app: &App, count: usize) -> Value {
    let engaged = make::engaged(app);
    make::payee(app, &engaged.volunteer);
    let claims: Vec<Value> = (0..count).map(|number| parking(app, &engaged, number + 1, 500)).collect();
    let run = paid::run(app, "accounts_payable");
    let path = format!("/v1/payment-runs/{}/results", make::id(&run));
    app.finance().post_once(&path, &paid::key(), all(app, &run, "paid")).expect(200);
    for claim in claims {
        let proposal = json!({
            "reason": "It was claimed twice.", "method": "offset",
            "agreed_with_person": { "on": "2026-06-15", "how": "By telephone" },
            "lines": [{ "id": claim["lines"][0]["id"], "pence": 100 }],
        });
        let made = app.lead().post(&format!("/v1/claims/{}/recoveries", make::id(&claim)), proposal).expect(201);
        app.finance().ask(&format!("/v1/recoveries/{}/confirm", make::id(&made))).expect(200);
    }
    parking(app, &engaged, count + 1, 2_000);
    paid::run(app, "accounts_payable")
}

/// How many recoveries have a status.
fn recoveries(app: &App, status: &str) -> usize {
    let list = app.lead().get(&format!("/v1/recoveries?limit=100&status={status}")).expect(200);
    list["items"].as_array().expect("items").len()
}

#[test]
fn the_results_of_a_run_settle_recoveries() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let run = run_with_credits(&app, count);
        let path = format!("/v1/payment-runs/{}/results", make::id(&run));
        let results = all(&app, &run, "paid");
        let sent = sent(&app, || drop(app.finance().post_once(&path, &paid::key(), results).expect(200)));
        assert_eq!(recoveries(&app, "recovered"), count);
        sent
    });
}

#[test]
fn the_results_of_a_run_open_recoveries_again() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let run = run_with_credits(&app, count);
        let path = format!("/v1/payment-runs/{}/results", make::id(&run));
        app.finance().post_once(&path, &paid::key(), all(&app, &run, "paid")).expect(200);
        let results = all(&app, &run, "returned");
        let sent = sent(&app, || drop(app.finance().post_once(&path, &paid::key(), results).expect(200)));
        assert_eq!(recoveries(&app, "agreed"), count);
        sent
    });
}

#[test]
fn a_session_is_cancelled() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        let opportunity = make::published(&app, &plan, json!({ "places": 10 }));
        engaged_people(&app, &opportunity, count);
        let session = to_come(&app, &opportunity, 1).remove(0);
        let cancel = format!("/v1/sessions/{session}/cancel");
        sent(&app, || drop(app.lead().post(&cancel, json!({ "reason": "Illness." })).expect(200)))
    });
}

#[test]
fn attendance_is_taken() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        let opportunity = make::published(&app, &plan, json!({ "places": 10 }));
        let people = engaged_people(&app, &opportunity, count);
        let session = make::session(&app, &opportunity, "2026-06-08T09:00:00Z", 120);
        let items: Vec<Value> =
            people.iter().map(|volunteer| json!({ "volunteer_id": volunteer, "outcome": "attended" })).collect();
        let register = format!("/v1/sessions/{session}/attendance");
        sent(&app, || drop(app.lead().put(&register, json!({ "items": items })).expect(200)))
    });
}

#[test]
fn an_opportunity_is_cancelled() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        let opportunity = make::published(&app, &plan, json!({ "places": 20 }));
        engaged_people(&app, &opportunity, count);
        let sessions = to_come(&app, &opportunity, count);
        told(&app);
        for number in 0..count {
            interested(&app, &opportunity, &make::volunteer(&app, &format!("Somebody {number}")));
            let placed = make::volunteer(&app, &format!("Drafted {number}"));
            make::accepted(&app, &opportunity, &placed);
            drafted(&app, &opportunity, &placed);
        }
        let cancel = format!("/v1/opportunities/{opportunity}/cancel");
        let sent = sent(&app, || drop(app.lead().post(&cancel, json!({ "reason": "No room." })).expect(200)));
        for session in sessions {
            let register = app.lead().get(&format!("/v1/sessions/{session}/attendance")).expect(200);
            let cancelled = |item: &&Value| item["outcome"] == "cancelled_by_trust";
            assert_eq!(register["items"].as_array().expect("items").iter().filter(cancelled).count(), count);
        }
        sent
    });
}

#[test]
fn deliveries_are_made_and_marked_as_done() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        for number in 0..count {
            let member = json!({ "volunteer_id": make::volunteer(&app, &format!("Member {number}")) });
            app.lead().post(&format!("/v1/plans/{plan}/members"), member).expect(201);
        }
        let update = json!({ "title": "The first workshop", "text": "Twelve people came." });
        let updates = format!("/v1/plans/{plan}/updates");
        let mut both = sent(&app, || drop(app.lead().post(&updates, update).expect(201)));
        let ids = pending(&app);
        assert_eq!(ids.len(), count);
        let done = || drop(app.lead().post("/v1/deliveries/done", json!({ "ids": ids })).expect(200));
        both.extend(sent(&app, done));
        assert_eq!(pending(&app), Vec::<String>::new());
        both
    });
}

#[test]
fn a_plan_is_completed_and_one_is_withdrawn() {
    as_many_for_one_as_for_six(|count| {
        let app = server();
        let plan = approved_plan(&app);
        let ids: Vec<String> = (0..count)
            .map(|number| make::published(&app, &plan, json!({ "title": format!("Workshop {number}") })))
            .collect();
        let other = make::approved_plan(&app, &make::service(&app, "quiet-garden"));
        for number in 0..count {
            make::published(&app, &other, json!({ "title": format!("Bed {number}") }));
        }
        let both = sent(&app, || {
            let complete = json!({ "achieved_level": "co_design", "reflection": "Evenings worked." });
            app.lead().post(&format!("/v1/plans/{plan}/complete"), complete).expect(200);
            app.lead().post(&format!("/v1/plans/{other}/withdraw"), json!({ "reason": "Over." })).expect(200);
        });
        for id in ids {
            assert_eq!(app.lead().get(&format!("/v1/opportunities/{id}")).expect(200)["status"], "closed");
        }
        both
    });
}
