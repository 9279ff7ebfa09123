//! Cancelling an opportunity: interest without an answer is declined, sessions to come are cancelled, everyone is told.

use serde_json::json;

use crate::access::Action;
use crate::agreements;
use crate::db::ids::OpportunityId;
use crate::expressions;
use crate::http::Routes;
use crate::opportunities::{self, LIFE, OpportunityCancellation, OpportunityStep, OpportunityVerb, OpportunityView};
use crate::processes::cancel_session::cancel_to_come;
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Opportunities")
        .post("/v1/opportunities/{id}/cancel", Action::CloseOpportunities, cancel_opportunity)
        .describe(
            "Cancel an opportunity",
            "Expressions of interest that are not accepted yet are declined with the reason `opportunity_cancelled`. \
             The people concerned are told why, and so are those who have accepted. Agreements that are drafted or issued \
             are withdrawn. Sessions to come are cancelled: whoever was told of them is told so, and the attendance of \
             everyone expected at them becomes `cancelled_by_trust`; sessions that have begun stay as they are. Agreements in force stay so: end them if nothing more is to happen.",
        )
        .verb(&LIFE, OpportunityVerb::Cancel)
        .refuses(&["segregation-of-duties"])
        .example("no room", json!({ "reason": "The building is closed until spring." }));
}

fn cancel_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    cancellation: OpportunityCancellation,
) -> Result<Changed<OpportunityView>> {
    let row = opportunities::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), OpportunityVerb::Cancel)?;
    let row = opportunities::settled(writer, row)?;
    expressions::decline_all(writer, id, &cancellation.reason)?;
    agreements::withdraw_with_place(writer, id, None)?;
    cancel_to_come(writer, id, &cancellation.reason)?;
    let step = OpportunityStep { cancel_reason: Some(cancellation.reason.into()), ..OpportunityStep::default() };
    opportunities::stepped(writer, &row, OpportunityVerb::Cancel, &step)
}
