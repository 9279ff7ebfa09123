//! The last day on which a session or expense can be claimed.
//! Not here: what day it is today, and what a late claim needs.

use jiff::Span;
use jiff::civil::Date;

use crate::policies::terms::{ClaimWindow, WindowUnit};

/// The last day to claim, inclusive; where a month is too short, its last day.
pub fn claim_by(date: Date, window: ClaimWindow) -> Date {
    let span = match window.unit {
        WindowUnit::Days => Span::new().try_days(window.count),
        WindowUnit::Months => Span::new().try_months(window.count),
    };
    span.map_or(Date::MAX, |span| date.saturating_add(span))
}

#[cfg(test)]
mod tests {
    use super::{ClaimWindow, Date, WindowUnit, claim_by};
    use jiff::civil::date;

    #[test]
    fn counts_days_and_clamps_months() {
        let (days, months) = (WindowUnit::Days, WindowUnit::Months);
        let cases = [
            (date(2026, 6, 10), months, 3, date(2026, 9, 10)),
            (date(2026, 11, 30), months, 3, date(2027, 2, 28)),
            (date(2027, 11, 30), months, 3, date(2028, 2, 29)),
            (date(2026, 1, 31), months, 1, date(2026, 2, 28)),
            (date(2026, 6, 10), days, 90, date(2026, 9, 8)),
            (date(2026, 12, 31), days, 1, date(2027, 1, 1)),
            (date(9999, 12, 1), months, 3, Date::MAX),
            (date(2026, 1, 1), months, i64::MAX, Date::MAX),
        ];
        for (from, unit, count, last) in cases {
            assert_eq!(claim_by(from, ClaimWindow { unit, count }), last, "{from} {unit:?} {count}");
        }
    }
}
