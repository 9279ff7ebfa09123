//! The applicants of an opportunity: its expressions of interest, each with how the person fits, for those who choose.
//! What an expression of interest is belongs to `expressions`; the facts of the fit are read in `fit`.

use std::collections::HashMap;

use crate::access::{Action, Viewer};
use crate::db::ids::{OpportunityId, VolunteerId};
use crate::db::page::{Page, Rows};
use crate::expressions;
use crate::expressions::views::{ExpressionFilter, ExpressionItem, OpportunityExpressionFilter};
use crate::http::Routes;
use crate::matching::applicant_views::{ApplicantFit, ApplicantItem};
use crate::matching::fit;
use crate::opportunities;
use crate::refusal::{Refusal, Result};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Expressions of interest")
        .list(
            "/v1/opportunities/{id}/expressions-of-interest",
            Some(Action::ReadExpressions),
            list_opportunity_expressions,
        )
        .describe(
            "List the expressions of interest in an opportunity",
            "Newest first. Volunteers see their own only. Staff and involvement leads see how each person fits (`fit`): \
             wanted skills, and which requirements are met on the day; leads also see which wanted experience the person \
             has, never the notes on it.",
        );
}

fn list_opportunity_expressions(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    filter: &OpportunityExpressionFilter,
    page: &Page,
) -> Result<Rows<ApplicantItem>> {
    let opportunity = opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let filter = ExpressionFilter {
        status: filter.status.clone(),
        opportunity_id: Some(vec![id]),
        volunteer_id: filter.volunteer_id.clone(),
        service_id: None,
    };
    let rows = expressions::list_expressions(reader, (), &filter, page)?;
    // Whoever only reaches their own sees no fit. Of other services, staff reach nothing but what is their own.
    let (viewer, own) = (reader.grant().viewer(), reader.grant().own());
    let sees = |item: &ExpressionItem| {
        viewer.only_if(Viewer::Service, own != Some(item.volunteer_id)).sees(ApplicantItem::FIT)
    };
    let people: Vec<VolunteerId> = rows.rows.iter().filter(|item| sees(item)).map(|item| item.volunteer_id).collect();
    let with_experience = viewer.sees(ApplicantFit::EXPERIENCE);
    let mut fits: HashMap<VolunteerId, ApplicantFit> = fit::of(reader, &opportunity, &people, with_experience)?;
    Ok(rows.map(|item| ApplicantItem { fit: fits.remove(&item.volunteer_id), item }))
}
