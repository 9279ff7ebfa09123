//! Withdrawing an expression of interest: a place that was accepted is free again, and agreements for it that are on their way
//! are withdrawn in the same transaction, so that no place is given twice.

use crate::access::Action;
use crate::agreements;
use crate::db::ids::ExpressionId;
use crate::expressions::{self, ExpressionStatus, ExpressionStep, ExpressionVerb, ExpressionView, LIFE};
use crate::http::{Nothing, Routes};
use crate::opportunities;
use crate::refusal::{Kind, Refusal, Result};
use crate::sessions;
use crate::work::{Changed, Writer};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Expressions of interest")
        .post("/v1/expressions-of-interest/{id}/withdraw", Action::AnswerExpressions, withdraw_expression)
        .describe(
            "Withdraw an expression of interest",
            "If it was accepted, its place becomes free again, and an agreement for it that is drafted or issued is \
             withdrawn. End an agreement in force first.",
        )
        .verb(&LIFE, ExpressionVerb::Withdraw)
        .refuses(&["agreement-exists"]);
}

fn withdraw_expression(writer: &mut Writer<'_>, id: ExpressionId, _: Nothing) -> Result<Changed<ExpressionView>> {
    // The opportunity first: whoever issues or accepts an agreement for one of its places waits for it.
    let of = expressions::lock_places(writer, id)?.facts.id;
    let row = expressions::lock(writer, id)?;
    writer.step(&LIFE, row.version, row.status_at(writer.now()), ExpressionVerb::Withdraw)?;
    let had_place = row.status == ExpressionStatus::Accepted;
    if had_place {
        if agreements::in_force(writer.conn, row.volunteer_id, of)?.is_some() {
            let detail = "An agreement for this opportunity is in force. End it first.";
            return Err(Refusal::new(Kind::AgreementExists, detail).into());
        }
        agreements::withdraw_with_place(writer, of, Some(row.volunteer_id))?;
        opportunities::free_place(writer, of)?;
    }
    expressions::supersede(writer, &[row.id])?;
    let changed = expressions::stepped(writer, &row, ExpressionVerb::Withdraw, &ExpressionStep::default())?;
    if had_place {
        sessions::tell_person(writer, of, row.volunteer_id)?;
    }
    Ok(changed)
}
