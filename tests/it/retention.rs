//! Retention: both sides of each period's end, the same result for the list and the job, and what can't be deleted yet.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::books::{self, ask, number};
use crate::support::{App, make};

/// What is due: kind, id, start of the period, due date, and what blocks it.
fn due(app: &App) -> Vec<[String; 5]> {
    let page = app.lead().get("/v1/retention-due?order=oldest&limit=100").expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names = ["category", "resource_id", "since", "due_on", "blocked"];
    page["items"].as_array().unwrap().iter().map(|item| names.map(|name| text(&item[name]))).collect()
}

fn tick(app: &App) {
    involvement::app::tick(&app.running().service).expect("a tick");
}

fn period(app: &App, category: &str) -> Value {
    let all = app.lead().get("/v1/retention-periods").expect(200);
    all["items"].as_array().unwrap().iter().find(|period| period["category"] == category).expect(category).clone()
}

fn status(app: &App, volunteer: &str) -> Value {
    ask(app, &format!("SELECT status FROM volunteers WHERE id = '{volunteer}'"))[0]["status"].clone()
}

/// Checks that nothing is due at one moment, that this is due at the next, and that the job deletes it. A second run
/// finds nothing.
#[track_caller]
pub fn edge(app: &App, before: &str, at: &str, wanted: &[&str; 5]) {
    app.now_is(before);
    assert_eq!(due(app), Vec::<[String; 5]>::new(), "at {before}");
    tick(app);
    app.now_is(at);
    assert_eq!(due(app), [wanted.map(str::to_owned)], "at {at}");
    tick(app);
    assert_eq!(due(app), Vec::<[String; 5]>::new(), "after the job");
}

#[test]
fn somebody_who_never_was_engaged_goes_after_a_year() {
    let app = App::start();
    app.now_is("2025-06-14T23:00:00Z");
    let body = json!({ "legal_name": "Prue Prospect", "preferred_contact": "email" });
    let volunteer = make::id(&app.lead().post("/v1/volunteers", body).expect(201));
    let wanted = ["prospective_people", &volunteer, "2025-06-15", "2026-06-15", ""];
    // The period ends at midnight in London.
    edge(&app, "2026-06-14T22:59:59Z", "2026-06-14T23:00:00Z", &wanted);
    assert_eq!(status(&app, &volunteer), "erased");
    let by = ask(
        &app,
        &format!(
            "SELECT a.subject FROM audit_records r JOIN actors a ON a.id = r.actor_id WHERE r.resource_id = '{volunteer}' AND r.action = 'erase'"
        ),
    );
    assert_eq!(by[0]["subject"], "clock");
    books::balance(&app);
}

#[test]
fn a_live_expression_of_interest_keeps_somebody_and_a_closed_one_counts_anew() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::policies(&app);
    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    let public = json!({ "name": "Prue Prospect", "email": "prue@example.org", "statement": "I waited there.", "privacy_notice_version": "2026-01" });
    app.public().post(&format!("/v1/public/opportunities/{opportunity}/expressions-of-interest"), public).expect(202);
    app.now_is("2028-06-15T10:00:00Z");
    assert_eq!(due(&app), Vec::<[String; 5]>::new(), "nobody answered yet");
    let expression = make::id(&app.lead().get("/v1/expressions-of-interest").expect(200)["items"][0]);
    let decline = json!({ "reason_code": "places_filled", "message": "Every place is taken." });
    app.lead().post(&format!("/v1/expressions-of-interest/{expression}/decline"), decline).expect(200);
    assert_eq!(due(&app), Vec::<[String; 5]>::new(), "it counts from the answer");
    app.now_is("2029-06-14T22:59:59Z");
    assert_eq!(due(&app), Vec::<[String; 5]>::new());
    app.now_is("2029-06-14T23:00:00Z");
    let listed = due(&app);
    assert_eq!((listed.len(), listed[0][0].as_str(), listed[0][2].as_str()), (1, "prospective_people", "2028-06-15"));
    tick(&app);
    assert_eq!(
        number(&app, "SELECT count(*) FROM expressions WHERE statement IS NOT NULL OR decline_message IS NOT NULL"),
        0
    );
    books::balance(&app);
}

#[test]
fn somebody_who_left_goes_six_years_after_the_tax_year() {
    for (left, since, before, at) in [
        ("2026-04-05T22:00:00Z", "2026-04-05", "2032-04-04T22:59:59Z", "2032-04-04T23:00:00Z"),
        ("2026-04-05T23:00:00Z", "2027-04-05", "2033-04-04T22:59:59Z", "2033-04-04T23:00:00Z"),
    ] {
        let app = App::start();
        app.now_is(left);
        let volunteer = make::volunteer(&app, "Lena Leaver");
        app.lead().post(&format!("/v1/volunteers/{volunteer}/leave"), json!({ "reason": "other" })).expect(200);
        // A later change does not count.
        app.now_is("2028-06-15T10:00:00Z");
        app.lead().change(&format!("/v1/volunteers/{volunteer}"), json!({ "phone": "01223 555 0100" })).expect(200);
        app.database
            .as_owner()
            .batch_execute(
                "TRUNCATE deliveries CASCADE; ALTER TABLE access_log DISABLE TRIGGER USER; DELETE FROM access_log",
            )
            .unwrap();
        edge(
            &app,
            before,
            at,
            &["left_people", &volunteer, since, &at.replace("T23:00:00Z", "").replace("04-04", "04-05"), ""],
        );
        assert_eq!(status(&app, &volunteer), "erased");
    }
}

#[test]
fn the_last_payment_counts_where_it_is_later_and_money_on_its_way_stops_it() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    make::approved(&app, &it, json!([{ "kind": "time", "session_id": session }]));
    app.lead().post(&format!("/v1/volunteers/{}/leave", it.volunteer), json!({ "reason": "other" })).expect(200);
    let people =
        |app: &App| -> Vec<[String; 5]> { due(app).into_iter().filter(|row| row[0] == "left_people").collect() };
    let row =
        |since: &str, on: &str, blocked: &str| ["left_people", &it.volunteer, since, on, blocked].map(str::to_owned);
    app.now_is("2034-06-15T10:00:00Z");
    assert_eq!(people(&app), [row("2027-04-05", "2033-04-05", "payment-in-flight")]);
    tick(&app);
    assert_eq!(status(&app, &it.volunteer), "left", "what is owed is paid first");
    crate::support::paid::everything(&app, "payroll", "2034-06-12");
    assert_eq!(people(&app), Vec::<[String; 5]>::new());
    app.now_is("2041-04-05T10:00:00Z");
    // Their agreement ended when they left, and what was still to be told them but about money is not told any more.
    assert_eq!(people(&app), [row("2035-04-05", "2041-04-05", "")]);
    tick(&app);
    assert_eq!(status(&app, &it.volunteer), "erased");
    assert_eq!(number(&app, "SELECT count(*) FROM payments WHERE status = 'paid'"), 1, "money's records stay");
    books::balance(&app);
}

#[test]
fn words_that_came_to_nothing_go_after_two_years() {
    let app = App::start();
    let it = make::engaged(&app);
    let second = make::published(&app, &it.plan, json!({}));
    let own = app.volunteer(&it.volunteer);
    let path = format!("/v1/opportunities/{second}/expressions-of-interest");
    let expression = make::id(&own.post(&path, json!({ "statement": "zqstatement" })).expect(201));
    own.ask(&format!("/v1/expressions-of-interest/{expression}/withdraw")).expect(200);
    edge(
        &app,
        "2028-06-14T22:59:59Z",
        "2028-06-14T23:00:00Z",
        &["expression_texts", &expression, "2026-06-15", "2028-06-15", ""],
    );
    let view = app.lead().get(&format!("/v1/expressions-of-interest/{expression}")).expect(200);
    assert_eq!((&view["statement"], &view["status"]), (&Value::Null, &json!("withdrawn")));
    books::balance(&app);
}

#[test]
fn what_people_were_told_goes_two_years_after_they_were() {
    let app = App::start();
    let it = make::engaged(&app);
    let session = make::attended(&app, &it.opportunity, &it.volunteer, "2026-06-08T09:00:00Z", 240);
    let claim = make::id(&make::submitted(&app, &it, json!([{ "kind": "time", "session_id": session }])));
    app.lead().post(&format!("/v1/claims/{claim}/reject"), json!({ "reason": "zqreason" })).expect(200);
    let told =
        ask(&app, "SELECT id FROM deliveries WHERE about = 'claim_rejected'")[0]["id"].as_str().unwrap().to_owned();
    app.now_is("2028-12-01T10:00:00Z");
    assert_eq!(due(&app), Vec::<[String; 5]>::new(), "nobody told them yet");
    app.lead().ask(&format!("/v1/deliveries/{told}/done")).expect(200);
    edge(
        &app,
        "2030-11-30T23:59:59Z",
        "2030-12-01T00:00:00Z",
        &["delivery_messages", &told, "2028-12-01", "2030-12-01", ""],
    );
    let left = "SELECT count(*) FROM deliveries WHERE message IS NOT NULL AND about = 'claim_rejected'";
    assert_eq!(number(&app, left), 0);
    books::balance(&app);
}

#[test]
fn looks_go_when_their_period_is_over_and_a_period_has_bounds() {
    let app = App::start();
    app.now_is("2019-01-31T10:00:00Z");
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    app.lead().get(&format!("/v1/volunteers/{volunteer}")).expect(200);
    let look = ask(&app, "SELECT id FROM access_log")[0]["id"].as_str().unwrap().to_owned();
    let looks = period(&app, "looks");
    let at = format!("/v1/retention-periods/{}", looks["id"].as_str().unwrap());
    for (months, fits) in [(11, false), (12, true), (120, true), (121, false), (0, false), (13, true)] {
        let version = app.lead().get(&at).expect(200)["version"].as_i64().unwrap();
        let answer = app.lead().patch(&at, version, json!({ "months": months }));
        if fits {
            assert_eq!(answer.expect(200)["months"], months);
        } else {
            assert_eq!(answer.refused(422, "invalid")["errors"][0]["code"], "out-of-range", "{months}");
        }
    }
    app.lead().patch(&at, 1, json!({ "months": 24 })).refused(412, "precondition-failed");
    app.lead().send("PATCH", &at, &[], Some("{}".to_owned())).refused(428, "precondition-required");
    // 13 months after 31 January 2019 is the last day of February 2020.
    edge(&app, "2020-02-28T23:59:59Z", "2020-02-29T00:00:00Z", &["looks", &look, "2019-01-31", "2020-02-29", ""]);
    assert_eq!(number(&app, "SELECT count(*) FROM access_log"), 0);
    assert_eq!(number(&app, "SELECT count(*) FROM audit_records WHERE action = 'apply'"), 1);
    // Financial records that the law requires are kept, and the retention period says so.
    let money = period(&app, "financial_records");
    assert_eq!(
        (&money["action"], &money["months"], &money["minimum_months"]),
        (&json!("keep"), &json!(72), &json!(72))
    );
    books::balance(&app);
}

#[test]
fn any_number_of_copies_may_run_the_job_and_each_person_is_erased_once() {
    let app = App::with_pool(8);
    app.now_is("2025-01-15T10:00:00Z");
    for n in 0..25 {
        let body = json!({ "legal_name": format!("Prospect {n}"), "preferred_contact": "email" });
        app.lead().post("/v1/volunteers", body).expect(201);
    }
    app.now_is("2026-06-15T10:00:00Z");
    // Others who are not due, so that 25 are no more than is removed without asking.
    let others = "SET session_replication_role = replica; INSERT INTO volunteers (id, status, created_at, created_by, updated_at)
        SELECT gen_random_uuid(), 'active', '2026-06-01', (SELECT min(id::text)::uuid FROM actors), '2026-06-01' FROM generate_series(1, 300)";
    let mut owner = app.database.as_owner();
    owner.batch_execute(others).expect("other people");
    let first = app.lead().get("/v1/retention-due?limit=10&category=prospective_people").expect(200);
    let cursor = first["next_cursor"].as_str().expect("a second page");
    let second =
        app.lead().get(&format!("/v1/retention-due?limit=10&category=prospective_people&cursor={cursor}")).expect(200);
    assert_eq!((first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()), (10, 10));
    assert_eq!(app.lead().get("/v1/retention-due?category=looks").expect(200)["items"], json!([]));
    let service = &app.running().service;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..6).for_each(|_| involvement::app::tick(service).expect("a tick")));
        }
    });
    owner.batch_execute("DELETE FROM volunteers WHERE created_at = '2026-06-01'").expect("nobody else");
    assert_eq!(number(&app, "SELECT count(*) FROM volunteers WHERE status = 'erased'"), 25);
    assert_eq!(
        number(&app, "SELECT count(*) FROM histories WHERE resource_type = 'volunteer' AND action = 'erase'"),
        25
    );
    books::balance(&app);
}

#[test]
fn somebody_who_shapes_a_plan_or_is_still_to_be_told_something_stays() {
    let app = App::start();
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    let enter = |name: &str| {
        let body = json!({ "legal_name": name, "preferred_contact": "phone" });
        make::id(&app.lead().post("/v1/volunteers", body).expect(201))
    };
    let (member, untold, told) = (enter("Mia Member"), enter("Una Untold"), enter("Tod Told"));
    app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": member })).expect(201);
    for person in [&untold, &told] {
        app.lead().post(&format!("/v1/plans/{plan}/members"), json!({ "volunteer_id": person })).expect(201);
    }
    app.now_is("2027-05-15T10:00:00Z");
    app.lead()
        .post(&format!("/v1/plans/{plan}/updates"), json!({ "title": "News", "text": "The date changed." }))
        .expect(201);
    for person in [&untold, &told] {
        app.lead().send("DELETE", &format!("/v1/plans/{plan}/members/{person}"), &[], None);
    }
    let delivery = app.lead().get(&format!("/v1/deliveries?volunteer_id={told}")).expect(200)["items"][0].clone();
    app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(&delivery))).expect(200);
    app.now_is("2027-06-16T10:00:00Z");
    let due = app.lead().get("/v1/retention-due?category=prospective_people").expect(200)["items"].clone();
    let due: Vec<_> =
        due.as_array().unwrap().iter().map(|one| (one["resource_id"].clone(), one["blocked"].clone())).collect();
    assert!(due.contains(&(json!(untold), json!("not-told"))) && due.contains(&(json!(told), json!(null))), "{due:?}");
    assert!(!due.iter().any(|(id, _)| *id == json!(member)), "{due:?}");
    involvement::app::tick(&app.running().service).expect("a tick");
    let status = |id: &str| app.lead().get(&format!("/v1/volunteers/{id}")).expect(200)["status"].clone();
    assert_eq!(
        (status(&member), status(&untold), status(&told)),
        (json!("prospective"), json!("prospective"), json!("erased"))
    );
}
