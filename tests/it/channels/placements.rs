//! Placements, and what came of them.

use serde_json::{Value, json};

use super::{draft, plan_of};
use crate::support::app::faults;
use crate::support::{App, make};

#[test]
fn what_is_placed_is_recorded_where_the_rule_takes_it() {
    let app = App::start();
    make::policies(&app);
    let (_, plan) = plan_of(&app, "community");
    let staff = app.staff(&["community"]);
    let opportunity = draft(&app, &plan, json!({}));
    let path = format!("/v1/opportunities/{opportunity}/placements");
    let place = |channel: &str| json!({ "channel_code": channel, "placed_on": "2026-06-15" });
    staff.post(&path, place("waiting_room")).refused(409, "opportunity-not-open");
    app.lead().ask(&format!("/v1/opportunities/{opportunity}/publish")).expect(200);

    let more = json!({ "until": "2026-06-30", "note": "The board by the lift." });
    let made = staff.post(&path, make::with(place("waiting_room"), more)).expect(201);
    assert_eq!(
        (&made["responses"], &made["version"], &made["created_by"]),
        (&json!(0), &json!(1), &json!("nurse.ben"))
    );
    let problem = staff.post(&path, place("sun_network")).refused(409, "channel-not-allowed");
    assert_eq!(problem["detail"], "It takes opportunities from mental health services only.");
    assert_eq!(faults(&problem), [("/channel_code".to_owned(), "other_services".to_owned())]);
    let wrong = json!({ "channel_code": "radio", "placed_on": "2026-06-15", "responses": 3 });
    let found = faults(&staff.post(&path, wrong).refused(422, "invalid"));
    assert_eq!(found.len(), 2, "{found:?}");
    let backwards = make::with(place("other"), json!({ "until": "2026-06-14" }));
    assert_eq!(
        faults(&staff.post(&path, backwards).refused(422, "invalid")),
        [("/until".to_owned(), "unordered".to_owned())]
    );
    staff.post(&path, make::with(place("other"), json!({ "until": "2026-06-15" }))).expect(201);

    // Staff don't see the opportunities of other services. Finance and volunteers have no access.
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    app.staff(&["elsewhere"]).post(&path, place("other")).refused(404, "not-found");
    app.staff(&["elsewhere"]).get(&format!("/v1/opportunities/{opportunity}/channels")).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");

    // A placement may be dated ahead while the opportunity is published; once closed, only in the past; once cancelled,
    // not at all.
    let on = |day: &str| json!({ "channel_code": "involvement_page", "placed_on": day });
    staff.post(&path, on("2026-06-20")).expect(201);
    staff.ask(&format!("/v1/opportunities/{opportunity}/close")).expect(200);
    staff.post(&path, on("2026-06-16")).refused(409, "opportunity-not-open");
    staff.post(&path, on("2026-06-15")).expect(201);
    staff.post(&format!("/v1/opportunities/{opportunity}/cancel"), json!({ "reason": "No room." })).expect(200);
    staff.post(&path, on("2026-06-15")).refused(409, "opportunity-not-open");
    assert_eq!(staff.get(&path).expect(200)["items"].as_array().unwrap().len(), 4);
}

fn interest(app: &App, opportunity: &str, who: &str, heard_from: Value) -> String {
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let made = app.volunteer(who).post(&path, json!({ "heard_from": heard_from })).expect(201);
    assert_eq!(made["heard_from"], heard_from);
    make::id(&made)
}

#[test]
fn a_response_counts_once_for_the_placement_that_brought_it() {
    let app = App::start();
    make::policies(&app);
    let (_, plan) = plan_of(&app, "mental_health");
    let opportunity = make::published(&app, &plan, json!({}));
    let people: Vec<String> = (0..5).map(|n| make::volunteer(&app, &format!("Person {n}"))).collect();
    let path = format!("/v1/opportunities/{opportunity}/placements");
    // One person heard of it before any placement. 15 June is today in London until 23:00 UTC.
    interest(&app, &opportunity, &people[0], json!("waiting_room"));
    for day in ["2026-06-16", "2026-06-20"] {
        app.lead().post(&path, json!({ "channel_code": "waiting_room", "placed_on": day })).expect(201);
    }
    app.lead().post(&path, json!({ "channel_code": "other", "placed_on": "2026-06-16" })).expect(201);
    app.now_is("2026-06-15T23:00:00Z");
    interest(&app, &opportunity, &people[1], json!("waiting_room"));
    app.now_is("2026-06-19T22:59:00Z");
    let slip = json!({ "volunteer_id": people[2], "heard_from": "waiting_room" });
    let typed = app.lead().post(&format!("/v1/opportunities/{opportunity}/expressions-of-interest"), slip).expect(201);
    assert_eq!((&typed["heard_from"], &typed["on_behalf"]), (&json!("waiting_room"), &json!(true)));
    app.now_is("2026-06-20T10:00:00Z");
    interest(&app, &opportunity, &people[3], json!("waiting_room"));
    interest(&app, &opportunity, &people[4], Value::Null);
    let public =
        json!({ "name": "Sam", "email": "sam@example.org", "heard_from": "rethink", "privacy_notice_version": "1" });
    app.public().post(&format!("/v1/public/opportunities/{opportunity}/expressions-of-interest"), public).expect(202);

    let answer = app.lead().get(&format!("{path}?order=oldest")).expect(200);
    let counted: Vec<(&str, i64)> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["placed_on"].as_str().unwrap(), item["responses"].as_i64().unwrap()))
        .collect();
    assert_eq!(counted, [("2026-06-16", 2), ("2026-06-20", 1), ("2026-06-16", 0)]);
    let channels = app.staff(&["mental-health"]).get(&format!("/v1/opportunities/{opportunity}/channels")).expect(200);
    let tally = |place: usize| {
        (channels["items"][place]["placements"].as_i64(), channels["items"][place]["responses"].as_i64())
    };
    assert_eq!((tally(0), tally(1), tally(9)), ((Some(2), Some(4)), (Some(0), Some(0)), (Some(1), Some(0))));
    assert_eq!(tally(8), (Some(0), Some(1)), "from the public form");
    let nowhere = json!({ "volunteer_id": people[0], "heard_from": "a friend" });
    let problem = app.lead().post(&format!("/v1/opportunities/{opportunity}/expressions-of-interest"), nowhere);
    assert_eq!(faults(&problem.refused(422, "invalid")), [("/heard_from".to_owned(), "not-one-of".to_owned())]);
}

#[test]
fn what_the_plan_in_force_names_is_planned() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan_with(
        &app,
        &service,
        json!({ "advertising": { "channels": ["sun_network", "waiting_room"] } }),
    );
    let opportunity = draft(&app, &plan, json!({}));
    let planned = || {
        let answer = app.lead().get(&format!("/v1/opportunities/{opportunity}/channels")).expect(200);
        let items = answer["items"].as_array().unwrap().iter().filter(|item| item["planned"] == true);
        items.map(|item| item["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(planned(), ["waiting_room", "sun_network"]);
    // The revision is not in force yet.
    app.lead().ask(&format!("/v1/plans/{plan}/revise")).expect(200);
    app.lead().change(&format!("/v1/plans/{plan}"), json!({ "advertising": { "channels": ["other"] } })).expect(200);
    assert_eq!(planned(), ["waiting_room", "sun_network"]);
}

#[test]
fn the_report_says_what_each_channel_brought() {
    let app = App::start();
    make::policies(&app);
    let (_, plan) = plan_of(&app, "mental_health");
    let (_, other_plan) = plan_of(&app, "community");
    let opportunity = make::published(&app, &plan, json!({ "places": 9 }));
    let elsewhere = make::published(&app, &other_plan, json!({}));
    let people: Vec<String> = (0..5).map(|n| make::volunteer(&app, &format!("Person {n}"))).collect();
    for (of, channel, day) in [
        (&opportunity, "waiting_room", "2026-06-01"),
        (&opportunity, "waiting_room", "2026-06-30"),
        (&opportunity, "waiting_room", "2026-07-01"),
        (&elsewhere, "other", "2026-06-15"),
    ] {
        let body = json!({ "channel_code": channel, "placed_on": day });
        app.lead().post(&format!("/v1/opportunities/{of}/placements"), body).expect(201);
    }
    // One is accepted, one also has an agreement, one accepted and withdrew, one did not say where they heard of it,
    // and one is of another service.
    let accept = |expression: &str, who: &str| {
        app.lead().post(&format!("/v1/expressions-of-interest/{expression}/offer"), json!({})).expect(200);
        app.volunteer(who).ask(&format!("/v1/expressions-of-interest/{expression}/accept")).expect(200);
    };
    let waiting = || json!("waiting_room");
    accept(&interest(&app, &opportunity, &people[0], waiting()), &people[0]);
    let engaged = interest(&app, &opportunity, &people[1], waiting());
    accept(&engaged, &people[1]);
    let body = json!({
        "volunteer_id": people[1], "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member", "offer": make::offer(),
        "payment_route": "payroll", "link_person": { "name": "A", "email": "a@trust.example" }, "starts_on": "2026-06-15",
    });
    let agreement = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    app.lead().ask(&format!("/v1/agreements/{agreement}/issue")).expect(200);
    app.volunteer(&people[1]).ask(&format!("/v1/agreements/{agreement}/accept")).expect(200);
    let back = interest(&app, &opportunity, &people[2], waiting());
    accept(&back, &people[2]);
    app.volunteer(&people[2]).ask(&format!("/v1/expressions-of-interest/{back}/withdraw")).expect(200);
    interest(&app, &opportunity, &people[3], Value::Null);
    interest(&app, &elsewhere, &people[4], json!("other"));

    let path = "/v1/reports/channels?from=2026-06-01&to=2026-06-30";
    let figures = |answer: &Value, place: usize| -> Vec<i64> {
        let row = &answer["channels"][place];
        ["placements", "responses", "accepted", "engaged"].map(|name| row[name].as_i64().unwrap()).to_vec()
    };
    let all = app.lead().get(path).expect(200);
    assert_eq!(all["channels"].as_array().unwrap().len(), 11);
    assert_eq!((figures(&all, 0), figures(&all, 9)), (vec![2, 3, 2, 1], vec![1, 1, 0, 0]));
    assert_eq!((&all["channels"][10]["code"], figures(&all, 10)), (&Value::Null, vec![0, 1, 0, 0]));
    let own = app.staff(&["mental-health"]).get(path).expect(200);
    assert_eq!((figures(&own, 0), figures(&own, 9)), (vec![2, 3, 2, 1], vec![0, 0, 0, 0]));
    let before = app.lead().get("/v1/reports/channels?from=2026-06-01&to=2026-06-14").expect(200);
    assert_eq!(figures(&before, 0), [1, 0, 0, 0]);
    app.finance().get(path).refused(403, "forbidden");
    app.volunteer(&people[0]).get(path).refused(403, "forbidden");
    let csv = app.lead().get(&format!("{path}&format=csv")).csv().to_owned();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[..2], ["code,name,placements,responses,accepted,engaged", "waiting_room,Waiting room,2,3,2,1"]);
    assert_eq!((lines.len(), lines[11]), (12, ",Not said,0,1,0,0"));
}
