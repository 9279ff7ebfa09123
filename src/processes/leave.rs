//! A volunteer leaves: what they were engaged in ends, nobody waits for their answer, and they are told nothing more but about
//! money. Whoever has died is told nothing at all.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::http::Routes;
use crate::people::volunteers::views::VolunteerView;
use crate::people::volunteers::{self, LIFE, LeaveReason, Leaving, VolunteerVerb};
use crate::refusal::{Refusal, Result};
use crate::work::{Changed, Writer};
use crate::{agreements, deliveries, expressions, plans, secret_addresses, sessions};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Volunteers")
        .post("/v1/volunteers/{id}/leave", Action::LeaveVolunteers, leave_volunteer)
        .describe(
            "Record that a volunteer has left",
            "Ends their agreements in force on the day in `on`, which is not before a day for which attendance is recorded, \
             withdraws agreements and expressions of interest that are \
             open, frees their places, takes them out of plans, withdraws their replies to sessions to come and ends the address of their calendar. Messages that were still to be sent are not, except \
             those about money; what was attended can still be claimed and paid. With the reason `deceased`, nothing is \
             ever sent to the person again, their agreements end at the earliest on the last day on which they came, and it \
             can also be recorded of somebody who has left already: name who deals with the estate in `estate`, then finance can change the payee \
             numbers, and an involvement lead can enter claims without a declaration.",
        )
        .verb(&LIFE, VolunteerVerb::Leave)
        .example("no time", json!({ "reason": "time", "note": "Would like to hear from us next year." }))
        .example("died", json!({ "reason": "deceased", "on": "2026-06-01" }));
}

fn leave_volunteer(writer: &mut Writer<'_>, id: VolunteerId, leaving: Leaving) -> Result<Changed<VolunteerView>> {
    volunteers::visible(writer, id)?.ok_or_else(Refusal::not_found)?;
    let on = volunteers::may_leave(writer, id, &leaving)?;
    let deceased = leaving.reason == LeaveReason::Deceased;
    // In the order in which offers, answers and agreements take their locks: the person last.
    expressions::hold_open(writer, id)?;
    agreements::hold_in_force(writer, id)?;
    sessions::hold_news_of(writer, id)?;
    let leaver = volunteers::hold_to_leave(writer, id, &leaving)?;
    agreements::leave(writer, id, on, deceased)?;
    expressions::withdraw_open(writer, id)?;
    plans::leave(writer, id)?;
    deliveries::supersede_to_leaver(writer, id, deceased)?;
    sessions::leave(writer, id)?;
    secret_addresses::close_all(writer, id)?;
    secret_addresses::remove_of(writer, id, ("leave", "ended"))?;
    let change = volunteers::leave(writer, leaver, leaving, on)?;
    let view = volunteers::written(writer, id)?;
    Ok(writer.changed(change, view))
}
