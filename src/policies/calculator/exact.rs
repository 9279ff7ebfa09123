//! Money before rounding, in whole six-thousandths of a penny: fine enough for a rate in hundredths of a penny per
//! tenth of a mile or per minute, so that nothing is lost before rounding. Not here: amounts that leave the calculator.

use crate::money::{Miles, Pence, Rate};

use super::CalculationError::{self, OutOfRange};

const PER_PENNY: i128 = 6000;

/// An exact amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exact(i128);

impl Exact {
    pub(super) const ZERO: Self = Self(0);

    /// A hundredth of a penny per mile, for a tenth of a mile, is a thousandth of a penny.
    pub(super) fn by_the_mile(rate: Rate, miles: Miles) -> Result<Self, CalculationError> {
        let thousandths = i128::from(rate.hundredths()).checked_mul(i128::from(miles.tenths())).ok_or(OutOfRange)?;
        thousandths.checked_mul(6).map(Self).ok_or(OutOfRange)
    }

    /// A hundredth of a penny per hour is a six-thousandth of a penny per minute.
    pub(super) fn by_the_hour(rate: Rate, minutes: i64) -> Result<Self, CalculationError> {
        i128::from(rate.hundredths()).checked_mul(i128::from(minutes)).map(Self).ok_or(OutOfRange)
    }

    pub(super) fn times(self, count: i64) -> Result<Self, CalculationError> {
        self.0.checked_mul(i128::from(count)).map(Self).ok_or(OutOfRange)
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, CalculationError> {
        self.0.checked_add(other.0).map(Self).ok_or(OutOfRange)
    }

    /// Rounded to the penny, half a penny up.
    pub(super) fn rounded(self) -> Result<Pence, CalculationError> {
        let pence = self.0.checked_add(PER_PENNY / 2).ok_or(OutOfRange)?.div_euclid(PER_PENNY);
        i64::try_from(pence).map(Pence::new).map_err(|_| OutOfRange)
    }

    /// Whether rounding changes nothing.
    pub(super) fn is_whole(self) -> bool {
        self.0 % PER_PENNY == 0
    }
}

impl From<Pence> for Exact {
    fn from(pence: Pence) -> Self {
        Self(i128::from(pence.get()) * PER_PENNY)
    }
}

/// An exact amount, and how it was worked out.
pub(super) type Explained = Result<(Exact, String), CalculationError>;

/// Refuses a negative number.
pub(super) fn not_negative(number: i64) -> Result<i64, CalculationError> {
    if number < 0 { Err(CalculationError::OutOfRange) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::{CalculationError, Exact, PER_PENNY, Pence, Rate};

    #[test]
    fn half_a_penny_goes_up() {
        for (sixthousandths, pence) in [(0, 0), (2999, 0), (3000, 1), (3001, 1), (PER_PENNY, 1), (8999, 1), (9000, 2)] {
            assert_eq!(Exact(sixthousandths).rounded(), Ok(Pence::new(pence)), "{sixthousandths}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let large = Exact::by_the_hour(Rate::from_hundredths(i64::MAX), i64::MAX).expect("it fits in between");
        assert_eq!(large.rounded(), Err(CalculationError::OutOfRange));
        assert_eq!(large.times(i64::MAX), Err(CalculationError::OutOfRange));
    }
}
