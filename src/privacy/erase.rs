//! Erasing a person: when it may be done, and the one list of what forgets them.
//! How each feature forgets stands beside its store; that nothing comes back, in the database.

use crate::db::ids::VolunteerId;
use crate::db::{Changed, Writer};
use crate::http::Nothing;
use crate::refusal::{Done, Fault, Kind, Refusal};
use crate::volunteers::views::VolunteerView;
use crate::volunteers::{ERASURE, Held, VolunteerVerb};
use crate::{
    agreements, claims, clearances, deliveries, expressions, feedback, payments, plans, policies, service, sessions,
    support, volunteers,
};

/// Days until a payment is made where no policy says otherwise.
const USUAL_DAYS: i64 = 30;

/// What stands in the way of erasing somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Obstacles {
    /// Claims that are not decided or not paid.
    pub claims: usize,
    /// Payments that are due or in a run.
    pub payments: usize,
    /// Agreements in force.
    pub agreements: usize,
}

pub(super) fn erase_volunteer(writer: &mut Writer<'_>, id: VolunteerId, _: Nothing) -> Done<Changed<VolunteerView>> {
    let person = volunteers::hold(writer, id)?;
    writer.step(&ERASURE, person.version, person.status, VolunteerVerb::Erase)?;
    if volunteers::is_the_asker(writer, id)? {
        let fault = Fault::whole("eraser-is-the-person", "nobody erases themselves");
        return Err(Refusal::new(Kind::SegregationOfDuties, "Another lead does it.").with(vec![fault]).into());
    }
    let found = obstacles(writer, id)?;
    refuse(writer, id, found)?;
    everything(writer, person)?;
    let view = volunteers::written(writer, id)?;
    Ok(writer.unchanged(view))
}

/// What stands in the way, under the locks that keep it from changing.
pub(super) fn obstacles(writer: &mut Writer<'_>, id: VolunteerId) -> Done<Obstacles> {
    Ok(Obstacles {
        claims: claims::lock_unsettled(writer, id)?,
        payments: usize::try_from(payments::count_open(writer.conn, id)?).unwrap_or(usize::MAX),
        agreements: agreements::hold_in_force(writer, id)?,
    })
}

/// Forgets a person whom nothing stands in the way of, everywhere.
pub(super) fn everything(writer: &mut Writer<'_>, person: Held) -> Done<()> {
    let of = person.id;
    volunteers::forget(writer, person)?;
    clearances::forget(writer, of)?;
    expressions::forget(writer, of)?;
    agreements::forget(writer, of)?;
    support::forget(writer, of)?;
    sessions::forget(writer, of)?;
    claims::erase(writer, of)?;
    payments::erase(writer, of)?;
    feedback::forget(writer, of)?;
    plans::forget(writer, of)?;
    deliveries::forget(writer, of)?;
    service::forget(writer, of)
}

fn refuse(writer: &mut Writer<'_>, id: VolunteerId, found: Obstacles) -> Done<()> {
    if found == Obstacles::default() {
        return Ok(());
    }
    let today = writer.today();
    let in_force = policies::published(writer.conn)?.into_iter().filter(|policy| policy.effective_from <= today);
    let in_force = in_force.max_by_key(|policy| (policy.effective_from, policy.published_at));
    let days = in_force.map_or(USUAL_DAYS, |policy| policy.terms.payment_target_days);
    Err(refusal(id, found, today.plus_days(days)).into())
}

/// The refusal, with everything that stands in the way and, for money, the day on which it should be there.
fn refusal(id: VolunteerId, found: Obstacles, there_on: crate::clock::Day) -> Refusal {
    let mut faults = Vec::new();
    let mut name = |code, detail: &str, count: usize, see: String| {
        if let Ok(count @ 1..) = i64::try_from(count) {
            faults.push(Fault::whole(code, detail).counted(count, see));
        }
    };
    let claims = format!("/v1/claims?volunteer_id={id}&status=submitted,approved,part_paid");
    name("claim-open", "claims that are not decided, or not wholly paid", found.claims, claims);
    let due = "/v1/payments?status=due,in_run".to_owned();
    name("payment-open", "payments that are due or in a run", found.payments, due);
    let agreements = format!("/v1/agreements?volunteer_id={id}&status=active,paused");
    name("still-engaged", "agreements in force; end them first", found.agreements, agreements);
    if found.claims == 0 && found.payments == 0 {
        return Refusal::new(Kind::StillEngaged, "The person has an agreement in force.").with(faults);
    }
    let detail = format!("Money is on its way; it should be there by {there_on}. Erase the person from then on.");
    let faults = faults.into_iter().map(|fault| match fault.code {
        "still-engaged" => fault,
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
                Obstacles { claims: 1, payments: 1, agreements: 1 },
                Kind::PaymentInFlight,
                vec!["claim-open", "payment-open", "still-engaged"],
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
}
