//! A message came back: it goes to the work list again, with what is so by now.

use serde_json::json;

use crate::access::Action;
use crate::agreements;
use crate::db::ids::DeliveryId;
use crate::deliveries::views::{BouncedDelivery, DeliveryView};
use crate::deliveries::{self, About, DeliveryVerb, LIFE};
use crate::http::Routes;
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Deliveries")
        .post("/v1/deliveries/{id}/bounced", Action::WriteDeliveries, return_to_work_list)
        .verb(&LIFE, DeliveryVerb::Bounced)
        .describe(
            "Record that a delivery came back",
            "Records that a message did not reach the volunteer, for example because a letter was returned. The delivery goes \
             back to the work list with another contact method that suits their needs, unless they were told something newer \
             about the same record since, or what it says is no longer so (`not-editable`): an offer that lapsed or was \
             withdrawn, a session that has begun. A message about an agreement says where people meet now. Somebody who has \
             left is told again only what is about money; somebody who has died, nothing.",
        )
        .refuses(&["not-editable", "volunteer-not-active"])
        .example("moved", json!({ "reason": "Addressee has gone away" }));
}

fn return_to_work_list(
    writer: &mut Writer<'_>,
    id: DeliveryId,
    bounced: BouncedDelivery,
) -> Result<Changed<DeliveryView>> {
    let returned = deliveries::hold_returned(writer, id)?;
    // Whoever had a message hears of the sessions that move, not of the agreement. Where it comes back, they had none.
    let text = match returned.about {
        About::AgreementIssued => agreements::message_now(writer, returned.subject_id.into())?,
        _ => None,
    };
    deliveries::return_to_work_list(writer, returned, bounced, text)
}
