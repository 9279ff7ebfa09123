//! Weeks, Sunday to Saturday, in which a person is to be paid more for time than they wanted to be warned of. Pure.
//! The service warns and never blocks; nobody else sees it.

use std::collections::BTreeMap;

use crate::claims::views::WeeklyAlert;
use crate::clock::Day;
use crate::money::Pence;

/// The Sunday that a day's week begins with.
#[must_use]
pub fn sunday(day: Day) -> Day {
    day.plus_days(-i64::from(day.date().weekday().to_sunday_zero_offset()))
}

/// The first and last day of the weeks that these days lie in; none where there are no days.
#[must_use]
pub fn span(days: &[Day]) -> Option<(Day, Day)> {
    Some((sunday(*days.iter().min()?), sunday(*days.iter().max()?).plus_days(6)))
}

/// The weeks of these days in which the amounts come to more than the figure.
#[must_use]
pub fn alerts(days: &[Day], amounts: &[(Day, Pence)], figure: Pence) -> Vec<WeeklyAlert> {
    let mut weeks: BTreeMap<Day, Pence> = days.iter().map(|day| (sunday(*day), Pence::ZERO)).collect();
    for (day, pence) in amounts {
        if let Some(sum) = weeks.get_mut(&sunday(*day)) {
            *sum = sum.checked_add(*pence).unwrap_or(*sum);
        }
    }
    let above = weeks.into_iter().filter(|(_, sum)| *sum > figure);
    above
        .map(|(from, elected_pence)| WeeklyAlert { from, to: from.plus_days(6), elected_pence, alert_pence: figure })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn weeks_go_from_sunday_to_saturday() {
        for (in_it, first) in [
            ("2026-04-05", "2026-04-05"),
            ("2026-04-06", "2026-04-05"),
            ("2026-04-11", "2026-04-05"),
            ("2026-04-12", "2026-04-12"),
        ] {
            assert_eq!(sunday(day(in_it)), day(first), "{in_it}");
        }
        assert_eq!(span(&[day("2026-04-06"), day("2026-04-14")]), Some((day("2026-04-05"), day("2026-04-18"))));
        assert_eq!(span(&[]), None);
    }

    #[test]
    fn a_week_is_told_when_it_is_above_the_figure() {
        let days = [day("2026-04-06"), day("2026-04-14")];
        let amounts = [
            (day("2026-04-05"), Pence::new(1000)),
            (day("2026-04-11"), Pence::new(1001)),
            (day("2026-04-14"), Pence::new(2000)),
            (day("2026-05-01"), Pence::new(9000)),
        ];
        let told = alerts(&days, &amounts, Pence::new(2000));
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].from, told[0].to), (day("2026-04-05"), day("2026-04-11")));
        assert_eq!(told[0].elected_pence, Pence::new(2001));
    }
}
