//! Payees: a volunteer's numbers in the ledger and on the payroll, which only finance reads and writes.
//! Whom money goes to takes two: one person proposes a change, another confirms it. Bank details are never here; the
//! ledger has them.

mod rules;
mod status;
mod store;
mod views;

use serde_json::json;

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::http::{Nothing, Patch, Routes};
use crate::people::volunteers::rules::editable;
use crate::refusal::Result;
use crate::work::{Change, Changed, Reader, Writer};
pub use status::{PAYEE_LIFE, PayeeStatus, PayeeVerb};
pub(super) use store::WITHDRAW_PROPOSAL;
pub use store::{Payee, payees};
pub use views::{PayeeNumbers, PayeeView};

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/volunteers/{id}/payee", Action::ReadPayees, read_payee).describe(
        "Get a volunteer's payee numbers",
        "The supplier and payroll numbers that finance pays to, and the change that waits for its confirmation, if there \
         is one. It is created with the volunteer, at version 1 and without numbers. Only finance sees it.",
    );
    routes
        .patch("/v1/volunteers/{id}/payee", Action::WritePayees, change_payee)
        .describe(
            "Propose a change of a volunteer's payee numbers",
            "The numbers in force stay as they are until another member of finance confirms the change; then payments \
             that were blocked because a number was missing can be paid. What you send is laid over the numbers in \
             force and replaces an earlier proposal. To propose what is in force already is to discard the proposal. \
             Nobody can change their own numbers, whichever log-in they use.",
        )
        .refuses(&["not-editable", "segregation-of-duties"])
        .example("a supplier", json!({ "supplier_number": "S10023", "supplier_site": "HOME" }));
    routes
        .post("/v1/volunteers/{id}/payee/discard", Action::WritePayees, discard_payee)
        .describe(
            "Discard a proposed change of payee numbers",
            "The numbers in force stay. Whoever proposed the change can discard it, too.",
        )
        .verb(&PAYEE_LIFE, PayeeVerb::Discard)
        .refuses(&["segregation-of-duties"]);
}

/// A payee as finance sees it.
///
/// # Errors
/// Not found.
pub fn read_payee(reader: &mut Reader<'_>, id: VolunteerId) -> Result<PayeeView> {
    store::find(reader, id)
}

fn change_payee(writer: &mut Writer<'_>, id: VolunteerId, patch: Patch<PayeeNumbers>) -> Result<Changed<PayeeView>> {
    let payee = store::lock(writer, id)?;
    writer.matches(payee.version)?;
    editable(payee.volunteer_status, patch.fields())?;
    let (new, fields) = patch.onto(&payee.in_force())?;
    let is_empty = patch.fields().next().is_none();
    let proposed = payee.proposed();
    let is_back = fields.is_empty() && proposed.is_some();
    if is_empty || proposed.as_ref() == Some(&new) || (fields.is_empty() && !is_back) {
        let view = read_payee(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    rules::may_change(payee.is_payee)?;
    let version = payee.version + 1;
    let change = if is_back {
        store::withdraw(writer, id, payee.version)?;
        Change::step(&PAYEE_LIFE, id, version, (payee.status(), PayeeVerb::Discard, PayeeStatus::InForce))
    } else {
        store::propose(writer, id, payee.version, &new)?;
        Change::changed(PAYEE_LIFE.resource, id, version).to(PayeeStatus::Proposed)
    };
    let view = read_payee(writer, id)?;
    Ok(writer.changed(change.fields(fields), view))
}

fn discard_payee(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<PayeeView>> {
    let payee = store::lock(writer, id)?;
    let to = writer.step(&PAYEE_LIFE, payee.version, payee.status(), PayeeVerb::Discard)?;
    rules::may_change(payee.is_payee)?;
    store::withdraw(writer, id, payee.version)?;
    let view = read_payee(writer, id)?;
    let step = (payee.status(), PayeeVerb::Discard, to);
    Ok(writer.changed(Change::step(&PAYEE_LIFE, id, payee.version + 1, step).fields(payee.differing()), view))
}

/// Puts a proposed change into force; returns the change to record. The person is told in `processes::confirm_payee`.
///
/// # Errors
/// Not found; `invalid-transition` where nothing is proposed; `segregation-of-duties`.
pub fn confirm(writer: &mut Writer<'_>, id: VolunteerId) -> Result<Change> {
    let payee = store::lock(writer, id)?;
    let to = writer.step(&PAYEE_LIFE, payee.version, payee.status(), PayeeVerb::Confirm)?;
    rules::may_confirm(payee.is_proposer, payee.is_payee)?;
    let digest = store::confirm(writer, id, payee.version)?;
    let step = (payee.status(), PayeeVerb::Confirm, to);
    Ok(Change::step(&PAYEE_LIFE, id, payee.version + 1, step).fields(payee.differing()).vouching(digest))
}
