//! What is still missing from each of the ten points, in words that a busy nurse understands. Pure.
//! `intent` and `arrangements` say what each point needs.

mod arrangements;
mod findings;
mod intent;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Represent;
use crate::plans::points::AllPoints;
use crate::plans::readiness::findings::{PointReadiness, PointState};
use crate::refusal::Fault;

/// Readiness of a plan for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether all ten points are met.
    pub ready: bool,
    /// The ten points in order.
    pub points: Vec<PointReadiness>,
    /// Number of comments that are not resolved. Open comments do not prevent approval.
    pub open_comments: i64,
}

impl Represent for Readiness {}

impl Readiness {
    /// All findings as faults of a refusal.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let findings = self.points.iter().flat_map(|point| &point.findings);
        findings.map(|finding| Fault::at(finding.pointer.clone(), finding.code, finding.detail.clone())).collect()
    }
}

/// Assesses a plan against the ten points.
#[must_use]
pub(super) fn assess(plan: &AllPoints) -> Readiness {
    let points = vec![
        intent::approach(plan),
        intent::relationships(plan),
        intent::purpose(plan),
        intent::activities(plan),
        arrangements::interview_panels(plan),
        arrangements::reimbursement(plan),
        arrangements::requirements(plan),
        arrangements::agreement(plan),
        arrangements::advertising(plan),
        arrangements::feedback(plan),
    ];
    Readiness { ready: points.iter().all(|point| point.state == PointState::Met), points, open_comments: 0 }
}

#[cfg(test)]
mod tests;
