//! The steps of a claim's life: submitted with every check, decided by another person, taken back.
//! The checks stand in `checks` and `approval`; what payments make of it, in `settle`.

use crate::claims::bodies::{Approval, ClaimReason};
use crate::claims::checks::Submission;
use crate::claims::line::{LineKind, NewLine};
use crate::claims::row::Row;
use crate::claims::status::{ClaimStatus, ClaimVerb, LIFE, SUPPLEMENTARY};
use crate::claims::store;
use crate::claims::views::ClaimView;
use crate::claims::warning::for_the_approver;
use crate::claims::work::{Ground, WorkedLine};
use crate::claims::{approval, draft, ground, receipts, settle, show, top_ups};
use crate::clock::Day;
use crate::db::ids::{ClaimId, SessionId};
use crate::deliveries::{self, About};
use crate::http::Nothing;
use crate::money::Pence;
use crate::payments;
use crate::refusal::{Done, Failure, Kind, Refusal, refuse_if_any};
use crate::work::{Change, Changed, Writer};

/// Submits a draft: everything is worked out again under the locks, checked, and frozen.
pub fn submit_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Done<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?;
    let row = &claim.head.row;
    draft::may_write(writer, row)?;
    let to = step(writer, row, ClaimVerb::Submit)?;
    let lines = claim.written().lines;
    let agreement = draft::agreement_of(writer, row.agreement_id)?;
    let receipts = receipts::of_claim(writer.conn, id)?;
    let ground = ground::gather_locked(writer, agreement.into(), &lines, receipts)?;
    let worked = ground.work(&lines);
    let typed = row.on_behalf && !draft::is_own(writer.grant(), row);
    let late = checked(
        writer,
        row,
        &ground,
        &worked,
        &Said {
            late_reason: claim.head.texts.late_reason.is_some(),
            undeclared: typed && claim.head.texts.declaration.is_none(),
        },
    )?;
    freeze(writer, row, &ground, &worked)?;
    store::submit(writer, row, ground::sums(&worked), late)?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Submit, to)), view))
}

/// What was said around the lines.
struct Said {
    late_reason: bool,
    undeclared: bool,
}

/// Every check at once; answers whether the claim is late.
fn checked(writer: &mut Writer<'_>, row: &Row, ground: &Ground, worked: &[WorkedLine<'_>], said: &Said) -> Done<bool> {
    let timed: Vec<NewLine> =
        worked.iter().filter(|line| line.given.kind == LineKind::Time).map(|line| line.given.clone()).collect();
    let sessions: Vec<SessionId> = ground::named(&timed);
    let taken = store::time_taken(writer.conn, row.id, row.volunteer_id, &sessions)?;
    let submission = Submission {
        promise: &ground.promise,
        today: writer.today(),
        first_submitted_on: row.first_submitted_at.unwrap_or(writer.now()).london_day(),
        late_reason: said.late_reason,
        undeclared: said.undeclared,
        taken: &taken,
        receipts: &ground.receipts,
    };
    let detail = "The claim fails one or more checks. Correct what `errors` lists, then submit it again.";
    refuse_if_any(Kind::ClaimNotSubmittable, detail, submission.faults(worked))?;
    Ok(submission.is_late(worked))
}

/// Writes the lines as they stay: live, with what the approver should look at.
fn freeze(writer: &mut Writer<'_>, row: &Row, ground: &Ground, worked: &[WorkedLine<'_>]) -> Done<()> {
    let days: Vec<Day> = worked.iter().filter_map(|line| line.day).collect();
    let alike = store::alike(writer.conn, row.id, row.volunteer_id, &days)?;
    let seen = receipts::seen_elsewhere(writer.conn, row.id)?;
    let mut rows = ground::rows(writer, (row.id, row.volunteer_id), ground, worked)?;
    for (line, worked) in rows.iter_mut().zip(worked) {
        line.live = true;
        line.warnings.extend(for_the_approver(worked, &ground.promise, (&alike, &seen)));
    }
    store::save_lines(writer, row.id, rows)
}

/// Where a verb leads a claim; a supplementary one has a life of its own.
fn step(writer: &Writer<'_>, row: &Row, verb: ClaimVerb) -> Result<ClaimStatus, Refusal> {
    let life = if row.supplements_claim_id.is_some() { &SUPPLEMENTARY } else { &LIFE };
    writer.step(life, row.version, row.status, verb)
}

/// Takes a claim back.
pub fn withdraw_claim(writer: &mut Writer<'_>, id: ClaimId, _: Nothing) -> Done<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?;
    let row = &claim.head.row;
    draft::may_write(writer, row)?;
    let to = step(writer, row, ClaimVerb::Withdraw)?;
    store::release_lines(writer, id)?;
    store::set_status(writer, row, to)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Withdraw, to)), view))
}

/// Sends a claim back to be mended: a draft again, provisional again.
pub fn return_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Done<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?;
    let row = &claim.head.row;
    let to = step(writer, row, ClaimVerb::Return)?;
    let sums = draft::rework(writer, row, &claim.written().lines)?;
    store::give_back(writer, row, sums)?;
    tell(writer, row, About::ClaimReturned, &said)?;
    let view = show::read(writer, id)?;
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Return, to)).fields(["reason"]);
    Ok(writer.changed(change, view))
}

/// Refuses a claim; it uses up nothing any more.
pub fn reject_claim(writer: &mut Writer<'_>, id: ClaimId, said: ClaimReason) -> Done<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?;
    let row = &claim.head.row;
    let to = step(writer, row, ClaimVerb::Reject)?;
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

/// Keeps the reason and puts it on the person's worklist: nothing is decided in silence.
fn tell(writer: &mut Writer<'_>, row: &Row, about: About, said: &ClaimReason) -> Done<()> {
    store::save_reason(writer, row.id, &said.reason)?;
    let subject = (LIFE.resource, row.id.into());
    deliveries::tell(writer, row.volunteer_id, row.service_id, about, subject, Some(&said.reason))
}

/// Agrees to a claim and opens its payments; where there is nothing to pay it is paid at once.
pub fn approve_claim(writer: &mut Writer<'_>, id: ClaimId, approval: Approval) -> Done<Changed<ClaimView>> {
    let mut claim = store::lock(writer, id)?;
    let row = claim.head.row.clone();
    let to = step(writer, &row, ClaimVerb::Approve)?;
    let submitter = row.submitted_by.ok_or_else(|| Failure::broken("a submitted claim without its submitter"))?;
    let people = (submitter, row.created_by);
    let (approver, now, today) = (writer.actor_id(), writer.now(), writer.today());
    approval::segregation(store::approver(writer.conn, approver, people, row.volunteer_id)?)?;
    let total = approval::decide(&row, &mut claim.lines, &approval)?;
    let owed = approval::owed(&row, &claim.lines, today);
    store::save_lines(writer, id, claim.lines)?;
    store::approve(writer, &row, total)?;
    payments::open(writer, &owed, now)?;
    deliveries::supersede(writer, LIFE.resource, &[id.into()])?;
    let lowered = approval.lines.is_some_and(|lines| !lines.is_empty());
    let change = Change::step(&LIFE, id, row.version + 1, (row.status, ClaimVerb::Approve, to));
    let changed = writer.changed(change.fields(lowered.then_some("lines")), ());
    let approved = Row { version: row.version + 1, status: ClaimStatus::Approved, ..row };
    if total == Pence::ZERO {
        settle::move_all(writer, vec![(approved, ClaimStatus::Paid)])?;
    }
    let view = show::read(writer, id)?;
    Ok(changed.map(|()| view))
}
