//! The steps of a claim's life: submitted with every check, decided by another person, taken back.
//! The checks stand in `checks` and `approval`; what payments make of it, in `settle`.

use crate::claims::bodies::{Approval, ClaimReason};
use crate::claims::calculate::{WorkedLine, calculate};
use crate::claims::checks::Submission;
use crate::claims::context::{Beside, ClaimContext};
use crate::claims::line::LineKind;
use crate::claims::line_warnings::{Elsewhere, for_the_approver};
use crate::claims::row::{Claim, ClaimRow, ShownClaim};
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE, SUPPLEMENTARY};
use crate::claims::store::{self, LockedClaim};
use crate::claims::views::ClaimView;
use crate::claims::{approval, draft, line_rows, overlaps, receipts, settle, show, told, top_ups};
use crate::clock::Day;
use crate::db::ids::ClaimId;
use crate::deliveries::{self, About};
use crate::http::Nothing;
use crate::money::Pence;
use crate::payments;
use crate::people::volunteers;
use crate::refusal::{Failure, Kind, Refusal, Result, refuse_if_any};
use crate::work::{Change, Changed, Writer};

/// Submits a draft: everything is worked out again under the locks, checked, and frozen.
pub fn submit_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Result<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?.claim;
    let row = &claim.header.row;
    draft::may_write(writer, row)?;
    let to = step(writer, row, ClaimVerb::Submit)?;
    let lines = claim.written().lines;
    let agreement = draft::agreement_of(writer, row.agreement_id)?;
    let receipts = receipts::amounts(writer.conn, id)?;
    let context = ClaimContext::load_locked(writer, agreement.into(), &lines, Beside { receipts, held_plan: None })?;
    let worked = calculate(&context, &lines);
    let late = checked(writer, &claim, &context, &worked)?;
    freeze(writer, row, &context, &worked)?;
    store::submit(writer, row, line_rows::sums(&worked), late)?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Submit, to)), view))
}

/// Every check at once; returns whether the claim is late.
fn checked(writer: &mut Writer<'_>, claim: &Claim, context: &ClaimContext, worked: &[WorkedLine<'_>]) -> Result<bool> {
    let (header, row) = (&claim.header, &claim.header.row);
    let timed: Vec<_> = worked.iter().filter_map(WorkedLine::time_claimed).collect();
    let taken = store::time_taken(writer.conn, row.id, (row.volunteer_id, Some(row.agreement_id)), &timed)?;
    let by_another = row.on_behalf && !draft::is_own(writer.grant(), row);
    let submission = Submission {
        promise: &context.promise,
        today: writer.today(),
        first_submitted_on: row.first_submitted_at.unwrap_or(writer.now()).london_day(),
        late_reason: header.late_reason.is_some(),
        undeclared: by_another && header.declaration.is_none() && !context.claimant.deceased,
        declared_on: header.declaration.as_ref().filter(|_| row.on_behalf).map(|declaration| declaration.made_on),
        taken: &taken,
        receipts: &context.receipts,
    };
    let detail = "The claim fails one or more checks. Correct what `errors` lists, then submit it again.";
    refuse_if_any(Kind::ClaimNotSubmittable, detail, submission.faults(worked))?;
    Ok(submission.is_late(worked))
}

/// Writes the lines as they stay: live, with the warnings for the approver. Their texts are those of the draft.
fn freeze(writer: &mut Writer<'_>, row: &ClaimRow, context: &ClaimContext, worked: &[WorkedLine<'_>]) -> Result<()> {
    let days: Vec<Day> = worked.iter().filter_map(|line| line.day).collect();
    let others = store::other_lines(writer.conn, row.id, row.volunteer_id, &days)?;
    let seen = receipts::seen_elsewhere(writer.conn, row.id)?;
    let timed = worked.iter().filter(|line| line.given.kind == LineKind::Time);
    let timed: Vec<Day> = timed.filter_map(|line| line.day).collect();
    let times = overlaps::claimed_elsewhere(writer.conn, (row.id, row.volunteer_id), &timed)?;
    let elsewhere = Elsewhere { lines: &others, receipts: &seen, times: &times };
    let mut rows = line_rows::rows(writer, (row.id, row.volunteer_id), context, worked)?;
    for (line, one) in rows.iter_mut().zip(worked) {
        line.live = true;
        line.warnings.0.extend(for_the_approver(one, worked, &context.promise, &elsewhere));
    }
    store::save_lines(writer, &rows)
}

/// Where a verb leads a claim; a supplementary one has a life of its own.
pub(super) fn step(writer: &Writer<'_>, row: &ClaimRow, verb: ClaimVerb) -> Result<ClaimStatus, Refusal> {
    let life = if row.supplements_claim_id.is_some() { &SUPPLEMENTARY } else { &LIFE };
    writer.step(life, row.version, row.status, verb)
}

/// Takes a claim back.
pub fn withdraw_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Result<Changed<ClaimView>> {
    let row = &store::lock(writer, id)?.claim.header.row;
    draft::may_write(writer, row)?;
    let to = step(writer, row, ClaimVerb::Withdraw)?;
    store::release_lines(writer, id)?;
    store::set_status(writer, row, to)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Withdraw, to)), view))
}

/// Sends a claim back for changes: a draft again, provisional again.
pub fn return_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Result<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?.claim;
    let row = &claim.header.row;
    let to = step(writer, row, ClaimVerb::Return)?;
    volunteers::not_about_oneself(writer, row.volunteer_id)?;
    let (rows, sums) = draft::recalculated(writer, row, &claim.written().lines)?;
    store::save_lines(writer, &rows)?;
    store::give_back(writer, row, sums)?;
    tell(writer, row, About::ClaimReturned, &said)?;
    let view = show::read(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Return, to)).fields(["reason"]);
    Ok(writer.changed(change, view))
}

/// Rejects a claim; it uses up nothing any more.
pub fn reject_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Result<Changed<ClaimView>> {
    let row = &store::lock(writer, id)?.claim.header.row;
    let to = step(writer, row, ClaimVerb::Reject)?;
    volunteers::not_about_oneself(writer, row.volunteer_id)?;
    if row.supplements_claim_id.is_some() && top_ups::rests_on(writer.conn, id)? {
        let mut refusal =
            Refusal::new(Kind::InvalidTransition, "A later top-up builds on this one. Reject that one first.");
        refusal.allowed = Some(vec![ClaimVerb::Approve.as_str()]);
        return Err(refusal.into());
    }
    store::release_lines(writer, id)?;
    store::set_status(writer, row, to)?;
    tell(writer, row, About::ClaimRejected, &said)?;
    let view = show::read(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Reject, to)).fields(["reason"]);
    Ok(writer.changed(change, view))
}

/// Keeps the reason and tells the person.
pub(super) fn tell(writer: &mut Writer<'_>, row: &ClaimRow, about: About, said: &ClaimReason) -> Result<()> {
    store::save_reason(writer, row.id, &said.reason)?;
    let subject = (LIFE.resource, row.id.into());
    deliveries::notify(writer, row.volunteer_id, row.service_id, about, subject, Some(&said.reason))
}

/// Approves a claim and opens its payments; where there is nothing to pay it is paid at once.
pub fn approve_claim(writer: &mut Writer<'_>, id: ClaimId, approval: Approval) -> Result<Changed<ClaimView>> {
    let LockedClaim { mut claim, receipts, names, is_message_pending, approver } =
        store::lock_for_approval(writer, id)?;
    let row = claim.header.row.clone();
    let to = step(writer, &row, ClaimVerb::Approve)?;
    approval::segregation(approver.ok_or_else(|| Failure::broken("an approval without its approver"))?)?;
    let total = approval::decide(&row, &mut claim.lines, &approval)?;
    let owed = approval::owed(&row, &claim.lines, writer.today());
    let lowered = approval.lines.is_some_and(|lines| !lines.is_empty());
    if lowered {
        store::save_line_texts(writer, &claim.lines)?;
    }
    let beyond = approval.over_budget_reason.map(String::from);
    if beyond.is_some() || claim.header.over_budget_reason.is_some() {
        store::save_over_budget(writer, id, beyond.as_deref())?;
    }
    store::approve(writer, &row, &claim.lines, (total, beyond.is_some()))?;
    claim.header.over_budget_reason = beyond;
    let payments = payments::open(writer, &owed)?;
    if is_message_pending {
        deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    }
    told::approved(writer, &row, &claim.lines, total)?;
    claim.header.approved(total, writer);
    let change = Change::step(&LIFE, id, claim.header.row.version, (row.status, ClaimVerb::Approve, to));
    let changed = writer.changed(change.fields(lowered.then_some("lines")), ());
    let view = if total == Pence::ZERO {
        settle::nothing_to_pay(writer, claim.header.row)?;
        show::read(writer, id)?
    } else {
        show::shown(writer, ShownClaim { claim, payments, receipts, names, budget: None })?
    };
    Ok(changed.map(|()| view))
}
