//! Verification of a part of the audit record, for whoever has no shell on the service's machine. The record of every
//! feature is compared with what the features hold; `involvement verify-audit` does it for all of it at once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Action;
use crate::audit::Anchor;
use crate::audit::verify::{Problem, Window, Wrong, check_part};
use crate::features::resources;
use crate::http::{Represent, Routes};
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Audit")
        .get("/v1/audit/verification", Action::ReadAudit, verify_audit_records)
        .without_etag()
        .describe(
            "Verify audit records",
            "Verifies up to 2,000 seals of the audit record, and up to 2,000 records that are not sealed yet: that no sealed record \
             was changed, removed or put in between, and that the histories and the things that they are about say the same. Without \
             `after`, the newest are verified. With the `head` that an earlier verification answered, those after it, and that the \
             chain still contains it: what was cut off or rewritten since is found. `after=0` begins with the first record; go on \
             while `more` is true. What was changed past the service is found with the last record of the thing that was changed, \
             so it takes all parts, now and then. The command `involvement verify-audit` verifies everything in one go, also \
             events, histories without a record, and the log-ins of actors. Finance learn that something is wrong and what kind, \
             and not where.",
        );
}

/// Where the verification begins.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VerificationFilter {
    /// `head` of an earlier verification, after which this one begins; `0` for the first record. Without it, the newest
    /// are verified.
    /// Example: 0
    #[serde(default)]
    #[schema(pattern = "^(0|[1-9][0-9]{0,17}:[0-9a-f]{64})$")]
    pub after: Option<String>,
}

/// Result of a verification of a part of the audit record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerification {
    /// Whether nothing is wrong in the part that was verified.
    pub whole: bool,
    /// Number of audit records whose hash was checked.
    pub checked_count: i64,
    /// Number of seals whose place in the chain was checked.
    pub sealed_count: i64,
    /// Number of the first of these seals; null if there is none.
    pub first_seal: Option<i64>,
    /// Last of these seals, as `NUMBER:HASH`: keep it outside the service, and send it as `after` next time. Null where no
    /// seal was made yet, and where the chain does not contain `after`.
    /// Example: 182734:9f2c1a7be0d4a5a3c1f0f6a9d8e7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9
    pub head: Option<String>,
    /// Whether there are seals after the head, for the next call.
    pub more: bool,
    /// What is wrong: the first case of each kind.
    pub problems: Vec<AuditProblem>,
}

/// Something that is wrong with the audit record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditProblem {
    /// What is wrong.
    pub code: Wrong,
    /// Number of the audit record; null where there is none, and for finance.
    pub seq: Option<i64>,
    /// Where, in words: kinds of record, ids and numbers only; null for finance.
    pub detail: Option<String>,
}

impl AuditProblem {
    /// A problem as somebody sees it who reads every audit record, or only some of them.
    fn seen(Problem { wrong, seq, detail }: Problem, all: bool) -> Self {
        Self { code: wrong, seq: seq.filter(|_| all), detail: Some(detail).filter(|_| all) }
    }
}

impl Represent for AuditVerification {}

fn verify_audit_records(reader: &mut Reader<'_>, (): (), asked: &VerificationFilter) -> Result<AuditVerification> {
    let after = asked.after.as_deref().map(anchor);
    let all = reader.grant().all();
    reader.snapshot(|reader| {
        let Window { report, first, more } = check_part(reader.conn, &resources(), after.as_ref())?;
        Ok(AuditVerification {
            whole: report.is_whole(),
            checked_count: report.checked,
            sealed_count: report.sealed,
            first_seal: first,
            head: report.head.map(|head| head.to_string()),
            more,
            problems: report.problems.into_iter().map(|problem| AuditProblem::seen(problem, all)).collect(),
        })
    })
}

/// The place that a client names; the pattern of the parameter lets nothing else through.
fn anchor(text: &str) -> Anchor {
    text.parse().unwrap_or_else(|_| Anchor::beginning())
}
