//! Acting for somebody within a transaction that began without them: whoever holds a secret address of theirs. What is done
//! stands in the record as theirs, and reaches no further than their own rights.

use crate::access::{Action, Actor, permit};
use crate::refusal::Result;
use crate::work::access_log::WrittenToday;
use crate::work::actors;
use crate::work::context::RequestContext;
use crate::work::writer::Writer;

/// Does a part of a change as somebody else than who asked, by the rights that they have; its record is written at once.
/// Where it is their first, their row of the table of actors is made under the lock of the volunteer alone
/// (`actors::found_or_made`), so answers of different people don't wait for each other.
///
/// # Errors
/// `forbidden` if they may not do this, and those of the work.
pub fn as_another<T>(
    writer: &mut Writer<'_>,
    actor: &Actor,
    action: Action,
    work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
) -> Result<T> {
    let context = RequestContext {
        actor: Some(actor.clone()),
        grant: permit(actor, action)?,
        if_match: None,
        idempotency: None,
        ..writer.context().clone()
    };
    let ids = writer.ids();
    let actor_id = actors::found_or_made(writer.conn, actor, ids)?;
    let mut within = writer.within(&context, actor_id);
    let done = work(&mut within)?;
    within.record_changes(None, &WrittenToday::default())?;
    Ok(done)
}
