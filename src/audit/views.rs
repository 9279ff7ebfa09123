//! An audit record in answers. Clients can't write one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::{Day, Instant};
use crate::http::Keyed;
use crate::text::Subject;

crate::text_enum! {
    /// Kind of record that a change is about.
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
        /// Reply to a session.
        SessionReply = "session_reply",
        /// What is arranged for somebody at a session.
        Arrangement = "arrangement",
        /// A volunteer.
        Volunteer = "volunteer",
        /// A volunteer's lived experience of a service.
        Experience = "experience",
        /// A clearance or a training.
        Clearance = "clearance",
        /// A volunteer's numbers in finance's systems.
        Payee = "payee",
        /// A version of the reimbursement policy.
        Policy = "policy",
        /// A claim.
        Claim = "claim",
        /// A receipt of a claim.
        Receipt = "receipt",
        /// A payment.
        Payment = "payment",
        /// A payment run.
        PaymentRun = "payment_run",
        /// Money that is to come back.
        Recovery = "recovery",
        /// An item of feedback.
        Feedback = "feedback",
        /// A channel in which opportunities are advertised.
        Channel = "channel",
        /// A support contact.
        SupportContact = "support_contact",
        /// An induction.
        Induction = "induction",
        /// A reminder that a clearance expires.
        ClearanceReminder = "clearance_reminder",
        /// The advertising of an opportunity in a channel.
        Placement = "placement",
        /// A message that a volunteer must get.
        Delivery = "delivery",
        /// An update on a plan.
        Update = "update",
        /// A release of notes of staff to the person whom they are about.
        ExportRelease = "export_release",
        /// A volunteer who is a member of a plan.
        PlanMember = "plan_member",
        /// A comment on a plan.
        PlanComment = "plan_comment",
        /// A training in the list.
        Training = "training",
        /// A template file of the guidance.
        TemplateFile = "template_file",
        /// A point of the guidance; its id is its number.
        Guidance = "guidance",
        /// A retention period.
        RetentionPeriod = "retention_period",
        /// The address at which a calendar app reads a volunteer's sessions.
        CalendarAddress = "calendar_address",
        /// A webhook.
        Webhook = "webhook",
        /// A log-in or token that is refused.
        RefusedToken = "refused_token",
        /// The services of a member of staff.
        StaffServices = "staff_services",
    }
}

/// The kinds of record on which finance may read audit records.
pub(super) const MONEY: [ResourceType; 5] =
    [ResourceType::Claim, ResourceType::Payment, ResourceType::PaymentRun, ResourceType::Recovery, ResourceType::Payee];

/// The action after which finance sees a claim, and so its records.
pub(super) const APPROVAL: &str = "approve";

/// Filters of the list of audit records.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AuditFilter {
    /// Only changes of records of these kinds; several separated by commas.
    #[serde(default)]
    #[schema(max_items = 16)]
    pub resource_type: Option<Vec<ResourceType>>,
    /// Only changes of these records; several ids separated by commas.
    #[serde(default)]
    #[schema(max_items = 50, value_type = Option<Vec<Uuid>>)]
    pub resource_id: Option<Vec<Uuid>>,
    /// Only changes made by this request: the id that it answered in `X-Request-Id`, or the service's own.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub request_id: Option<Uuid>,
    /// Only changes made by the person with this token subject.
    #[serde(default)]
    pub actor: Option<Subject>,
    /// Only changes made on or after this day, London date.
    #[serde(default)]
    pub from: Option<Day>,
    /// Only changes made on or before this day, London date.
    #[serde(default)]
    pub to: Option<Day>,
}

/// Audit record of a change: ids, names of fields and statuses, never values.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Number of the audit record; a later record has a higher number, and numbers may be missing.
    pub seq: i64,
    /// When the change was made.
    pub at: Instant,
    /// Who made it: the subject of their token; null once erased.
    #[schema(example = "amara.okafor")]
    pub actor: Option<String>,
    /// Action, such as `create`, `change` or a verb of the life cycle.
    #[schema(example = "approve")]
    pub action: String,
    /// Kind of the record that changed.
    #[schema(example = "claim")]
    pub resource_type: String,
    /// Id of the record that changed.
    pub resource_id: Uuid,
    /// Version of the record after the change.
    pub version: i32,
    /// Status before the change; null if it did not change.
    #[schema(example = "submitted")]
    pub from_state: Option<String>,
    /// Status after the change; null if the record has none.
    #[schema(example = "approved")]
    pub to_state: Option<String>,
    /// Names of the fields that changed.
    pub fields: Vec<String>,
    /// Id of the request that made the change.
    pub request_id: Uuid,
    /// Id that the caller gave the request in `X-Request-Id`, null if they did not. Anybody can send any.
    pub client_request_id: Option<Uuid>,
    /// SHA-256 over all fields of the audit record, in hexadecimal.
    pub hash: String,
}

impl Keyed for AuditView {
    fn key(&self) -> Uuid {
        as_key(self.seq)
    }
}

/// An audit record's number as the key of a page; numbers begin at 1.
fn as_key(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(seq).unwrap_or_default())
}

/// The audit record's number from the key of a page.
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
