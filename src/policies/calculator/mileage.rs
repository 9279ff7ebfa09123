//! Amounts for mileage in the person's own vehicle, and the part above the HMRC approved rates.
//! The miles used before are an input: within a claim they are counted by `work_claim` in `claim`, over the tax year by
//! `miles_used` in `claims::store::ledger`.

use crate::money::{Miles, Pence, Rate};
use crate::policies::terms::{MileageRates, Terms};

use super::exact::{Exact, Explained, not_negative};
use super::explain::{counted, total};
use super::{CalculationError, FirstBand, Vehicle, Worked};

/// One journey.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journey {
    pub(super) vehicle: Vehicle,
    pub(super) miles: Miles,
    pub(super) passengers: i64,
}

impl Journey {
    pub(super) fn work_out(self, terms: &Terms, first_band: FirstBand) -> Result<Worked, CalculationError> {
        not_negative(self.miles.tenths())?;
        if not_negative(self.passengers)? > 0 && self.vehicle != Vehicle::Car {
            return Err(CalculationError::PassengersNotByCar);
        }
        let share = self.share(&terms.mileage, first_band);
        let (exact, words) = self.at(&terms.mileage, share)?;
        let payable = exact.rounded()?;
        Ok(Worked {
            payable,
            taxable_excess: payable.above(self.approved(&terms.mileage_ceiling, first_band)?),
            miles_at_first_rate: share,
            miles_used_before: self.used_before(first_band),
            explanation: vec![total(&words, exact, payable)],
            ..Worked::default()
        })
    }

    /// Miles at the first rate: what is left of the first band, or the frozen share.
    fn share(self, rates: &MileageRates, first_band: FirstBand) -> Miles {
        match (self.vehicle, first_band) {
            (Vehicle::Motorcycle | Vehicle::Bicycle, _) => Miles::ZERO,
            (Vehicle::Car, FirstBand::Frozen { share, .. }) => self.miles.min(share),
            (Vehicle::Car, FirstBand::Open { used_so_far }) => {
                self.miles.min(rates.car.first_miles.above(used_so_far.max(Miles::ZERO)))
            }
        }
    }

    fn used_before(self, first_band: FirstBand) -> Miles {
        match (self.vehicle, first_band) {
            (Vehicle::Motorcycle | Vehicle::Bicycle, _) => Miles::ZERO,
            (Vehicle::Car, FirstBand::Open { used_so_far } | FirstBand::Frozen { used_so_far, .. }) => used_so_far,
        }
    }

    /// The same journey at the HMRC approved rates, worked out and rounded like a line.
    fn approved(self, ceiling: &MileageRates, first_band: FirstBand) -> Result<Pence, CalculationError> {
        let open = FirstBand::Open { used_so_far: self.used_before(first_band) };
        let (exact, _) = self.at(ceiling, self.share(ceiling, open))?;
        exact.rounded()
    }

    fn at(self, rates: &MileageRates, share: Miles) -> Explained {
        let (own, words) = match self.vehicle {
            Vehicle::Car => self.by_car(rates, share)?,
            Vehicle::Motorcycle => self.at_one_rate(rates.motorcycle.pence_per_mile)?,
            Vehicle::Bicycle => self.at_one_rate(rates.bicycle.pence_per_mile)?,
        };
        if self.passengers == 0 {
            return Ok((own, words));
        }
        let rate = rates.passenger.pence_per_mile;
        let exact = own.plus(Exact::by_the_mile(rate, self.miles)?.times(self.passengers)?)?;
        Ok((exact, format!("{words}, and {} at {rate} a mile", counted(self.passengers, "passenger"))))
    }

    fn at_one_rate(self, rate: Rate) -> Explained {
        Ok((Exact::by_the_mile(rate, self.miles)?, format!("{} miles at {rate}", self.miles)))
    }

    fn by_car(self, rates: &MileageRates, share: Miles) -> Explained {
        let (first, then) = (rates.car.first_pence_per_mile, rates.car.then_pence_per_mile);
        let rest = self.miles.above(share);
        let exact = Exact::by_the_mile(first, share)?.plus(Exact::by_the_mile(then, rest)?)?;
        let words = if rest == Miles::ZERO {
            format!("{share} miles at {first}")
        } else if share == Miles::ZERO {
            format!("{rest} miles at {then}, the miles at {first} being used up this tax year")
        } else {
            format!("{share} miles at {first}, then {rest} at {then}")
        };
        Ok((exact, words))
    }
}
