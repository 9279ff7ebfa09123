//! Reads one expression of interest and shows it: with its status now and, for leads, a possible duplicate.
//! What the answers contain is in `views`.

use std::collections::BTreeMap;

use crate::db::ids::{ExpressionId, VolunteerId};
use crate::expressions::store::{self, FoundExpression};
use crate::expressions::views::{ExpressionItem, ExpressionView};
use crate::http::Fields;
use crate::people::volunteers::{self, PossibleDuplicate};
use crate::refusal::Result;
use crate::work::Reader;

/// Reads one expression of interest, as the caller may see it.
pub(crate) fn read_expression(reader: &mut Reader<'_>, id: ExpressionId) -> Result<ExpressionView> {
    let found = store::find(reader, id)?;
    shown(reader, found)
}

/// The same of what was read already, or just written.
pub(super) fn shown(reader: &mut Reader<'_>, found: FoundExpression) -> Result<ExpressionView> {
    let alike = alike(reader, [found.row.volunteer_id])?;
    Ok(view(reader, found, alike.as_ref()))
}

/// Those who may be the same as somebody already known; `None` unless the caller is an involvement lead.
pub(super) fn alike(
    reader: &mut Reader<'_>,
    people: impl IntoIterator<Item = VolunteerId>,
) -> Result<Option<BTreeMap<VolunteerId, PossibleDuplicate>>> {
    if !reader.grant().viewer().sees(ExpressionItem::POSSIBLE_DUPLICATE) {
        return Ok(None);
    }
    let people: Vec<VolunteerId> = people.into_iter().collect();
    volunteers::alike_among(reader.conn, &people).map(Some)
}

/// An expression of interest, as the caller may see it.
pub(super) fn view(
    reader: &Reader<'_>,
    found: FoundExpression,
    alike: Option<&BTreeMap<VolunteerId, PossibleDuplicate>>,
) -> ExpressionView {
    let FoundExpression { row, created_by, names, needs } = found;
    let status = row.status_at(reader.now());
    let item = ExpressionItem {
        id: row.id,
        version: row.version,
        opportunity_id: row.opportunity_id,
        service_id: row.service_id,
        volunteer_id: row.volunteer_id,
        names,
        communication_alerts: needs.map(|needs| volunteers::alerts(&needs)).unwrap_or_default(),
        status,
        on_behalf: row.on_behalf,
        content: Fields(row.content),
        conflict_cleared_at: row.conflict_cleared_at,
        respond_by: row.respond_by,
        decline_reason_code: row.decline_reason_code,
        decline_message: row.decline_message,
        possible_duplicate: alike.map(|alike| alike.get(&row.volunteer_id).cloned()),
        reserved_at: row.reserved_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
        lapsed_by_time: status != row.status,
    };
    ExpressionView { item, conditional_on: row.conditional_on.0 }
}
