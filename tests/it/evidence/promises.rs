//! The report on promises kept.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::make::Engaged;
use crate::support::{App, Client, make, paid};

const AMARA: &str = "nurse.amara";

/// The link person.
fn amara(app: &App) -> Client<'_> {
    let services = vec!["crisis-cafe".to_owned()];
    app.with(Mint { roles: vec![Role::Staff], subject: AMARA.to_owned(), services, ..mint_defaults() })
}

/// A service with time that was promised and paid, support due, and answers.
pub fn year(app: &App) -> Engaged {
    let link_person = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "subject": AMARA });
    let more = json!({ "starts_on": "2026-04-01", "link_person": link_person });
    let engaged = make::engaged_with(app, json!({ "places": 9 }), more);
    make::payee(app, &engaged.volunteer);
    let time = |day: &str, minutes: i64, more: Value| {
        let at = format!("{day}T09:00:00Z");
        let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, &at, minutes);
        json!([make::with(json!({ "kind": "time", "session_id": session }), more)])
    };
    // 240 minutes are £75, 241 are £150. Of the first, £25 is not taken; the second waits for its decision.
    make::approved(app, &engaged, time("2026-05-11", 240, json!({ "elected_pence": 5000 })));
    paid::everything(app, "payroll", "2026-06-20");
    make::submitted(app, &engaged, time("2026-05-12", 241, json!({})));
    // Outside of the period.
    make::submitted(app, &engaged, time("2026-06-10", 60, json!({})));
    // Due on 29 April and made the day before; due on 20 May and made on the 25th; due on 9 June and not made.
    let contacts = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    for (on, next_due) in [("2026-04-28", "2026-05-20"), ("2026-05-25", "2026-06-09")] {
        let body = json!({ "on": on, "kind": "practical", "shared_note": "All is well.", "next_due": next_due });
        amara(app).post(&contacts, body).expect(201);
    }
    answers(app, &engaged);
    engaged
}

/// Two items: one that is decided, told and published four days later, one that nobody has decided.
fn answers(app: &App, engaged: &Engaged) {
    let said = json!({ "plan_id": engaged.plan, "you_said": "Open later.", "source": "session", "contributors": [engaged.volunteer] });
    app.now_is("2026-06-05T10:00:00Z");
    let item = make::id(&app.lead().post("/v1/feedback", said.clone()).expect(201));
    app.lead().post("/v1/feedback", said).expect(201);
    app.now_is("2026-06-09T10:00:00Z");
    let path = format!("/v1/feedback/{item}");
    app.lead().post(&format!("{path}/respond"), json!({ "decision": "done", "we_did": "Open until ten." })).expect(200);
    let told = app.lead().get(&format!("/v1/deliveries?subject_id={item}")).expect(200);
    app.lead().ask(&format!("/v1/deliveries/{}/done", make::id(&told["items"][0]))).expect(200);
    app.lead().ask(&format!("{path}/publish")).expect(200);
    app.now_is("2026-06-15T10:00:00Z");
}

#[test]
fn what_was_promised_is_beside_what_became_of_it() {
    let app = App::start();
    let engaged = year(&app);
    let other = make::service(&app, "memory-clinic");
    let path = "/v1/reports/promises?from=2026-04-01&to=2026-06-09";
    let kept = json!({
        "time_lines_count": 2, "time_promised_pence": 22_500, "time_payable_pence": 22_500, "time_declined_pence": 2500,
        "time_approved_pence": 5000, "time_paid_pence": 5000, "below_promise_count": 0,
        "paid_count": 0, "paid_within_target_count": 0,
        "support_due_count": 3, "support_given_count": 1, "support_late_count": 1, "support_missed_count": 1,
        "feedback_count": 2, "feedback_decided_count": 1, "feedback_median_days": 4,
        "published_count": 1, "contributors_count": 1, "told_first_count": 1,
    });
    let report = app.lead().get(path).expect(200);
    assert_eq!((&report["total"], &report["today"]), (&kept, &json!("2026-06-15")));
    let rows = report["services"].as_array().unwrap();
    let codes: Vec<&str> = rows.iter().map(|row| row["service_code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["crisis-cafe", "memory-clinic"]);
    let named =
        json!({ "service_id": engaged.service, "service_code": "crisis-cafe", "service_name": "Service crisis-cafe" });
    assert_eq!(rows[0], make::with(named, kept.clone()));
    assert_eq!((&rows[1]["support_due_count"], &rows[1]["feedback_median_days"]), (&json!(0), &Value::Null));
    // The payment was made on 20 June, five days after its submission; the target is 21 days.
    let june = app.lead().get("/v1/reports/promises?from=2026-06-10&to=2026-06-30").expect(200)["total"].clone();
    assert_eq!((&june["paid_count"], &june["paid_within_target_count"]), (&json!(1), &json!(1)));
    assert_eq!((&june["time_promised_pence"], &june["feedback_count"]), (&json!(7500), &json!(0)));
    // One service alone, and staff their own.
    let only = app.lead().get(&format!("{path}&service_id={other}")).expect(200);
    assert_eq!((only["services"].as_array().unwrap().len(), &only["total"]["feedback_count"]), (1, &json!(0)));
    assert_eq!(app.staff(&["crisis-cafe"]).get(path).expect(200)["total"], kept);
    let elsewhere = app.staff(&["memory-clinic"]).get(path).expect(200);
    assert_eq!(
        (elsewhere["services"].as_array().unwrap().len(), &elsewhere["total"]["time_lines_count"]),
        (1, &json!(0))
    );
    app.finance().get(path).refused(403, "forbidden");
    app.volunteer(&engaged.volunteer).get(path).refused(403, "forbidden");
    let csv = app.lead().get(&format!("{path}&format=csv"));
    let line = csv.csv().lines().nth(1).unwrap().to_owned();
    assert!(
        line.ends_with(",crisis-cafe,Service crisis-cafe,2,225.00,225.00,25.00,50.00,50.00,0,0,0,3,1,1,1,2,1,4,1,1,1"),
        "{line}"
    );
}

#[test]
fn nothing_was_promised_for_what_comes_to_nothing_and_what_came_back_is_not_paid() {
    let app = App::start();
    let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({ "starts_on": "2026-04-01" }));
    make::payee(&app, &engaged.volunteer);
    let excused = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-05-11T09:00:00Z", 240);
    make::attend(&app, &excused, &engaged.volunteer, "excused");
    make::submitted(&app, &engaged, json!([{ "kind": "time", "session_id": excused }]));
    let path = "/v1/reports/promises?from=2026-04-01&to=2026-06-09";
    let time = app.lead().get(path).expect(200)["total"].clone();
    let promised = (&time["time_lines_count"], &time["time_promised_pence"], &time["below_promise_count"]);
    assert_eq!(promised, (&json!(0), &json!(0), &json!(0)), "whoever was excused was promised nothing");
    let attended = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-05-12T09:00:00Z", 240);
    let claim = make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": attended }]));
    paid::everything(&app, "payroll", "2026-06-15");
    let line = &claim["lines"][0]["id"];
    let proposed =
        json!({ "reason": "Paid by mistake.", "method": "repayment", "lines": [{ "id": line, "pence": 2500 }] });
    let recovery = app.lead().post(&format!("/v1/claims/{}/recoveries", make::id(&claim)), proposed).expect(201);
    let recovery = format!("/v1/recoveries/{}", make::id(&recovery));
    app.finance().ask(&format!("{recovery}/confirm")).expect(200);
    let back = json!({ "on": "2026-06-15", "pence": 2500, "ledger_reference": "R 1" });
    app.finance().post(&format!("{recovery}/repaid"), back).expect(200);
    let time = app.lead().get(path).expect(200)["total"].clone();
    assert_eq!((&time["time_approved_pence"], &time["time_paid_pence"]), (&json!(7500), &json!(5000)));
}

#[test]
fn what_a_rise_adds_counts_as_paid_and_not_as_promised_and_works_without_a_session_by_the_piece() {
    let app = App::start();
    let mut offer = make::offer();
    offer["tariff"] = json!("document_review");
    let more = json!({ "offer": offer });
    let engaged = make::engaged_with(&app, more.clone(), more);
    let work = json!({ "on": "2026-05-11", "description": "Read the leaflet." });
    make::approved(&app, &engaged, json!([{ "kind": "time", "work": work, "quantity": 3 }]));
    let mut rates: Value = serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).unwrap();
    rates["name"] = json!("More for reading");
    rates["effective_from"] = json!("2026-05-01");
    rates["tariffs"]["document_review"]["pence"] = json!(3000);
    let policy = make::id(&app.lead().post("/v1/reimbursement-policies", rates).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/publish")).expect(200);
    app.lead().ask(&format!("/v1/reimbursement-policies/{policy}/top-ups")).expect(200);
    let told = app.lead().get("/v1/reports/promises").expect(200)["total"].clone();
    // Three pieces at £25 were promised; £30 each is what they come to.
    assert_eq!((&told["time_lines_count"], &told["time_promised_pence"]), (&json!(1), &json!(7500)));
    assert_eq!((&told["time_payable_pence"], &told["time_approved_pence"]), (&json!(9000), &json!(7500)));
}

#[test]
fn support_on_the_very_day_was_given_when_due() {
    let app = App::start();
    let link_person = json!({ "name": "Amara Okafor", "email": "amara.okafor@trust.example", "subject": AMARA });
    let engaged = make::engaged_with(&app, json!({}), json!({ "starts_on": "2026-04-01", "link_person": link_person }));
    // Four weeks after the start is 29 April.
    let body =
        json!({ "on": "2026-04-29", "kind": "practical", "shared_note": "All is well.", "next_due": "2026-07-01" });
    amara(&app).post(&format!("/v1/agreements/{}/support-contacts", engaged.agreement), body).expect(201);
    let kept = app.lead().get("/v1/reports/promises?from=2026-04-01&to=2026-06-09").expect(200)["total"].clone();
    let support = ["support_due_count", "support_given_count", "support_late_count", "support_missed_count"];
    assert_eq!(support.map(|name| kept[name].as_i64().unwrap()), [1, 1, 0, 0]);
}
