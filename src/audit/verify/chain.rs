//! Verifies the chain of seals: unbroken, over the rows that exist, and containing the anchor. The links of persons that
//! it names are checked in `persons`.
//! Only an anchor reveals a chain that was rewritten from beginning to end.

use crate::db::prelude::*;

use crate::audit::seal::{Anchor, next};
use crate::audit::verify::report::{Report, Wrong};
use crate::db::schema::{audit_records, audit_seals};
use crate::refusal::Result;

/// Number of seals in memory at a time.
const BATCH: u16 = 5_000;

/// A link of the chain, with the hash of its record where that is there.
#[derive(Queryable)]
pub(super) struct Seal {
    pub(super) number: i64,
    pub(super) seq: i64,
    pub(super) chain_hash: String,
    pub(super) record_hash: Option<String>,
    pub(super) links: Option<String>,
}

/// The columns of a [`Seal`].
macro_rules! seal_columns {
    () => {
        (
            audit_seals::number,
            audit_seals::audit_seq,
            audit_seals::chain_hash,
            audit_records::hash.nullable(),
            audit_seals::links,
        )
    };
}
pub(super) use seal_columns;

/// Returns the newest link of persons that a seal names.
pub(super) fn check(conn: &mut PgConnection, anchor: Option<&Anchor>, report: &mut Report) -> Result<Option<Anchor>> {
    let mut at = Anchor::beginning();
    let mut links = None;
    let mut anchored = anchor.is_none();
    loop {
        let seals = after(conn, at.number)?;
        if seals.is_empty() {
            break;
        }
        for seal in seals {
            link(&at, &seal, report);
            report.sealed += 1;
            links = seal.links.and_then(|link| link.parse().ok()).or(links);
            at = Anchor { number: seal.number, hash: seal.chain_hash };
            if let Some(anchor) = anchor.filter(|anchor| anchor.number == at.number) {
                anchored = *anchor == at;
            }
        }
    }
    if let (Some(anchor), false) = (anchor, anchored) {
        report.found(Wrong::RewrittenChain, None, || {
            format!("the chain does not contain seal {} of the anchor", anchor.number)
        });
    }
    report.head = (at.number > 0).then_some(at);
    Ok(links)
}

/// Whether a link follows from the one before it.
pub(super) fn link(last: &Anchor, seal: &Seal, report: &mut Report) {
    if seal.number != last.number + 1 {
        report.found(Wrong::MissingSeal, Some(seal.seq), || {
            format!("seal {} comes after seal {}", seal.number, last.number)
        });
        return;
    }
    match &seal.record_hash {
        None => {
            report.found(Wrong::MissingRow, Some(seal.seq), || format!("seal {} has no record", seal.number));
        }
        Some(hash) if next(last, seal.seq, hash, seal.links.as_deref()).hash != seal.chain_hash => {
            report.found(Wrong::BrokenChain, Some(seal.seq), || {
                format!("seal {} does not follow from its record and the seal before", seal.number)
            });
        }
        Some(_) => {}
    }
}

fn after(conn: &mut PgConnection, number: i64) -> Result<Vec<Seal>> {
    Ok(audit_seals::table
        .left_join(audit_records::table)
        .filter(audit_seals::number.gt(number))
        .order_by(audit_seals::number)
        .select(seal_columns!())
        .load_at_most(BATCH, conn)?)
}
