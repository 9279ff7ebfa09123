//! Dates of money: claims, payments, recoveries.

use serde_json::{Value, json};

use super::every_body::{Date, OUT_OF_RANGE, World};
use super::people::submitted;
use crate::support::{Answer, make, paid};

/// How a line is refused when its claim is submitted: before the agreement, and after today.
const OF_A_LINE: (u16, &str, [&str; 2]) = (409, "claim-not-submittable", ["outside-agreement", "future-dated"]);
const YES: fn() -> Value = || json!({ "no_close_relationship": true });

pub(super) const DATES: [Date; 8] = [
    Date {
        of: "POST /v1/claims /declaration/made_on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| typed(world, on),
    },
    Date {
        of: "PATCH /v1/claims/{id} /declaration/made_on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let draft = typed(world, "2026-06-10").expect(201);
            let declared = json!({ "declaration": { "made_on": on, "how": "paper" } });
            world.app.lead().change(&format!("/v1/claims/{}", make::id(&draft)), declared)
        },
    },
    Date {
        of: "POST /v1/claims /lines/*/date",
        // The policy gives three months; a claim that is older says why it is late.
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OF_A_LINE,
        send: |world, on| {
            let line = json!({ "kind": "other", "date": on, "spent_pence": 100, "evidence_exception": "Lost.",
                "prior_agreement": "Amara Okafor" });
            let body = json!({ "agreement_id": world.it.agreement, "late_reason": "I was ill.", "lines": [line] });
            let draft = world.app.volunteer(&world.it.volunteer).post("/v1/claims", body).expect(201);
            submitted(world, &draft)
        },
    },
    Date {
        of: "POST /v1/claims /lines/*/work/on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OF_A_LINE,
        send: |world, on| {
            let offer = make::with(make::offer(), json!({ "tariff": "document_review" }));
            let opportunity = make::published(world.app, &world.it.plan, json!({ "offer": offer }));
            let reader = make::volunteer(world.app, "Rita Reader");
            let agreement = make::agreement(world.app, &opportunity, &reader, json!({ "offer": offer }));
            let line = json!({ "kind": "time", "work": { "on": on, "description": "Read the leaflet." } });
            let body = json!({ "agreement_id": agreement, "late_reason": "I was ill.", "lines": [line] });
            let draft = world.app.volunteer(&reader).post("/v1/claims", body).expect(201);
            submitted(world, &draft)
        },
    },
    Date {
        of: "POST /v1/payment-runs/{id}/results /results/*/paid_on",
        taken: ["2026-06-14", "2026-06-15"],
        refused: ["2026-06-13", "2026-06-16"],
        by: (409, "results-refused", ["out-of-range"; 2]),
        send: |world, on| {
            let number = invoice(&parking(world, "2026-06-12"));
            let run = paid::run_on(world.app, "accounts_payable", "2026-06-14");
            let results = json!({ "results": [{ "invoice_number": number, "outcome": "paid", "paid_on": on }] });
            let path = format!("/v1/payment-runs/{}/results", make::id(&run));
            world.app.finance().post_once(&path, &paid::key(), results)
        },
    },
    Date {
        of: "POST /v1/payments/{id}/pay-by-hand /on",
        taken: ["2026-06-12", "2026-06-15"],
        refused: ["2026-06-11", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let payment = parking(world, "2026-06-12")["payments"][0]["id"].as_str().expect("a payment").to_owned();
            let body = json!({ "how": "petty_cash", "on": on, "reference": "PC 1", "received_by": "Vera Volunteer" });
            world.app.finance().post(&format!("/v1/payments/{payment}/pay-by-hand"), body)
        },
    },
    Date {
        of: "POST /v1/claims/{id}/recoveries /agreed_with_person/on",
        taken: ["2026-06-14", "2026-06-15"],
        refused: ["2026-06-13", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let (path, mut body) = overpaid(world);
            body["method"] = json!("offset");
            body["agreed_with_person"] = json!({ "on": on, "how": "By telephone" });
            world.app.lead().post(&path, body)
        },
    },
    Date {
        of: "POST /v1/recoveries/{id}/repaid /on",
        taken: ["2026-06-14", "2026-06-15"],
        refused: ["2026-06-13", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let (path, body) = overpaid(world);
            world.app.now_is("2026-06-14T12:00:00Z");
            let recovery = make::id(&world.app.lead().post(&path, body).expect(201));
            world.app.now_is("2026-06-15T10:00:00Z");
            world.app.finance().ask(&format!("/v1/recoveries/{recovery}/confirm")).expect(200);
            let body = json!({ "on": on, "pence": 40, "ledger_reference": "R 1" });
            world.app.finance().post(&format!("/v1/recoveries/{recovery}/repaid"), body)
        },
    },
];

/// A claim that a lead types, declared on a day.
fn typed(world: &World<'_>, on: &str) -> Answer {
    let body = json!({
        "volunteer_id": world.it.volunteer, "agreement_id": world.it.agreement,
        "declaration": { "made_on": on, "how": "paper" }, "lines": [],
    });
    world.app.lead().post("/v1/claims", body)
}

/// A claim for parking that was approved on a day.
fn parking(world: &World<'_>, day: &str) -> Value {
    let session = make::attended(world.app, &world.it.opportunity, &world.it.volunteer, "2026-06-08T09:00:00Z", 60);
    world.app.now_is(&format!("{day}T08:00:00Z"));
    let lines =
        json!([{ "kind": "parking", "session_id": session, "spent_pence": 100, "evidence_exception": "Lost." }]);
    let claim = make::id(&make::submitted(world.app, &world.it, lines));
    let approved = world.app.lead().post(&format!("/v1/claims/{claim}/approve"), YES()).expect(200);
    world.app.now_is("2026-06-15T10:00:00Z");
    approved
}

fn invoice(claim: &Value) -> String {
    format!("{}-A1", claim["reference"].as_str().expect("a reference"))
}

/// A claim that was paid on 14 June: where its recovery is proposed, and with what.
fn overpaid(world: &World<'_>) -> (String, Value) {
    let claim = parking(world, "2026-06-12");
    let run = paid::run_on(world.app, "accounts_payable", "2026-06-14");
    paid::results(world.app, &run, &[(&invoice(&claim), "2026-06-14")]);
    let lines = json!([{ "id": claim["lines"][0]["id"], "pence": 40 }]);
    let body = json!({ "reason": "It was claimed twice.", "method": "repayment", "lines": lines });
    (format!("/v1/claims/{}/recoveries", make::id(&claim)), body)
}
