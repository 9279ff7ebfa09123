//! What time will probably come to, before anybody claims it.
//! An estimate alone: a claim is worked out by `work_claim`.

use crate::money::Pence;
use crate::policies::terms::Tariff;

use super::time::by_tariff;

/// What one person's time at a session of so many scheduled minutes comes to, with one piece of work where a tariff is flat:
/// by the tariff of the policy in force or by what was promised, whichever is more, as a claim is worked out. None where
/// neither has an amount for it.
#[must_use]
pub fn estimate(policy: Option<&Tariff>, promised: Option<&Tariff>, scheduled_minutes: i64) -> Option<Pence> {
    let by = |tariff| by_tariff(tariff, scheduled_minutes, 1).and_then(|(exact, _)| exact.rounded()).ok();
    [policy, promised].into_iter().flatten().filter_map(by).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greater_of_the_policy_and_the_promise_is_estimated() {
        let flat = |pence| Tariff::Flat { pence: Pence::new(pence) };
        for (policy, promised, wanted) in [
            (Some(5000), Some(7500), Some(7500)),
            (Some(9000), Some(7500), Some(9000)),
            (Some(5000), None, Some(5000)),
            (None, Some(2500), Some(2500)),
            (None, None, None),
        ] {
            let (policy, promised) = (policy.map(flat), promised.map(flat));
            assert_eq!(estimate(policy.as_ref(), promised.as_ref(), 180), wanted.map(Pence::new));
        }
    }
}
