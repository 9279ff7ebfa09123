//! The result of a top-up in answers.
//! The supplementary claims are read like any other claim.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Represent;
use crate::money::Pence;

/// Result of topping up claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopUps {
    /// Number of supplementary claims created: one for each claim that is topped up.
    #[schema(minimum = 0)]
    pub claims_created: usize,
    /// Number of lines in the supplementary claims.
    #[schema(minimum = 0)]
    pub lines: usize,
    /// Total of the supplementary claims, in pence.
    pub total_pence: Pence,
    /// Number of lines that would come to more, but are left alone because an approver reduced them or something of them is recovered.
    #[schema(minimum = 0)]
    pub skipped: usize,
}

/// What topping up claims would find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopUpEstimate {
    /// Number of claims that would be topped up.
    #[schema(minimum = 0)]
    pub claims: usize,
    /// Number of their lines that would come to more.
    #[schema(minimum = 0)]
    pub lines: usize,
    /// How much more, in pence.
    pub total_pence: Pence,
    /// Number of lines that would come to more, but would be left alone because an approver reduced them or something of them is recovered.
    #[schema(minimum = 0)]
    pub skipped: usize,
}

impl Represent for TopUps {}
