//! A claim as each viewer sees it, and how it is put together.
//! Which fields each viewer sees is declared in `views` and, for finance, in `money_views`.

use serde_json::Value;

use crate::access::{Grant, Viewer};
use crate::claims::line::LineKind;
use crate::claims::listed::Beside;
use crate::claims::money_views::{MoneyClaim, MoneyClaimItem, MoneyLine, MoneyView};
use crate::claims::names::ClaimNames;
use crate::claims::receipts::AttachedReceipt;
use crate::claims::row::{Claim, ClaimHeader, ClaimLineRow, ShownClaim};
use crate::claims::status::ClaimStatus;
use crate::claims::views::{
    ClaimItem, ClaimView, FullClaim, FullClaimItem, FullView, LineView, ListedClaim, WeeklyAlert, WorkView,
};
use crate::claims::warning::WarningCode;
use crate::claims::{store, weekly};
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::ClaimId;
use crate::digest::fingerprint;
use crate::payments::PaymentBrief;
use crate::people::volunteers;
use crate::refusal::{Failure, Result};
use crate::work::Reader;
use crate::work::names::AgreementNames;

/// Whom a caller is to a claim. They see one side of it: claimants never see their own as approvers do.
fn viewer(grant: &Grant, header: &ClaimHeader) -> Viewer {
    grant.viewer_in(header.row.volunteer_id, &header.service_code).nearest()
}

/// A claim as the caller sees it.
pub fn read(reader: &mut Reader<'_>, id: ClaimId) -> Result<ClaimView> {
    let found = store::find_shown(reader, id)?;
    shown(reader, found)
}

/// A claim that was just written, as the caller sees it. A lead is shown whether one that waits for a decision exceeds the
/// budget of its plan, so it is read again for them.
pub fn written(reader: &mut Reader<'_>, claim: ShownClaim) -> Result<ClaimView> {
    let header = &claim.claim.header;
    if header.row.status == ClaimStatus::Submitted && viewer(reader.grant(), header) == Viewer::Lead {
        return read(reader, header.row.id);
    }
    shown(reader, claim)
}

/// A claim that was read, or just written, as the caller sees it.
pub fn shown(reader: &mut Reader<'_>, claim: ShownClaim) -> Result<ClaimView> {
    let ShownClaim { mut claim, payments, receipts, names, budget } = claim;
    let viewer = viewer(reader.grant(), &claim.header);
    let costs = claim
        .lines
        .iter()
        .map(|line| ClaimLineRow::cost(line.payable_pence, line.elected_pence, line.trust_cost_pence));
    let beyond = budget.filter(|_| viewer == Viewer::Lead).map(|budget| budget.exceeded_by(costs)).unwrap_or_default();
    for position in &beyond {
        if let Some(line) = claim.lines.get_mut(*position) {
            line.warnings.0.push(WarningCode::OverBudget.into());
        }
    }
    let weekly_alert = viewer.shown(FullClaim::WEEKLY_ALERT, || alerts(reader, &claim)).transpose()?;
    let money = !viewer.sees(FullClaim::SEEN_BY.whole);
    let receipts = if money { Vec::new() } else { receipts };
    let mut seen = seen(viewer, &payments, &receipts, weekly_alert.as_deref(), &beyond)?;
    if money {
        let name = payee_names(reader, std::iter::once(&claim.header))?.pop().unwrap_or_default();
        let lines = claim.lines.iter().map(money_line).collect();
        return Ok(ClaimView::Money(Box::new(MoneyClaim {
            item: money_item(claim.header, name),
            lines,
            payments,
            seen,
        })));
    }
    seen = format!("{seen}-{}", names.tag());
    let lines = claim.lines.into_iter().map(|row| shown_line(row, viewer, &names)).collect();
    let item = full(claim.header, names.beside);
    Ok(ClaimView::Full(Box::new(FullClaim { item, lines, receipts, payments, weekly_alert, seen })))
}

/// The lines of a claim as the caller sees them.
pub fn lines(reader: &Reader<'_>, claim: &Claim, names: &ClaimNames) -> Result<Vec<Value>> {
    let viewer = viewer(reader.grant(), &claim.header);
    let shown = claim.lines.iter().cloned().map(|row| shown_line(row, viewer, names));
    shown.map(|line| serde_json::to_value(line).map_err(Failure::broken)).collect()
}

fn shown_line(row: ClaimLineRow, viewer: Viewer, names: &ClaimNames) -> LineView {
    let session_starts_at = names.start_of(row.session_id);
    LineView { session_starts_at, ..line(row, viewer) }
}

/// Claims as lists show them.
pub fn items(reader: &mut Reader<'_>, found: Vec<(ClaimHeader, Beside)>) -> Result<Vec<ClaimItem>> {
    let names = if reader.grant().viewer().sees(MoneyClaimItem::SEEN_BY.whole) {
        payee_names(reader, found.iter().map(|(header, _)| header))?
    } else {
        Vec::new()
    };
    let mut names = names.into_iter();
    let show = |(header, beside): (ClaimHeader, Beside)| {
        let name = names.next().unwrap_or_default();
        let viewer = viewer(reader.grant(), &header);
        if viewer.sees(FullClaimItem::SEEN_BY.whole) {
            let waits = header.row.status == ClaimStatus::Submitted;
            let (lines_count, warnings_count) = (beside.lines_count.into(), waits.then(|| beside.warnings_count()));
            ClaimItem::Full(Box::new(ListedClaim {
                item: full(header, beside.names),
                communication_alerts: beside.needs.map(|needs| volunteers::alerts(&needs)).unwrap_or_default(),
                lines_count,
                warnings_count: viewer.shown(ListedClaim::WARNINGS_COUNT, || warnings_count),
            }))
        } else {
            ClaimItem::Money(Box::new(money_item(header, name)))
        }
    };
    Ok(found.into_iter().map(show).collect())
}

/// Legal names of who is paid by these claims, in their order.
fn payee_names<'h>(reader: &mut Reader<'_>, headers: impl Iterator<Item = &'h ClaimHeader>) -> Result<Vec<String>> {
    let ids: Vec<_> = headers.map(|header| header.row.volunteer_id).collect();
    let payees = volunteers::payees(reader.conn, &ids)?;
    let name = |id| payees.iter().find(|payee| payee.volunteer_id == id).map(|payee| payee.legal_name.clone());
    Ok(ids.into_iter().map(|id| name(id).unwrap_or_default()).collect())
}

/// Weeks that the person wanted to be warned of, while they can still do something about it.
fn alerts(reader: &mut Reader<'_>, claim: &Claim) -> Result<Vec<WeeklyAlert>> {
    let row = &claim.header.row;
    let time = claim.lines.iter().filter(|line| line.kind == LineKind::Time);
    let days: Vec<Day> = time.filter_map(|line| line.on_day).collect();
    let open = matches!(row.status, ClaimStatus::Draft | ClaimStatus::Submitted);
    let Some(span) = weekly::span(&days).filter(|_| open) else { return Ok(Vec::new()) };
    let figure = volunteers::facts(reader.conn, row.volunteer_id)?.and_then(|person| person.weekly_alert_pence);
    let Some(figure) = figure else { return Ok(Vec::new()) };
    let amounts = store::time_elected(reader.conn, row.id, row.volunteer_id, span)?;
    Ok(weekly::alerts(&days, &amounts, figure))
}

/// What, beside its version, decides what is seen of a claim: the viewer, and what changes without it.
fn seen(
    viewer: Viewer,
    payments: &[PaymentBrief],
    receipts: &[AttachedReceipt],
    alerts: Option<&[WeeklyAlert]>,
    beyond: &[usize],
) -> Result<String> {
    let word = match viewer {
        Viewer::Own => "own",
        Viewer::Lead => "lead",
        Viewer::Service | Viewer::LinkPerson => "staff",
        Viewer::Finance | Viewer::Public => "money",
    };
    let alerts = alerts.unwrap_or_default();
    if payments.is_empty() && receipts.is_empty() && alerts.is_empty() && beyond.is_empty() {
        return Ok(word.to_owned());
    }
    let around = serde_json::to_string(&(payments, receipts, alerts, beyond)).map_err(Failure::broken)?;
    let digest: String = fingerprint(&[&around]).chars().take(12).collect();
    Ok(format!("{word}-{digest}"))
}

fn full(header: ClaimHeader, names: AgreementNames) -> FullClaimItem {
    let ClaimHeader {
        row,
        late_reason,
        declaration,
        reason,
        over_budget_reason,
        created_by,
        submitted_by,
        approved_by,
        ..
    } = header;
    FullClaimItem {
        view: FullView::Full,
        id: row.id,
        version: row.version,
        reference: row.reference,
        status: row.status,
        calculation: row.calculation,
        volunteer_id: row.volunteer_id,
        agreement_id: row.agreement_id,
        plan_id: row.plan_id,
        service_id: row.service_id,
        names,
        on_behalf: row.on_behalf,
        declaration: declaration.map(|Json(declaration)| declaration),
        late_reason: late_reason.map(Into::into),
        late: row.late,
        claim_by: row.claim_by,
        total_pence: row.total_pence,
        supplements_claim_id: row.supplements_claim_id,
        reason,
        over_budget_reason,
        submitted_at: row.submitted_at,
        submitted_by,
        approved_at: row.approved_at,
        approved_by,
        paid_at: row.paid_at,
        created_at: row.created_at,
        created_by,
        updated_at: row.updated_at,
    }
}

fn line(row: ClaimLineRow, viewer: Viewer) -> LineView {
    let work = row.worked_on();
    let ClaimLineRow { inputs: Json(inputs), explanation: Json(explanation), warnings: Json(warnings), texts, .. } =
        row;
    let given = inputs.given;
    // Staff of the service neither claim nor approve: nothing of the person's tax is theirs to see.
    let shown = |for_approvers: bool| !for_approvers || viewer == Viewer::Lead;
    LineView {
        id: row.id,
        kind: row.kind,
        session_id: row.session_id,
        session_starts_at: None,
        work: work.map(|on| WorkView { on, description: texts.work }),
        date: row.on_day,
        paid_by: given.payer(),
        receipt_ids: given.receipt_ids.unwrap_or_default(),
        evidence_exception: texts.evidence_exception,
        prior_agreement: texts.prior_agreement,
        vehicle: given.vehicle,
        miles: given.miles,
        passengers: given.passengers,
        from: texts.from,
        to: texts.to,
        spent_pence: given.spent_pence,
        minutes_away: given.minutes_away,
        minutes: given.minutes,
        quantity: given.quantity,
        payable_pence: row.payable_pence,
        elected_pence: row.elected_pence,
        approved_pence: row.approved_pence,
        approval_reason: texts.approval_reason,
        route: row.route,
        policy_id: row.policy_id,
        taxable_excess_pence: viewer.shown(LineView::TAXABLE_EXCESS, || row.taxable_excess_pence),
        supplements_line_id: row.supplements_line_id,
        explanation,
        warnings: warnings.into_iter().filter(|warning| shown(warning.code.for_approvers())).collect(),
    }
}

fn money_item(header: ClaimHeader, payee_name: String) -> MoneyClaimItem {
    let row = header.row;
    MoneyClaimItem {
        view: MoneyView::Money,
        id: row.id,
        version: row.version,
        reference: row.reference,
        status: row.status,
        payee_name: Some(payee_name).filter(|name| !name.is_empty()),
        cost_centre: header.cost_centre,
        total_pence: row.total_pence,
        submitted_at: row.submitted_at,
        approved_at: row.approved_at,
        paid_at: row.paid_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        volunteer_id: row.volunteer_id,
    }
}

fn money_line(row: &ClaimLineRow) -> MoneyLine {
    MoneyLine {
        id: row.id,
        kind: row.kind,
        date: row.on_day,
        miles: row.inputs.0.given.miles,
        spent_pence: row.inputs.0.given.spent_pence,
        approved_pence: row.approved_pence,
        route: row.route,
    }
}
