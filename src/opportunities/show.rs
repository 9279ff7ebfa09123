//! Reads one opportunity and shows it, with its status at this moment.
//! What the answers contain is in `views`.

use crate::db::ids::OpportunityId;
use crate::http::{Fields, PlainFields};
use crate::opportunities::row::OpportunityAndCreator;
use crate::opportunities::store;
use crate::opportunities::views::{OpportunityContent, OpportunityItem, OpportunityRecord, OpportunityView};
use crate::refusal::Result;
use crate::work::Reader;

/// Reads one opportunity, as it is at this moment.
pub(super) fn read_opportunity(reader: &mut Reader<'_>, id: OpportunityId) -> Result<OpportunityView> {
    let row = store::find(reader, id)?;
    Ok(view(reader, row))
}

/// An opportunity in a list, with its status at this moment and the places that are left.
pub(super) fn item(reader: &Reader<'_>, found: OpportunityAndCreator) -> OpportunityItem {
    let (record, content) = shown(reader, found);
    OpportunityItem { record, content: PlainFields(content) }
}

/// The same with its lists.
pub(super) fn view(reader: &Reader<'_>, found: OpportunityAndCreator) -> OpportunityView {
    let (record, content) = shown(reader, found);
    OpportunityView { record, content: Fields(content) }
}

fn shown(
    reader: &Reader<'_>,
    (row, created_by, names): OpportunityAndCreator,
) -> (OpportunityRecord, OpportunityContent) {
    let status = row.status_at(reader.now());
    let record = OpportunityRecord {
        id: row.id,
        version: row.version,
        service_id: row.service_id,
        names,
        status,
        places_left: row.content.places - row.accepted_count,
        proposed_at: row.proposed_at,
        published_at: row.published_at,
        promised: row.promised.map(|promised| promised.0),
        cancel_reason: row.cancel_reason,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        closed_by_time: status != row.status,
    };
    (record, row.content)
}
