//! Reads one agreement and shows it: its row, texts and pauses, as the caller may see them.
//! What the answers contain is in `views`.

use crate::agreements::store::{self, AgreementTexts, FoundAgreement, Named};
use crate::agreements::views::{AgreementItem, AgreementPause, AgreementView};
use crate::db::ids::AgreementId;
use crate::http::PlainFields;
use crate::refusal::Result;
use crate::work::Reader;

/// An agreement as the caller may see it.
pub(super) fn view(reader: &mut Reader<'_>, id: AgreementId) -> Result<AgreementView> {
    Ok(shown(store::find(reader, id)?))
}

/// The same of what was read already, or just written.
pub(super) fn shown(found: FoundAgreement) -> AgreementView {
    let (named, said, pauses) = found.into_parts();
    let pauses = pauses.into_iter().filter(|(from, to)| to.is_none_or(|to| *from <= to));
    AgreementView {
        item: item(named, said),
        pauses: pauses.map(|(from_day, to_day)| AgreementPause { from_day, to_day }).collect(),
    }
}

/// An agreement as lists show it.
pub(super) fn item((row, created_by, names): Named, said: AgreementTexts) -> AgreementItem {
    AgreementItem {
        id: row.id,
        version: row.version,
        status: row.status,
        plan_id: row.plan_id,
        service_id: row.service_id,
        names,
        short_form: row.short_form,
        content: PlainFields(row.content),
        promised: row.promised.map(|promised| promised.0),
        body: said.body,
        body_sha256: row.body_sha256,
        issued_at: row.issued_at,
        accepted_at: row.accepted_at,
        accepted_how: row.accepted_how,
        witness: said.witness,
        reason: said.reason,
        ended_on: row.ended_on,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}
