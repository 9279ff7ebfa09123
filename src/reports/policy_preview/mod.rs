//! What publishing a reimbursement policy would do: which rates rise and fall, whose agreements and which opportunities name
//! a tariff that changes, and what top-ups would find.
//! How two versions differ is told in `difference`.

mod difference;
mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::claims::{self, TopUpEstimate};
use crate::clock::Day;
use crate::db::ids::PolicyId;
use crate::http::{Represent, Routes};
use crate::policies::calculator::in_force;
use crate::policies::{self, Published};
use crate::refusal::Result;
use crate::reports::policy_preview::difference::{RateChange, TariffChange};
use crate::reports::policy_preview::store::{AffectedAgreements, AffectedOpportunities};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Reimbursement policies")
        .get("/v1/reimbursement-policies/{id}/preview", Action::PreviewPolicies, preview_policy)
        .describe(
            "Preview a reimbursement policy",
            "What publishing a draft now would do, compared with the version that would otherwise be in force on its first \
             day: tariffs and rates that rise and fall, agreements that are not over and published opportunities that name \
             a tariff which changes or is missing (each counted, the first 100 listed), and what topping up approved claims \
             would find. Agreements keep what they promise, so a lower tariff pays less to none of them. For a published \
             version, what it does.",
        )
        .without_etag();
}

/// What publishing a version would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyPreview {
    /// The version.
    pub policy_id: PolicyId,
    /// First day on which it would be in force, London date.
    pub from: Day,
    /// First day of the version that follows it, London date; null if none does.
    pub until: Option<Day>,
    /// The version that would otherwise be in force on its first day; null if there is none.
    pub compared_with: Option<PolicyId>,
    /// Tariffs that differ.
    pub tariffs: Vec<TariffChange>,
    /// Other rates and limits that differ.
    pub rates: Vec<RateChange>,
    /// JSON pointers of other terms that differ.
    pub other_terms: Vec<String>,
    /// Agreements that are not over and name a tariff that falls or rises or is missing.
    pub agreements: AffectedAgreements,
    /// Published opportunities that name such a tariff.
    pub opportunities: AffectedOpportunities,
    /// What topping up approved claims would find.
    pub top_ups: TopUpEstimate,
}

impl Represent for PolicyPreview {}

fn preview_policy(reader: &mut Reader<'_>, id: PolicyId) -> Result<PolicyPreview> {
    reader.snapshot(|reader| {
        let (version, versions) = policies::as_if_published(reader, id)?;
        let others: Vec<Published> = versions.iter().filter(|other| other.id != id).cloned().collect();
        let before = in_force(&others, version.effective_from.date());
        let until = others.iter().map(|other| other.effective_from).filter(|day| *day > version.effective_from).min();
        let terms = before.map(|before| &before.terms);
        let tariffs = difference::tariffs(terms, &version.terms);
        let rates = difference::rates(terms, &version.terms);
        Ok(PolicyPreview {
            policy_id: id,
            from: version.effective_from,
            until,
            compared_with: before.map(|before| before.id),
            other_terms: difference::others(terms, &version.terms)?,
            agreements: store::agreements(reader, &tariffs)?,
            opportunities: store::opportunities(reader, &tariffs)?,
            top_ups: claims::estimate_top_ups(reader, &versions, id)?,
            tariffs,
            rates,
        })
    })
}
