//! The terms of a tariff as they were promised: by an opportunity when it was published, by an agreement when it was issued.
//! What time comes to by them is worked out in `calculator::time`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::PolicyId;
use crate::policies::calculator::{in_force, pays_at_least};
use crate::policies::published::Published;
use crate::policies::terms::Tariff;
use crate::text::Label;

/// The terms of a tariff as they were promised. Time is paid by them or by the policy in force on its day, whichever comes
/// to more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PromisedTariff)]
pub struct Promised {
    /// The version of the reimbursement policy that the terms are from.
    pub policy_id: PolicyId,
    /// Name of the tariff.
    /// Example: meeting
    pub name: Label,
    /// Terms of the tariff.
    pub terms: Tariff,
}

impl Promised {
    /// Whether it pays at least as much as another promise, whatever is claimed.
    #[must_use]
    pub fn pays_at_least(&self, other: &Self) -> bool {
        pays_at_least(&self.terms, &other.terms)
    }

    /// This promise, or a later one that pays at least as much.
    fn or_better(self, later: Self) -> Self {
        if later.pays_at_least(&self) { later } else { self }
    }
}

/// What a tariff promises from now on: its terms in the policy in force today, unless what was promised before pays more.
/// Earlier promises by tariffs of another name do not count. A policy that has no tariff of this name any more, or not yet,
/// leaves the choice to the one in force on the first day of what it is promised for, then to the newest that has it.
#[must_use]
pub fn promise<'p>(
    versions: &[Published],
    name: &Label,
    (today, first_day): (Day, Option<Day>),
    before: impl IntoIterator<Item = &'p Promised>,
) -> Option<Promised> {
    let kept = before.into_iter().filter(|promised| promised.name == *name).cloned();
    kept.chain(on_offer(versions, name, (today, first_day))).reduce(Promised::or_better)
}

fn on_offer(versions: &[Published], name: &Label, (today, first_day): (Day, Option<Day>)) -> Option<Promised> {
    let days = [Some(today), first_day];
    let in_turn = days.into_iter().flatten().filter_map(|day| in_force(versions, day.date()));
    // The published versions come oldest first.
    in_turn.chain(versions.iter().rev()).find_map(|version| {
        let terms = version.terms.tariff(name)?.clone();
        Some(Promised { policy_id: version.id, name: name.clone(), terms })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    /// A version from a day on, with a flat tariff of this name.
    fn version(number: u128, from: &str, (name, pence): (&str, i64)) -> Published {
        let mut terms: serde_json::Value = serde_json::from_str(include_str!("examples/2026-27.json")).expect("JSON");
        terms["tariffs"] = json!({ name: { "kind": "flat", "pence": pence } });
        Published {
            id: Uuid::from_u128(number).into(),
            effective_from: from.parse().expect("a day"),
            published_at: "2026-01-01T09:00:00Z".parse().expect("an instant"),
            terms: serde_json::from_value(terms).expect("terms"),
        }
    }

    fn promised(number: u128, name: &str, pence: i64) -> Promised {
        let terms = serde_json::from_value(json!({ "kind": "flat", "pence": pence })).expect("a tariff");
        Promised { policy_id: Uuid::from_u128(number).into(), name: name.into(), terms }
    }

    #[test]
    fn the_policy_in_force_promises_unless_more_was_promised_before() {
        let versions = [version(1, "2026-01-01", ("review", 2500)), version(2, "2026-06-01", ("review", 2000))];
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let told = |today: &str, before: &[Promised]| promise(&versions, &"review".into(), (day(today), None), before);
        assert_eq!(told("2026-05-31", &[]), Some(promised(1, "review", 2500)));
        assert_eq!(told("2026-06-01", &[]), Some(promised(2, "review", 2000)));
        let kept = promised(1, "review", 2500);
        assert_eq!(told("2026-06-01", std::slice::from_ref(&kept)), Some(kept.clone()));
        assert_eq!(told("2026-06-01", &[promised(9, "review", 1500), kept.clone()]), Some(kept));
        assert_eq!(told("2026-06-01", &[promised(9, "meeting", 9000)]), Some(promised(2, "review", 2000)));
    }

    #[test]
    fn a_tariff_that_the_policy_in_force_has_not_is_looked_for_where_it_is() {
        let versions = [
            version(1, "2026-01-01", ("old", 1000)),
            version(2, "2026-06-01", ("now", 2000)),
            version(3, "2026-09-01", ("soon", 3000)),
        ];
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let told = |name: &str, first: Option<&str>| {
            let found = promise(&versions, &name.into(), (day("2026-06-15"), first.map(day)), []);
            found.map(|promised| promised.policy_id)
        };
        let id = |number: u128| Some(Uuid::from_u128(number).into());
        assert_eq!(told("now", Some("2026-01-10")), id(2));
        assert_eq!(told("old", Some("2026-01-10")), id(1));
        assert_eq!(told("soon", Some("2026-09-10")), id(3));
        assert_eq!((told("old", None), told("soon", None), told("never", None)), (id(1), id(3), None));
    }
}
