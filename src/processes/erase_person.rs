//! Erasing a person: when it is allowed, and in which order.
//! What goes: the profile and experiences, the free texts of everything that they took part in, messages, receipts'
//! file names, kept answers (`work::idempotency::erase`) and log-ins (`work::actors::erase`); in each feature by its
//! `erase.rs`, in the order of `features`. What stays: money and the record, without who it was. The database prevents
//! that erased data is written again.

use crate::access::Action;
use crate::db::ids::VolunteerId;
use crate::features::FEATURES;
use crate::http::{Nothing, Routes};
use crate::people::volunteers;
use crate::people::volunteers::views::VolunteerView;
use crate::people::volunteers::{ERASURE, Held, VolunteerVerb};
use crate::refusal::{Fault, Kind, Refusal, Result};
use crate::work::{Changed, Writer};
use crate::work::{actors, idempotency};
use crate::{agreements, claims, expressions, payments, policies};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Privacy")
        .post("/v1/volunteers/{id}/erase", Action::EraseVolunteers, erase_volunteer)
        .describe(
            "Erase a volunteer's personal data",
            "This cannot be undone, and nobody can erase their own data. Profile, lived experience, clearances, \
             messages, texts of agreements and claims, and files of receipts are deleted; open expressions of \
             interest, agreements not yet accepted and draft claims are withdrawn. Figures, references, hashes and \
             finance's numbers stay under the volunteer's id. Files of payment runs that named the volunteer are \
             deleted, and requests for them answer `410`. Refused while an agreement is in force, and while money is \
             on its way; then the answer gives the day from which erasure should be possible. Refused, too, while \
             something is to be taken off the person's payments: waive or settle the recovery first.",
        )
        .verb(&ERASURE, VolunteerVerb::Erase)
        .refuses(&["payment-in-flight", "still-engaged", "segregation-of-duties"]);
}

/// Days until a payment is made, where no policy is in force.
const USUAL_DAYS: i64 = 30;

/// What prevents the erasure of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Obstacles {
    /// Claims that are not decided or not fully paid.
    pub claims: usize,
    /// Payments that are due, held or in a run.
    pub payments: usize,
    /// Recoveries that are still to be taken off the person's payments.
    pub recoveries: usize,
    /// Agreements in force.
    pub agreements: usize,
}

fn erase_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Result<Changed<VolunteerView>> {
    // In the order in which decisions about claims, offers and agreements take their locks: the person last. None of them
    // then waits for an erasure that waits for it.
    claims::lock_unsettled(writer, id)?;
    expressions::hold_open(writer, id)?;
    agreements::hold_in_force(writer, id)?;
    let person = volunteers::hold(writer, id)?;
    writer.step(&ERASURE, person.version, person.status, VolunteerVerb::Erase)?;
    if volunteers::is_the_caller(writer, id)? {
        let fault = Fault::whole("eraser-is-the-person", "you can't erase yourself");
        let detail = "You can't erase your own data. Ask another involvement lead to do it.";
        return Err(Refusal::new(Kind::SegregationOfDuties, detail).with(vec![fault]).into());
    }
    let found = obstacles(writer, id)?;
    refuse(writer, id, found)?;
    erase_all(writer, person)?;
    let view = volunteers::written(writer, id)?;
    Ok(writer.unchanged(view))
}

/// What prevents the erasure, under locks that keep it from changing.
pub fn obstacles(writer: &mut Writer<'_>, id: VolunteerId) -> Result<Obstacles> {
    let claims = claims::lock_unsettled(writer, id)?;
    let open = payments::count_open(writer.conn, id)?;
    let agreements = agreements::hold_in_force(writer, id)?;
    Ok(Obstacles { claims, payments: open.payments, recoveries: open.recoveries, agreements })
}

/// Erases a person's data in every feature. The caller has checked that nothing prevents it.
pub fn erase_all(writer: &mut Writer<'_>, person: Held) -> Result<()> {
    let of = person.id;
    volunteers::erase(writer, person)?;
    for erase in FEATURES.iter().filter_map(|feature| feature.erase) {
        erase(writer, of)?;
    }
    // Whoever goes on working here sends again what they sent as staff: their keys stay.
    let log_ins = actors::log_ins_only_theirs(writer.conn, of)?;
    idempotency::erase(writer.conn, of, &log_ins)?;
    actors::erase(writer, of)
}

fn refuse(writer: &mut Writer<'_>, id: VolunteerId, found: Obstacles) -> Result<()> {
    if found == Obstacles::default() {
        return Ok(());
    }
    let today = writer.today();
    let versions = policies::published(writer.conn)?;
    let in_force = versions.iter().filter(|policy| policy.effective_from <= today);
    let in_force = in_force.max_by_key(|policy| (policy.effective_from, policy.published_at));
    let days = in_force.map_or(USUAL_DAYS, |policy| policy.terms.payment_target_days);
    Err(refusal(id, found, today.plus_days(days)).into())
}

/// The refusal, with everything that prevents the erasure and, for money, the day by which it should be paid.
fn refusal(id: VolunteerId, found: Obstacles, there_on: crate::clock::Day) -> Refusal {
    let mut faults = Vec::new();
    let mut name = |code, detail: &str, count: usize, see: String| {
        if let Ok(count @ 1..) = i64::try_from(count) {
            faults.push(Fault::whole(code, detail).counted(count, see));
        }
    };
    let claims = format!("/v1/claims?volunteer_id={id}&status=submitted,approved,part_paid");
    name("claim-open", "claims that are not decided or not fully paid", found.claims, claims);
    let due = format!("/v1/payments?volunteer_id={id}&status=due,held,in_run&amount_from=0");
    name("payment-open", "payments that are due, held or in a run", found.payments, due);
    let owed = format!("/v1/recoveries?volunteer_id={id}&status=agreed");
    let detail = "recoveries that are still to be taken off the person's payments; waive or settle them first";
    name("recovery-open", detail, found.recoveries, owed);
    let agreements = format!("/v1/agreements?volunteer_id={id}&status=active,paused");
    name("still-engaged", "agreements in force; end them first", found.agreements, agreements);
    if (found.claims, found.payments) == (0, 0) && found.recoveries > 0 {
        let detail = "The person owes money that is to be taken off their payments. Waive the recovery, or erase the \
                      person after it is settled.";
        return Refusal::new(Kind::PaymentInFlight, detail).with(faults);
    }
    if found.claims == 0 && found.payments == 0 {
        let detail = "The person has an agreement in force. End it before you erase the person.";
        return Refusal::new(Kind::StillEngaged, detail).with(faults);
    }
    let detail =
        format!("Money is on its way to the person. It should be paid by {there_on}; erase the person after that.");
    let faults = faults.into_iter().map(|fault| match fault.code {
        "still-engaged" | "recovery-open" => fault,
        _ => fault.not_before(there_on),
    });
    Refusal::new(Kind::PaymentInFlight, detail).with(faults.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_names_all_that_stands_in_the_way() {
        let id = VolunteerId::from(uuid::Uuid::nil());
        let day = "2026-07-06".parse().unwrap();
        for (found, kind, codes) in [
            (Obstacles { claims: 2, ..Obstacles::default() }, Kind::PaymentInFlight, vec!["claim-open"]),
            (
                Obstacles { claims: 1, payments: 1, recoveries: 1, agreements: 1 },
                Kind::PaymentInFlight,
                vec!["claim-open", "payment-open", "recovery-open", "still-engaged"],
            ),
            (Obstacles { agreements: 1, ..Obstacles::default() }, Kind::StillEngaged, vec!["still-engaged"]),
        ] {
            let refusal = refusal(id, found, day);
            assert_eq!(refusal.kind, kind);
            assert_eq!(refusal.errors.iter().map(|fault| fault.code).collect::<Vec<_>>(), codes);
            let money = kind == Kind::PaymentInFlight;
            assert_eq!(refusal.detail.contains("2026-07-06"), money);
            assert_eq!(refusal.errors[0].not_before, money.then_some(day));
        }
    }

    #[test]
    fn whoever_owes_money_is_not_said_to_wait_for_it() {
        let id = VolunteerId::from(uuid::Uuid::nil());
        let found = Obstacles { recoveries: 1, ..Obstacles::default() };
        let refusal = refusal(id, found, "2026-07-06".parse().unwrap());
        assert_eq!(refusal.kind, Kind::PaymentInFlight);
        assert!(refusal.detail.contains("owes money") && !refusal.detail.contains("2026"), "{}", refusal.detail);
        assert_eq!((refusal.errors[0].code, refusal.errors[0].not_before), ("recovery-open", None));
    }
}
