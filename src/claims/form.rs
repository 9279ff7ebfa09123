//! A claim as a printed form, for the claimant, staff and leads.
//! The layout is in `documents`; which figures a caller sees is decided in `show`.

use crate::access::{Viewer, Viewers};
use crate::claims::bodies::{Declaration, DeclaredHow};
use crate::claims::receipts::{self, AttachedReceipt};
use crate::claims::status::{Calculation, ClaimStatus};
use crate::claims::views::{ClaimView, FullClaim, FullClaimItem, LineView};
use crate::claims::{show, store};
use crate::clock::Instant;
use crate::db::ids::{ClaimId, ReceiptId};
use crate::documents::{
    self, Approval, ClaimForm, Declared, DocumentFilter, FormLine, FormPayment, FormReceipt, Journey, Notice, Page,
    RouteTotal, Typed, words,
};
use crate::files::kind::FileKind;
use crate::http::Content;
use crate::money::Pence;
use crate::payments::{PaymentBrief, PaymentStatus};
use crate::people::volunteers;
use crate::policies::calculator::{self, PaidBy};
use crate::refusal::{Failure, Refusal, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Reader;
use crate::work::access_log::Category;
use crate::{agreements, opportunities, services};

/// Those who see the claimant's communication needs on the form.
const NEEDS: Viewers = Viewers::of(&[Viewer::Lead, Viewer::Service]);
/// Those who see the names of receipts' files.
const FILE_NAMES: Viewers = Viewers::of(&[Viewer::Own, Viewer::Lead]);

pub(super) fn read_claim_form(reader: &mut Reader<'_>, id: ClaimId, asked: &DocumentFilter) -> Result<Content> {
    let (of, form) = reader.snapshot(|reader| match show::read(reader, id)? {
        ClaimView::Full(claim) => Ok((claim.item.volunteer_id, form(reader, &claim, asked)?)),
        ClaimView::Money(_) => Err(Refusal::not_found().into()),
    })?;
    Ok(documents::html(&form)?.showing(of, Category::ClaimDocument, Some(id.into())))
}

fn form(reader: &mut Reader<'_>, claim: &FullClaim, asked: &DocumentFilter) -> Result<ClaimForm> {
    let (item, now) = (&claim.item, reader.now());
    let agreement = agreements::facts(reader.conn, item.agreement_id)?;
    let agreement = agreement.ok_or_else(|| Failure::broken("a claim without its agreement"))?;
    let activity = opportunities::facts(reader.conn, agreement.opportunity_id, now)?;
    let service = services::facts(reader.conn, item.service_id)?;
    let (Some(activity), Some(service)) = (activity, service) else {
        return Err(Failure::broken("an agreement without its opportunity or service"));
    };
    let person = volunteers::facts(reader.conn, item.volunteer_id)?;
    let person = person.filter(|person| !person.legal_name.is_empty());
    let name = person.as_ref().map_or("the volunteer", |person| person.legal_name.as_str());
    let alerts =
        person.as_ref().filter(|_| reader.grant().viewer().sees(NEEDS)).map(|person| &person.communication_alerts);
    let signed = Signatures { claimant: name, by: store::signed_by(reader.conn, item.id)? };
    let title = format!("Claim form {}", item.reference);
    Ok(ClaimForm {
        page: Page::new(reader.trust(), asked.layout(), &title, &service.name, reader.today())
            .asking(Some(&agreement.link_person)),
        notice: notice(item.status),
        reason: Typed::maybe(item.reason.as_deref()),
        reference: item.reference.clone(),
        person: Typed::new(name),
        needs: alerts.into_iter().flatten().map(|alert| Typed::new(alert)).collect(),
        activity: Typed::new(&activity.title),
        cost_centre: service.cost_centre.to_string(),
        claim_by: item.claim_by.map(|day| day.words()),
        late: item.late_reason.as_deref().map(Typed::new),
        supplements: item.supplements_claim_id.is_some(),
        may_claim: None,
        lines: claim.lines.iter().zip(1..).map(|(one, number)| line(number, one, &claim.receipts)).collect(),
        totals: totals(&claim.lines),
        total: item.total_pence.map(|total| total.to_string()),
        frozen: item.calculation == Calculation::Frozen,
        receipts: named(reader, item, &claim.receipts)?,
        submitted: item.submitted_at.map(|at| signed.submitted(item, at)),
        declared: declared(item),
        approved: item.approved_at.map(|at| signed.approved(item, at)),
        payments: claim.payments.iter().map(payment).collect(),
    })
}

/// Who submitted and approved a claim, by name.
struct Signatures<'n> {
    claimant: &'n str,
    by: store::SignedBy,
}

impl Signatures<'_> {
    fn submitted(&self, item: &FullClaimItem, at: Instant) -> Approval {
        let themselves = !item.on_behalf && item.supplements_claim_id.is_none();
        let by = if themselves { Some(self.claimant) } else { self.by.submitted.as_deref() };
        approval(by.or(item.submitted_by.as_deref()), at)
    }

    fn approved(&self, item: &FullClaimItem, at: Instant) -> Approval {
        approval(self.by.approved.as_deref().or(item.approved_by.as_deref()), at)
    }
}

fn approval(by: Option<&str>, at: Instant) -> Approval {
    Approval { by: Typed::new(by.unwrap_or("somebody whose data was erased")), when: words::moment(at) }
}

const fn notice(status: ClaimStatus) -> Option<Notice> {
    let (word, meaning) = match status {
        ClaimStatus::Draft => ("Draft", "This claim has not been submitted. Its figures may still change."),
        ClaimStatus::Rejected => ("Rejected", "This claim will not be paid."),
        ClaimStatus::Withdrawn => ("Withdrawn", "This claim will not be paid."),
        ClaimStatus::Submitted | ClaimStatus::Approved | ClaimStatus::PartPaid | ClaimStatus::Paid => return None,
    };
    Some(Notice { word, meaning })
}

fn declared(item: &FullClaimItem) -> Option<Declared> {
    if let Some(Declaration { made_on, how, witness }) = &item.declaration {
        let how = match how {
            DeclaredHow::Paper => "on the paper form",
            DeclaredHow::Phone => "by telephone",
            DeclaredHow::InPerson => "in person",
        };
        let how = format!("Declared {how} on {}; entered by somebody else.", made_on.words());
        return Some(Declared { how, witness: Typed::maybe(witness.as_deref()) });
    }
    let sent = item.submitted_at.filter(|_| !item.on_behalf && item.supplements_claim_id.is_none())?;
    Some(Declared {
        how: format!("Declared online when it was submitted, at {}.", words::moment(sent)),
        witness: Typed::default(),
    })
}

/// What a line pays the claimant, as far as it is known.
fn due(line: &LineView) -> Option<Pence> {
    line.approved_pence.or_else(|| line.payable_pence.map(|payable| calculator::paid(payable, line.elected_pence)))
}

fn line(number: usize, line: &LineView, all: &[AttachedReceipt]) -> FormLine {
    let journey = line.miles.map(|miles| Journey {
        from: Typed::maybe(line.from.as_deref()),
        to: Typed::maybe(line.to.as_deref()),
        how: travelled(line, miles.to_string()),
    });
    let asked = line.elected_pence.filter(|elected| line.payable_pence.is_some_and(|payable| *elected < payable));
    FormLine {
        number,
        day: line.date.map(|day| day.words()).unwrap_or_default(),
        what: line.kind.words(),
        work: line.work.as_ref().map_or_else(Typed::default, |work| Typed::maybe(work.description.as_deref())),
        journey,
        spent: line.spent_pence.map(|spent| spent.to_string()),
        trust_paid: line.paid_by == PaidBy::Trust,
        receipts: numbered(&line.receipt_ids, all),
        no_receipt: Typed::maybe(line.evidence_exception.as_deref()),
        agreed_before: Typed::maybe(line.prior_agreement.as_deref()),
        steps: line.explanation.iter().map(|step| Typed::new(step)).collect(),
        taxable: line.taxable_excess_pence.flatten().filter(|excess| *excess > Pence::ZERO).map(|p| p.to_string()),
        comes_to: line.payable_pence.map(|payable| payable.to_string()),
        asked: asked.map(|asked| asked.to_string()),
        lowered: Typed::maybe(line.approval_reason.as_deref()),
        due: due(line).map(|due| due.to_string()),
    }
}

fn travelled(line: &LineView, miles: String) -> String {
    let by = line.vehicle.map(words::vehicle).unwrap_or_default();
    match line.passengers.unwrap_or_default() {
        0 => format!("{miles} miles {by}"),
        1 => format!("{miles} miles {by} with 1 passenger"),
        several => format!("{miles} miles {by} with {several} passengers"),
    }
}

/// "Receipt 1", "Receipts 1, 3".
fn numbered(ids: &[ReceiptId], all: &[AttachedReceipt]) -> Option<String> {
    let place = |id: &ReceiptId| all.iter().position(|receipt| receipt.id == *id).map(|place| (place + 1).to_string());
    let numbers: Vec<String> = ids.iter().filter_map(place).collect();
    match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("Receipt {one}")),
        several => Some(format!("Receipts {}", several.join(", "))),
    }
}

/// The receipts, with file names for those who may open them.
fn named(reader: &mut Reader<'_>, item: &FullClaimItem, all: &[AttachedReceipt]) -> Result<Vec<FormReceipt>> {
    let may_open = reader.grant().viewer_of(item.volunteer_id).sees(FILE_NAMES);
    let names = if may_open { receipts::names(reader.conn, item.id)? } else { Vec::new() };
    let name = |id: ReceiptId| names.iter().find(|(known, _)| *known == id).and_then(|(_, name)| name.as_deref());
    let shown = |(receipt, number): (&AttachedReceipt, usize)| FormReceipt {
        number,
        name: Typed::maybe(name(receipt.id)),
        kind: match receipt.media_type {
            FileKind::Pdf => "PDF",
            FileKind::Jpeg | FileKind::Png | FileKind::Heic => "picture",
        },
        amount: receipt.amount_pence.to_string(),
        sent: receipt.created_at.london_day().words(),
    };
    Ok(all.iter().zip(1..).map(shown).collect())
}

fn totals(lines: &[LineView]) -> Vec<RouteTotal> {
    let total = |route| {
        let due = Pence::checked_sum(lines.iter().filter(|line| line.route == route).filter_map(due));
        due.filter(|due| *due > Pence::ZERO)
            .map(|due| RouteTotal { route: words::route(route), amount: due.to_string() })
    };
    PaymentRoute::ALL.iter().copied().filter_map(total).collect()
}

fn payment(payment: &PaymentBrief) -> FormPayment {
    let state = match (payment.status, payment.paid_on) {
        (PaymentStatus::Due | PaymentStatus::Held, _) => "To be paid".to_owned(),
        (PaymentStatus::InRun, _) => "On its way".to_owned(),
        (PaymentStatus::Paid, Some(day)) => format!("Paid on {}", day.words()),
        (PaymentStatus::Paid, None) => "Paid".to_owned(),
        (PaymentStatus::Failed, _) => "Failed; we will try again".to_owned(),
        (PaymentStatus::Returned, _) => "Returned by the bank; we will try again".to_owned(),
        (PaymentStatus::Void, _) => "Not paid: the claim was decided again".to_owned(),
    };
    FormPayment { route: words::route(payment.route), amount: payment.amount_pence.to_string(), state }
}
