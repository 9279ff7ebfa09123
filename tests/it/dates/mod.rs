//! The dates of things that have happened lie where they can have happened, at every door through which they come.

mod every_body;
mod money;
mod people;

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::owed::{invoice, owed};
use crate::support::{Answer, App, Client, make, paid};

/// Refused for this one date, as one that can't be.
fn out_of_range(answer: Answer, (status, code): (u16, &str), at: &str) {
    let told = faults(&answer.refused(status, code));
    assert_eq!(told, [(at.to_owned(), "out-of-range".to_owned())]);
}

fn impossible(who: &Client<'_>, path: &str, at: &str, body: impl Fn(&str) -> Value) {
    for day in ["2062-11-26", "2026-06-16", "1926-11-26"] {
        let (method, body) = (if path.contains("/induction/") { "PUT" } else { "POST" }, body(day));
        let answer = if method == "PUT" { who.put(path, body) } else { who.post(path, body) };
        out_of_range(answer, (422, "invalid"), at);
    }
}

#[test]
fn a_payment_was_paid_between_the_release_of_its_run_and_today() {
    let app = App::start();
    owed(&app, 1);
    let run = paid::run_on(&app, "accounts_payable", "2026-06-14");
    let path = format!("/v1/payment-runs/{}/results", make::id(&run));
    let result = |on: &str| json!({ "results": [{ "invoice_number": invoice(1), "outcome": "paid", "paid_on": on }] });
    for on in ["2062-11-26", "2026-06-16", "2026-06-13", "1926-11-26"] {
        let answer = app.finance().post_once(&path, &paid::key(), result(on));
        out_of_range(answer, (409, "results-refused"), "/results/0/paid_on");
    }
    app.finance().post_once(&path, &paid::key(), result("2026-06-14")).expect(200);
}

#[test]
fn a_declaration_was_made_after_what_it_declares_and_not_in_the_future() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-10T09:00:00Z", 240);
    let body = |on: &str| {
        json!({ "volunteer_id": engaged.volunteer, "agreement_id": engaged.agreement,
            "declaration": { "made_on": on, "how": "paper" }, "lines": [{ "kind": "time", "session_id": session }] })
    };
    impossible(&app.lead(), "/v1/claims", "/declaration/made_on", body);
    let claim = app.lead().post("/v1/claims", body("2026-06-09")).expect(201);
    let at = format!("/v1/claims/{}", make::id(&claim));
    out_of_range(app.lead().ask(&format!("{at}/submit")), (409, "claim-not-submittable"), "/declaration/made_on");
    let later = json!({ "declaration": { "made_on": "2026-06-16", "how": "paper" } });
    out_of_range(app.lead().patch(&at, 1, later), (422, "invalid"), "/declaration/made_on");
    app.lead().change(&at, json!({ "declaration": { "made_on": "2026-06-10", "how": "paper" } })).expect(200);
    app.lead().ask(&format!("{at}/submit")).expect(200);
}

#[test]
fn clearances_were_issued_statuses_determined_and_years_lived_in_the_past() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let clearances = format!("/v1/volunteers/{}/clearances", engaged.volunteer);
    for kind in ["identity", "training:equality"] {
        let body = |on: &str| json!({ "kind": kind, "state": "cleared", "issued_on": on });
        impossible(&app.lead(), &clearances, "/issued_on", body);
    }
    let made = app.lead().post(&clearances, json!({ "kind": "identity", "state": "in_progress" })).expect(201);
    let place = format!("{clearances}/{}", make::id(&made));
    let changed = app.lead().patch(&place, 1, json!({ "issued_on": "2026-06-16" }));
    out_of_range(changed, (422, "invalid"), "/issued_on");

    let other = make::volunteer(&app, "Olu Other");
    make::accepted(&app, &engaged.opportunity, &other);
    let agreement = app.lead().get(&format!("/v1/agreements/{}", engaged.agreement)).expect(200);
    let body = |on: &str| {
        json!({ "volunteer_id": other, "opportunity_id": engaged.opportunity, "basis": agreement["basis"],
            "offer": agreement["offer"], "payment_route": "accounts_payable", "role": agreement["role"],
            "expectations": agreement["expectations"], "link_person": agreement["link_person"], "starts_on": "2026-06-01",
            "employment_status": { "outcome": "self_employed", "determined_by": "Finance", "determined_on": on } })
    };
    impossible(&app.lead(), "/v1/agreements", "/employment_status/determined_on", body);

    let experiences = format!("/v1/volunteers/{}/experiences", engaged.volunteer);
    let service = make::service(&app, "memory-clinic");
    let body = json!({ "service_id": service, "perspective": "carer", "from_year": 2025, "to_year": 2027 });
    out_of_range(app.lead().post(&experiences, body), (422, "invalid"), "/to_year");
}

#[test]
fn notice_was_given_in_the_year_before_a_session() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = make::session(&app, &engaged.opportunity, "2026-07-10T09:00:00Z", 240);
    let path = format!("/v1/sessions/{session}/cancel");
    for at in ["2062-11-26T09:00:00Z", "1926-11-26T09:00:00Z"] {
        let answer = app.lead().post(&path, json!({ "reason": "Flood.", "cancelled_at": at }));
        out_of_range(answer, (422, "invalid"), "/cancelled_at");
    }
    // A session that is more than a year away can be cancelled as of yesterday.
    let far = make::session(&app, &engaged.opportunity, "2027-12-10T09:00:00Z", 240);
    let yesterday = json!({ "reason": "The building is sold.", "cancelled_at": "2026-06-14T09:00:00Z" });
    app.lead().post(&format!("/v1/sessions/{far}/cancel"), yesterday).expect(200);
}

#[test]
fn support_was_given_and_an_induction_done_under_the_agreement() {
    let app = App::start();
    let link = json!({ "name": "Ann Lead", "email": "ann@trust.example", "subject": "lead.ann" });
    let more = json!({ "link_person": link, "starts_on": "2026-06-01" });
    let engaged = make::engaged_with(&app, json!({}), more);
    let contacts = format!("/v1/agreements/{}/support-contacts", engaged.agreement);
    impossible(&app.lead_called("lead.ann"), &contacts, "/on", |on| json!({ "on": on, "kind": "practical" }));
    let induction = format!("/v1/agreements/{}/induction", engaged.agreement);
    let item = format!("{induction}/{}", make::id(&app.lead().get(&induction).expect(200)["items"][0]));
    impossible(&app.lead(), &item, "/done_on", |on| json!({ "done_on": on }));
}

#[test]
fn sessions_and_placements_that_are_entered_afterwards_were_in_living_memory() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let sessions = format!("/v1/opportunities/{}/sessions", engaged.opportunity);
    let body = json!({ "starts_at": "1926-06-10T09:00:00Z", "ends_at": "1926-06-10T11:00:00Z" });
    out_of_range(app.lead().post(&sessions, body), (422, "invalid"), "/starts_at");
    let placements = format!("/v1/opportunities/{}/placements", engaged.opportunity);
    let body = json!({ "channel_code": "waiting_room", "placed_on": "1926-06-10" });
    out_of_range(app.lead().post(&placements, body), (422, "invalid"), "/placed_on");
}
