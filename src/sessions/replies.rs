//! Whether people mean to come: they say so themselves, or staff write down what they were told.
//! A reply is never held against anyone: nothing but the register and the run sheet reads it, and whoever can't come is not
//! reminded.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::{SessionId, VolunteerId};
use crate::http::Routes;
use crate::refusal::{Kind, Refusal, Result};
use crate::sessions::reply_views::{NewReply, RepliedHow, Reply, ReplyView};
use crate::sessions::{news, reply_store, rules, store};
use crate::work::{Change, Changed, Writer};

/// What replies are called in the record.
pub(super) const RESOURCE: &str = "session_reply";

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .put("/v1/sessions/{id}/replies/{volunteer_id}", Action::ReplyToSessions, reply_to_session)
        .describe(
            "Reply to a session",
            "Says whether a volunteer means to come: the volunteer does so themselves, or staff write down what they were \
             told. Possible until the session starts, for those who are expected at it. `not_coming` proposes `excused` \
             in the register, and they are not reminded. Nobody is at a disadvantage because of their reply, or because they did not reply.",
        )
        .refuses(&["not-editable", "not-engaged", "volunteer-not-active"])
        .example("can't come", json!({ "reply": "not_coming", "note": "I have a hospital appointment, sorry." }));
}

pub(crate) fn reply_to_session(
    writer: &mut Writer<'_>,
    (id, volunteer): (SessionId, VolunteerId),
    new: NewReply,
) -> Result<Changed<ReplyView>> {
    // Against a cancellation at the same moment: whichever comes first stands.
    let row = store::hold(writer, id, volunteer)?;
    rules::takes_replies(row.status, row.content.starts_at, writer.now())?;
    let is_declined = new.reply == Reply::NotComing;
    if is_declined {
        news::hold(writer, row.opportunity_id)?;
    }
    if !reply_store::is_expected(writer, (id, volunteer))? {
        let detail =
            "The volunteer is not expected at this session: neither an accepted place nor an agreement covers its day.";
        return Err(Refusal::new(Kind::NotEngaged, detail).into());
    }
    let before = reply_store::find(writer, (id, volunteer))?;
    writer.matches(before.as_ref().map_or(0, |before| before.version))?;
    // The same answer again is one to the new date where the session was moved since.
    let holds = |before: &ReplyView| row.moved_at.is_none_or(|moved| before.updated_at >= moved);
    if let Some(before) = before.filter(|before| before.reply == new.reply && before.note == new.note && holds(before))
    {
        return Ok(writer.unchanged(before));
    }
    let how = match writer.grant().own() == Some(volunteer) {
        true if writer.context().has_secret_address() => RepliedHow::ByLink,
        true => RepliedHow::Online,
        false => RepliedHow::Recorded,
    };
    let view = reply_store::write(writer, (id, volunteer), &new, how)?;
    if is_declined {
        news::declined(writer, row.opportunity_id, (id, volunteer))?;
    }
    let change = match view.version {
        1 => Change::created(RESOURCE, view.id),
        version => Change::changed(RESOURCE, view.id, version).fields(["reply", "how", "note"]),
    };
    Ok(writer.changed(change, view))
}
