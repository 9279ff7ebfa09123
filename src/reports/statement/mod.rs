//! What a volunteer was paid in a tax year, for their own records and for conversations about tax and benefits.
//! It gives facts, no advice, and only the volunteer sees it.

pub(super) mod store;
pub(super) mod views;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::http::query::refuse;
use crate::money::{Miles, Pence};
use crate::people::volunteers;
use crate::policies;
use crate::policies::calculator::{TaxYear, in_force};
use crate::refusal::{Failure, Fault, Refusal, Result};
use crate::reports::statement::store::Lines;
use crate::reports::statement::views::{CarMiles, StatementFilter, StatementPayment, StatementView};
use crate::work::Reader;

/// The statement of the signed-in volunteer, read in one snapshot.
pub(crate) fn read_statement(reader: &mut Reader<'_>, (): (), filter: &StatementFilter) -> Result<StatementView> {
    let year = asked(filter, reader.today())?;
    let who = reader.grant().own().ok_or_else(Refusal::not_found)?;
    reader.snapshot(|reader| {
        let person = volunteers::facts(reader.conn, who)?.ok_or_else(Refusal::not_found)?;
        let (from, to): (Day, Day) = (year.first_day().into(), year.last_day().into());
        let payments = store::payments(reader.conn, who, from, to)?;
        let lines = store::lines(reader.conn, who, (from, to), year)?;
        let other = person.other_miles.get(&year).copied().unwrap_or_default();
        let versions = policies::published(reader.conn)?;
        // For a year that is not over, today's rates apply.
        let policy = in_force(&versions, year.last_day().min(reader.today().date().max(year.first_day())));
        let miles = car_miles(lines, other, policy.map(|policy| policy.terms.mileage.car.first_miles))?;
        statement(who, year, payments, lines.declined, miles)
    })
}

/// The tax year in the filter, or today's.
fn asked(filter: &StatementFilter, today: Day) -> Result<TaxYear, Refusal> {
    let Some(text) = &filter.tax_year else { return Ok(TaxYear::of(today.date())) };
    let detail = "must be two consecutive years, such as 2026/27";
    let bad = |_| refuse(vec![Fault::parameter("tax_year", "bad-format", detail)]);
    text.parse().map_err(bad)
}

fn car_miles(lines: Lines, other_miles: Miles, first_band: Option<Miles>) -> Result<CarMiles> {
    let Lines { claimed, at_first_rate, .. } = lines;
    let used = other_miles.checked_add(at_first_rate).ok_or_else(|| Failure::broken("miles beyond range"))?;
    Ok(CarMiles { claimed, at_first_rate, other_miles, first_band, left: first_band.map(|band| band.above(used)) })
}

fn statement(
    who: VolunteerId,
    year: TaxYear,
    payments: Vec<StatementPayment>,
    declined: Pence,
    car_miles: CarMiles,
) -> Result<StatementView> {
    let sum = |pick: fn(&StatementPayment) -> Pence| {
        Pence::checked_sum(payments.iter().map(pick)).ok_or_else(|| Failure::broken("a statement beyond range"))
    };
    let mut view = StatementView {
        volunteer_id: who,
        tax_year: year,
        from: year.first_day().into(),
        to: year.last_day().into(),
        total_pence: sum(|payment| payment.amount_pence)?,
        time_pence: sum(|payment| payment.time_pence)?,
        expense_pence: sum(|payment| payment.expense_pence)?,
        taxable_excess_pence: sum(|payment| payment.taxable_excess_pence)?,
        declined_pence: declined,
        car_miles,
        payments,
        explanation: Vec::new(),
    };
    view.explanation = explanation(&view);
    Ok(view)
}

/// The statement in plain English.
fn explanation(view: &StatementView) -> Vec<String> {
    let StatementView { from, to, time_pence, expense_pence, taxable_excess_pence, declined_pence, .. } = view;
    let mut said = vec![format!(
        "This is what we paid you from {} to {}, by day of payment. Money that a bank returned is not included.",
        from.words(),
        to.words()
    )];
    if view.payments.is_empty() {
        said.push("We paid you nothing in this tax year.".to_owned());
    }
    let back = Pence::checked_sum(view.payments.iter().map(|payment| Pence::ZERO.above(payment.amount_pence)));
    if let Some(back) = back.filter(|back| *back > Pence::ZERO) {
        said.push(format!("{back} that we had paid by mistake came back, and is taken off these figures."));
    }
    if *time_pence > Pence::ZERO {
        said.push(format!("{time_pence} was for your time. This counts as income."));
    }
    if *expense_pence > Pence::ZERO {
        said.push(format!("{expense_pence} was to repay your expenses. This does not count as income."));
    }
    if *taxable_excess_pence > Pence::ZERO {
        said.push(format!(
            "Of that, {taxable_excess_pence} was above HMRC's approved amounts for mileage, and is taxable."
        ));
    }
    let less = Pence::ZERO.above(*taxable_excess_pence);
    if less > Pence::ZERO {
        said.push(format!(
            "{less} above HMRC's approved amounts for mileage, which counted as taxable in an earlier year, came back."
        ));
    }
    if *declined_pence > Pence::ZERO {
        said.push(format!("We offered you {declined_pence} more for your time, and you chose not to take it."));
    }
    let CarMiles { claimed, other_miles, left, .. } = view.car_miles;
    if claimed > Miles::ZERO || other_miles > Miles::ZERO {
        said.push(format!(
            "You claimed {claimed} miles by car from us, and told us of {other_miles} miles for other organisations."
        ));
        said.extend(left.map(|left| format!("{left} miles are left at the first rate in this tax year.")));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn miles(tenths: i64) -> Miles {
        Miles::from_tenths(tenths)
    }

    #[test]
    fn what_is_left_of_the_first_band_is_never_below_nothing() {
        for (first_rate, other, band, left) in [
            (99_995, 5, Some(100_000), Some(0)),
            (99_995, 4, Some(100_000), Some(1)),
            (99_995, 900, Some(100_000), Some(0)),
            (5, 5, None, None),
        ] {
            let lines = Lines { declined: Pence::ZERO, claimed: miles(first_rate), at_first_rate: miles(first_rate) };
            let told = car_miles(lines, miles(other), band.map(miles)).unwrap();
            assert_eq!(told.left, left.map(miles), "{first_rate} {other}");
        }
    }

    #[test]
    fn the_tax_year_is_todays_unless_asked_for() {
        let today = |text: &str| text.parse::<Day>().unwrap();
        let filter = |tax_year: Option<&str>| StatementFilter { tax_year: tax_year.map(str::to_owned), format: None };
        for (asked_for, on, wanted) in [
            (None, "2026-04-05", Some("2025/26")),
            (None, "2026-04-06", Some("2026/27")),
            (Some("2024/25"), "2026-04-06", Some("2024/25")),
            (Some("2024/26"), "2026-04-06", None),
        ] {
            let year = asked(&filter(asked_for), today(on)).ok().map(|year| year.to_string());
            assert_eq!(year.as_deref(), wanted, "{asked_for:?} on {on}");
        }
    }
}
