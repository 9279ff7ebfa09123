//! A claim under its lock, read in the statement that takes the lock.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Jsonb, Nullable, Uuid as SqlUuid};
use serde::Deserialize;

use crate::claims::names::{self, ClaimNames};
use crate::claims::receipts::{self, AttachedReceipt};
use crate::claims::row::{Claim, ClaimHeader, ClaimLineRow, ClaimRow};
use crate::claims::status::ClaimStatus;
use crate::claims::store::read::{joined, lines_of, within};
use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{ActorId, ClaimId};
use crate::db::schema::{claim_line_texts, claim_lines, claim_texts, claims, services};
use crate::payments::{self, PaymentBrief, PaymentOfClaim};
use crate::refusal::{Failure, Refusal, Result};
use crate::work::Writer;

/// A claim under its lock; whoever writes lines of a claim holds it.
#[derive(Clone, Debug)]
pub struct LockedClaim {
    /// The claim with its lines.
    pub claim: Claim,
    /// Its receipts, as they were before the lock was waited for. They come and go with drafts alone, without a new version, so
    /// those of a draft are to be read by a later statement.
    pub receipts: Vec<AttachedReceipt>,
    /// The names beside its ids.
    pub names: ClaimNames,
    /// Its payments.
    pub payments: Vec<PaymentBrief>,
    /// Who the caller is to it, where it was locked for a decision.
    pub decider: Option<Decider>,
}

/// What rules of segregation ask of whoever decides a claim, by person.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Decider {
    /// Submitted or typed the claim.
    pub is_submitter: bool,
    /// Is paid by it.
    pub is_claimant: bool,
}

/// What is asked once for a claim, not for each of its lines.
#[derive(Debug, Deserialize)]
struct Around {
    version: i32,
    receipts: Option<Vec<AttachedReceipt>>,
    names: ClaimNames,
    decider: Option<Decider>,
    payments: Option<Vec<PaymentOfClaim>>,
}

/// The claim's version is that of the snapshot of the statement: see [`lock_for`].
const AROUND: &str = "\
, 'version', (SELECT before.version FROM claims before WHERE before.id = claims.id),
'decider', CASE WHEN who.id IS NOT NULL THEN (SELECT to_jsonb(a) FROM
    approver_of_claim(who.id, claims.submitted_by, claims.created_by, claims.volunteer_id) a) END, 'payments', ";

type LockedRow = (ClaimHeader, Option<ClaimLineRow>, Option<Instant>, Option<Json<Around>>);

/// Locks a claim that the grant reaches, and reads it as it is under the lock.
pub fn lock(writer: &mut Writer<'_>, id: ClaimId) -> Result<LockedClaim> {
    lock_for(writer, id, None)
}

/// The same, with who the caller is to the claim that they want to decide.
pub fn lock_for_decision(writer: &mut Writer<'_>, id: ClaimId) -> Result<(LockedClaim, Decider)> {
    let decider = writer.actor_id();
    let locked = lock_for(writer, id, Some(decider))?;
    let decider =
        locked.decider.ok_or_else(|| Failure::broken("a claim locked for a decision, without who decides"))?;
    Ok((locked, decider))
}

/// A statement that waits for the lock gives the claim as it is after the wait, but all else as it was before. Every change
/// of a claim or its lines counts its version up, so the two versions tell. Then it is read once more, under the lock.
fn lock_for(writer: &mut Writer<'_>, id: ClaimId, decider: Option<ActorId>) -> Result<LockedClaim> {
    match read(writer, id, decider)? {
        (locked, before) if before == locked.claim.header.row.version => Ok(locked),
        _ => Ok(read(writer, id, decider)?.0),
    }
}

fn read(writer: &mut Writer<'_>, id: ClaimId, decider: Option<ActorId>) -> Result<(LockedClaim, i32)> {
    let around = sql::<Nullable<Jsonb>>("CASE WHEN COALESCE(claim_lines.position, 0) = 0 THEN ")
        .sql("(SELECT jsonb_build_object('receipts', ")
        .sql(receipts::OF_THE_CLAIM)
        .sql(&format!(", 'names', {}", names::of_the_claim()))
        .sql(AROUND)
        .sql(payments::OF_THE_CLAIM)
        .sql(") FROM (SELECT ")
        .bind::<Nullable<SqlUuid>, _>(decider)
        .sql("::uuid AS id) who) END");
    let locked = joined!()
        .left_join(claim_lines::table.on(claim_lines::claim_id.eq(claims::id)))
        .left_join(claim_line_texts::table.on(claim_line_texts::line_id.eq(claim_lines::id)))
        .select((ClaimHeader::as_select(), Option::<ClaimLineRow>::as_select(), names::start_of_the_line(), around));
    let query = within!(locked.into_boxed(), writer.grant());
    let query = query.filter(claims::id.eq(id)).order_by(claim_lines::position);
    let rows: Vec<LockedRow> = query.load_for_update_of("claims", writer.conn)?;
    let mut rows = rows.into_iter();
    let (header, first, begins, around) = rows.next().ok_or_else(Refusal::not_found)?;
    let Json(around) = around.ok_or_else(|| Failure::broken("a claim whose first line is not at position 0"))?;
    let (lines, sessions) =
        lines_of(std::iter::once((first, begins)).chain(rows.map(|(_, line, begins, _)| (line, begins))));
    let locked = LockedClaim {
        claim: Claim { header, lines },
        receipts: around.receipts.unwrap_or_default(),
        names: ClaimNames { sessions, ..around.names },
        payments: around.payments.into_iter().flatten().map(PaymentOfClaim::brief).collect(),
        decider: around.decider,
    };
    Ok((locked, around.version))
}

/// Takes the locks of several claims in the order of their ids.
pub fn lock_all(writer: &mut Writer<'_>, ids: &[ClaimId]) -> Result<Vec<ClaimRow>> {
    let query =
        claims::table.filter(claims::id.eq_any(ids)).order(claims::id).select(ClaimRow::as_select()).for_update();
    Ok(query.load(writer.conn)?)
}
