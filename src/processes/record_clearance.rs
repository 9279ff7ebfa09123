//! Recording and changing a clearance: a reminder of one that another takes over, that has another last day or that no longer
//! counts is told no more.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{ClearanceId, VolunteerId};
use crate::deliveries::{self, About};
use crate::http::{Patch, Routes};
use crate::people::clearances::views::{ClearanceView, NewClearance};
use crate::people::clearances::{self, reminders};
use crate::refusal::Result;
use crate::vocabulary::clearance::{ClearanceKind, PANEL_SHADOWING, PANEL_TRAINING};
use crate::work::{Changed, Writer};

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.within("Clearances");
    routes
        .create("/v1/volunteers/{id}/clearances", Action::WriteClearances, record_clearance)
        .describe(
            "Record a clearance or training",
            "Its status on a day follows from its state and its dates. The code of a training must be in the list of \
             trainings. Training and sitting in on a panel from before the trust used this service, or at another trust, are \
             recorded with `how: before`. A reminder of one that this one takes over is not sent any more. Possible until the \
             volunteer is erased.",
        )
        .refuses(&["not-editable", "segregation-of-duties", "unknown-reference"])
        .example("an enhanced check", json!({
            "kind": "dbs_enhanced", "workforce": "adult", "state": "cleared", "issued_on": "2026-03-02", "policy_expires_on": "2029-03-01",
            "reference_last4": "0417", "eligibility_reason": "Visits adult inpatient wards without staff present.",
        }))
        .example("training", json!({ "kind": ClearanceKind::training(PANEL_TRAINING), "state": "cleared", "issued_on": "2026-02-12" }))
        .example(
            "sat in on a panel before the service was used",
            json!({ "kind": ClearanceKind::training(PANEL_SHADOWING), "state": "cleared", "issued_on": "2025-10-08", "how": "before" }),
        );
    routes
        .patch("/v1/volunteers/{id}/clearances/{clearance_id}", Action::WriteClearances, change_clearance)
        .describe(
            "Change a clearance",
            "Decisions already based on the clearance stay as they are. A reminder that says another last day is not sent any \
             more. Possible until the volunteer is erased.",
        )
        .refuses(&["not-editable", "segregation-of-duties", "unknown-reference"])
        .example("cleared", json!({ "state": "cleared", "issued_on": "2026-04-01" }));
}

fn record_clearance(writer: &mut Writer<'_>, of: VolunteerId, new: NewClearance) -> Result<Changed<ClearanceView>> {
    clearances::hold_to_change(writer, of)?;
    let changed = clearances::record_clearance(writer, of, new)?;
    take_back_reminders(writer, of)?;
    Ok(changed)
}

fn change_clearance(
    writer: &mut Writer<'_>,
    of: (VolunteerId, ClearanceId),
    patch: Patch<NewClearance>,
) -> Result<Changed<ClearanceView>> {
    clearances::hold_to_change(writer, of.0)?;
    let changed = clearances::change_clearance(writer, of, patch)?;
    take_back_reminders(writer, of.0)?;
    Ok(changed)
}

/// Takes back reminders of a person's clearances that no longer hold.
fn take_back_reminders(writer: &mut Writer<'_>, of: VolunteerId) -> Result<()> {
    let over: Vec<uuid::Uuid> = reminders::over(writer.conn, of)?.into_iter().map(Into::into).collect();
    deliveries::supersede_of(writer, &[About::ClearanceExpiring], clearances::RESOURCE, &over)
}
