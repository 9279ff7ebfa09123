//! Reads one opportunity and shows it, with its status at this moment.
//! What the answers contain is in `views`.

use crate::db::ids::OpportunityId;
use crate::opportunities::store::{self, OpportunityRow};
use crate::opportunities::views::{NewOpportunity, OpportunityItem, OpportunityView};
use crate::refusal::Done;
use crate::work::Reader;

/// Reads one opportunity, as it is at this moment.
pub(super) fn read_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Done<OpportunityView> {
    let row = store::find(reader, id)?;
    Ok(view(reader, row))
}

/// An opportunity with its status at this moment and the places that are left.
pub(super) fn view(reader: &Reader<'_>, (row, created_by): (OpportunityRow, Option<String>)) -> OpportunityView {
    let status = row.status_at(reader.now());
    let closed_by_time = status != row.status;
    let places_left = row.content.places - row.accepted_count;
    let new = NewOpportunity::from(row.content);
    let item = OpportunityItem {
        id: row.id,
        version: row.version,
        plan_id: new.plan_id,
        service_id: row.service_id,
        status,
        title: new.title,
        summary: new.summary,
        kind: new.kind,
        involvement_level: new.involvement_level,
        audience: new.audience,
        skills: new.skills,
        commitment: new.commitment,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        mode: new.mode,
        venue: new.venue,
        access_notes: new.access_notes,
        places: new.places,
        places_left,
        basis: new.basis,
        offer: new.offer,
        contact: new.contact,
        closes_at: new.closes_at,
        panel: new.panel,
        published_at: row.published_at,
        cancel_reason: row.cancel_reason,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        closed_by_time,
    };
    OpportunityView {
        item,
        experience_wanted: new.experience_wanted,
        clearances_required: new.clearances_required,
        training_required: new.training_required,
    }
}
