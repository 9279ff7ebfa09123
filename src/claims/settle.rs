//! What its payments make of an approved claim: paid, part paid, or approved again where the bank returned money.
//! The only way in which `payments` moves a claim.

use std::collections::HashMap;

use crate::claims::row::ClaimRow;
use crate::claims::status::{ClaimStatus, LIFE, SETTLING, SettleVerb};
use crate::claims::{store, told};
use crate::db::ids::ClaimId;
use crate::deliveries::{self, About};
use crate::payments::{self, PaymentBrief, PaymentStatus};
use crate::refusal::{Failure, Result};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Change, Writer};

/// Moves claims to the states that their payments leave them in.
pub fn settle(writer: &mut Writer<'_>, claims: &[ClaimId]) -> Result<()> {
    let rows = store::lock_all(writer, claims)?;
    let payments = payments::of_claims(writer.conn, claims)?;
    let mut by_claim: HashMap<ClaimId, Vec<&PaymentBrief>> = HashMap::new();
    for (claim, payment) in &payments {
        by_claim.entry(*claim).or_default().push(payment);
    }
    let steps = rows.into_iter().filter_map(|row| {
        let of_claim = by_claim.get(&row.id)?;
        let to = settled_status(of_claim)?;
        let said = told::paid(of_claim);
        (to != row.status).then_some(Settled { row, to, said })
    });
    step_all(writer, steps.collect())
}

/// A claim that moves, and what the person is told where it is paid.
#[derive(Debug)]
pub struct Settled {
    /// The claim as it was.
    pub row: ClaimRow,
    /// Its new state.
    pub to: ClaimStatus,
    /// What was paid, in words.
    pub said: Option<String>,
}

/// Moves a claim that comes to nothing to paid.
pub fn nothing_to_pay(writer: &mut Writer<'_>, row: ClaimRow) -> Result<()> {
    step_all(writer, vec![Settled { row, to: ClaimStatus::Paid, said: told::paid(&[]) }])
}

/// Moves each claim to its new state, with its record, and tells the people who were paid.
fn step_all(writer: &mut Writer<'_>, steps: Vec<Settled>) -> Result<()> {
    for to in ClaimStatus::APPROVED_OR_PAID.iter().copied() {
        let ids: Vec<ClaimId> = steps.iter().filter(|step| step.to == to).map(|step| step.row.id).collect();
        if !ids.is_empty() {
            store::set_all(writer, &ids, to)?;
        }
    }
    // Where the bank sent money back, nobody is to read that they were paid.
    let unpaid = steps.iter().filter(|step| step.to != ClaimStatus::Paid).map(|step| step.row.id.into());
    deliveries::supersede_of(writer, &[About::ClaimPaid], LIFE.resource, &unpaid.collect::<Vec<_>>())?;
    let mut paid = Vec::new();
    for Settled { row, to, said } in steps {
        if to == ClaimStatus::Paid {
            paid.push((told::recipient(&row), said));
        }
        let verb = verb(row.status, to).ok_or_else(|| Failure::broken("a claim that is not to be settled"))?;
        writer.note(Change::step(&SETTLING, row.id, row.version + 1, (row.status, verb, to)));
    }
    if paid.is_empty() { Ok(()) } else { deliveries::notify_each(writer, About::ClaimPaid, LIFE.resource, paid) }
}

fn verb(from: ClaimStatus, to: ClaimStatus) -> Option<SettleVerb> {
    SETTLING.edges.iter().find(|(a, _, b)| (*a, *b) == (from, to)).map(|(_, verb, _)| *verb)
}

/// The state that payments, oldest first, leave a claim in: by the latest of each route. None where there are no payments.
fn settled_status(payments: &[&PaymentBrief]) -> Option<ClaimStatus> {
    let stands = |payment: &PaymentBrief| payment.status != PaymentStatus::Void;
    let latest = |route: PaymentRoute| payments.iter().rfind(|payment| payment.route == route && stands(payment));
    let routes = [PaymentRoute::AccountsPayable, PaymentRoute::Payroll];
    let paid: Vec<bool> =
        routes.into_iter().filter_map(latest).map(|payment| payment.status == PaymentStatus::Paid).collect();
    match (paid.iter().all(|paid| *paid), paid.iter().any(|paid| *paid)) {
        _ if paid.is_empty() => None,
        (true, _) => Some(ClaimStatus::Paid),
        (false, true) => Some(ClaimStatus::PartPaid),
        (false, false) => Some(ClaimStatus::Approved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Pence;
    use ClaimStatus::{Approved, Paid, PartPaid};
    use PaymentRoute::{AccountsPayable as Ap, Payroll};

    #[test]
    fn the_latest_payment_of_each_route_decides() {
        use PaymentStatus::{Due, Failed, InRun, Paid as Done, Returned, Void};
        type Case<'c> = (&'c [(PaymentRoute, PaymentStatus)], Option<ClaimStatus>);
        let cases: &[Case<'_>] = &[
            (&[], None),
            (&[(Ap, Due)], Some(Approved)),
            (&[(Ap, InRun), (Payroll, Due)], Some(Approved)),
            (&[(Ap, Done)], Some(Paid)),
            (&[(Ap, Done), (Payroll, Due)], Some(PartPaid)),
            (&[(Ap, Done), (Payroll, Done)], Some(Paid)),
            (&[(Ap, Failed), (Ap, Due)], Some(Approved)),
            (&[(Ap, Failed), (Ap, Done)], Some(Paid)),
            (&[(Ap, Done), (Payroll, Returned), (Payroll, Due)], Some(PartPaid)),
            (&[(Ap, Returned)], Some(Approved)),
            (&[(Ap, Void), (Payroll, Void), (Ap, Done)], Some(Paid)),
        ];
        for (payments, wanted) in cases {
            let payments: Vec<PaymentBrief> = payments
                .iter()
                .map(|(route, status)| PaymentBrief {
                    id: uuid::Uuid::nil().into(),
                    route: *route,
                    amount_pence: Pence::new(1),
                    status: *status,
                    blocked: None,
                    paid_on: None,
                })
                .collect();
            assert_eq!(settled_status(&payments.iter().collect::<Vec<_>>()), *wanted, "{payments:?}");
        }
    }

    #[test]
    fn every_move_has_its_verb() {
        for from in [Approved, PartPaid, Paid] {
            for to in [Approved, PartPaid, Paid] {
                assert_eq!(verb(from, to).is_some(), from != to, "{from} to {to}");
            }
        }
    }
}
