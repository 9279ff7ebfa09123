//! Confirming a change of a payee's numbers: it comes into force, and the person is told that it did, without the numbers.

use crate::access::Action;
use crate::agreements;
use crate::db::ids::VolunteerId;
use crate::deliveries::{self, About};
use crate::expressions;
use crate::http::{Nothing, Routes};
use crate::people::volunteers::{self, PAYEE_LIFE, PayeeVerb, PayeeView};
use crate::refusal::Result;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Volunteers")
        .post("/v1/volunteers/{id}/payee/confirm", Action::WritePayees, confirm_payee)
        .describe(
            "Confirm a proposed change of payee numbers",
            "Puts the proposed numbers into force. The caller must be a person who did not propose the change and is not \
             the payee. Send the version that you read in `If-Match`, so that you confirm what you saw. The person is \
             told that their details for payments were changed; the message has no numbers. A payment run that was \
             created before can no longer be released (`409 payee-changed`).",
        )
        .verb(&PAYEE_LIFE, PayeeVerb::Confirm)
        .refuses(&["segregation-of-duties"]);
}

fn confirm_payee(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<PayeeView>> {
    let change = volunteers::confirm_payee(writer, id)?;
    // Told by the service with which they have an agreement, otherwise by one that considers them, otherwise by the trust.
    let in_force = agreements::services_in_force(writer.conn, &[id])?.remove(&id);
    let service = match in_force {
        Some(service) => Some(service),
        None => expressions::services_engaged(writer.conn, &[id])?.remove(&id),
    };
    deliveries::notify(writer, id, service, About::PayeeChanged, (PAYEE_LIFE.resource, id.into()), None)?;
    let view = volunteers::read_payee(writer, id)?;
    Ok(writer.changed(change, view))
}
