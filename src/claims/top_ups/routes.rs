//! Asking for the top-ups of a version of the policy.

use crate::access::Action;
use crate::claims::row::LineRow;
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE};
use crate::claims::store::add_lines;
use crate::claims::top_ups::rules::{Addition, Place, Settled, supplement};
use crate::claims::top_ups::store::{self, SUBMITTED, Supplementary};
use crate::claims::top_ups::views::TopUps;
use crate::db::ids::{ClaimId, PolicyId};
use crate::db::{Change, Changed, Writer};
use crate::http::{Nothing, Routes};
use crate::money::Pence;
use crate::policies::{self, Published};
use crate::refusal::{Done, Failure};

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    routes
        .post("/v1/reimbursement-policies/{id}/top-ups", Action::TopUpClaims, top_up_claims)
        .says(
            "Top up claims by a back-dated rate",
            "For lines of approved, part paid and paid claims on whose day this published version is in force, and that were \
             worked out by another: what they come to by this one, with their own inputs, above what they came to and were \
             topped up by. One supplementary claim for each claim, submitted by whoever asks and approved by another lead; \
             the claims that it adds to stay as they are. Less is never taken back; lines that their approver lowered are \
             counted and left alone. Asked again, it picks up only what was approved, or rejected, since.",
        )
        .refuses(&["invalid-transition"])
        .without_etag();
}

fn top_up_claims(writer: &mut Writer<'_>, id: PolicyId, _: Nothing) -> Done<Changed<TopUps>> {
    let versions = policies::hold_published(writer, id)?;
    let mut additions = Vec::new();
    let mut skipped = 0;
    if let Some((policy, days)) = policies::in_force_from(&versions, id) {
        let others: Vec<PolicyId> = versions.iter().map(|version| version.id).filter(|other| *other != id).collect();
        store::hold_undecided(writer)?;
        for settled in store::settled(writer, (id, &others), days)? {
            match settled.by(policy) {
                Some(_) if settled.lowered => skipped += 1,
                Some(addition) => additions.push((settled, addition)),
                None => {}
            }
        }
        let (claims, lines) = supplementary(writer, policy, additions)?;
        return made(writer, &claims, lines, skipped);
    }
    made(writer, &[], Vec::new(), skipped)
}

/// The claims and lines that come of it: a claim for each that is topped up, its lines in their order.
fn supplementary(
    writer: &Writer<'_>,
    policy: &Published,
    additions: Vec<(Settled, Addition)>,
) -> Done<(Vec<Supplementary>, Vec<LineRow>)> {
    let mut claims: Vec<Supplementary> = Vec::new();
    let mut lines: Vec<LineRow> = Vec::new();
    let mut position = 0;
    for (Settled { line, .. }, addition) in additions {
        let more = addition.pence;
        match claims.last_mut().filter(|claim| claim.original == line.claim_id) {
            Some(claim) => {
                claim.total = claim.total.checked_add(more).ok_or_else(beyond_range)?;
                position += 1;
            }
            None => {
                claims.push(Supplementary { id: writer.new_id(), original: line.claim_id, total: more });
                position = 0;
            }
        }
        let claim_id = claims.last().map(|claim| claim.id).ok_or_else(beyond_range)?;
        lines.push(supplement(line, addition, policy, Place { id: writer.new_id(), claim_id, position }));
    }
    Ok((claims, lines))
}

/// Writes them, with the record of each.
fn made(
    writer: &mut Writer<'_>,
    claims: &[Supplementary],
    lines: Vec<LineRow>,
    skipped: usize,
) -> Done<Changed<TopUps>> {
    let total_pence = Pence::checked_sum(claims.iter().map(|claim| claim.total)).ok_or_else(beyond_range)?;
    let answer = TopUps { claims_created: claims.len(), lines: lines.len(), total_pence, skipped };
    if !claims.is_empty() {
        store::insert(writer, claims)?;
        add_lines(writer, lines)?;
    }
    for claim in claims {
        note(writer, claim.id);
    }
    Ok(writer.unchanged(answer))
}

/// That a claim was made, and submitted in the same breath.
fn note(writer: &mut Writer<'_>, id: ClaimId) {
    let step = (ClaimStatus::Draft, ClaimVerb::Submit, ClaimStatus::Submitted);
    writer.note(Change::created(LIFE.resource, id).to(ClaimStatus::Draft));
    writer.note(Change::step(&LIFE, id, SUBMITTED, step));
}

fn beyond_range() -> Failure {
    Failure::broken("top-ups beyond range")
}
