//! Inductions, as for new staff: they begin with the agreement, are done item by item, and are overdue after four
//! weeks.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::{App, Client, make};

fn induction(who: &Client<'_>, agreement: &str) -> Value {
    who.get(&format!("/v1/agreements/{agreement}/induction")).expect(200)
}

fn item(app: &App, agreement: &str, place: usize) -> String {
    let view = induction(&app.lead(), agreement);
    format!("/v1/agreements/{agreement}/induction/{}", make::id(&view["items"][place]))
}

fn overdue(app: &App) -> usize {
    app.lead().get("/v1/support-contacts?induction_overdue=true").expect(200)["items"].as_array().unwrap().len()
}

#[test]
fn it_begins_with_the_agreement_and_is_done_item_by_item() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let agreement = engaged.agreement.as_str();
    let path = format!("/v1/agreements/{agreement}/induction");
    let view = induction(&app.volunteer(&engaged.volunteer), agreement);
    assert_eq!(
        (&view["version"], &view["due_on"], &view["completed_on"]),
        (&json!(1), &json!("2026-07-13"), &Value::Null)
    );
    let items = view["items"].as_array().unwrap();
    assert!(items.len() >= 7 && items.iter().all(|item| item["done_on"].is_null()));

    let first = item(&app, agreement, 0);
    let done = json!({ "done_on": "2026-06-12", "done_by": "Amara Okafor", "note": "Over tea." });
    app.volunteer(&engaged.volunteer).put(&first, done.clone()).refused(403, "forbidden");
    app.staff(&["elsewhere"]).put(&first, done.clone()).refused(404, "not-found");
    let wrong = json!({ "note": "Not yet." });
    assert_eq!(faults(&app.lead().put(&first, wrong).refused(422, "invalid"))[0].0, "/done_on");
    app.lead().put(&first, json!({ "done_on": "2026-06-16" })).refused(422, "invalid");
    let nurse = app.staff(&["crisis-cafe"]);
    let after = nurse.put(&first, done.clone()).expect(200);
    assert_eq!(after["version"], 2);
    let told = &after["items"][0];
    assert_eq!(
        (&told["done_by"], &told["note"], &told["recorded_by"]),
        (&json!("Amara Okafor"), &json!("Over tea."), &json!("nurse.ben"))
    );
    assert_eq!(nurse.put(&first, done.clone()).expect(200)["version"], 2, "nothing changed");
    let stale = [("if-match", "\"1\"")];
    nurse.send("PUT", &first, &stale, Some(json!({}).to_string())).refused(412, "precondition-failed");
    let undone = nurse.put(&first, json!({})).expect(200);
    assert_eq!((&undone["items"][0]["done_on"], &undone["items"][0]["recorded_by"]), (&Value::Null, &Value::Null));
    let nobody = format!("{path}/01900000-0000-7000-8000-000000000000");
    nurse.put(&nobody, json!({})).refused(404, "not-found");
    let audit = app.lead().get("/v1/audit?resource_type=induction").expect(200);
    assert_eq!(audit["items"][0]["fields"], json!(["done_on", "done_by", "note"]));
    assert!(!audit.to_string().contains("Over tea"));
}

#[test]
fn it_is_overdue_from_the_day_after_until_its_last_item() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let count = induction(&app.lead(), &engaged.agreement)["items"].as_array().unwrap().len();
    app.now_is("2026-07-13T10:00:00Z");
    assert_eq!(overdue(&app), 0);
    app.now_is("2026-07-14T10:00:00Z");
    assert_eq!(overdue(&app), 1);
    assert_eq!(app.lead().get("/v1/me").expect(200)["waiting"]["inductions_overdue"], 1);
    let contacts = app.lead().get("/v1/support-contacts?induction_overdue=true&overdue=true").expect(200);
    assert_eq!(contacts["items"][0]["induction_due_on"], "2026-07-13");
    for place in 0..count {
        assert_eq!(overdue(&app), 1, "{place}");
        let day = if place == 2 { "2026-07-12" } else { "2026-06-20" };
        app.lead().put(&item(&app, &engaged.agreement, place), json!({ "done_on": day })).expect(200);
    }
    assert_eq!(overdue(&app), 0);
    assert_eq!(induction(&app.lead(), &engaged.agreement)["completed_on"], "2026-07-12");
    app.lead().put(&item(&app, &engaged.agreement, 1), json!({})).expect(200);
    assert_eq!((overdue(&app), &induction(&app.lead(), &engaged.agreement)["completed_on"]), (1, &Value::Null));
    let last = item(&app, &engaged.agreement, 1);
    app.lead().post(&format!("/v1/agreements/{}/end", engaged.agreement), json!({ "reason": "Over." })).expect(200);
    assert_eq!(overdue(&app), 0);
    app.lead().put(&last, json!({ "done_on": "2026-07-01" })).refused(409, "not-editable");
}

#[test]
fn a_plan_without_one_has_none_and_better_terms_do_not_begin_anew() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let without = json!({ "relationships": { "induction": false } });
    let ready = make::ready_points()["relationships"].clone();
    let relationships = make::with(ready, without["relationships"].clone());
    let plan = make::approved_plan_with(&app, &service, json!({ "relationships": relationships }));
    let opportunity = make::published(&app, &plan, json!({}));
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    let agreement = make::agreement(&app, &opportunity, &volunteer, json!({}));
    app.lead().get(&format!("/v1/agreements/{agreement}/induction")).refused(404, "not-found");

    let plan = make::approved_plan(&app, &service);
    let opportunity = make::published(&app, &plan, json!({}));
    for (everything, begins) in [(false, 200), (true, 404)] {
        let volunteer = make::volunteer(&app, "Wim Volunteer");
        let old = make::agreement(&app, &opportunity, &volunteer, json!({}));
        let count = induction(&app.lead(), &old)["items"].as_array().unwrap().len();
        for place in usize::from(!everything)..count {
            app.lead().put(&item(&app, &old, place), json!({ "done_on": "2026-06-12" })).expect(200);
        }
        let body = json!({ "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": "Member",
            "offer": make::offer(), "payment_route": "payroll", "starts_on": "2026-06-20", "replaces_id": old,
            "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" } });
        let new = make::id(&app.lead().post("/v1/agreements", body).expect(201));
        app.lead().ask(&format!("/v1/agreements/{new}/issue")).expect(200);
        app.volunteer(&volunteer).ask(&format!("/v1/agreements/{new}/accept")).expect(200);
        assert_eq!(app.lead().get(&format!("/v1/agreements/{new}/induction")).status, begins);
    }
}

#[test]
fn of_two_who_check_at_once_neither_is_lost() {
    let app = App::with_pool(8);
    let engaged = make::engaged(&app);
    let count = induction(&app.lead(), &engaged.agreement)["items"].as_array().unwrap().len();
    let places: Vec<String> = (0..count).map(|place| item(&app, &engaged.agreement, place)).collect();
    let answers =
        crate::support::together::at_once(count, |n| app.lead().put(&places[n], json!({ "done_on": "2026-06-12" })));
    assert!(answers.iter().all(|answer| answer.status == 200));
    let view = induction(&app.lead(), &engaged.agreement);
    assert_eq!(
        (&view["completed_on"], view["version"].as_u64()),
        (&json!("2026-06-12"), u64::try_from(count + 1).ok())
    );
}
