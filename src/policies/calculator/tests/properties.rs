//! What holds for any input, over 10,000 cases each.
//! Not here: examples with known answers.

use proptest::prelude::*;

use super::super::{paid, pays_at_least, top_up, window, work_claim, work_line};
use super::*;
use crate::policies::terms::Band;

/// Terms with any car and passenger rates and any first band, and a ceiling of any other.
pub(super) fn terms() -> impl Strategy<Value = Terms> {
    let rate = || (0_i64..20_000).prop_map(Rate::from_hundredths);
    (rate(), rate(), rate(), rate(), 0_i64..3000).prop_map(|(first, then, passenger, ceiling, first_miles)| {
        let mut terms = NEW.clone();
        terms.mileage.car.first_pence_per_mile = first;
        terms.mileage.car.then_pence_per_mile = then;
        terms.mileage.passenger.pence_per_mile = passenger;
        terms.mileage_ceiling.car.first_pence_per_mile = ceiling;
        terms.mileage.car.first_miles = Miles::from_tenths(first_miles);
        terms.mileage_ceiling.car.first_miles = Miles::from_tenths(first_miles);
        terms
    })
}

fn journeys() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0_i64..1500, 1..8)
}

fn work_all(terms: &Terms, journeys: &[(Date, Work<'_>)], used: i64) -> Vec<Worked> {
    let lines: Vec<_> = journeys.iter().map(|(day, work)| ClaimLine { input: input(*day, *work), terms }).collect();
    work_claim(&lines, &BTreeMap::from([(TaxYear::of(DAY), Miles::from_tenths(used))])).expect("in range")
}

fn total(lines: &[Worked]) -> i64 {
    Pence::checked_sum(lines.iter().map(|line| line.payable)).expect("in range").get()
}

fn at_first_rate(lines: &[Worked]) -> i64 {
    Miles::checked_sum(lines.iter().map(|line| line.miles_at_first_rate)).expect("in range").tenths()
}

fn day(offset: i64) -> Date {
    DAY.saturating_add(jiff::Span::new().days(offset))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Split over lines or over claims, the same miles come to the same, up to a penny a line.
    #[test]
    fn the_total_does_not_depend_on_the_split(terms in terms(), journeys in journeys(), used in 0_i64..3000) {
        let whole = work_all(&terms, &[(DAY, car(journeys.iter().sum()))], used);
        let lines: Vec<_> = journeys.iter().map(|tenths| (DAY, car(*tenths))).collect();
        let one_claim = work_all(&terms, &lines, used);
        let mut so_far = used;
        let mut claims = Vec::new();
        for line in &lines {
            let claim = work_all(&terms, &[*line], so_far);
            so_far += at_first_rate(&claim);
            claims.extend(claim);
        }
        prop_assert_eq!(&pence(&one_claim), &pence(&claims));
        prop_assert_eq!(at_first_rate(&one_claim), at_first_rate(&whole));
        let difference = (total(&one_claim) - total(&whole)).unsigned_abs();
        prop_assert!(difference <= u64::try_from(lines.len()).expect("small"), "{} apart", difference);
    }

    /// Whatever is claimed, given back and claimed again, live claims never hold more than the first band;
    /// and a claim given back leaves the next one what it would have had without it.
    #[test]
    fn the_first_band_is_never_overdrawn(terms in terms(), claims in prop::collection::vec((journeys(), any::<bool>()), 1..5)) {
        let first_miles = terms.mileage.car.first_miles.tenths();
        let (mut live, mut ever_kept) = (0, 0);
        for (journeys, given_back) in claims {
            let lines: Vec<_> = journeys.iter().map(|tenths| (DAY, car(*tenths))).collect();
            let claim = work_all(&terms, &lines, live);
            live += at_first_rate(&claim);
            prop_assert!(live <= first_miles);
            if given_back {
                live -= at_first_rate(&claim);
            } else {
                ever_kept += journeys.iter().sum::<i64>();
            }
            prop_assert_eq!(live, ever_kept.min(first_miles));
        }
    }

    /// A frozen line worked out again gives the same, whatever has been used since and in whatever claim.
    #[test]
    fn a_frozen_line_comes_to_the_same_again(
        terms in terms(), journeys in journeys(), passengers in 0_i64..4, used in 0_i64..3000,
    ) {
        let works: Vec<_> = journeys.iter().map(|tenths| (DAY, by(Vehicle::Car, *tenths, passengers))).collect();
        for ((day, work), line) in works.iter().zip(work_all(&terms, &works, used)) {
            let again = work_line(&input(*day, *work), &terms, line.first_band()).expect("in range");
            prop_assert_eq!(again.payable, line.payable);
            prop_assert_eq!(again, line);
        }
    }

    /// The figures do not depend on the order in which lines of different days are sent, and the sum is theirs.
    #[test]
    fn lines_go_by_date_and_are_answered_in_place(terms in terms(), journeys in journeys(), turn in 0_usize..8) {
        let lines: Vec<_> = (0..).zip(&journeys).map(|(offset, tenths)| (day(offset), car(*tenths))).collect();
        let mut turned = lines.clone();
        let by = turn % turned.len();
        turned.rotate_left(by);
        let mut back = work_all(&terms, &turned, 0);
        back.rotate_right(by);
        let straight = work_all(&terms, &lines, 0);
        prop_assert_eq!(total(&straight), pence(&back).iter().sum::<i64>());
        prop_assert_eq!(straight, back);
    }

    /// Half a penny and more goes up, less goes down, once a line.
    #[test]
    fn a_line_is_rounded_once_half_up(terms in terms(), tenths in 0_i64..1500, passengers in 0_i64..4, used in 0_i64..3000) {
        let line = &work_all(&terms, &[(DAY, by(Vehicle::Car, tenths, passengers))], used)[0];
        let share = line.miles_at_first_rate.tenths();
        let rates = &terms.mileage;
        let thousandths = share * rates.car.first_pence_per_mile.hundredths()
            + (tenths - share) * rates.car.then_pence_per_mile.hundredths()
            + tenths * passengers * rates.passenger.pence_per_mile.hundredths();
        let (down, rest) = (thousandths / 1000, thousandths % 1000);
        prop_assert_eq!(line.payable.get(), if rest < 500 { down } else { down + 1 });
    }

    /// Nothing is ever paid above what was spent, nor above the cap by the minute.
    #[test]
    fn an_expense_never_pays_more_than_was_spent(spent in 0_i64..200_000, minutes in 0_i64..2000) {
        let spent = Pence::new(spent);
        let care = one(input(DAY, Work::Care { spent, minutes }), 0).payable;
        prop_assert_eq!(care.get(), spent.get().min(minutes * 25));
        let lunch = one(input(DAY, Work::Subsistence { spent, minutes_away: minutes }), 0).payable;
        prop_assert!(lunch <= spent && lunch.get() <= 2500);
    }

    /// A longer session never pays less, and hourly pay never passes its cap.
    #[test]
    fn longer_is_never_less(minutes in 0_i64..3000, more in 0_i64..600) {
        for tariff in ["meeting", "block", "hourly"] {
            let pay = |minutes| one(input(DAY, time(tariff, minutes)), 0).payable;
            prop_assert!(pay(minutes) <= pay(minutes + more), "{}", tariff);
        }
        prop_assert!(one(input(DAY, time("hourly", minutes)), 0).payable.get() <= 7500);
    }

    /// With its top-up a line comes to the better of the two versions, never above the election.
    #[test]
    fn a_top_up_makes_up_the_difference(old in 0_i64..100_000, new in 0_i64..100_000, elected in prop::option::of(0_i64..100_000)) {
        let (old, new, elected) = (Pence::new(old), Pence::new(new), elected.map(Pence::new));
        let together = paid(old, elected).checked_add(top_up(old, elected, new)).expect("in range");
        prop_assert_eq!(together, paid(old.max(new), elected));
    }

    /// Time comes to the greater of the policy and the promise, and a tariff that pays at least as much never pays less.
    #[test]
    fn time_comes_to_the_greater_of_policy_and_promise(
        short in 0_i64..20_000, long in 0_i64..20_000, promised in (0_i64..20_000, 0_i64..20_000), minutes in 1_i64..1000,
    ) {
        let tariff = |short: i64, long: i64| Tariff::Bands { bands: vec![
            Band { up_to_minutes: Some(240), pence: Pence::new(short) }, Band { up_to_minutes: None, pence: Pence::new(long) },
        ] };
        let (policy, promise) = (tariff(short, long), tariff(promised.0, promised.1));
        let come_to = |policy, promise| {
            let time = Work::Time { scheduled_minutes: Some(minutes), quantity: 1, pay: pay(policy, promise) };
            one(input(DAY, time), 0).payable
        };
        let (by_policy, by_promise) = (come_to(Some(&policy), None), come_to(None, Some(&promise)));
        prop_assert_eq!(come_to(Some(&policy), Some(&promise)), by_policy.max(by_promise));
        if pays_at_least(&promise, &policy) {
            prop_assert!(by_promise >= by_policy);
        }
    }

    /// A later day is never to be claimed earlier; a day is in its tax year, written and read.
    #[test]
    fn days_keep_their_order(offset in 0_i64..20_000, more in 0_i64..400) {
        let (early, late) = (day(offset), day(offset + more));
        prop_assert!(window::claim_by(early, NEW.claim_window) <= window::claim_by(late, NEW.claim_window));
        let year = TaxYear::of(early);
        prop_assert!(year.contains(early) && year <= TaxYear::of(late));
        prop_assert_eq!(year.to_string().parse(), Ok(year));
    }
}
