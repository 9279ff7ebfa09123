//! The reports of involvement: what services did, the evidence for the duty to involve, clearances, communication
//! needs.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::make::Engaged;
use crate::support::{App, make};

fn report(app: &App, path: &str) -> Value {
    app.lead().get(&format!("/v1/reports/{path}")).expect(200)
}

/// The members of an object that are numbers other than 0.
fn counted(row: &Value) -> Vec<(String, i64)> {
    let members = row.as_object().unwrap().iter();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_i64().filter(|count| *count != 0)?))).collect()
}

#[track_caller]
fn counts(row: &Value, wanted: &[(&str, i64)]) {
    let wanted: Vec<(String, i64)> = wanted.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(counted(row), wanted, "{row}");
}

fn feedback(app: &App, plan: &str, response: Option<Value>, publish: bool) {
    let said = json!({ "plan_id": plan, "you_said": "Open later.", "source": "session" });
    let path = format!("/v1/feedback/{}", make::id(&app.lead().post("/v1/feedback", said).expect(201)));
    if let Some(response) = response {
        app.lead().post(&format!("{path}/respond"), response).expect(200);
    }
    if publish {
        app.lead().ask(&format!("{path}/publish")).expect(200);
    }
}

/// Creates a service with a year of work, and a volunteer who is engaged with two services.
fn year(app: &App) -> (Engaged, String) {
    let engaged = make::engaged(app);
    let opportunity = &engaged.opportunity;
    let session = make::attended(app, opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 241);
    app.lead().ask(&format!("/v1/sessions/{session}/hold")).expect(200);
    let left = make::session(app, opportunity, "2026-03-31T22:59:00Z", 30);
    make::attend(app, &left, &engaged.volunteer, "left_early");
    app.lead().ask(&format!("/v1/sessions/{left}/hold")).expect(200);
    // The first minute of April in London is still March in UTC.
    make::attended(app, opportunity, &engaged.volunteer, "2026-03-31T23:00:00Z", 10);
    let missed = make::session(app, opportunity, "2026-06-09T09:00:00Z", 60);
    make::attend(app, &missed, &engaged.volunteer, "no_show");
    let off = make::session(app, opportunity, "2026-07-01T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{off}/cancel"), json!({ "reason": "Flood." })).expect(200);
    feedback(app, &engaged.plan, None, false);
    feedback(app, &engaged.plan, Some(json!({ "decision": "exploring" })), false);
    feedback(app, &engaged.plan, Some(json!({ "decision": "done", "we_did": "Open until ten." })), true);
    feedback(app, &engaged.plan, Some(json!({ "decision": "not_doing", "because": "No staff." })), false);
    make::plan(app, &engaged.service);
    for level in ["consult", "co_design", "co_produce"] {
        let plan = make::approved_plan(app, &engaged.service);
        let done = json!({ "achieved_level": level, "reflection": "Evenings matter." });
        app.lead().post(&format!("/v1/plans/{plan}/complete"), done).expect(200);
    }
    let other = make::service(app, "memory-clinic");
    let plan = make::approved_plan_with(app, &other, json!({ "period_start": "2026-09-01" }));
    let opportunity = make::published(app, &plan, json!({}));
    make::agreement(app, &opportunity, &engaged.volunteer, json!({}));
    (engaged, other)
}

#[test]
fn what_a_service_did_in_a_year_is_counted_and_a_person_once() {
    let app = App::start();
    let (engaged, _) = year(&app);
    make::service(&app, "quiet");
    let view = report(&app, "involvement");
    assert_eq!((&view["from"], &view["to"]), (&json!("2026-04-01"), &json!("2027-03-31")));
    let codes: Vec<&Value> =
        view["services"].as_array().unwrap().iter().map(|service| &service["service_code"]).collect();
    assert_eq!(codes, ["crisis-cafe", "memory-clinic", "quiet"]);
    counts(
        &view["services"][0],
        &[
            ("achieved_above_planned", 1),
            ("achieved_as_planned", 1),
            ("achieved_below_planned", 1),
            ("achieved_co_design", 1),
            ("achieved_co_produce", 1),
            ("achieved_consult", 1),
            ("feedback_done", 1),
            ("feedback_exploring", 1),
            ("feedback_not_doing", 1),
            ("feedback_open", 1),
            ("feedback_published", 1),
            ("minutes_given", 251),
            ("people_attended", 1),
            ("people_engaged", 1),
            ("planned_co_design", 4),
            ("plans_approved", 1),
            ("plans_completed", 3),
            ("plans_draft", 1),
            ("sessions_cancelled", 1),
            ("sessions_held", 1),
        ],
    );
    counts(&view["services"][1], &[("people_engaged", 1), ("planned_co_design", 1), ("plans_approved", 1)]);
    counts(&view["services"][2], &[]);
    let total = &view["total"];
    assert_eq!((&total["people_engaged"], &total["plans_approved"]), (&json!(1), &json!(2)));
    // The last minute of March in London belongs to the previous financial year.
    let before = report(&app, "involvement?to=2026-03-31");
    counts(
        &before["services"][0],
        &[
            ("achieved_above_planned", 1),
            ("achieved_as_planned", 1),
            ("achieved_below_planned", 1),
            ("achieved_co_design", 1),
            ("achieved_co_produce", 1),
            ("achieved_consult", 1),
            ("minutes_given", 30),
            ("people_attended", 1),
            ("people_engaged", 1),
            ("planned_co_design", 4),
            ("plans_approved", 1),
            ("plans_completed", 3),
            ("plans_draft", 1),
            ("sessions_held", 1),
        ],
    );
    counts(&before["services"][1], &[("people_engaged", 1)]);
    let later = report(&app, "involvement?from=2027-04-01");
    counts(&later["services"][0], &[("people_engaged", 1)]);
    let staff = app.staff(&["crisis-cafe"]).get("/v1/reports/involvement").expect(200);
    assert_eq!(staff["services"], json!([view["services"][0]]));
    assert_eq!(counted(&staff["total"]), counted(&view["services"][0]));
    // A revision does not change the version in force.
    app.lead().ask(&format!("/v1/plans/{}/revise", engaged.plan)).expect(200);
    let written = json!({ "approach": { "involvement_level": "inform" } });
    app.lead().change(&format!("/v1/plans/{}", engaged.plan), written).expect(200);
    let revised = report(&app, "involvement");
    assert_eq!(revised["services"][0]["planned_co_design"], 4);
    assert_eq!(
        (&revised["services"][0]["planned_inform"], &revised["services"][0]["plans_draft"]),
        (&json!(0), &json!(2))
    );
    let csv = app.lead().get("/v1/reports/involvement?format=csv").text;
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("service_id,service_code,service_name,plans_draft,plans_submitted,"), "{csv}");
    assert!(lines[1].contains(",crisis-cafe,Service crisis-cafe,2,0,0,3,0,"), "{csv}");
}

#[test]
fn the_duty_to_involve_is_shown_plan_by_plan() {
    let app = App::start();
    let (engaged, _) = year(&app);
    let view = report(&app, &format!("duty-evidence?plan_id={}", engaged.plan));
    let plan = &view["plans"][0];
    assert_eq!(view["plans"].as_array().unwrap().len(), 1);
    for (name, wanted) in [
        ("plan_id", json!(engaged.plan)),
        ("service_code", json!("crisis-cafe")),
        ("title", json!("Crisis café")),
        ("status", json!("approved")),
        ("duty_applies", json!("yes")),
        ("duty_reason", json!("The change alters how the service is delivered.")),
        ("planned_level", json!("co_design")),
        ("achieved_level", Value::Null),
        ("first_approved_on", json!("2026-06-15")),
        ("approval_count", json!(1)),
        ("asked_count", json!(1)),
        ("people_engaged", json!(1)),
        ("sessions_held", json!(2)),
        ("feedback_count", json!(4)),
        ("decided_count", json!(2)),
        ("published_count", json!(1)),
        ("approvals", json!([{ "number": 1, "approved_at": "2026-06-15T10:00:00Z", "approved_by": "lead.ann" }])),
    ] {
        assert_eq!(plan[name], wanted, "{name}");
    }
    assert_eq!(
        (&plan["asked"][0]["title"], &plan["asked"][0]["kind"]),
        (&json!("Evening workshops"), &json!("workshop"))
    );
    assert_eq!(
        (&plan["changed"][2]["we_did"], &plan["changed"][3]["because"]),
        (&json!("Open until ten."), &json!("No staff."))
    );
    assert!(!view.to_string().contains(&engaged.volunteer), "nobody who was involved is named");
    assert_eq!(report(&app, "duty-evidence")["plans"].as_array().unwrap().len(), 6);
    assert_eq!(report(&app, "duty-evidence?to=2026-03-31")["plans"].as_array().unwrap().len(), 5);
    let other = app.staff(&["memory-clinic"]).get("/v1/reports/duty-evidence").expect(200);
    assert_eq!(other["plans"].as_array().unwrap().len(), 1);
    let foreign = format!("/v1/reports/duty-evidence?plan_id={}", engaged.plan);
    assert_eq!(app.staff(&["memory-clinic"]).get(&foreign).expect(200)["plans"], json!([]));
    let csv = app.lead().get(&format!("{foreign}&format=csv")).text;
    let (service, plan) = (&engaged.service, &engaged.plan);
    assert_eq!(
        csv,
        format!(
            "service_id,service_code,service_name,plan_id,title,status,period_start,period_end,duty_applies,duty_reason,planned_level,\
            achieved_level,first_approved_on,approval_count,asked_count,people_engaged,sessions_held,feedback_count,decided_count,published_count\r\n\
            {service},crisis-cafe,Service crisis-cafe,{plan},Crisis café,approved,2026-01-01,2027-03-31,yes,\
            The change alters how the service is delivered.,co_design,,2026-06-15,1,1,1,2,4,2,1\r\n"
        )
    );
}

fn clearance(app: &App, volunteer: &str, kind: &str, expires: Option<&str>) {
    let reason = kind.starts_with("dbs_e").then_some("Visits wards.");
    let body = json!({
        "kind": kind, "state": "cleared", "issued_on": "2026-01-01", "policy_expires_on": expires, "eligibility_reason": reason,
    });
    app.lead().post(&format!("/v1/volunteers/{volunteer}/clearances"), body).expect(201);
}

#[test]
fn an_expiry_is_told_with_the_sessions_that_it_will_touch() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    clearance(&app, &volunteer, "dbs_enhanced", Some("2026-06-30"));
    clearance(&app, &volunteer, "identity", None);
    let required = json!([{ "kind": "dbs_basic" }, { "kind": "identity" }]);
    let opportunity = make::published(&app, &plan, json!({ "clearances_required": required }));
    make::agreement(&app, &opportunity, &volunteer, json!({}));
    make::session(&app, &opportunity, "2026-06-30T09:00:00Z", 60);
    let late = make::session(&app, &opportunity, "2026-06-30T23:00:00Z", 60);
    let off = make::session(&app, &opportunity, "2026-07-08T09:00:00Z", 60);
    app.lead().post(&format!("/v1/sessions/{off}/cancel"), json!({ "reason": "Flood." })).expect(200);
    let view = report(&app, "clearances");
    let touched = json!([{
        "session_id": late, "starts_at": "2026-06-30T23:00:00Z", "service_id": service, "volunteer_id": volunteer,
        "kind": "dbs_basic", "valid_until": "2026-06-30",
    }]);
    assert_eq!((&view["on"], &view["touched"]), (&json!("2026-06-15"), &touched));
    let rows = view["kinds"].as_array().unwrap();
    counts(&rows[0], &[("sessions_touched", 1)]);
    counts(&rows[1], &[("ends_within_30_days", 1), ("ends_within_60_days", 1), ("expiring_count", 1)]);
    counts(&rows[2], &[("valid_count", 1)]);
    // The day after the last session, nothing is affected by an expiry.
    let after = report(&app, "clearances?on=2026-07-01");
    assert_eq!(after["touched"], json!([]));
    counts(&after["kinds"][0], &[("expired_count", 1)]);
    let csv = app.staff(&["crisis-cafe"]).get("/v1/reports/clearances?format=csv").text;
    assert_eq!(
        csv,
        "kind,valid_count,expiring_count,pending_count,expired_count,not_cleared_count,ends_within_60_days,ends_within_30_days,ends_within_7_days,sessions_touched\r\n\
        dbs_basic,0,0,0,0,0,0,0,0,1\r\n\
        dbs_enhanced,0,1,0,0,0,1,1,0,0\r\n\
        identity,1,0,0,0,0,0,0,0,0\r\n"
    );
    let elsewhere = app.staff(&["elsewhere"]).get("/v1/reports/clearances").expect(200);
    assert_eq!((&elsewhere["kinds"], &elsewhere["touched"]), (&json!([]), &json!([])));
    // A clearance that is renewed in time does not expire, and volunteers who left don't count.
    clearance(&app, &volunteer, "dbs_basic", Some("2028-01-01"));
    assert_eq!(report(&app, "clearances")["touched"], json!([]));
    app.lead().ask(&format!("/v1/volunteers/{volunteer}/leave")).expect(200);
    assert_eq!(report(&app, "clearances")["kinds"], json!([]));
}

#[test]
fn needs_are_counted_by_kind_with_their_reviews_and_how_people_were_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let needs = |volunteer: &str, needs: Value, due: Value| {
        let body = json!({ "communication_needs": needs, "needs_review_due": due });
        app.lead().change(&format!("/v1/volunteers/{volunteer}"), body).expect(200);
    };
    let (large, bsl) = (json!({ "kind": "large_print" }), json!({ "kind": "bsl" }));
    let none = report(&app, "accessible-information");
    assert_eq!((&none["people"], &none["needs"]), (&json!(1), &json!([])));
    needs(&engaged.volunteer, json!([large, bsl]), json!("2026-06-15"));
    needs(&make::volunteer(&app, "Olu Other"), json!([large]), json!("2026-06-14"));
    needs(
        &make::volunteer(&app, "Una Undated"),
        json!([large, { "kind": "large_print", "detail": "18 point" }]),
        Value::Null,
    );
    // As for people who were entered before needs had a review date.
    let before = "UPDATE volunteer_profiles SET needs_review_due = NULL WHERE legal_name = 'Una Undated'";
    app.database.as_owner().batch_execute(before).expect("nobody planned it");
    let view = report(&app, "accessible-information");
    assert_eq!((&view["people"], &view["today"]), (&json!(3), &json!("2026-06-15")));
    // Vera was emailed an offer and an agreement before her needs were recorded; both deliveries are pending.
    let told = [("delivery_count", 2), ("email_count", 2)];
    counts(&view["needs"][0], &[told[0], told[1], ("pending_count", 2), ("people_count", 1), ("reviewed_count", 1)]);
    assert_eq!((&view["needs"][0]["need"], &view["needs"][1]["need"]), (&json!("bsl"), &json!("large_print")));
    let all = [
        told[0],
        told[1],
        ("overdue_count", 1),
        ("pending_count", 2),
        ("people_count", 3),
        ("reviewed_count", 1),
        ("unplanned_count", 1),
    ];
    counts(&view["needs"][1], &all);
    counts(&view["total"], &all);
    assert_eq!(report(&app, "accessible-information?to=2026-03-31")["total"]["delivery_count"], 0);
    let staff = app.staff(&["crisis-cafe"]).get("/v1/reports/accessible-information").expect(200);
    assert_eq!(
        (&staff["people"], &staff["total"]["people_count"], &staff["total"]["email_count"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert!(
        !view.to_string().contains(&engaged.volunteer) && !view.to_string().contains("18 point"),
        "nobody is named"
    );
    let csv = app.lead().get("/v1/reports/accessible-information?format=csv").text;
    assert_eq!(
        csv,
        "need,people_count,reviewed_count,overdue_count,unplanned_count,delivery_count,pending_count,email_count,phone_count,sms_count,letter_count,in_person_count,overridden_count\r\n\
        bsl,1,1,0,0,2,2,2,0,0,0,0,0\r\n\
        large_print,3,1,1,1,2,2,2,0,0,0,0,0\r\n"
    );
}

#[test]
fn reports_of_involvement_are_not_for_finance_nor_for_volunteers() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Vera Volunteer");
    for path in ["involvement", "duty-evidence", "clearances", "accessible-information"] {
        let path = format!("/v1/reports/{path}");
        app.finance().get(&path).refused(403, "forbidden");
        app.volunteer(&volunteer).get(&path).refused(403, "forbidden");
        app.public().get(&path).refused(401, "unauthenticated");
        app.lead().get(&format!("{path}?q=x")).refused(400, "invalid-parameter");
        app.lead().get(&format!("{path}?format=html")).refused(400, "invalid-parameter");
    }
}
