//! What a recovery needs to know of the claim that was paid, under the claim's lock.

use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::claims::store;
use crate::clock::Day;
use crate::db::ids::{ClaimId, ClaimLineId, ServiceId, VolunteerId};
use crate::money::Pence;
use crate::payments::{self, PaymentStatus};
use crate::refusal::Result;
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::Writer;

/// A claim that was paid, or a part of it.
#[derive(Clone, Debug)]
pub struct Recoverable {
    /// The claim.
    pub id: ClaimId,
    /// Its version.
    pub version: i32,
    /// Its reference.
    pub reference: String,
    /// Who was paid.
    pub volunteer_id: VolunteerId,
    /// The service that paid.
    pub service_id: ServiceId,
    /// Its status.
    pub status: ClaimStatus,
    /// Day on which the first payment of it was made, London date.
    pub first_paid_on: Option<Day>,
    /// Its lines, in their order.
    pub lines: Vec<PaidLine>,
}

/// A line of such a claim.
#[derive(Clone, Copy, Debug)]
pub struct PaidLine {
    /// The line.
    pub id: ClaimLineId,
    /// What it is for.
    pub kind: LineKind,
    /// Payment route.
    pub route: PaymentRoute,
    /// The day that it is for.
    pub on: Option<Day>,
    /// What was approved of it and has been paid; nothing while its payment is not made.
    pub paid: Pence,
}

/// Locks a claim that the caller reaches, with what was paid of each line.
///
/// # Errors
/// Not found.
pub fn recoverable(writer: &mut Writer<'_>, id: ClaimId) -> Result<Recoverable> {
    let claim = store::lock(writer, id)?.claim;
    let row = claim.header.row;
    let made: Vec<(PaymentRoute, Option<Day>)> = payments::of_claims(writer.conn, &[id])?
        .into_iter()
        .filter(|(_, payment)| payment.status == PaymentStatus::Paid)
        .map(|(_, payment)| (payment.route, payment.paid_on))
        .collect();
    let lines = claim.lines.iter().map(|line| PaidLine {
        id: line.id,
        kind: line.kind,
        route: line.route,
        on: line.on_day,
        paid: line.approved_pence.filter(|_| made.iter().any(|(route, _)| *route == line.route)).unwrap_or_default(),
    });
    Ok(Recoverable {
        id,
        version: row.version,
        reference: row.reference,
        volunteer_id: row.volunteer_id,
        service_id: row.service_id,
        status: row.status,
        first_paid_on: made.iter().filter_map(|(_, on)| *on).min(),
        lines: lines.collect(),
    })
}
