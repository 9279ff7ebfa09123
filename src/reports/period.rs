//! The period of a report: the financial year by default.
//! Which day of a record must lie in the period is decided by each report.

use jiff::civil::{Date, date};

use crate::clock::Day;
use crate::http::query::refuse;
use crate::refusal::{Fault, Refusal};

/// A period of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// The calendar year in which the financial year of a day (1 April to 31 March) begins.
fn financial_year(day: Date) -> i16 {
    day.year() - i16::from(day.month() < 4)
}

impl Period {
    /// The period asked for. An end that is not given is that of the financial year of the other end, or of today.
    ///
    /// # Errors
    /// `invalid-parameter` where it ends before it begins.
    pub fn of(from: Option<Day>, to: Option<Day>, today: Day) -> Result<Self, Refusal> {
        let year = financial_year(from.or(to).unwrap_or(today).date());
        let from = from.unwrap_or_else(|| date(year, 4, 1).into());
        let to = to.unwrap_or_else(|| date(year + 1, 3, 31).into());
        if from <= to {
            Ok(Self { from, to })
        } else {
            Err(refuse(vec![Fault::parameter("to", "unordered", "must not be before from")]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_is_not_given_is_the_financial_years() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (from, to, wanted) in [
            (None, None, Some(("2026-04-01", "2027-03-31"))),
            (Some("2025-03-31"), None, Some(("2025-03-31", "2025-03-31"))),
            (Some("2025-04-01"), None, Some(("2025-04-01", "2026-03-31"))),
            (None, Some("2026-03-31"), Some(("2025-04-01", "2026-03-31"))),
            (None, Some("2026-04-01"), Some(("2026-04-01", "2026-04-01"))),
            (Some("2020-01-01"), Some("2030-01-01"), Some(("2020-01-01", "2030-01-01"))),
            (Some("2026-06-01"), Some("2026-06-01"), Some(("2026-06-01", "2026-06-01"))),
            (Some("2026-06-02"), Some("2026-06-01"), None),
        ] {
            let asked = Period::of(from.map(day), to.map(day), day("2026-06-15")).ok();
            assert_eq!(asked, wanted.map(|(from, to)| Period { from: day(from), to: day(to) }), "{from:?} {to:?}");
        }
        let january = Period::of(None, None, day("2027-01-31")).unwrap();
        assert_eq!(january.from.to_string(), "2026-04-01");
    }
}
