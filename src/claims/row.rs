//! A claim and its lines as they are stored.
//! The SQL that reads and writes them stands in `store`.

use crate::db::prelude::*;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::dsl::sql;
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Jsonb, Nullable};
use serde::{Deserialize, Serialize};

use crate::claims::bodies::{Declaration, NewClaim};
use crate::claims::line::{LineKind, NewLine, WorkDone};
use crate::claims::names::ClaimNames;
use crate::claims::promise::TariffPromise;
use crate::claims::receipts::AttachedReceipt;
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::warning::Warning;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{ActorId, AgreementId, ClaimId, ClaimLineId, PlanId, PolicyId, ServiceId, SessionId, VolunteerId};
use crate::db::schema::{claim_line_texts, claim_lines, claim_texts, claims, services};
use crate::money::{Miles, Pence};
use crate::payments::PaymentBrief;
use crate::policies::calculator::{Outcome, TaxYear, paid};
use crate::text::{RequiredText, ShortText};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::names::Name;

/// A row of `claims`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = claims, check_for_backend(Pg))]
pub struct ClaimRow {
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
    pub approved_at: Option<Instant>,
    pub paid_at: Option<Instant>,
    pub created_at: Instant,
    pub created_by: ActorId,
    pub updated_at: Instant,
}

/// The subject of the log-in that a column of `claims` names. It is looked up by itself, because that costs PostgreSQL less at
/// each run than one more table in the join.
fn subject_of(column: &str) -> Name {
    sql(&format!("(SELECT a.subject FROM actors a WHERE a.id = claims.{column})"))
}

/// A claim without its lines, with what other tables say about it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = claims, check_for_backend(Pg))]
pub struct ClaimHeader {
    #[diesel(embed)]
    pub row: ClaimRow,
    #[diesel(select_expression = claim_texts::late_reason.nullable())]
    pub late_reason: Option<RequiredText>,
    #[diesel(select_expression = claim_texts::declaration.nullable())]
    pub declaration: Option<Json<Declaration>>,
    #[diesel(select_expression = claim_texts::reason.nullable())]
    pub reason: Option<String>,
    #[diesel(select_expression = claim_texts::over_budget_reason.nullable())]
    pub over_budget_reason: Option<String>,
    #[diesel(select_expression = subject_of("created_by"), select_expression_type = Name)]
    pub created_by: Option<String>,
    #[diesel(select_expression = subject_of("submitted_by"), select_expression_type = Name)]
    pub submitted_by: Option<String>,
    #[diesel(select_expression = subject_of("approved_by"), select_expression_type = Name)]
    pub approved_by: Option<String>,
    #[diesel(select_expression = services::code)]
    pub service_code: String,
    #[diesel(select_expression = services::cost_centre)]
    pub cost_centre: String,
}

/// A claim with its lines, in their order.
#[derive(Clone, Debug)]
pub struct Claim {
    pub header: ClaimHeader,
    pub lines: Vec<ClaimLineRow>,
}

/// A claim with what is shown beside it.
#[derive(Clone, Debug)]
pub struct ShownClaim {
    pub claim: Claim,
    pub payments: Vec<PaymentBrief>,
    pub receipts: Vec<AttachedReceipt>,
    pub names: ClaimNames,
    /// The budget of its plan, while it waits for a decision.
    pub budget: Option<PlanBudget>,
}

/// The budget of a plan, and what of it is approved already.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PlanBudget {
    budget_pence: Pence,
    #[serde(deserialize_with = "Pence::of_a_sum")]
    approved_pence: Pence,
}

impl PlanBudget {
    /// The positions of the lines, of what they cost in turn, with which the claim would exceed the budget.
    pub fn exceeded_by(self, costs: impl Iterator<Item = Pence>) -> Vec<usize> {
        let left = self.budget_pence.checked_sub(self.approved_pence).unwrap_or_default();
        let mut so_far = Pence::ZERO;
        let mut beyond = Vec::new();
        for (position, cost) in costs.enumerate() {
            so_far = so_far.checked_add(cost).unwrap_or(so_far);
            if cost > Pence::ZERO && so_far > left {
                beyond.push(position);
            }
        }
        beyond
    }
}

impl Claim {
    /// The claim as a client would write it, for merge patches.
    pub fn written(&self) -> NewClaim {
        NewClaim {
            volunteer_id: Some(self.header.row.volunteer_id),
            agreement_id: self.header.row.agreement_id,
            lines: self.lines.iter().map(ClaimLineRow::written).collect(),
            late_reason: self.header.late_reason.clone(),
            declaration: self.header.declaration.clone().map(|Json(declaration)| declaration),
        }
    }
}

/// A row of `claim_lines`, with its texts from `claim_line_texts`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = claim_lines, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct ClaimLineRow {
    pub id: ClaimLineId,
    pub claim_id: ClaimId,
    pub volunteer_id: VolunteerId,
    pub position: i16,
    pub kind: LineKind,
    pub session_id: Option<SessionId>,
    pub on_day: Option<Day>,
    pub inputs: Json<LineInputs>,
    /// Whether the line counts: its claim is submitted, approved, part paid or paid.
    pub live: bool,
    pub policy_id: Option<PolicyId>,
    pub route: PaymentRoute,
    pub tax_year: Option<TaxYear>,
    /// Car miles at the first rate.
    pub miles_first_rate: Miles,
    pub payable_pence: Option<Pence>,
    pub elected_pence: Option<Pence>,
    pub approved_pence: Option<Pence>,
    pub taxable_excess_pence: Option<Pence>,
    pub trust_cost_pence: Pence,
    pub explanation: Json<Vec<String>>,
    pub warnings: Json<Vec<Warning>>,
    pub supplements_line_id: Option<ClaimLineId>,
    #[diesel(skip_insertion, sql_type = Nullable<Jsonb>, select_expression = claim_line_texts::texts.nullable())]
    pub texts: LineTexts,
}

/// Everything that a line's figures rest on, except the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineInputs {
    /// What was written, without what has a column or is free text.
    pub given: NewLine,
    /// What was found.
    pub basis: LineBasis,
}

/// What a line was worked out from beside what was written: enough to work it out again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineBasis {
    /// The agreement's tariff.
    pub tariff: Option<String>,
    /// The session's scheduled length.
    pub scheduled_minutes: Option<i64>,
    /// How the session went for the person.
    pub outcome: Option<Outcome>,
    /// How long before the session it was cancelled.
    pub notice_minutes: Option<i64>,
    /// Car miles of the first band used up before.
    pub miles_used_before: Miles,
    /// The terms of the tariff that were promised, for time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<TariffPromise>,
}

/// The free texts of a line, which erasure removes. A line without a row in `claim_line_texts` has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
pub struct LineTexts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ShortText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ShortText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_exception: Option<RequiredText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_agreement: Option<RequiredText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_reason: Option<RequiredText>,
    /// What was done without a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<RequiredText>,
}

impl ToSql<Jsonb, Pg> for LineTexts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Jsonb, Pg>::to_sql(&Json(self.clone()), &mut out.reborrow())
    }
}

impl FromSql<Nullable<Jsonb>, Pg> for LineTexts {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Jsonb, Pg>::from_sql(bytes).map(|Json(texts)| texts)
    }

    fn from_nullable_sql(bytes: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        bytes.map_or_else(|| Ok(Self::default()), Self::from_sql)
    }
}

impl ClaimLineRow {
    /// The line as a client would write it.
    pub fn written(&self) -> NewLine {
        let given = self.inputs.0.given.clone();
        let work = self.worked_on().map(|on| WorkDone { on, description: self.texts.work.clone() });
        let texts = self.texts.clone();
        NewLine {
            id: Some(self.id),
            session_id: self.session_id,
            date: given.date.filter(|_| work.is_none()),
            work,
            from: texts.from,
            to: texts.to,
            evidence_exception: texts.evidence_exception,
            prior_agreement: texts.prior_agreement,
            ..given
        }
    }

    /// The day of work without a session, on a line for that.
    pub fn worked_on(&self) -> Option<Day> {
        self.on_day.filter(|_| self.kind == LineKind::Time && self.session_id.is_none())
    }

    /// What a line with these figures costs: what the person is due, and what the trust pays itself.
    pub fn cost(payable: Option<Pence>, elected: Option<Pence>, trust: Pence) -> Pence {
        let due = payable.map(|payable| paid(payable, elected)).unwrap_or_default();
        due.checked_add(trust).unwrap_or_default()
    }

    /// What the person is due, before any approval.
    pub fn due(&self) -> Option<Pence> {
        self.payable_pence.map(|payable| paid(payable, self.elected_pence))
    }
}

/// A line as written, split into what stays and what erasure removes.
pub fn split(line: &NewLine) -> (NewLine, LineTexts) {
    let mut given = line.clone();
    given.id = None;
    given.session_id = None;
    let work = given.work.take();
    given.date = given.date.or(work.as_ref().map(|work| work.on));
    let texts = LineTexts {
        from: given.from.take(),
        to: given.to.take(),
        evidence_exception: given.evidence_exception.take(),
        prior_agreement: given.prior_agreement.take(),
        approval_reason: None,
        work: work.and_then(|work| work.description),
    };
    (given, texts)
}
