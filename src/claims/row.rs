//! A claim and its lines as the database holds them.
//! How they get there and back stands in `store`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::claims::bodies::{Declaration, NewClaim};
use crate::claims::line::{LineKind, NewLine};
use crate::claims::receipts::AttachedReceipt;
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::warning::Warning;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ActorId, AgreementId, ClaimId, ClaimLineId, PlanId, PolicyId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::{claim_texts, claims};
use crate::money::{Miles, Pence};
use crate::policies::calculator::{Outcome, TaxYear};
use crate::text::{Line, Said};
use crate::vocabulary::payment_route::PaymentRoute;

/// A row of the claims' table.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = claims, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    pub id: ClaimId,
    pub version: i32,
    pub reference: String,
    pub volunteer_id: VolunteerId,
    pub agreement_id: AgreementId,
    pub plan_id: PlanId,
    pub service_id: ServiceId,
    pub status: ClaimStatus,
    pub calculation: Calculation,
    pub on_behalf: bool,
    pub total_pence: Option<Pence>,
    pub claim_by: Option<Day>,
    pub late: bool,
    pub supplements_claim_id: Option<ClaimId>,
    pub first_submitted_at: Option<Instant>,
    pub submitted_at: Option<Instant>,
    pub submitted_by: Option<ActorId>,
    pub approved_at: Option<Instant>,
    pub paid_at: Option<Instant>,
    pub created_at: Instant,
    pub created_by: ActorId,
    pub updated_at: Instant,
}

/// What people wrote about a claim.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = claim_texts, check_for_backend(diesel::pg::Pg))]
pub struct Texts {
    pub late_reason: Option<Said>,
    pub declaration: Option<Json<Declaration>>,
    pub reason: Option<String>,
}

/// A claim without its lines, with what belongs to it in other tables.
#[derive(Clone, Debug)]
pub struct Head {
    pub row: Row,
    pub texts: Texts,
    pub created_by: Option<String>,
    pub submitted_by: Option<String>,
    pub approved_by: Option<String>,
    pub service_code: String,
    pub cost_centre: String,
}

/// A claim with its lines.
#[derive(Clone, Debug)]
pub struct Claim {
    pub head: Head,
    pub lines: Vec<LineRow>,
    pub receipts: Vec<AttachedReceipt>,
}

impl Claim {
    /// The claim as a client would write it, for merge patches.
    pub fn written(&self) -> NewClaim {
        NewClaim {
            volunteer_id: Some(self.head.row.volunteer_id),
            agreement_id: self.head.row.agreement_id,
            lines: self.lines.iter().map(LineRow::written).collect(),
            late_reason: self.head.texts.late_reason.clone(),
            declaration: self.head.texts.declaration.clone().map(|Json(declaration)| declaration),
        }
    }
}

/// A row of the lines' table, with its texts: it goes to the database and comes from it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRow {
    pub id: ClaimLineId,
    pub claim_id: ClaimId,
    pub volunteer_id: VolunteerId,
    pub position: i16,
    pub kind: LineKind,
    pub session_id: Option<SessionId>,
    pub on_day: Option<Day>,
    pub inputs: Inputs,
    pub live: bool,
    pub policy_id: Option<PolicyId>,
    pub route: PaymentRoute,
    pub tax_year: Option<TaxYear>,
    /// Tenths of a mile at the first rate.
    pub miles_first_rate: i64,
    pub payable_pence: Option<Pence>,
    pub elected_pence: Option<Pence>,
    pub approved_pence: Option<Pence>,
    pub taxable_excess_pence: Option<Pence>,
    pub trust_cost_pence: Pence,
    pub explanation: Vec<String>,
    pub warnings: Vec<Warning>,
    pub supplements_line_id: Option<ClaimLineId>,
    pub texts: LineTexts,
}

/// Everything that a line's figures rest on, but for the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// What was written, without what has a column or is free text.
    pub given: NewLine,
    /// What was found.
    pub basis: Basis,
}

/// What a line was worked out on beside what was written: enough to work it out again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The agreement's tariff.
    pub tariff: Option<String>,
    /// The session's scheduled length.
    pub scheduled_minutes: Option<i64>,
    /// How the session went for the person.
    pub outcome: Option<Outcome>,
    /// The notice with which it was cancelled.
    pub notice_minutes: Option<i64>,
    /// Car miles of the first band used up before.
    pub miles_used_before: Miles,
}

/// A line's free texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTexts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_exception: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_agreement: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_reason: Option<Said>,
}

impl LineRow {
    /// The line as a client would write it.
    pub fn written(&self) -> NewLine {
        let texts = self.texts.clone();
        NewLine {
            id: Some(self.id),
            session_id: self.session_id,
            from: texts.from,
            to: texts.to,
            evidence_exception: texts.evidence_exception,
            prior_agreement: texts.prior_agreement,
            ..self.inputs.given.clone()
        }
    }

    /// What the person is due, before any approval.
    pub fn due(&self) -> Option<Pence> {
        self.payable_pence.map(|payable| crate::policies::calculator::paid(payable, self.elected_pence))
    }
}

/// A line as written, parted into what stays and what erasure clears.
pub fn part(line: &NewLine) -> (NewLine, LineTexts) {
    let mut given = line.clone();
    given.id = None;
    given.session_id = None;
    let texts = LineTexts {
        from: given.from.take(),
        to: given.to.take(),
        evidence_exception: given.evidence_exception.take(),
        prior_agreement: given.prior_agreement.take(),
        approval_reason: None,
    };
    (given, texts)
}
