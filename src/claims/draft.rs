//! Making and changing drafts: every write works the claim out, provisionally.
//! Nothing of it uses up miles or money; that is submission, in `decide`.

use crate::access::Grant;
use crate::agreements;
use crate::claims::bodies::NewClaim;
use crate::claims::line::NewLine;
use crate::claims::row::Row;
use crate::claims::status::{ClaimStatus, LIFE};
use crate::claims::store::{self, Sums};
use crate::claims::views::ClaimView;
use crate::claims::work::WorkedLine;
use crate::claims::{ground, receipts, show};
use crate::db::ids::{AgreementId, ClaimId, PlanId, VolunteerId};
use crate::db::{Change, Changed, Writer};
use crate::http::Patch;
use crate::plans::{self, PlanStatus};
use crate::refusal::{Done, Failure, Fault, Kind, Refusal, refuse_if_any};
use crate::volunteers;

/// Makes a draft.
pub fn create_claim(writer: &mut Writer<'_>, (): (), new: NewClaim) -> Done<Changed<ClaimView>> {
    let volunteer = claimant(writer, new.volunteer_id)?;
    let agreement = agreements::visible(writer, new.agreement_id)?.filter(|known| known.volunteer_id == volunteer);
    let agreement = agreement.ok_or_else(|| Refusal::unknown_reference("/agreement_id"))?;
    known_lines(&new.lines, &[])?;
    let id: ClaimId = writer.new_id();
    let ground = ground::gather(writer, agreement.clone().into(), &new.lines, Vec::new())?;
    let worked = ground.work(&new.lines);
    plan_takes(writer, agreement.plan_id, &worked)?;
    store::insert(writer, id, &new, &agreement, ground::sums(&worked))?;
    let rows = ground::rows(writer, (id, volunteer), &ground, &worked)?;
    store::save_lines(writer, id, rows)?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::created(LIFE.resource, id).to(ClaimStatus::Draft), view))
}

/// Changes a draft.
pub fn change_claim(writer: &mut Writer<'_>, id: ClaimId, patch: Patch<NewClaim>) -> Done<Changed<ClaimView>> {
    let claim = store::lock(writer, id)?;
    let row = &claim.head.row;
    may_write(writer, row)?;
    writer.matches(row.version)?;
    if row.status != ClaimStatus::Draft {
        return Err(fixed(patch.fields(), "can be changed in a draft alone").into());
    }
    let written = claim.written();
    let (new, fields) = patch.onto(&written)?;
    let moved = [
        (new.volunteer_id != written.volunteer_id, "volunteer_id"),
        (new.agreement_id != written.agreement_id, "agreement_id"),
    ];
    let moved: Vec<&str> = moved.into_iter().filter(|(moved, _)| *moved).map(|(_, name)| name).collect();
    if !moved.is_empty() {
        return Err(fixed(moved.into_iter(), "stays as it was made").into());
    }
    if new == written {
        let view = show::read(writer, id)?;
        return Ok(writer.unchanged(view));
    }
    known_lines(&new.lines, &written.lines)?;
    let sums = rework(writer, row, &new.lines)?;
    store::save_texts(writer, id, &new)?;
    store::change(writer, row, sums)?;
    let view = show::read(writer, id)?;
    Ok(writer.changed(Change::changed(LIFE.resource, id, row.version + 1).fields(fields), view))
}

/// Works a claim's lines out provisionally and writes them.
pub fn rework(writer: &mut Writer<'_>, row: &Row, lines: &[NewLine]) -> Done<Sums> {
    let agreement = agreement_of(writer, row.agreement_id)?;
    let receipts = receipts::of_claim(writer.conn, row.id)?;
    let ground = ground::gather(writer, agreement.into(), lines, receipts)?;
    let worked = ground.work(lines);
    plan_takes(writer, row.plan_id, &worked)?;
    let rows = ground::rows(writer, (row.id, row.volunteer_id), &ground, &worked)?;
    store::save_lines(writer, row.id, rows)?;
    Ok(ground::sums(&worked))
}

/// Once the plan is completed, only what is late can still be claimed: all else was settled before.
/// Holds the plan, so that it isn't completed at the same moment.
fn plan_takes(writer: &mut Writer<'_>, plan: PlanId, lines: &[WorkedLine<'_>]) -> Done<()> {
    let plan = plans::hold(writer, plan)?;
    let today = writer.today();
    let late = !lines.is_empty() && lines.iter().all(|line| line.claim_by().is_some_and(|last| last < today));
    if plan != Some(PlanStatus::Completed) || late {
        return Ok(());
    }
    let fault = Fault::at("/agreement_id", "not-editable", "belongs to a plan that is completed");
    let detail = "The plan is completed: only a late claim can still be made under it.";
    Err(Refusal::new(Kind::NotEditable, detail).with(vec![fault]).into())
}

/// The agreement of a claim that is there.
pub fn agreement_of(writer: &mut Writer<'_>, id: AgreementId) -> Done<agreements::Facts> {
    agreements::facts(writer.conn, id)?.ok_or_else(|| Failure::broken("a claim without its agreement"))
}

/// Whoever reaches a claim may read it; its own person may write it, and whoever typed it.
///
/// # Errors
/// `forbidden`.
pub fn may_write(writer: &Writer<'_>, row: &Row) -> Result<(), Refusal> {
    if is_own(writer.grant(), row) || row.created_by == writer.actor_id() {
        return Ok(());
    }
    Err(Refusal::new(
        Kind::Forbidden,
        "A claim is changed, submitted and withdrawn by its person, or by whoever typed it.",
    ))
}

/// Whether the asker is the claimant.
#[must_use]
pub fn is_own(grant: &Grant, row: &Row) -> bool {
    grant.own() == Some(row.volunteer_id)
}

/// Whose claim it is to be: the asker's own unless another person is named whom they can see.
fn claimant(writer: &mut Writer<'_>, named: Option<VolunteerId>) -> Done<VolunteerId> {
    match (named, writer.grant().own()) {
        (None, Some(own)) => Ok(own),
        (Some(named), Some(own)) if named == own => Ok(own),
        (Some(named), _) => {
            let seen = !writer.grant().only_own() && volunteers::visible(writer, named)?.is_some();
            if seen { Ok(named) } else { Err(Refusal::unknown_reference("/volunteer_id").into()) }
        }
        (None, None) => {
            let detail = "must be given where a claim is typed for somebody";
            Err(Refusal::invalid(vec![Fault::at("/volunteer_id", "required", detail)]).into())
        }
    }
}

/// A line that is kept is one of this claim.
fn known_lines(lines: &[NewLine], kept: &[NewLine]) -> Result<(), Refusal> {
    let known = |line: &NewLine| line.id.is_none() || kept.iter().any(|old| old.id == line.id);
    let unknown = lines.iter().enumerate().filter(|(_, line)| !known(line)).map(|(position, _)| {
        Fault::at(format!("/lines/{position}/id"), "unknown-reference", "names no line of this claim")
    });
    refuse_if_any(Kind::UnknownReference, "An id in the body names nothing that you can see.", unknown.collect())
}

fn fixed<'f>(fields: impl Iterator<Item = &'f str>, detail: &str) -> Refusal {
    let faults = fields.map(|field| Fault::at(format!("/{field}"), "not-editable", detail)).collect();
    Refusal::new(Kind::NotEditable, "This can't be changed now.").with(faults)
}
