//! Verifies a part of the audit record that one request can answer for: some links of the chain with their records, what is
//! not sealed yet, and the histories and resources of those records. All of it at once is `run`.

use std::collections::BTreeSet;

use crate::db::prelude::*;

use crate::audit::seal::Anchor;
use crate::audit::verify::chain::{Seal, link, seal_columns};
use crate::audit::verify::completeness;
use crate::audit::verify::report::{Report, Wrong};
use crate::audit::verify::rows::{self, AuditRow};
use crate::db::schema::{actors, audit_records, audit_seals};
use crate::refusal::Result;
use crate::work::feature::Resource;

/// The most links that one request verifies, and the most records that are not sealed yet: those that wait for longer than
/// a moment are told in metrics.
const LINKS: u16 = 2_000;

/// A part of the record, verified.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// What was checked, and what is wrong; its head is the last link of the part.
    pub(crate) report: Report,
    /// Number of the first link of the part.
    pub(crate) first: Option<i64>,
    /// Whether the chain goes on after the part.
    pub(crate) more: bool,
}

/// Verifies what follows a link, or without one the newest part. What comes before it is taken on trust.
pub(crate) fn check(conn: &mut PgConnection, resources: &[Resource], after: Option<&Anchor>) -> Result<Window> {
    let (newest, sealed): (Option<i64>, Option<i64>) = audit_seals::table
        .select((diesel::dsl::max(audit_seals::number), diesel::dsl::max(audit_seals::audit_seq)))
        .first(conn)?;
    let newest = newest.unwrap_or_default();
    let from = after.map_or(newest - i64::from(LINKS), |anchor| anchor.number).max(0);
    let mut report = Report::default();
    let Some(mut at) = before(conn, from, after, &mut report)? else {
        return Ok(Window { report, first: None, more: false });
    };
    let mut seqs = BTreeSet::new();
    let mut first = None;
    for (seal, row, made_by) in links(conn, from)? {
        link(&at, &seal, &mut report);
        report.sealed += 1;
        first = first.or(Some(seal.number));
        seqs.insert(seal.seq);
        at = Anchor { number: seal.number, hash: seal.chain_hash };
        if let Some(row) = row {
            rows::one(&row, made_by.as_deref(), &mut report);
        }
    }
    let more = at.number < newest;
    if !more {
        for (row, made_by) in not_sealed(conn, sealed.unwrap_or_default())? {
            seqs.insert(row.seq);
            rows::one(&row, made_by.as_deref(), &mut report);
        }
    }
    let seqs: Vec<i64> = seqs.into_iter().collect();
    completeness::of(conn, resources, &seqs, &mut report)?;
    report.head = (at.number > 0).then_some(at);
    Ok(Window { report, first, more })
}

/// The link that the part follows; none where the caller knows one that is no longer in the chain, on which nothing rests.
fn before(conn: &mut PgConnection, from: i64, known: Option<&Anchor>, report: &mut Report) -> Result<Option<Anchor>> {
    if from == 0 {
        return Ok(Some(Anchor::beginning()));
    }
    let hash: Option<String> = audit_seals::table.find(from).select(audit_seals::chain_hash).first(conn).optional()?;
    let at = hash.map(|hash| Anchor { number: from, hash });
    if let Some(known) = known.filter(|known| at.as_ref() != Some(known)) {
        report.found(Wrong::RewrittenChain, None, || {
            format!("the chain does not contain seal {} as it was when it was verified", known.number)
        });
        return Ok(None);
    }
    if at.is_none() {
        report.found(Wrong::MissingSeal, None, || format!("seal {from} is missing"));
    }
    Ok(Some(at.unwrap_or(Anchor { number: from, hash: String::new() })))
}

type Link = (Seal, Option<AuditRow>, Option<String>);

fn links(conn: &mut PgConnection, from: i64) -> Result<Vec<Link>> {
    Ok(audit_seals::table
        .left_join(audit_records::table.left_join(actors::table))
        .filter(audit_seals::number.gt(from))
        .order_by(audit_seals::number)
        .select((seal_columns!(), Option::<AuditRow>::as_select(), actors::digest.nullable()))
        .load_at_most(LINKS, conn)?)
}

/// The records after the newest that is sealed. One whose transaction took longer than others after it is left to the
/// sealing, which looks further back.
fn not_sealed(conn: &mut PgConnection, sealed: i64) -> Result<Vec<(AuditRow, Option<String>)>> {
    Ok(audit_records::table
        .left_join(actors::table)
        .filter(audit_records::seq.gt(sealed))
        .order_by(audit_records::seq)
        .select((AuditRow::as_select(), actors::digest.nullable()))
        .load_at_most(LINKS, conn)?)
}
