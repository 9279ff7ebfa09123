//! A record of a change as it is seen. Nobody writes one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::{Day, Instant};
use crate::http::Keyed;
use crate::text::Subject;

crate::text_enum! {
    /// The kinds of thing that are recorded.
    pub enum ResourceType {
        /// A service of the trust.
        Service = "service",
        /// An involvement plan.
        Plan = "plan",
        /// An opportunity.
        Opportunity = "opportunity",
        /// An expression of interest.
        Expression = "expression",
        /// An agreement.
        Agreement = "agreement",
        /// A session.
        Session = "session",
        /// A person.
        Volunteer = "volunteer",
        /// A lived experience.
        Experience = "experience",
        /// A clearance or a training.
        Clearance = "clearance",
        /// Finance's numbers for a person.
        Payee = "payee",
        /// A version of the reimbursement policy.
        Policy = "policy",
        /// A claim.
        Claim = "claim",
        /// A payment.
        Payment = "payment",
        /// A payment run.
        PaymentRun = "payment_run",
        /// An item of feedback.
        Feedback = "feedback",
        /// A channel in which opportunities are advertised.
        Channel = "channel",
        /// An advert that was placed.
        Placement = "placement",
        /// Something that a person must be told.
        Delivery = "delivery",
        /// An update of a plan.
        Update = "update",
        /// A volunteer who shapes a plan.
        PlanMember = "plan_member",
        /// A comment on a plan.
        PlanComment = "plan_comment",
    }
}

/// The kinds of thing whose records finance sees.
pub(super) const MONEY: [ResourceType; 4] =
    [ResourceType::Claim, ResourceType::Payment, ResourceType::PaymentRun, ResourceType::Payee];

/// The filters of the audit record.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuditFilter {
    /// Only records of these kinds of thing.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub resource_type: Option<Vec<ResourceType>>,
    /// Only records of these things.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Option<Vec<Uuid>>)]
    pub resource_id: Option<Vec<Uuid>>,
    /// Only what somebody did whom their token calls this.
    #[serde(default)]
    pub actor: Option<Subject>,
    /// Only what was done on this day in London or later.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only what was done on this day in London or earlier.
    #[serde(default)]
    pub to: Option<Day>,
}

/// A record of a change: ids, names of fields and states, never values.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its number: higher is later, not gapless.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who: what their token calls them; null once they were erased.
    pub actor: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub resource_type: String,
    /// To which.
    pub resource_id: Uuid,
    /// Its version since.
    pub version: i32,
    /// Its state before, where it changed.
    pub from_state: Option<String>,
    /// Its state since, where it has one.
    pub to_state: Option<String>,
    /// The names of the fields that changed.
    pub fields: Vec<String>,
    /// By which request.
    pub request_id: Uuid,
    /// The SHA-256 over everything that it says, in hexadecimal.
    pub hash: String,
}

impl Keyed for AuditView {
    fn key(&self) -> Uuid {
        as_key(self.seq)
    }
}

/// A record's number as the key of a page; numbers begin at 1.
fn as_key(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(seq).unwrap_or_default())
}

/// The record's number of a page's key.
pub(super) fn as_seq(key: Uuid) -> i64 {
    i64::try_from(key.as_u128()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_into_a_key_and_out_again() {
        for seq in [1, 4711, i64::MAX] {
            assert_eq!(as_seq(as_key(seq)), seq);
        }
    }
}
