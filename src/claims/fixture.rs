//! An agreement, a session, a policy and lines for the tests of the rules.
//! Only what a rule's test does not say itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::agreements::{self, AgreementStatus};
use crate::claims::context::ClaimContext;
use crate::claims::line::{LineKind, NewLine};
use crate::claims::receipts::AttachedReceipt;
use crate::claims::row::{ClaimLineRow, LineBasis, LineInputs, LineTexts};
use crate::clock::Day;
use crate::db::Json;
use crate::money::{Miles, Pence};
use crate::people::volunteers::ClaimantFacts;
use crate::policies::Published;
use crate::policies::calculator::Outcome;
use crate::sessions::{self, SessionStatus};
use crate::text::Person;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;

pub const SESSION: Uuid = Uuid::from_u128(7);
pub const ELSEWHERE: Uuid = Uuid::from_u128(8);

/// A receipt of £9.
pub const RECEIPT: Uuid = Uuid::from_u128(9);

pub fn receipt() -> AttachedReceipt {
    serde_json::from_value(
        json!({ "id": RECEIPT, "amount_pence": 900, "media_type": "application/pdf", "size_bytes": 1,
        "sha256": "0".repeat(64), "scan": "clean", "created_at": "2026-04-07T10:00:00Z" }),
    )
    .expect("a receipt")
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Everything is offered.
pub fn offer() -> Offer {
    serde_json::from_value(json!({ "travel": true, "subsistence": true, "care": true, "access_support": true,
        "other": true, "tariff": "meeting", "statement": "" }))
    .expect("an offer")
}

pub fn agreement() -> agreements::AgreementFacts {
    let link_person: Person =
        serde_json::from_value(json!({ "name": "Amara", "email": "amara@trust.example" })).expect("a person");
    agreements::AgreementFacts {
        id: Uuid::from_u128(1).into(),
        volunteer_id: Uuid::from_u128(2).into(),
        opportunity_id: Uuid::from_u128(3).into(),
        plan_id: Uuid::from_u128(4).into(),
        service_id: Uuid::from_u128(5).into(),
        status: AgreementStatus::Active,
        basis: Basis::PaidInvolvement,
        offer: offer(),
        promised: None,
        issued_on: None,
        payment_route: Some(PaymentRoute::Payroll),
        link_person,
        drafted_on: day("2026-01-10"),
        replaces_id: None,
        starts_on: day("2026-01-10"),
        ends_on: None,
        ended_on: None,
        pauses: Vec::new(),
    }
}

/// Four hours on 7 April 2026.
pub fn session(id: Uuid, opportunity: u128) -> sessions::SessionFacts {
    sessions::SessionFacts {
        id: id.into(),
        opportunity_id: Uuid::from_u128(opportunity).into(),
        service_id: Uuid::from_u128(5).into(),
        status: SessionStatus::Held,
        starts_at: "2026-04-07T09:00:00Z".parse().expect("an instant"),
        ends_at: "2026-04-07T13:00:00Z".parse().expect("an instant"),
        cancelled_at: None,
    }
}

pub fn policy() -> Published {
    Published {
        id: Uuid::from_u128(6).into(),
        effective_from: day("2026-04-06"),
        published_at: "2026-04-01T09:00:00Z".parse().expect("an instant"),
        terms: serde_json::from_str(include_str!("../policies/examples/2026-27.json")).expect("terms"),
    }
}

/// The session was attended, one of another opportunity too; the policy is in force from 6 April 2026.
pub fn context() -> ClaimContext {
    context_of(agreement())
}

/// The same under another agreement.
pub fn context_of(agreement: agreements::AgreementFacts) -> ClaimContext {
    let attended = Some(Outcome::Attended);
    ClaimContext {
        promised: None,
        promise: agreement.into(),
        sessions: vec![(session(SESSION, 3), attended), (session(ELSEWHERE, 33), attended)],
        policies: [policy()].into(),
        receipts: vec![receipt()],
        miles_used: BTreeMap::new(),
        claimant: ClaimantFacts::default(),
        service: None,
        plan: None,
    }
}

/// A line on the session, unless another is named or none.
pub fn line(line: Value) -> NewLine {
    let mut whole = json!({ "session_id": SESSION });
    for (name, value) in line.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).expect("a line")
}

/// The row of a line of one kind that comes to so much and was submitted.
pub fn line_row(number: u128, kind: LineKind, payable: i64) -> ClaimLineRow {
    let given: NewLine = serde_json::from_value(json!({ "kind": kind })).expect("a line");
    ClaimLineRow {
        id: Uuid::from_u128(number).into(),
        claim_id: Uuid::from_u128(1).into(),
        volunteer_id: Uuid::from_u128(2).into(),
        position: 0,
        kind,
        session_id: None,
        on_day: Some(day("2026-04-20")),
        inputs: Json(LineInputs { given, basis: LineBasis::default() }),
        live: true,
        policy_id: None,
        route: PaymentRoute::AccountsPayable,
        tax_year: None,
        miles_first_rate: Miles::ZERO,
        payable_pence: Some(Pence::new(payable)),
        elected_pence: None,
        approved_pence: None,
        taxable_excess_pence: None,
        trust_cost_pence: Pence::ZERO,
        explanation: Json(Vec::new()),
        warnings: Json(Vec::new()),
        supplements_line_id: None,
        texts: LineTexts::default(),
    }
}
