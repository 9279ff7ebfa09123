//! Claims of every kind of travel against a second, simpler reckoning: several vehicles, passengers, two tax years, lines
//! that the trust paid, claims given back. Not here: what holds of one line alone; that is `properties`.

use proptest::prelude::*;

use super::super::{paid, work_claim, work_line};
use super::properties::terms;
use super::*;

/// A line as drawn: how many days from 6 April 2026, in what, how far, with whom, who paid, and what is elected of it.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    offset: i64,
    vehicle: Vehicle,
    tenths: i64,
    passengers: i64,
    paid_by: PaidBy,
    elected: Option<i64>,
}

impl Drawn {
    fn date(self) -> Date {
        date(2026, 4, 6).saturating_add(jiff::Span::new().days(self.offset))
    }

    fn input(self) -> LineInput<'static> {
        LineInput { paid_by: self.paid_by, ..input(self.date(), by(self.vehicle, self.tenths, self.passengers)) }
    }

    fn year(self) -> usize {
        usize::from(self.offset >= 0)
    }
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let vehicle = prop_oneof![4 => Just(Vehicle::Car), 1 => Just(Vehicle::Motorcycle), 1 => Just(Vehicle::Bicycle)];
    let payer = prop_oneof![9 => Just(PaidBy::Person), 1 => Just(PaidBy::Trust)];
    (-3_i64..4, vehicle, 0_i64..1500, 0_i64..4, payer, prop::option::of(0_i64..40_000)).prop_map(
        |(offset, vehicle, tenths, passengers, paid_by, elected)| {
            let passengers = if vehicle == Vehicle::Car { passengers } else { 0 };
            Drawn { offset, vehicle, tenths, passengers, paid_by, elected }
        },
    )
}

/// What a line comes to in thousandths of a penny, and how many tenths of it were at the first rate.
fn reckoned(line: Drawn, rates: &crate::policies::terms::MileageRates, used: i64) -> (i64, i64) {
    let (first, then) = (rates.car.first_pence_per_mile.hundredths(), rates.car.then_pence_per_mile.hundredths());
    let mut thousandths = line.tenths * line.passengers * rates.passenger.pence_per_mile.hundredths();
    let mut share = 0;
    match line.vehicle {
        // Tenth by tenth, as one would count them on one's fingers.
        Vehicle::Car => {
            for tenth in 0..line.tenths {
                let within = used + tenth < rates.car.first_miles.tenths();
                thousandths += if within { first } else { then };
                share += i64::from(within);
            }
        }
        Vehicle::Motorcycle => thousandths += line.tenths * rates.motorcycle.pence_per_mile.hundredths(),
        Vehicle::Bicycle => thousandths += line.tenths * rates.bicycle.pence_per_mile.hundredths(),
    }
    (thousandths, share)
}

/// To the penny: from half a penny on it is the next.
fn rounded(thousandths: i64) -> i64 {
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest >= 500 { whole + 1 } else { whole }
}

/// Checks a claim's lines against the reckoning; answers the tenths at the first rate by tax year.
fn checked(terms: &Terms, lines: &[Drawn], worked: &[Worked], mut used: [i64; 2]) -> Result<[i64; 2], TestCaseError> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|position| (lines[*position].offset, *position));
    let mut taken = [0, 0];
    for position in order {
        let (line, found) = (lines[position], &worked[position]);
        let year = line.year();
        let (thousandths, share) = reckoned(line, &terms.mileage, used[year]);
        let ceiling = rounded(reckoned(line, &terms.mileage_ceiling, used[year]).0);
        let by_trust = line.paid_by == PaidBy::Trust;
        let payable = rounded(thousandths);
        let wanted = if by_trust { (0, payable, 0, 0) } else { (payable, 0, share, (payable - ceiling).max(0)) };
        let of = (
            found.payable.get(),
            found.trust_cost.get(),
            found.miles_at_first_rate.tenths(),
            found.taxable_excess.get(),
        );
        prop_assert_eq!(of, wanted, "line {} of {:?}", position, lines);
        let due = paid(found.payable, line.elected.map(Pence::new));
        prop_assert_eq!(due.get(), line.elected.map_or(of.0, |elected| elected.min(of.0)));
        let again = work_line(&line.input(), terms, found.first_band()).expect("in range");
        prop_assert_eq!(&again, found, "worked out again");
        used[year] += wanted.2;
        taken[year] += wanted.2;
    }
    Ok(taken)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is claimed, by what and with whom, in either tax year, given back or kept: each line comes to what it comes
    /// to by counting, and live claims never hold more than the first band of a year.
    #[test]
    fn claims_come_to_what_one_counts(terms in terms(), claims in prop::collection::vec((prop::collection::vec(drawn(), 1..6), any::<bool>()), 1..4)) {
        let first_miles = terms.mileage.car.first_miles.tenths();
        let mut live = [0, 0];
        for (lines, given_back) in claims {
            let inputs: Vec<_> = lines.iter().map(|line| ClaimLine { input: line.input(), terms: &terms }).collect();
            let years = [TaxYear::of(date(2026, 4, 5)), TaxYear::of(date(2026, 4, 6))];
            let used = years.into_iter().zip(live.map(Miles::from_tenths)).collect();
            let worked = work_claim(&inputs, &used).expect("in range");
            let taken = checked(&terms, &lines, &worked, live)?;
            for year in 0..2 {
                prop_assert!(live[year] + taken[year] <= first_miles);
                live[year] += if given_back { 0 } else { taken[year] };
            }
        }
    }
}
