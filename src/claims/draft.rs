//! Making and changing drafts: every write works the claim out, provisionally.
//! Drafts use up no miles and no money; submission, in `decide`, does.

use crate::access::Grant;
use crate::claims::bodies::NewClaim;
use crate::claims::calculate::{WorkedLine, calculate};
use crate::claims::context::ClaimContext;
use crate::claims::line::NewLine;
use crate::claims::row::{ClaimLineRow, ClaimRow, ShownClaim};
use crate::claims::status::{ClaimStatus, LIFE};
use crate::claims::store::{self, Draft, LockedClaim, Sums, Texts};
use crate::claims::views::ClaimView;
use crate::claims::{line_rows, show};
use crate::clock::Day;
use crate::db::ids::{ClaimId, ClaimLineId, VolunteerId};
use crate::http::Patch;
use crate::people::volunteers;
use crate::plans::PlanStatus;
use crate::refusal::{Failure, Fault, Happened, Kind, Refusal, Result, refuse_unknown};
use crate::work::{Change, Changed, Writer};

/// Makes a draft.
pub fn create_claim(writer: &mut Writer<'_>, (): (), new: NewClaim) -> Result<Changed<ClaimView>> {
    let volunteer = claimant(writer, new.volunteer_id)?;
    let found = ClaimContext::find(writer, new.agreement_id, &new.lines)?;
    let found = found.filter(|(agreement, _)| agreement.volunteer_id == volunteer);
    let (agreement, found) = found.ok_or_else(|| Refusal::unknown_reference("/agreement_id"))?;
    declared(writer, &new, agreement.starts_on)?;
    known_lines(&new.lines, &[])?;
    let id: ClaimId = writer.new_id();
    let context = ClaimContext::of(writer, agreement.clone().into(), &new.lines, found)?;
    let worked = calculate(&context, &new.lines);
    plan_takes(writer, &context, &worked)?;
    let lines = line_rows::rows(writer, (id, volunteer), &context, &worked)?;
    let sums = line_rows::sums(&worked, &lines)?;
    let service = context.service.ok_or_else(|| Failure::broken("an agreement without its service"))?;
    let draft = Draft { id, new: &new, agreement: &agreement, service, sums, lines };
    let (claim, names) = store::create(writer, draft)?;
    let shown = ShownClaim { claim, payments: Vec::new(), receipts: Vec::new(), names, budget: None };
    let view = show::shown(writer, shown)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(ClaimStatus::Draft), view))
}

/// Changes a draft.
pub fn change_claim(writer: &mut Writer<'_>, id: ClaimId, patch: Patch<NewClaim>) -> Result<Changed<ClaimView>> {
    let LockedClaim { mut claim, mut names, payments, .. } = store::lock(writer, id)?;
    let row = &claim.header.row;
    may_write(writer, row)?;
    writer.matches(row.version)?;
    if row.status != ClaimStatus::Draft {
        return Err(fixed(patch.fields(), "can be changed in a draft only").into());
    }
    let written = claim.written();
    let patch = patch.without_echoes("lines", &show::lines(writer, &claim, &names)?)?;
    let (new, fields) = patch.onto(&written)?;
    let moved = [
        (new.volunteer_id != written.volunteer_id, "volunteer_id"),
        (new.agreement_id != written.agreement_id, "agreement_id"),
    ];
    let moved: Vec<&str> = moved.into_iter().filter(|(moved, _)| *moved).map(|(_, name)| name).collect();
    if !moved.is_empty() {
        return Err(fixed(moved.into_iter(), "can't be changed after the claim is created").into());
    }
    if new == written {
        let view = show::read(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    known_lines(&new.lines, &written.lines)?;
    let context = ClaimContext::of_claim(writer, row, &new.lines)?;
    if new.declaration != written.declaration {
        declared(
            writer,
            &new,
            context.promise.starts_on().ok_or_else(|| Failure::broken("a claim without an agreement"))?,
        )?;
    }
    let (lines, sums) = recalculated(writer, row, &context, &new.lines)?;
    let is_gone = |id: &ClaimLineId| lines.iter().all(|row| row.id != *id);
    let gone: Vec<ClaimLineId> = claim.lines.iter().map(|line| line.id).filter(is_gone).collect();
    store::remove_lines(writer, &gone)?;
    claim.header.changed(new, sums, writer);
    claim.lines = lines;
    store::rewrite(writer, &claim, sums, Texts::OfTheClaimAndItsLines)?;
    names.sessions = Some(context.sessions.iter().map(|(session, _)| (session.id, session.starts_at)).collect());
    let change = Change::changed(LIFE.resource, id, claim.header.row.version).fields(fields);
    let view = show::shown(writer, ShownClaim { claim, payments, receipts: context.receipts, names, budget: None })?;
    Ok(writer.changed(change, view))
}

/// Works out the lines of a claim, provisionally: their rows, and what they come to together.
pub fn recalculated(
    writer: &Writer<'_>,
    row: &ClaimRow,
    context: &ClaimContext,
    lines: &[NewLine],
) -> Result<(Vec<ClaimLineRow>, Sums)> {
    let worked = calculate(context, lines);
    plan_takes(writer, context, &worked)?;
    let rows = line_rows::rows(writer, (row.id, row.volunteer_id), context, &worked)?;
    let sums = line_rows::sums(&worked, &rows)?;
    Ok((rows, sums))
}

/// Once the plan is completed, only what is late can still be claimed: all else was settled before.
/// The context holds the plan, so that it isn't completed at the same moment.
fn plan_takes(writer: &Writer<'_>, context: &ClaimContext, lines: &[WorkedLine<'_>]) -> Result<()> {
    let today = writer.today();
    let late = !lines.is_empty() && lines.iter().all(|line| line.claim_by().is_some_and(|last| last < today));
    if context.plan != Some(PlanStatus::Completed) || late {
        return Ok(());
    }
    let fault = Fault::at("/agreement_id", "not-editable", "belongs to a completed plan");
    let detail = "The plan is completed, so only late claims can still be made under it.";
    Err(Refusal::new(Kind::NotEditable, detail).with(vec![fault]).into())
}

/// Whoever reaches a claim may read it; its own person may write it, and whoever typed it.
///
/// # Errors
/// `forbidden`.
pub fn may_write(writer: &Writer<'_>, row: &ClaimRow) -> Result<(), Refusal> {
    if is_own(writer.grant(), row) || row.created_by == writer.actor_id() {
        return Ok(());
    }
    Err(Refusal::new(
        Kind::Forbidden,
        "Only the claimant and whoever entered the claim can change, submit or withdraw it.",
    ))
}

/// Whether the caller is the claimant.
#[must_use]
pub fn is_own(grant: &Grant, row: &ClaimRow) -> bool {
    grant.own() == Some(row.volunteer_id)
}

/// Whose claim it is to be: the caller's own unless another person is named whom they can see.
fn claimant(writer: &mut Writer<'_>, named: Option<VolunteerId>) -> Result<VolunteerId> {
    match (named, writer.grant().own()) {
        (None, Some(own)) => Ok(own),
        (Some(named), Some(own)) if named == own => Ok(own),
        (Some(named), _) => {
            let seen = !writer.grant().only_own() && volunteers::visible(writer, named)?.is_some();
            if seen { Ok(named) } else { Err(Refusal::unknown_reference("/volunteer_id").into()) }
        }
        (None, None) => {
            let detail = "must be given to enter a claim for somebody else";
            Err(Refusal::invalid(vec![Fault::at("/volunteer_id", "required", detail)]).into())
        }
    }
}

/// A declaration was made on a day on which there was something to declare.
fn declared(writer: &Writer<'_>, new: &NewClaim, starts_on: Day) -> Result<(), Refusal> {
    let possible = Happened::since(starts_on, "the first day of the agreement", writer.today());
    possible.check("/declaration/made_on", new.declaration.as_ref().map(|declaration| declaration.made_on))
}

/// A line that is kept is one of this claim.
fn known_lines(lines: &[NewLine], kept: &[NewLine]) -> Result<(), Refusal> {
    let known = |line: &NewLine| line.id.is_none() || kept.iter().any(|old| old.id == line.id);
    let unknown = lines.iter().enumerate().filter(|(_, line)| !known(line)).map(|(position, _)| {
        Fault::at(format!("/lines/{position}/id"), "unknown-reference", "is not the id of a line of this claim")
    });
    refuse_unknown(unknown.collect())
}

fn fixed<'f>(fields: impl Iterator<Item = &'f str>, detail: &str) -> Refusal {
    let faults = fields.map(|field| Fault::at(format!("/{field}"), "not-editable", detail)).collect();
    Refusal::new(Kind::NotEditable, "The fields named in `errors` can't be changed now.").with(faults)
}
