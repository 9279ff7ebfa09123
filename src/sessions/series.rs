//! The dates of a series of sessions: the same time of day in London through every change of the clocks. Pure.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::clock::{Day, Instant};
use crate::refusal::{Fault, Refusal};
use crate::sessions::series_views::{Every, NewSeries};
use crate::sessions::views::{SessionContent, SessionDetails};

/// The most sessions of a series.
const MOST: usize = 60;

/// The sessions of a series, in the order of time.
///
/// # Errors
/// `invalid` where there are too many or none, where a date that is to be left out is none of the series, or where a change
/// of the clocks makes a session of the night impossible.
pub(super) fn sessions(new: &NewSeries) -> Result<Vec<SessionContent>, Refusal> {
    let first = new.session.starts_at.london_day();
    let dates = dates(new, first)?;
    let strange = |date: &Day| !dates.contains(date);
    let faults: Vec<Fault> = (0..).zip(&new.except).filter(|(_, date)| strange(date)).map(not_in_series).collect();
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults));
    }
    let kept: Vec<Day> = dates.into_iter().filter(|date| !new.except.contains(date)).collect();
    if kept.is_empty() {
        return Err(Refusal::invalid(vec![Fault::at("/except", "out-of-range", "must leave a session of the series")]));
    }
    kept.into_iter().map(|date| on(new, first, date)).collect()
}

fn not_in_series((position, _): (usize, &Day)) -> Fault {
    Fault::at(format!("/except/{position}"), "not-in-series", "is not a date of the series")
}

/// The dates of the series, those to be left out included.
fn dates(new: &NewSeries, first: Day) -> Result<Vec<Day>, Refusal> {
    if new.until.is_some_and(|until| until < first) {
        return Err(Refusal::invalid(vec![Fault::at("/until", "unordered", "must not be before the first session")]));
    }
    let wanted = new.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(MOST + 1);
    let within = |day: &Day| new.until.is_none_or(|until| *day <= until);
    let dates: Vec<Day> = (0..).map_while(|step| nth(new.every, first, step)).take_while(within).take(wanted).collect();
    if dates.len() > MOST {
        let why = "must give at most 60 dates, those in `except` included; plan what follows as another series";
        return Err(Refusal::invalid(vec![Fault::at("/until", "out-of-range", why)]));
    }
    Ok(dates)
}

/// The date of the nth session after the first.
fn nth(every: Every, first: Day, n: i64) -> Option<Day> {
    let days = |each: i64| first.date().checked_add(Span::new().try_days(n.checked_mul(each)?).ok()?).ok();
    let date = match every {
        Every::Week => days(7),
        Every::Fortnight => days(14),
        Every::FourWeeks => days(28),
        Every::MonthSameWeekday => same_weekday(first.date(), n),
    };
    date.map(Day::from)
}

/// The same weekday of a later month: the second Tuesday after the second Tuesday. A fifth one is the last of its month.
fn same_weekday(first: Date, months: i64) -> Option<Date> {
    let month = first.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()?;
    let place = (first.day() - 1) / 7 + 1;
    let nth = if place == 5 { -1 } else { place };
    month.nth_weekday_of_month(nth, first.weekday()).ok()
}

/// The session on a date, at the time of day of the first one.
fn on(new: &NewSeries, first: Day, date: Day) -> Result<SessionContent, Refusal> {
    let days = (date.date() - first.date()).get_days();
    let moved = |at: Instant| Instant::of_london_clock(at.london_clock().saturating_add(days.days()));
    let impossible = || {
        let why = format!("can't end on {date}, because the clocks change then");
        Refusal::invalid(vec![Fault::at("/session/ends_at", "out-of-range", why)])
    };
    let (Some(starts_at), Some(ends_at)) = (moved(new.session.starts_at), moved(new.session.ends_at)) else {
        return Err(impossible());
    };
    let details = SessionDetails { starts_at, ends_at, ..new.session.details.clone() };
    if details.is_untimely() {
        return Err(impossible());
    }
    Ok(SessionContent { details, join_details: new.session.join_details.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(starts: &str, ends: &str, every: Every, count: Option<i32>, until: Option<&str>) -> NewSeries {
        NewSeries {
            session: SessionContent {
                details: SessionDetails {
                    starts_at: starts.parse().unwrap(),
                    ends_at: ends.parse().unwrap(),
                    venue: None,
                    title: None,
                    mode: None,
                },
                join_details: None,
            },
            every,
            count,
            until: until.map(|day| day.parse().unwrap()),
            except: Vec::new(),
        }
    }

    fn starts(series: &NewSeries) -> Vec<String> {
        sessions(series).unwrap().iter().map(|one| one.starts_at.to_string()).collect()
    }

    #[test]
    fn the_time_in_london_stays_through_changes_of_the_clocks() {
        let autumn = series("2026-10-18T13:00:00Z", "2026-10-18T15:00:00Z", Every::Week, Some(3), None);
        assert_eq!(starts(&autumn), ["2026-10-18T13:00:00Z", "2026-10-25T14:00:00Z", "2026-11-01T14:00:00Z"]);
        let spring = series("2027-03-23T18:30:00Z", "2027-03-23T20:00:00Z", Every::Fortnight, Some(2), None);
        let all = sessions(&spring).unwrap();
        assert_eq!(all[1].starts_at.to_string(), "2027-04-06T17:30:00Z");
        assert_eq!(all[1].ends_at.to_string(), "2027-04-06T19:00:00Z");
        // A start in the hour that the clocks leave out is an hour later on the clock.
        let night = series("2027-03-21T01:30:00Z", "2027-03-21T03:00:00Z", Every::Week, Some(2), None);
        assert_eq!(starts(&night)[1], "2027-03-28T01:30:00Z");
        // A night from two to two has 25 hours when the clocks go back.
        let long = series("2026-10-17T12:00:00Z", "2026-10-18T12:00:00Z", Every::Week, Some(2), None);
        assert_eq!(sessions(&long).unwrap_err().errors[0].code, "out-of-range");
    }

    #[test]
    fn a_month_on_has_the_same_weekday_and_a_fifth_is_the_last() {
        let second = series("2026-04-14T13:00:00Z", "2026-04-14T14:00:00Z", Every::MonthSameWeekday, Some(4), None);
        let days: Vec<String> = starts(&second).iter().map(|at| at[..10].to_owned()).collect();
        assert_eq!(days, ["2026-04-14", "2026-05-12", "2026-06-09", "2026-07-14"]);
        let fifth = series("2026-06-30T13:00:00Z", "2026-06-30T14:00:00Z", Every::MonthSameWeekday, Some(4), None);
        let days: Vec<String> = starts(&fifth).iter().map(|at| at[..10].to_owned()).collect();
        assert_eq!(days, ["2026-06-30", "2026-07-28", "2026-08-25", "2026-09-29"]);
    }

    #[test]
    fn it_ends_by_count_or_date_and_leaves_dates_out() {
        let by_date =
            series("2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z", Every::FourWeeks, None, Some("2026-07-28"));
        assert_eq!(starts(&by_date).len(), 3);
        let mut out = by_date.clone();
        out.except = vec!["2026-06-30".parse().unwrap()];
        assert_eq!(starts(&out), ["2026-06-02T10:00:00Z", "2026-07-28T10:00:00Z"]);
        out.except.push("2026-07-01".parse().unwrap());
        assert_eq!(sessions(&out).unwrap_err().errors[0].code, "not-in-series");
        let fault = |until: &str| {
            let wrong = series("2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z", Every::Week, None, Some(until));
            sessions(&wrong).map(|all| all.len()).map_err(|refusal| refusal.errors[0].code)
        };
        assert_eq!(fault("2026-06-01"), Err("unordered"));
        assert_eq!(fault("2027-07-20"), Ok(60));
        assert_eq!(fault("2027-07-27"), Err("out-of-range"));
        let mut none = series("2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z", Every::Week, Some(1), None);
        none.except = vec!["2026-06-02".parse().unwrap()];
        assert_eq!(sessions(&none).unwrap_err().errors[0].code, "out-of-range");
    }
}
