//! A recovery as each viewer sees it.

use crate::access::Viewers;
use crate::clock::Day;
use crate::db::ids::RecoveryId;
use crate::recoveries::bodies::AgreedWithPerson;
use crate::recoveries::store::{self, RecoveryLineRow, RecoveryListRow, RecoveryTexts, RepaymentRow};
use crate::recoveries::views::{FullRecovery, RecoveryLineView, RecoveryView, RecoveryWords, RepaymentView};
use crate::refusal::Result;
use crate::work::Reader;

/// A recovery that the caller can see.
///
/// # Errors
/// Not found.
pub(super) fn read(reader: &mut Reader<'_>, id: RecoveryId) -> Result<FullRecovery> {
    let found = store::find(reader, id)?;
    let lines = store::lines(reader.conn, id)?;
    let repayments = store::repaid(reader.conn, id)?;
    let viewer = reader.grant().viewer_of(found.row.volunteer_id);
    Ok(FullRecovery {
        item: item(found, viewer),
        lines: lines.into_iter().map(line).collect(),
        repayments: repayments.into_iter().map(repayment).collect(),
        seen: if viewer.sees(RecoveryView::WORDS) { "words" } else { "money" },
    })
}

/// An item of the list.
pub(super) fn item(found: RecoveryListRow, viewer: Viewers) -> RecoveryView {
    let RecoveryListRow { row, texts, claim_reference, payee_name, created_by, confirmed_by, recovered } = found;
    RecoveryView {
        id: row.id,
        version: row.version,
        reference: row.reference,
        status: row.status,
        method: row.method,
        claim_id: row.claim_id,
        claim_reference,
        volunteer_id: row.volunteer_id,
        payee_name: payee_name.filter(|name| !name.is_empty()),
        words: viewer.shown(RecoveryView::WORDS, || words(texts)),
        total_pence: row.total_pence,
        recovered_pence: recovered,
        recovered_on: row.recovered_on,
        confirmed_at: row.confirmed_at,
        confirmed_by,
        waived_at: row.waived_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}

fn words(texts: Option<RecoveryTexts>) -> RecoveryWords {
    let Some(RecoveryTexts { reason, agreed_on, agreed_how, waive_reason }) = texts else {
        return RecoveryWords { reason: None, agreed_with_person: None, waive_reason: None };
    };
    let agreed = |(on, how): (Day, String)| AgreedWithPerson { on, how: how.into() };
    RecoveryWords { reason, agreed_with_person: agreed_on.zip(agreed_how).map(agreed), waive_reason }
}

fn line(row: RecoveryLineRow) -> RecoveryLineView {
    RecoveryLineView { id: row.id, kind: row.kind, route: row.route, pence: row.pence }
}

fn repayment(row: RepaymentRow) -> RepaymentView {
    RepaymentView {
        id: row.id,
        on: row.on_day,
        pence: row.pence,
        ledger_reference: row.ledger_reference,
        created_at: row.created_at,
    }
}
