//! Changing an opportunity: where it says where people meet, those who are expected at its sessions are told.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::OpportunityId;
use crate::http::{Patch, Routes};
use crate::opportunities::views::OpportunityContent;
use crate::opportunities::{self, OpportunityView};
use crate::refusal::Result;
use crate::sessions;
use crate::work::{Changed, Writer};

/// Fields that hold for every session without one of its own.
const WHERE: [&str; 2] = ["venue", "mode"];

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Opportunities")
        .patch("/v1/opportunities/{id}", Action::WriteOpportunities, change_opportunity)
        .describe(
            "Change an opportunity",
            "In a draft, every field can be changed. Once published, the plan, kind, basis, offer, requirements and \
             panel can't be changed, and everything that publication needs must stay. Once closed, only fields that \
             people taking part need to know can be changed; once cancelled, none. A change of a published opportunity that raises a caution which nobody \
             answered is refused. Another `venue` or `mode` is told to \
             everybody who is expected at a session to come without one of its own, and what they replied to the old one no \
             longer counts.",
        )
        .refuses(&["not-editable", "not-publishable", "no-places-left", "unknown-reference", "cautions-unanswered"])
        .example("more places", json!({ "places": 8 }));
}

fn change_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    patch: Patch<OpportunityContent>,
) -> Result<Changed<OpportunityView>> {
    if !patch.fields().any(|field| WHERE.contains(&field)) {
        return opportunities::change_opportunity(writer, id, patch);
    }
    let before = sessions::meeting_place(writer, id)?;
    let changed = opportunities::change_opportunity(writer, id, patch)?;
    let after = sessions::meeting_place(writer, id)?;
    if let Some((before, after)) = before.zip(after).filter(|(before, after)| before != after) {
        sessions::move_with(writer, id, (&before, &after))?;
        sessions::tell_all(writer, id)?;
    }
    Ok(changed)
}
