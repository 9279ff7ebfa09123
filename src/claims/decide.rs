//! The steps of a claim's life: submitted with every check, decided by another person, taken back.
//! The checks stand in `checks` and `approval`; what payments make of it, in `settle`.

use crate::claims::bodies::{Approval, ClaimReason};
use crate::claims::calculate::{WorkedLine, calculate};
use crate::claims::checks::Submission;
use crate::claims::context::{ClaimContext, Submitted};
use crate::claims::line::LineKind;
use crate::claims::line_warnings::{Elsewhere, for_the_approver};
use crate::claims::row::{Claim, ClaimLineRow, ClaimRow, ShownClaim};
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE, SUPPLEMENTARY};
use crate::claims::store::{self, LockedClaim, Texts};
use crate::claims::views::ClaimView;
use crate::claims::{approval, draft, line_rows, settle, show, told, top_ups};
use crate::clock::Day;
use crate::db::ids::ClaimId;
use crate::deliveries::{self, About};
use crate::http::Nothing;
use crate::money::Pence;
use crate::payments;
use crate::people::volunteers;
use crate::refusal::{Kind, Refusal, Result, refuse_if_any};
use crate::work::{Change, Changed, Writer};

/// Submits a draft: everything is worked out again under the locks, checked, and frozen.
pub fn submit_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Result<Changed<ClaimView>> {
    let LockedClaim { mut claim, names, payments, .. } = store::lock(writer, id)?;
    let row = &claim.header.row;
    draft::may_write(writer, row)?;
    let from = row.status;
    let to = step(writer, row, ClaimVerb::Submit)?;
    let lines = claim.written().lines;
    let begin = |session| names.start_of(Some(session));
    let Submitted { context, elsewhere } = ClaimContext::locked(writer, row, &lines, begin)?;
    let worked = calculate(&context, &lines);
    let late = checked(writer, &claim, (&context, &elsewhere), &worked)?;
    // Whoever submits it again has done what was asked of them.
    if row.first_submitted_at.is_some() {
        deliveries::supersede_of(writer, &[About::ClaimReturned], LIFE.resource, &[id.into()])?;
    }
    claim.lines = frozen(writer, row, (&context, &elsewhere), &worked)?;
    let sums = line_rows::sums(&worked, &claim.lines)?;
    claim.header.submitted(sums, late, writer);
    store::rewrite(writer, &claim, sums, Texts::Kept)?;
    let change = Change::step(&LIFE, id, claim.header.row.version, (from, ClaimVerb::Submit, to));
    let shown = ShownClaim { claim, payments, receipts: context.receipts, names, budget: None };
    let view = show::written(writer, shown)?;
    Ok(writer.changed(change, view))
}

/// What a claim that is submitted rests on.
type Basis<'b> = (&'b ClaimContext, &'b store::Elsewhere);

/// Every check at once; returns whether the claim is late.
fn checked(
    writer: &Writer<'_>,
    claim: &Claim,
    (context, elsewhere): Basis<'_>,
    worked: &[WorkedLine<'_>],
) -> Result<bool> {
    let (header, row) = (&claim.header, &claim.header.row);
    let by_another = row.on_behalf && !draft::is_own(writer.grant(), row);
    let submission = Submission {
        promise: &context.promise,
        today: writer.today(),
        first_submitted_on: row.first_submitted_at.unwrap_or(writer.now()).london_day(),
        late_reason: header.late_reason.is_some(),
        undeclared: by_another && header.declaration.is_none() && !context.claimant.deceased,
        declared_on: header.declaration.as_ref().filter(|_| row.on_behalf).map(|declaration| declaration.made_on),
        taken: &elsewhere.time_taken(row.agreement_id),
        receipts: &context.amounts(),
    };
    let detail = "The claim fails one or more checks. Correct what `errors` lists, then submit it again.";
    refuse_if_any(Kind::ClaimNotSubmittable, detail, submission.faults(worked))?;
    Ok(submission.is_late(worked))
}

/// The lines as they stay: live, with the warnings for the approver. Their texts are those of the draft.
fn frozen(
    writer: &Writer<'_>,
    row: &ClaimRow,
    (context, elsewhere): Basis<'_>,
    worked: &[WorkedLine<'_>],
) -> Result<Vec<ClaimLineRow>> {
    let timed = worked.iter().filter(|line| line.given.kind == LineKind::Time);
    let timed: Vec<Day> = timed.filter_map(|line| line.day).collect();
    let known =
        Elsewhere { lines: elsewhere.lines(), receipts: elsewhere.receipts(), times: &elsewhere.hours_around(&timed) };
    let mut rows = line_rows::rows(writer, (row.id, row.volunteer_id), context, worked)?;
    for (line, one) in rows.iter_mut().zip(worked) {
        line.live = true;
        line.warnings.0.extend(for_the_approver(one, worked, &context.promise, &known));
    }
    Ok(rows)
}

/// Where a verb leads a claim; a supplementary one has a life of its own.
pub(super) fn step(writer: &Writer<'_>, row: &ClaimRow, verb: ClaimVerb) -> Result<ClaimStatus, Refusal> {
    let life = if row.supplements_claim_id.is_some() { &SUPPLEMENTARY } else { &LIFE };
    writer.step(life, row.version, row.status, verb)
}

/// Takes a claim back.
pub fn withdraw_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Result<Changed<ClaimView>> {
    let locked = store::lock(writer, id)?;
    let row = &locked.claim.header.row;
    draft::may_write(writer, row)?;
    let to = step(writer, row, ClaimVerb::Withdraw)?;
    close(writer, locked, (ClaimVerb::Withdraw, to), None)
}

/// Ends a claim without a payment: its lines count no more.
fn close(
    writer: &mut Writer<'_>,
    locked: LockedClaim,
    (verb, to): (ClaimVerb, ClaimStatus),
    reason: Option<String>,
) -> Result<Changed<ClaimView>> {
    let LockedClaim { mut claim, names, payments, .. } = locked;
    let row = claim.header.row.clone();
    let found = store::close(writer, &row, to, reason.as_deref())?;
    if verb == ClaimVerb::Withdraw && found.is_message_pending {
        deliveries::supersede(writer, LIFE.resource, &[row.id.into()])?;
    }
    let receipts = found.receipts();
    let change = Change::step(&LIFE, row.id, row.version + 1, (row.status, verb, to));
    let changed = writer.changed(change.fields(reason.as_ref().map(|_| "reason")), ());
    claim.header.closed(to, reason, writer);
    claim.lines.iter_mut().for_each(|line| line.live = false);
    let view = show::shown(writer, ShownClaim { claim, payments, receipts, names, budget: None })?;
    Ok(changed.map(|()| view))
}

/// Sends a claim back for changes: a draft again, provisional again.
pub fn return_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Result<Changed<ClaimView>> {
    let (LockedClaim { mut claim, names, payments, .. }, decider) = store::lock_for_decision(writer, id)?;
    let row = claim.header.row.clone();
    let to = step(writer, &row, ClaimVerb::Return)?;
    volunteers::not_oneself(decider.is_claimant)?;
    let lines = claim.written().lines;
    let context = ClaimContext::of_claim(writer, &row, &lines)?;
    let (lines, sums) = draft::recalculated(writer, &row, &context, &lines)?;
    claim.lines = lines;
    claim.header.given_back(said.reason.to_string(), sums, writer);
    store::rewrite(writer, &claim, sums, Texts::OfTheClaim)?;
    tell(writer, &row, About::ClaimReturned, &said)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Return, to)).fields(["reason"]);
    let shown = ShownClaim { claim, payments, receipts: context.receipts, names, budget: None };
    let view = show::shown(writer, shown)?;
    Ok(writer.changed(change, view))
}

/// Rejects a claim; it uses up nothing any more.
pub fn reject_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Result<Changed<ClaimView>> {
    let (locked, decider) = store::lock_for_decision(writer, id)?;
    let row = &locked.claim.header.row;
    let to = step(writer, row, ClaimVerb::Reject)?;
    volunteers::not_oneself(decider.is_claimant)?;
    if row.supplements_claim_id.is_some() && top_ups::rests_on(writer.conn, id)? {
        let mut refusal =
            Refusal::new(Kind::InvalidTransition, "A later top-up builds on this one. Reject that one first.");
        refusal.allowed = Some(vec![ClaimVerb::Approve.as_str()]);
        return Err(refusal.into());
    }
    tell(writer, row, About::ClaimRejected, &said)?;
    close(writer, locked, (ClaimVerb::Reject, to), Some(said.reason.to_string()))
}

/// Tells the person why.
pub(super) fn tell(writer: &mut Writer<'_>, row: &ClaimRow, about: About, said: &ClaimReason) -> Result<()> {
    let subject = (LIFE.resource, row.id.into());
    deliveries::notify(writer, row.volunteer_id, row.service_id, about, subject, Some(&said.reason))
}

/// Approves a claim and opens its payments; where there is nothing to pay it is paid at once.
pub fn approve_claim(writer: &mut Writer<'_>, id: ClaimId, approval: Approval) -> Result<Changed<ClaimView>> {
    let (locked, decider) = store::lock_for_decision(writer, id)?;
    let LockedClaim { mut claim, receipts, names, mut payments, .. } = locked;
    let row = claim.header.row.clone();
    let to = step(writer, &row, ClaimVerb::Approve)?;
    approval::segregation(decider)?;
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
    let found = store::approve(writer, &row, &claim.lines, (total, beyond.is_some()))?;
    claim.header.over_budget_reason = beyond;
    payments.extend(payments::open(writer, &owed)?);
    if found.is_message_pending {
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
