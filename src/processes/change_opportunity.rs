//! Changing an opportunity: where it says when and where people meet, those who are expected at its sessions are told, and those who
//! are offered a place.

use serde_json::json;

use crate::access::Action;
use crate::db::ids::OpportunityId;
use crate::http::{Patch, Routes};
use crate::opportunities::views::OpportunityContent;
use crate::opportunities::{self, OpportunityFacts, OpportunityView};
use crate::refusal::Result;
use crate::work::{Changed, Writer};
use crate::{agreements, expressions, sessions};

/// Fields that people are told of: those of a place, with the offer; where they meet, with every session without a venue or a way
/// of meeting of its own.
const TOLD: [&str; 4] = ["venue", "mode", "starts_on", "ends_on"];

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
             longer counts. Whoever is offered a place and has not answered yet is told again, also where the days change.",
        )
        .refuses(&["not-editable", "not-publishable", "no-places-left", "unknown-reference", "cautions-unanswered"])
        .example("more places", json!({ "places": 8 }));
}

fn change_opportunity(
    writer: &mut Writer<'_>,
    id: OpportunityId,
    patch: Patch<OpportunityContent>,
) -> Result<Changed<OpportunityView>> {
    if !patch.fields().any(|field| TOLD.contains(&field)) {
        return opportunities::change_opportunity(writer, id, patch);
    }
    let said = |facts: &OpportunityFacts| (facts.starts_on, facts.ends_on, facts.venue.clone(), facts.mode);
    let now = writer.now();
    // Locked before it is read: another change at the same moment comes wholly before or after.
    let before = opportunities::lock(writer, id)?.facts(now);
    let met = sessions::meeting_place(writer, id)?;
    let changed = opportunities::change_opportunity(writer, id, patch)?;
    let (after, meets) = (opportunities::facts(writer.conn, id, now)?, sessions::meeting_place(writer, id)?);
    if let Some(after) = after.as_ref().filter(|after| said(&before) != said(after)) {
        expressions::tell_offers_again(writer, after)?;
    }
    if let Some((met, meets)) = met.zip(meets).filter(|(met, meets)| met != meets) {
        if let Some(after) = &after {
            agreements::tell_again(writer, after)?;
        }
        sessions::move_with(writer, id, (&met, &meets))?;
        sessions::tell_all(writer, id)?;
    }
    Ok(changed)
}
