//! Figures in plain words, fit to print on the claim form.
//! Not here: the arithmetic behind them.

use jiff::civil::Date;

use crate::money::{Pence, Rate};

use super::exact::Exact;

/// The last step: how the amount of a line was worked out, and the amount.
pub(super) fn total(words: &str, exact: Exact, payable: Pence) -> String {
    let rounded = if exact.is_whole() { "" } else { " to the nearest penny" };
    format!("{words}: {payable}{rounded}")
}

/// "4 hours", "4 hours 1 minute", "30 minutes".
pub(super) fn hours_and_minutes(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => counted(rest, "minute"),
        (hours, 0) => counted(hours, "hour"),
        (hours, rest) => format!("{} {}", counted(hours, "hour"), counted(rest, "minute")),
    }
}

/// "1 block", "2 blocks".
pub(super) fn counted(count: i64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A rate by the hour: "£25.00 an hour", "1250.5p an hour".
pub(super) fn hourly(rate: Rate) -> String {
    rate.whole().map_or_else(|| format!("{rate} an hour"), |pence| format!("{pence} an hour"))
}

/// A day beside another that the reader knows: "1 May", and with its year where that is another one.
pub(super) fn day(day: Date, beside: Date) -> String {
    let format = if day.year() == beside.year() { "%-d %B" } else { "%-d %B %Y" };
    day.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Rate, day, hourly, hours_and_minutes};
    use jiff::civil::date;

    #[test]
    fn a_day_has_its_year_where_that_is_another() {
        assert_eq!(day(date(2026, 5, 1), date(2026, 6, 10)), "1 May");
        assert_eq!(day(date(2025, 12, 31), date(2026, 6, 10)), "31 December 2025");
    }

    #[test]
    fn lengths_and_rates_read_well() {
        let lengths = [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (61, "1 hour 1 minute"), (1440, "24 hours")];
        for (minutes, words) in lengths {
            assert_eq!(hours_and_minutes(minutes), words);
        }
        assert_eq!(hourly(Rate::from_hundredths(250_000)), "£25.00 an hour");
        assert_eq!(hourly(Rate::from_hundredths(125_050)), "1250.5p an hour");
    }
}
