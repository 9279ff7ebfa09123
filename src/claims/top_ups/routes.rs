//! The operation that tops up claims by a version of the policy.

use std::collections::BTreeSet;

use crate::access::Action;
use crate::claims::row::ClaimLineRow;
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE};
use crate::claims::store::{OfLines, insert_lines};
use crate::claims::top_ups::rules::{Addition, ApprovedLine, LinePlace, supplement};
use crate::claims::top_ups::store::{self, SUBMITTED, Supplementary};
use crate::claims::top_ups::views::{TopUpEstimate, TopUps};
use crate::db::ids::{ClaimId, PolicyId};
use crate::http::{Nothing, Routes};
use crate::money::Pence;
use crate::policies::{self, Published};
use crate::refusal::{Failure, Result};
use crate::work::{Change, Changed, Reader, Writer};

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    routes
        .post("/v1/reimbursement-policies/{id}/top-ups", Action::TopUpClaims, top_up_claims)
        .describe(
            "Top up claims after a back-dated policy",
            "Finds lines of approved, part paid and paid claims that were worked out by another version although this \
             published version is in force on their date, and works out what this version adds to what they came to, \
             earlier top-ups included. Creates one supplementary claim for each claim with such lines; the caller \
             submits it, and another lead must approve it. The original claims do not change. Nothing is ever reduced; \
             lines that an approver reduced, or of which something is recovered, are counted in `skipped` and left alone. \
             What was rejected is not made again by this version, unless the approval of the original claim was undone \
             and given again since. A repeated call picks up only what was approved since.",
        )
        .refuses(&["invalid-transition"])
        .without_etag();
}

fn top_up_claims(writer: &mut Writer<'_>, id: PolicyId, _: Nothing) -> Result<Changed<TopUps>> {
    let versions = policies::hold_published(writer, id)?;
    let Some((policy, _)) = policies::in_force_from(&versions, id) else {
        return made(writer, &[], Vec::new(), 0);
    };
    store::lock_undecided(writer)?;
    let Found { additions, skipped } = found(writer, &versions, id)?;
    let originals: BTreeSet<ClaimId> = additions.iter().map(|(approved, _)| approved.line.claim_id).collect();
    store::lock_originals(writer, &originals.into_iter().collect::<Vec<_>>())?;
    let (claims, lines) = supplementary(writer, policy, additions)?;
    made(writer, &claims, lines, skipped)
}

/// What a version adds to lines.
struct Found {
    additions: Vec<(ApprovedLine, Addition)>,
    /// How many lines are left alone, because an approver lowered them, or something of them is recovered.
    skipped: usize,
}

/// What one of these versions adds to lines that were worked out by the others, on the days on which it is in force.
fn found(reader: &mut Reader<'_>, versions: &[Published], id: PolicyId) -> Result<Found> {
    let mut found = Found { additions: Vec::new(), skipped: 0 };
    let Some((policy, days)) = policies::in_force_from(versions, id) else { return Ok(found) };
    let others: Vec<PolicyId> = versions.iter().map(|version| version.id).filter(|other| *other != id).collect();
    for approved in store::approved_lines(reader, (id, &others), days)? {
        match approved.by(policy) {
            Some(_) if approved.is_left_alone() => found.skipped += 1,
            Some(addition) => found.additions.push((approved, addition)),
            None => {}
        }
    }
    Ok(found)
}

/// What topping up by one of these versions would find now. Nothing is made.
///
/// # Errors
/// Database errors.
pub fn estimate(reader: &mut Reader<'_>, versions: &[Published], id: PolicyId) -> Result<TopUpEstimate> {
    let Found { additions, skipped } = found(reader, versions, id)?;
    let claims: BTreeSet<ClaimId> = additions.iter().map(|(approved, _)| approved.line.claim_id).collect();
    let total_pence = Pence::checked_sum(additions.iter().map(|(_, addition)| addition.pence));
    let (lines, total_pence) = (additions.len(), total_pence.ok_or_else(beyond_range)?);
    Ok(TopUpEstimate { claims: claims.len(), lines, total_pence, skipped })
}

/// The supplementary claims and their lines: one for each claim that is topped up, its lines in their order.
fn supplementary(
    writer: &Writer<'_>,
    policy: &Published,
    additions: Vec<(ApprovedLine, Addition)>,
) -> Result<(Vec<Supplementary>, Vec<ClaimLineRow>)> {
    let mut claims: Vec<Supplementary> = Vec::new();
    let mut lines: Vec<ClaimLineRow> = Vec::new();
    let mut position = 0;
    for (ApprovedLine { line, .. }, addition) in additions {
        let more = addition.pence;
        match claims.last_mut().filter(|claim| claim.original == line.claim_id) {
            Some(claim) => {
                claim.total = claim.total.checked_add(more).ok_or_else(beyond_range)?;
                position += 1;
            }
            None => {
                claims.push(Supplementary {
                    id: writer.new_id(),
                    original: line.claim_id,
                    total: more,
                    of_lines: OfLines::default(),
                });
                position = 0;
            }
        }
        let claim_id = claims.last().map(|claim| claim.id).ok_or_else(beyond_range)?;
        lines.push(supplement(line, addition, policy, LinePlace { id: writer.new_id(), claim_id, position }));
    }
    for of_one in lines.chunk_by(|line, next| line.claim_id == next.claim_id) {
        let claim = of_one.first().and_then(|line| claims.iter_mut().find(|claim| claim.id == line.claim_id));
        claim.ok_or_else(beyond_range)?.of_lines = OfLines::of(of_one)?;
    }
    Ok((claims, lines))
}

/// Writes the supplementary claims, each with its audit record.
fn made(
    writer: &mut Writer<'_>,
    claims: &[Supplementary],
    lines: Vec<ClaimLineRow>,
    skipped: usize,
) -> Result<Changed<TopUps>> {
    let total_pence = Pence::checked_sum(claims.iter().map(|claim| claim.total)).ok_or_else(beyond_range)?;
    let answer = TopUps { claims_created: claims.len(), lines: lines.len(), total_pence, skipped };
    if !claims.is_empty() {
        store::insert(writer, claims)?;
        insert_lines(writer, &lines)?;
    }
    for claim in claims {
        note(writer, claim.id);
    }
    Ok(writer.unchanged(answer))
}

/// Records that a claim was created and submitted at once.
fn note(writer: &mut Writer<'_>, id: ClaimId) {
    let step = (ClaimStatus::Draft, ClaimVerb::Submit, ClaimStatus::Submitted);
    writer.note(Change::created(LIFE.resource, id).to(ClaimStatus::Draft));
    writer.note(Change::step(&LIFE, id, SUBMITTED, step));
}

fn beyond_range() -> Failure {
    Failure::broken("top-ups beyond range")
}
