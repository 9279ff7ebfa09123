//! Dates of people's lives in the service: agreements, support, clearances, sessions.

use serde_json::{Value, json};

use super::every_body::{Date, OUT_OF_RANGE, World};
use crate::support::{Answer, make};

/// Fifty years before today, to the day, and the day before.
const LIVING_MEMORY: [&str; 2] = ["1976-06-15", "2026-06-15"];
const BEYOND: [&str; 2] = ["1976-06-14", "2026-06-16"];

pub(super) const DATES: [Date; 12] = [
    Date {
        // Decided and told on the same day.
        of: "POST /v1/feedback/{id}/publish /told/on",
        taken: ["2026-06-15", "2026-06-15"],
        refused: ["2026-06-14", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let lead = world.app.lead();
            let said = json!({ "plan_id": world.it.plan, "you_said": "It is loud.", "source": "session", "contributors": [world.it.volunteer] });
            let item = format!("/v1/feedback/{}", make::id(&lead.post("/v1/feedback", said).expect(201)));
            lead.post(&format!("{item}/respond"), json!({ "decision": "done", "we_did": "A door." })).expect(200);
            lead.post(&format!("{item}/publish"), json!({ "told": { "on": on, "how": "in_person" } }))
        },
    },
    Date {
        of: "POST /v1/agreements /employment_status/determined_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| world.app.lead().post("/v1/agreements", agreement(world, on)),
    },
    Date {
        of: "PATCH /v1/agreements/{id} /employment_status/determined_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let lead = world.app.lead();
            let draft = lead.post("/v1/agreements", agreement(world, "2026-06-01")).expect(201);
            let status = json!({ "employment_status": employment(on) });
            lead.change(&format!("/v1/agreements/{}", make::id(&draft)), status)
        },
    },
    Date {
        of: "POST /v1/agreements/{id}/end /on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let other = make::volunteer(world.app, "Olu Other");
            let agreement = make::agreement(world.app, &world.it.opportunity, &other, json!({}));
            world.app.lead().post(&format!("/v1/agreements/{agreement}/end"), json!({ "reason": "Done.", "on": on }))
        },
    },
    Date {
        of: "PUT /v1/agreements/{id}/induction/{item_id} /done_on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let induction = format!("/v1/agreements/{}/induction", world.it.agreement);
            let item = make::id(&world.app.lead().get(&induction).expect(200)["items"][0]);
            world.app.lead().put(&format!("{induction}/{item}"), json!({ "done_on": on }))
        },
    },
    Date {
        of: "POST /v1/agreements/{id}/support-contacts /on",
        taken: ["2026-01-10", "2026-06-15"],
        refused: ["2026-01-09", "2026-06-16"],
        by: OUT_OF_RANGE,
        send: |world, on| {
            let contacts = format!("/v1/agreements/{}/support-contacts", world.it.agreement);
            world.app.lead_called("lead.ann").post(&contacts, json!({ "on": on, "kind": "practical" }))
        },
    },
    Date {
        of: "POST /v1/sessions/{id}/cancel /cancelled_at",
        // A year of 366 days before now, since the session is to come.
        taken: ["2025-06-14T10:00:00Z", "2026-06-15T10:00:00Z"],
        refused: ["2025-06-14T09:59:59Z", "2026-06-15T10:00:01Z"],
        by: OUT_OF_RANGE,
        send: |world, at| {
            let session = make::session(world.app, &world.it.opportunity, "2026-07-10T09:00:00Z", 60);
            let body = json!({ "reason": "Flood.", "cancelled_at": at });
            world.app.lead().post(&format!("/v1/sessions/{session}/cancel"), body)
        },
    },
    Date {
        of: "POST /v1/volunteers/{id}/clearances /issued_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let body = json!({ "kind": "identity", "state": "cleared", "issued_on": on });
            world.app.lead().post(&format!("/v1/volunteers/{}/clearances", world.it.volunteer), body)
        },
    },
    Date {
        of: "PATCH /v1/volunteers/{id}/clearances/{clearance_id} /issued_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let all = format!("/v1/volunteers/{}/clearances", world.it.volunteer);
            let body = json!({ "kind": "references", "state": "cleared", "issued_on": "2026-06-01" });
            let made = world.app.lead().post(&all, body).expect(201);
            world.app.lead().change(&format!("{all}/{}", make::id(&made)), json!({ "issued_on": on }))
        },
    },
    Date {
        of: "POST /v1/volunteers /guardian/consent_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let body = json!({ "legal_name": "Efua Young", "preferred_contact": "email", "email": "efua@example.org", "under_18": true, "guardian": guardian(on) });
            world.app.lead().post("/v1/volunteers", body)
        },
    },
    Date {
        of: "PATCH /v1/volunteers/{id} /guardian/consent_on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let young = make::volunteer(world.app, "Efua Young");
            let body = json!({ "under_18": true, "guardian": guardian(on) });
            world.app.lead().change(&format!("/v1/volunteers/{young}"), body)
        },
    },
    Date {
        of: "POST /v1/volunteers/{id}/leave /on",
        taken: LIVING_MEMORY,
        refused: BEYOND,
        by: OUT_OF_RANGE,
        send: |world, on| {
            let other = make::volunteer(world.app, "Olu Other");
            world.app.lead().post(&format!("/v1/volunteers/{other}/leave"), json!({ "reason": "moved", "on": on }))
        },
    },
];

fn guardian(consent_on: &str) -> Value {
    json!({ "name": "Ama Mensah", "contact": "01223 555 0142", "consent_on": consent_on })
}

fn employment(on: &str) -> Value {
    json!({ "outcome": "self_employed", "determined_by": "Finance", "determined_on": on })
}

/// A new agreement for somebody who was accepted just now.
fn agreement(world: &World<'_>, determined_on: &str) -> Value {
    let other = make::volunteer(world.app, "Olu Other");
    make::accepted(world.app, &world.it.opportunity, &other);
    json!({
        "volunteer_id": other, "opportunity_id": world.it.opportunity, "basis": "paid_involvement", "role": "Member",
        "expectations": "Come as you are.", "offer": make::offer(), "payment_route": "accounts_payable",
        "link_person": { "name": "Amara Okafor", "email": "amara.okafor@trust.example" }, "starts_on": "2026-06-01",
        "employment_status": employment(determined_on),
    })
}

/// The answer of whoever asks last, for steps of which the last one decides.
pub(super) fn submitted(world: &World<'_>, claim: &Value) -> Answer {
    let who = world.app.volunteer(claim["volunteer_id"].as_str().expect("a volunteer"));
    who.ask(&format!("/v1/claims/{}/submit", make::id(claim)))
}
