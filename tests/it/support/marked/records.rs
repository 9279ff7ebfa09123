//! The records of the marked volunteer, each written as people write it.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use super::{own, word};
use crate::support::app::mint_defaults;
use crate::support::form::{Form, PDF};
use crate::support::{App, make, paid};

/// The offer of a tariff that pays for work without a session, too.
fn by_the_piece() -> Value {
    make::with(make::offer(), json!({ "tariff": "document_review" }))
}

pub(super) fn interests(app: &App, plan: &str, service: &str, volunteer: &str) -> (Vec<String>, Vec<String>) {
    let wanted = json!([{ "service_id": service, "perspective": "patient", "essential": true }]);
    let opportunities: Vec<String> = (0..2)
        .map(|_| make::published(app, plan, json!({ "experience_wanted": wanted, "offer": by_the_piece() })))
        .collect();
    let interest = |opportunity: &String| {
        let body =
            json!({ "statement": word("statement"), "adjustments": word("adjustments"), "heard_from": "waiting_room" });
        let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
        make::id(&own(app, volunteer).post(&path, body).expect(201))
    };
    let expressions: Vec<String> = opportunities.iter().map(interest).collect();
    let at = |n: usize, verb: &str| format!("/v1/expressions-of-interest/{}/{verb}", expressions[n]);
    app.lead().post(&at(0, "offer"), json!({})).expect(200);
    own(app, volunteer).ask(&at(0, "accept")).expect(200);
    let declined = json!({ "reason_code": "places_filled", "message": word("decline message") });
    app.lead().post(&at(1, "decline"), declined).expect(200);
    (opportunities, expressions)
}

pub(super) fn agreement(app: &App, opportunity: &str, volunteer: &str) -> String {
    let body = json!({
        "volunteer_id": volunteer, "opportunity_id": opportunity, "basis": "paid_involvement", "role": word("role"),
        "expectations": word("expectations"), "adjustments": word("agreed adjustments"), "offer": by_the_piece(), "payment_route": "payroll",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-01-10",
    });
    let agreement = make::id(&app.lead().post("/v1/agreements", body).expect(201));
    let at = |verb: &str| format!("/v1/agreements/{agreement}/{verb}");
    app.lead().ask(&at("issue")).expect(200);
    app.lead().post(&at("accept"), json!({ "how": "paper", "witness": word("agreement witness") })).expect(200);
    app.lead().post(&at("pause"), json!({ "reason": word("pause reason") })).expect(200);
    app.lead().ask(&at("resume")).expect(200);
    agreement
}

/// Somebody who was interested and has died, with a note and who deals with the estate.
pub(super) fn departed(app: &App, opportunity: &str) -> String {
    let person = make::volunteer(app, "Dora Departed");
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    app.volunteer(&person).post(&interest, json!({})).expect(201);
    let at = format!("/v1/volunteers/{person}");
    let died = json!({ "reason": "deceased", "note": word("leave note") });
    app.lead().post(&format!("{at}/leave"), died).expect(200);
    let estate = json!({ "estate": { "name": word("estate"), "contact": word("estate's contact") } });
    app.lead().change(&at, estate).expect(200);
    person
}

/// Records a support contact, and an item of the induction.
pub(super) fn supported(app: &App, agreement: &str) -> (String, String) {
    let link_person = app.with(Mint {
        roles: vec![Role::Staff],
        subject: "amara.okafor@trust.example".to_owned(),
        services: vec!["crisis-cafe".to_owned()],
        ..mint_defaults()
    });
    let contact = json!({ "on": "2026-06-10", "kind": "emotional", "shared_note": word("shared note"), "private_note": word("private note") });
    let at = format!("/v1/agreements/{agreement}");
    let contact = make::id(&link_person.post(&format!("{at}/support-contacts"), contact).expect(201));
    let induction = app.lead().get(&format!("{at}/induction")).expect(200);
    let item = make::id(&induction["items"][0]);
    let done = json!({ "done_on": "2026-06-11", "done_by": word("shown round by"), "note": word("induction note") });
    link_person.put(&format!("{at}/induction/{item}"), done).expect(200);
    (contact, item)
}

/// Marks a delivery as done in a way that contradicts the volunteer's needs, with a reason.
pub(super) fn told(app: &App, volunteer: &str) {
    let delivery =
        app.lead().get(&format!("/v1/deliveries?volunteer_id={volunteer}&status=pending&limit=1")).expect(200);
    let path = format!("/v1/deliveries/{}/done", make::id(&delivery["items"][0]));
    let how = json!({ "channel": "phone", "override_reason": word("override reason") });
    app.lead().post(&path, how).expect(200);
    let bounced = path.replace("/done", "/bounced");
    app.lead().post(&bounced, json!({ "reason": word("bounce reason") })).expect(200);
}

/// Creates a claim that is late, entered by staff, approved for less and paid; a claim that is rejected; and a third that
/// is paid by hand. Returns the first two, the receipt of the first, and the payment of the third.
pub(super) fn claims(app: &App, agreement: &str, session: &str, volunteer: &str) -> (Vec<String>, String, String) {
    let declaration = json!({ "made_on": "2026-06-10", "how": "paper", "witness": word("declaration witness") });
    let typed = |lines: Value| {
        let body = json!({ "volunteer_id": volunteer, "agreement_id": agreement, "lines": lines, "late_reason": word("late reason"), "declaration": declaration });
        make::id(&app.lead_called("lead.typist").post("/v1/claims", body).expect(201))
    };
    let lines = json!([
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.0, "from": word("from"), "to": word("to") },
        { "kind": "taxi", "session_id": session, "spent_pence": 1_200, "evidence_exception": word("evidence exception"), "prior_agreement": word("prior agreement") },
        { "kind": "time", "session_id": session },
        { "kind": "time", "work": { "on": "2026-02-10", "description": word("work done") } },
    ]);
    let claim = typed(lines);
    let typist = app.lead_called("lead.typist");
    let mut content = PDF.to_vec();
    content.extend_from_slice(word("receipt content").as_bytes());
    let form = Form { name: format!("{}.pdf", word("receipt name")), ..Form::receipt(&content, 1_200) };
    let receipt = make::id(&typist.send_form(&format!("/v1/claims/{claim}/receipts"), &form).expect(201));
    typist.ask(&format!("/v1/claims/{claim}/submit")).expect(200);
    let lines = app.lead().get(&format!("/v1/claims/{claim}")).expect(200)["lines"].clone();
    let lowered = json!([{ "id": lines[1]["id"], "approved_pence": 1_000, "reason": word("approval reason") }]);
    let approval = json!({ "no_close_relationship": true, "accept_late": true, "lines": lowered });
    app.lead().post(&format!("/v1/claims/{claim}/approve"), approval).expect(200);
    let second = typed(
        json!([{ "kind": "other", "date": "2026-02-09", "spent_pence": 300, "prior_agreement": "Yes", "evidence_exception": "Lost" }]),
    );
    typist.ask(&format!("/v1/claims/{second}/submit")).expect(200);
    app.lead().post(&format!("/v1/claims/{second}/reject"), json!({ "reason": word("reject reason") })).expect(200);
    let third = typed(
        json!([{ "kind": "other", "date": "2026-02-09", "spent_pence": 400, "prior_agreement": "Yes", "evidence_exception": "Lost" }]),
    );
    typist.ask(&format!("/v1/claims/{third}/submit")).expect(200);
    let approval = json!({ "no_close_relationship": true, "accept_late": true });
    let third = app.lead().post(&format!("/v1/claims/{third}/approve"), approval).expect(200);
    by_hand(app, &third["payments"][0]);
    (vec![claim, second], receipt, make::id(&third["payments"][0]))
}

/// Holds a payment back, lets it go on, and pays it in cash.
fn by_hand(app: &App, payment: &Value) {
    let at = format!("/v1/payments/{}", make::id(payment));
    app.finance().post(&format!("{at}/hold"), json!({ "reason": word("hold reason") })).expect(200);
    app.finance().ask(&format!("{at}/resume")).expect(200);
    let cash =
        json!({ "how": "petty_cash", "on": "2026-06-15", "reference": "PC 1", "received_by": word("received by") });
    app.finance().post(&format!("{at}/pay-by-hand"), cash).expect(200);
}

/// Recovers a part of what was paid, and gives that up; returns the recovery.
pub(super) fn day_after(app: &App, claim: &str) -> String {
    let at = format!("/v1/claims/{claim}");
    let line = app.lead().get(&at).expect(200)["lines"][0]["id"].clone();
    let body = json!({
        "reason": word("recovery reason"), "method": "offset", "lines": [{ "id": line, "pence": 100 }],
        "agreed_with_person": { "on": "2026-06-15", "how": word("agreed with") },
    });
    let recovery = make::id(&app.lead().post(&format!("{at}/recoveries"), body).expect(201));
    app.finance().ask(&format!("/v1/recoveries/{recovery}/confirm")).expect(200);
    let waived = json!({ "reason": word("waive reason") });
    app.lead().post(&format!("/v1/recoveries/{recovery}/waive"), waived).expect(200);
    recovery
}

/// Pays both payments, the first one at its second attempt.
pub(super) fn paid(app: &App) -> String {
    let run = paid::run(app, "accounts_payable");
    let id = make::id(&run);
    let payments = app.finance().get(&format!("/v1/payments?payment_run_id={id}")).expect(200);
    let invoice = payments["items"][0]["invoice_number"].as_str().expect("an invoice").to_owned();
    let failed =
        json!({ "results": [{ "invoice_number": invoice, "outcome": "failed", "reason": word("failure reason") }] });
    app.finance().post_once(&format!("/v1/payment-runs/{id}/results"), &paid::key(), failed).expect(200);
    paid::everything(app, "accounts_payable", "2026-06-12");
    paid::everything(app, "payroll", "2026-06-12");
    id
}
