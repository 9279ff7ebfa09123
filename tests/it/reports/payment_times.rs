//! The report on payment times.

use serde_json::{Value, json};

use super::{bus, reference, times};
use crate::support::make::Engaged;
use crate::support::{App, make, paid};

/// Creates claims with one bus fare each, submitted on these days of June, each paid this many days later.
fn waited(app: &App, engaged: &Engaged, days: &[(u8, i64)]) {
    for (day, wait) in days {
        app.now_is(&format!("2026-06-{day:02}T22:59:59Z"));
        let claim = make::approved(app, engaged, bus(app, engaged, "2026-06-01"));
        let run = paid::run(app, "accounts_payable");
        let paid_on = app.clock.now().london_day().plus_days(*wait).to_string();
        paid::results(app, &run, &[(&reference(&claim, "A1"), &paid_on)]);
    }
}

#[test]
fn payment_times_are_days_that_occurred_and_the_target_is_the_policys() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    let none = times(&app.lead(), "");
    assert_eq!(none["groups"], json!([]));
    let nothing = json!({
        "paid_count": 0, "median_days": null, "percentile_95_days": null, "within_target_count": 0,
        "within_target_per_mille": null, "open_count": 0, "overdue_count": 0,
    });
    assert_eq!(none["total"], nothing);
    // The target of the example policy is 21 days.
    waited(&app, &engaged, &[(1, 21), (2, 22), (3, 5), (4, 40)]);
    let all = times(&app.lead(), "to=2027-03-31")["total"].clone();
    let wanted = json!({
        "paid_count": 4, "median_days": 21, "percentile_95_days": 40, "within_target_count": 2,
        "within_target_per_mille": 500, "open_count": 0, "overdue_count": 0,
    });
    assert_eq!(all, wanted, "of 5, 21, 22 and 40 days");
    let june = times(&app.lead(), "from=2026-06-01&to=2026-06-24");
    assert_eq!((&june["total"]["paid_count"], &june["total"]["within_target_per_mille"]), (&json!(3), &json!(666)));
    let months = times(&app.finance(), "group_by=month,route");
    let told: Vec<(&Value, &Value)> =
        months["groups"].as_array().unwrap().iter().map(|group| (&group["month"], &group["paid_count"])).collect();
    assert_eq!(told, [(&json!("2026-06"), &json!(3)), (&json!("2026-07"), &json!(1))]);
}

#[test]
fn a_return_does_not_start_the_wait_anew_and_what_is_open_is_counted_today() {
    let app = App::start();
    let engaged = make::engaged(&app);
    make::payee(&app, &engaged.volunteer);
    app.now_is("2026-06-01T10:00:00Z");
    let sent = make::submitted(&app, &engaged, bus(&app, &engaged, "2026-06-01"));
    let path = format!("/v1/claims/{}", make::id(&sent));
    let open = |day: &str| {
        app.now_is(&format!("{day}T10:00:00Z"));
        let total = times(&app.lead(), "from=2020-01-01&to=2020-12-31")["total"].clone();
        (total["open_count"].as_i64().unwrap(), total["overdue_count"].as_i64().unwrap())
    };
    assert_eq!(open("2026-06-22"), (1, 0), "the 21st day is in time");
    assert_eq!(open("2026-06-23"), (1, 1));
    app.lead().post(&format!("{path}/return"), json!({ "reason": "Which bus?" })).expect(200);
    assert_eq!(open("2026-06-23"), (0, 0), "it is with the person");
    app.volunteer(&engaged.volunteer).ask(&format!("{path}/submit")).expect(200);
    assert_eq!(open("2026-06-23"), (1, 1));
    app.lead().post(&format!("{path}/approve"), json!({ "no_close_relationship": true })).expect(200);
    let run = paid::run(&app, "accounts_payable");
    assert_eq!(open("2026-06-23"), (1, 1), "in a run");
    paid::results(&app, &run, &[(&reference(&sent, "A1"), "2026-06-23")]);
    assert_eq!(open("2026-06-23"), (0, 0));
    assert_eq!(times(&app.lead(), "")["total"]["median_days"], 22);
    paid::results(&app, &run, &[(&reference(&sent, "A1"), "returned")]);
    assert_eq!(open("2026-06-23"), (1, 1), "it waits again");
    assert_eq!(times(&app.lead(), "")["total"]["paid_count"], 0);
    let groups = times(&app.lead(), "group_by=month")["groups"].clone();
    assert_eq!((&groups[0]["month"], &groups[0]["open_count"]), (&Value::Null, &json!(1)));
    let csv =
        app.staff(&["crisis-cafe"]).get("/v1/reports/payment-times?group_by=month,service&format=csv").csv().to_owned();
    let id = &engaged.service;
    assert_eq!(
        csv,
        format!(
            "service_id,service_code,service_name,month,paid_count,median_days,percentile_95_days,within_target_count,within_target_per_mille,open_count,overdue_count\r\n\
            {id},crisis-cafe,Service crisis-cafe,,0,,,0,,1,1\r\n"
        )
    );
}
