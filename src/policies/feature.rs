//! What the list of features needs to know of reimbursement policies.

use crate::policies::status::LIFE;
use crate::work::feature::{By, Feature, Lived, Resource};

/// The feature, for the lists of them all.
pub static FEATURE: Feature = Feature {
    name: "policies",
    tables: &["reimbursement_policies"],
    resources: &[Resource { gone_by: &["remove"], ..Resource::of("policy", "reimbursement_policies") }],
    lives: &[Lived { life: &LIFE, by: By::Operation }],
    ..Feature::EMPTY
};
