//! The operations on refused log-ins and tokens.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::RefusedTokenId;
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::log_ins::store::{self, REFUSED};
use crate::log_ins::views::{NewRefusedToken, RefusedTokenFilter, RefusedTokenView};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::work::{Change, Changed, Reader, Writer, actors};

const OWN_LOG_IN: &str = "Nobody lifts the refusal of their own log-in. Ask another involvement lead to do it.";

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/refused-tokens", Some(Action::ReadLogIns), list_refused_tokens).describe(
        "List refused log-ins and tokens",
        "Newest first, also those whose end has passed, until they are lifted.",
    );
    routes
        .create("/v1/refused-tokens", Action::WriteLogIns, refuse_token)
        .describe(
            "Refuse a log-in or a token",
            "Its requests are answered with `401` from now on, however long its tokens are valid: at once where this was \
             asked, and two seconds later on every other copy of the service. Requests that have begun are answered. \
             Check the subject first: your own is not protected.",
        )
        .example("a log-in", json!({ "subject": "nurse.who.left", "reason": "Left the trust on Friday." }))
        .example("one token", json!({ "token_id": "b3f1c0de-7a52", "reason": "The laptop was stolen.", "expires_at": "2027-01-01T00:00:00Z" }))
        .decides_log_ins();
    routes
        .get("/v1/refused-tokens/{id}", Action::ReadLogIns, read_refused_token)
        .describe("Get a refused log-in or token", "What is refused, why and until when.");
    routes
        .delete("/v1/refused-tokens/{id}", Action::WriteLogIns, lift_refused_token)
        .describe(
            "Lift a refusal",
            "The log-in or token is accepted again, two seconds later at the latest, unless something else refuses it. \
             Nobody lifts the refusal of a log-in of their own.",
        )
        .requires_match()
        .refuses(&["segregation-of-duties"])
        .decides_log_ins();
}

fn list_refused_tokens(
    reader: &mut Reader<'_>,
    (): (),
    _: &RefusedTokenFilter,
    page: &Page,
) -> Result<Rows<RefusedTokenView>> {
    store::list_refused(reader, page)
}

fn read_refused_token(reader: &mut Reader<'_>, id: RefusedTokenId) -> Result<RefusedTokenView> {
    store::find_refused(reader, id)
}

fn refuse_token(writer: &mut Writer<'_>, (): (), new: NewRefusedToken) -> Result<Changed<RefusedTokenView>> {
    let id = store::refuse(writer, new)?;
    let view = store::find_refused(writer, id)?;
    Ok(writer.changed(Change::created(REFUSED, id), view))
}

fn lift_refused_token(writer: &mut Writer<'_>, id: RefusedTokenId) -> Result<Changed<()>> {
    let RefusedTokenView { version, subject, .. } = store::find_refused(writer, id)?;
    writer.matches(version)?;
    if let Some(subject) = subject
        && actors::is_own_log_in(writer, &subject)?
    {
        let detail = "is yours, so somebody else must let it in again";
        let fault = Fault::whole("decides-about-themselves", detail);
        return Err(Refusal::new(Kind::SegregationOfDuties, OWN_LOG_IN).with(vec![fault]).into());
    }
    store::lift(writer, id)?;
    Ok(writer.changed(Change::new(REFUSED, id, version + 1, "lift", "lifted"), ()))
}
