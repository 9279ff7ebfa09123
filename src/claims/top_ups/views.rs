//! What a top-up answers: how much was made of how many, and what was left alone.
//! The supplementary claims are read like any other.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Represent;
use crate::money::Pence;

/// What became of asking for top-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopUps {
    /// How many supplementary claims were made: one for each claim that is topped up.
    #[schema(minimum = 0)]
    pub claims_created: usize,
    /// How many lines they have together.
    #[schema(minimum = 0)]
    pub lines: usize,
    /// What they come to together.
    pub total_pence: Pence,
    /// How many lines would come to more but were lowered by their approver, and are left alone.
    #[schema(minimum = 0)]
    pub skipped: usize,
}

impl Represent for TopUps {}
