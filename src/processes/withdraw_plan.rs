//! Withdrawing a plan: what is still advertised under it closes, and whoever waits for an answer gets one, in the same
//! transaction.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::PlanId;
use crate::deliveries;
use crate::expressions;
use crate::http::Routes;
use crate::opportunities;
use crate::plans::{self, LIFE, PlanReason, PlanStep, PlanVerb, PlanView};
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Plans")
        .post("/v1/plans/{id}/withdraw", Action::WritePlans, withdraw_plan)
        .describe(
            "Withdraw a plan",
            "Ends the plan, with a reason; this can't be undone. Opportunities that are published under it are closed \
             at the same moment, and expressions of interest that are not accepted yet are declined: the people are told. \
             Agreements in force continue.",
        )
        .verb(&LIFE, PlanVerb::Withdraw)
        .example("a reason", json!({ "reason": "The service is to close." }));
}

fn withdraw_plan(writer: &mut Writer<'_>, id: PlanId, body: PlanReason) -> Result<Changed<PlanView>> {
    // Its opportunities first, in the order in which places are offered and accepted.
    let under = opportunities::lock_under(writer, id)?;
    let row = plans::locked_for(writer, id, PlanVerb::Withdraw)?;
    expressions::decline_under(writer, &under)?;
    opportunities::close_under(writer, id)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    plans::step(writer, &row, PlanVerb::Withdraw, PlanStep { reason: Some(body.reason.into()), ..PlanStep::default() })
}
