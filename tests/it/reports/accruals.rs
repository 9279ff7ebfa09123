//! What is owed on a day, and what is expected of a plan.

use serde_json::{Value, json};

use crate::support::{App, make, paid};

fn accruals(app: &App, on: &str) -> Value {
    app.finance().get(&format!("/v1/reports/accruals?on={on}")).expect(200)
}

fn figures(owed: &Value) -> [i64; 5] {
    ["unclaimed_count", "unclaimed_pence", "submitted_pence", "approved_pence", "total_pence"]
        .map(|name| owed[name].as_i64().unwrap())
}

/// The report says which of its figures are estimates, and how each is made.
#[track_caller]
fn labelled(report: &Value, at: &str, estimated: &[&str]) {
    let named: Vec<&str> =
        report["estimates"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(named, estimated);
    for one in report["estimates"].as_array().unwrap() {
        assert!(report.pointer(at).unwrap()[one["field"].as_str().unwrap()].is_i64(), "{one}");
        assert!(one["how"].as_str().unwrap().ends_with('.'), "{one}");
    }
}

#[test]
fn what_was_worked_and_not_paid_is_owed_on_a_day() {
    let app = App::start();
    let it = make::engaged(&app);
    make::payee(&app, &it.volunteer);
    let attended = |at: &str| make::attended(&app, &it.opportunity, &it.volunteer, at, 60);
    let time = |session: &str| json!([{ "kind": "time", "session_id": session }]);
    let (may, june) = (attended("2026-05-31T10:00:00Z"), attended("2026-06-01T10:00:00Z"));
    assert_eq!(figures(&accruals(&app, "2026-05-30")["total"]), [0; 5]);
    assert_eq!(figures(&accruals(&app, "2026-05-31")["total"]), [1, 7500, 0, 0, 7500]);
    assert_eq!(figures(&accruals(&app, "2026-06-15")["total"]), [2, 15_000, 0, 0, 15_000]);
    labelled(&accruals(&app, "2026-06-15"), "/total", &["unclaimed_pence", "total_pence"]);
    // A draft is no claim yet.
    make::claim(&app.volunteer(&it.volunteer), &it.agreement, time(&june));
    let claim = make::id(&make::submitted(&app, &it, time(&may)));
    let seen = accruals(&app, "2026-06-15");
    let rows: Vec<(&Value, &Value, [i64; 5])> =
        seen["rows"].as_array().unwrap().iter().map(|row| (&row["cost_centre"], &row["month"], figures(row))).collect();
    assert_eq!(
        rows,
        [
            (&json!("C20417"), &json!("2026-05"), [0, 0, 7500, 0, 7500]),
            (&json!("C20417"), &json!("2026-06"), [1, 7500, 0, 0, 7500]),
        ]
    );
    app.lead().post(&format!("/v1/claims/{claim}/approve"), json!({ "no_close_relationship": true })).expect(200);
    assert_eq!(figures(&accruals(&app, "2026-05-31")["total"]), [0, 0, 0, 7500, 7500]);
    paid::everything(&app, "payroll", "2026-06-20");
    // It was still owed the day before it was paid.
    for (on, owed) in [("2026-06-19", 7500), ("2026-06-20", 0)] {
        assert_eq!(
            accruals(&app, on)["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["approved_pence"].as_i64().unwrap())
                .sum::<i64>(),
            owed,
            "{on}"
        );
    }
    // What can't be claimed any more is not owed: the policy gives three months.
    assert_eq!(figures(&accruals(&app, "2026-09-01")["total"]), [1, 7500, 0, 0, 7500]);
    assert_eq!(figures(&accruals(&app, "2026-09-02")["total"]), [0; 5]);
    let csv = app.lead().get("/v1/reports/accruals?on=2026-06-20&format=csv").csv().to_owned();
    assert_eq!(
        csv,
        "cost_centre,month,unclaimed_count,unclaimed_pounds,submitted_pounds,approved_pounds,total_pounds\r\n\
         C20417,2026-06,1,75.00,0.00,0.00,75.00\r\n"
    );
    app.staff(&["crisis-cafe"]).get("/v1/reports/accruals").refused(403, "forbidden");
    app.volunteer(&it.volunteer).get("/v1/reports/accruals").refused(403, "forbidden");
}

#[test]
fn what_was_cancelled_at_short_notice_is_owed_until_it_is_claimed() {
    let app = App::start();
    let it = make::engaged(&app);
    let cancelled = |day: &str, told: &str| {
        let session = make::session(&app, &it.opportunity, &format!("2026-06-{day}T10:00:00Z"), 60);
        let body = json!({ "reason": "Ill.", "cancelled_at": format!("2026-06-{told}:00Z") });
        app.lead().post(&format!("/v1/sessions/{session}/cancel"), body).expect(200);
        session
    };
    // The policy promises 24 hours.
    cancelled("10", "09T10:00");
    assert_eq!(figures(&accruals(&app, "2026-06-15")["total"]), [0; 5]);
    let short = cancelled("11", "10T10:01");
    assert_eq!(figures(&accruals(&app, "2026-06-15")["total"]), [1, 7500, 0, 0, 7500]);
    assert_eq!(figures(&accruals(&app, "2026-06-10")["total"]), [0; 5]);
    let claim = make::submitted(&app, &it, json!([{ "kind": "time", "session_id": short }]));
    assert_eq!(claim["total_pence"], 7500);
    assert_eq!(figures(&accruals(&app, "2026-06-15")["total"]), [0, 0, 7500, 0, 7500]);
}

#[test]
fn a_budget_expects_what_was_promised_for_the_sessions_to_come() {
    let app = App::start();
    let it = make::engaged_with(&app, json!({ "places": 5 }), json!({}));
    let budget = || app.lead().get(&format!("/v1/plans/{}/budget", it.plan)).expect(200);
    let expected = || budget()["expected_pence"].as_i64().unwrap();
    assert_eq!(expected(), 0);
    let session = |starts_at: &str, ends_at: &str| {
        let body = json!({ "starts_at": starts_at, "ends_at": ends_at });
        make::id(&app.lead().post(&format!("/v1/opportunities/{}/sessions", it.opportunity), body).expect(201))
    };
    session("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z");
    assert_eq!(expected(), 0, "past");
    session("2026-07-10T10:00:00Z", "2026-07-10T14:00:00Z");
    let long = session("2026-07-11T10:00:00Z", "2026-07-11T14:01:00Z");
    assert_eq!(expected(), 7500 + 15_000);
    // Somebody accepted, with no agreement yet, counts by what the opportunity offers.
    let other = make::volunteer(&app, "Olive Other");
    let interest = format!("/v1/opportunities/{}/expressions-of-interest", it.opportunity);
    let id = make::id(&app.volunteer(&other).post(&interest, json!({})).expect(201));
    app.lead().ask(&format!("/v1/expressions-of-interest/{id}/offer")).expect(200);
    assert_eq!(expected(), 7500 + 15_000);
    app.volunteer(&other).ask(&format!("/v1/expressions-of-interest/{id}/accept")).expect(200);
    assert_eq!(expected(), 2 * (7500 + 15_000));
    app.lead().post(&format!("/v1/sessions/{long}/cancel"), json!({ "reason": "No room." })).expect(200);
    assert_eq!(expected(), 2 * 7500);
    app.lead().post(&format!("/v1/agreements/{}/end", it.agreement), json!({ "reason": "Done." })).expect(200);
    assert_eq!(expected(), 7500);
    let seen = budget();
    let sum: i64 =
        ["committed_pence", "actual_pence", "expected_pence"].iter().map(|name| seen[*name].as_i64().unwrap()).sum();
    assert_eq!(seen["forecast_pence"], sum);
    labelled(&seen, "", &["expected_pence", "forecast_pence"]);
}
