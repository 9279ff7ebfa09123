//! What may be recovered, from facts alone; no SQL, no clock.

use std::collections::HashMap;

use crate::claims::PaidLine;
use crate::db::ids::ClaimLineId;
use crate::money::Pence;
use crate::recoveries::bodies::NewRecoveryLine;
use crate::refusal::{Fault, Kind, Refusal, refuse_if_any, refuse_unknown};

/// Each line is of the claim, and at most what was paid of it, less what stands to be recovered, comes back. Returns the sum.
///
/// # Errors
/// `unknown-reference`, `recovered-above-paid`, with every line that is wrong.
pub fn within_paid(
    wanted: &[NewRecoveryLine],
    paid: &[PaidLine],
    recovered: &HashMap<ClaimLineId, Pence>,
) -> Result<Pence, Refusal> {
    let (mut unknown, mut above) = (Vec::new(), Vec::new());
    for (position, line) in wanted.iter().enumerate() {
        let Some(of) = paid.iter().find(|paid| paid.id == line.id) else {
            let pointer = format!("/lines/{position}/id");
            unknown.push(Fault::at(pointer, "unknown-reference", "is not the id of a line of this claim"));
            continue;
        };
        let left = of.paid.above(recovered.get(&line.id).copied().unwrap_or_default());
        if line.pence > left {
            let detail = format!("is more than can be recovered of this line: {left}");
            above.push(Fault::at(format!("/lines/{position}/pence"), "recovered-above-paid", detail));
        }
    }
    refuse_unknown(unknown)?;
    let detail = "At most what was paid of a line can be recovered, less what is recovered already.";
    refuse_if_any(Kind::RecoveredAbovePaid, detail, above)?;
    let sum = Pence::checked_sum(wanted.iter().map(|line| line.pence));
    sum.ok_or_else(|| Refusal::invalid(vec![Fault::at("/lines", "out-of-range", "comes to too much")]))
}

/// Whoever confirms a recovery did not propose it.
///
/// # Errors
/// `segregation-of-duties`.
pub fn confirmed_by_another(is_proposer: bool) -> Result<(), Refusal> {
    let fault = Fault::whole("confirmer-is-proposer", "whoever proposed a recovery can't confirm it");
    let faults = Some(fault).filter(|_| is_proposer).into_iter().collect();
    refuse_if_any(Kind::SegregationOfDuties, "Somebody else must confirm this recovery.", faults)
}

/// A repayment is at most what is open; returns what has come back with it.
///
/// # Errors
/// `repaid-above-open`.
pub fn repaid(total: Pence, before: Pence, pence: Pence) -> Result<Pence, Refusal> {
    let open = total.above(before);
    match before.checked_add(pence).filter(|_| pence <= open) {
        Some(after) => Ok(after),
        None => {
            let fault = Fault::at("/pence", "repaid-above-open", format!("is more than is open: {open}"));
            Err(Refusal::new(Kind::RepaidAboveOpen, "More would be repaid than is open.").with(vec![fault]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::line::LineKind;
    use crate::vocabulary::payment_route::PaymentRoute;
    use uuid::Uuid;

    fn line(id: u128) -> ClaimLineId {
        Uuid::from_u128(id).into()
    }

    #[test]
    fn no_more_comes_back_than_was_paid() {
        let paid: Vec<PaidLine> = [(1, 500), (2, 0)]
            .map(|(id, pence)| PaidLine {
                id: line(id),
                kind: LineKind::Parking,
                route: PaymentRoute::AccountsPayable,
                on: None,
                paid: Pence::new(pence),
            })
            .to_vec();
        let recovered = HashMap::from([(line(1), Pence::new(200))]);
        for (id, pence, wanted) in [
            (1, 300, Ok(Pence::new(300))),
            (1, 301, Err(Kind::RecoveredAbovePaid)),
            (2, 1, Err(Kind::RecoveredAbovePaid)),
            (3, 1, Err(Kind::UnknownReference)),
        ] {
            let asked = [NewRecoveryLine { id: line(id), pence: Pence::new(pence) }];
            assert_eq!(within_paid(&asked, &paid, &recovered).map_err(|refusal| refusal.kind), wanted, "{id} {pence}");
        }
    }

    #[test]
    fn a_repayment_is_at_most_what_is_open() {
        for (before, pence, wanted) in [(0, 500, Some(500)), (200, 300, Some(500)), (200, 301, None), (500, 1, None)] {
            let after = repaid(Pence::new(500), Pence::new(before), Pence::new(pence)).ok();
            assert_eq!(after, wanted.map(Pence::new), "{before} {pence}");
        }
    }
}
