//! The calculator's tests: the worked examples, each by its number, and the properties that hold for any input.
//! Not here: what one file of the calculator is enough to show; that stands beside it.

mod examples;
mod model;
mod properties;
mod rules;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, date};

use super::{
    Attendance, ClaimLine, FirstBand, LineInput, Outcome, PaidBy, PayForTime, Promise, Promiser, TaxYear, Vehicle,
    Work, Worked,
};
use crate::money::{Miles, Pence, Rate};
use crate::policies::terms::{ExpenseKind, Tariff, Terms};

/// The example policy, from 6 April 2026.
static NEW: LazyLock<Terms> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../examples/2026-27.json")).expect("the example"));

/// The same before, with 45p.
static OLD: LazyLock<Terms> = LazyLock::new(|| {
    let mut terms = NEW.clone();
    for rates in [&mut terms.mileage, &mut terms.mileage_ceiling] {
        rates.car.first_pence_per_mile = Rate::from_hundredths(4500);
    }
    terms
});

const DAY: Date = date(2026, 4, 20);

fn terms_on(date: Date) -> &'static Terms {
    if date < jiff::civil::date(2026, 4, 6) { &OLD } else { &NEW }
}

fn input(date: Date, work: Work<'_>) -> LineInput<'_> {
    LineInput { date, work, paid_by: PaidBy::Person, attendance: None }
}

fn car(tenths: i64) -> Work<'static> {
    by(Vehicle::Car, tenths, 0)
}

fn by(vehicle: Vehicle, tenths: i64, passengers: i64) -> Work<'static> {
    Work::Mileage { vehicle, miles: Miles::from_tenths(tenths), passengers }
}

fn time(tariff: &str, scheduled_minutes: i64) -> Work<'static> {
    given(NEW.tariff(tariff).expect(tariff), scheduled_minutes, 1)
}

/// Time that is paid by a tariff of the policy in force alone.
fn given(tariff: &Tariff, scheduled_minutes: i64, quantity: i64) -> Work<'_> {
    Work::Time { scheduled_minutes: Some(scheduled_minutes), quantity, pay: pay(Some(tariff), None) }
}

/// The policy in force from 1 June, and an agreement of 1 May.
fn pay<'a>(policy: Option<&'a Tariff>, promised: Option<&'a Tariff>) -> PayForTime<'a> {
    let promise = promised.map(|terms| Promise { terms, by: Promiser::Agreement, on: date(2026, 5, 1) });
    PayForTime { policy, policy_from: date(2026, 6, 1), promise }
}

fn expense(kind: ExpenseKind, spent: i64) -> Work<'static> {
    Work::Expense { kind, spent: Pence::new(spent) }
}

/// One line at the new policy, with so many tenths of a mile used before.
fn one(input: LineInput<'_>, used: i64) -> Worked {
    let first_band = FirstBand::Open { used_so_far: Miles::from_tenths(used) };
    super::work_line(&input, terms_on(input.date), first_band).expect("it can be worked out")
}

fn claim(lines: &[(Date, Work<'_>)], used: &[(Date, i64)]) -> Vec<Worked> {
    let lines: Vec<_> =
        lines.iter().map(|(day, work)| ClaimLine { input: input(*day, *work), terms: terms_on(*day) }).collect();
    let used: BTreeMap<_, _> =
        used.iter().map(|(day, tenths)| (TaxYear::of(*day), Miles::from_tenths(*tenths))).collect();
    super::work_claim(&lines, &used).expect("it can be worked out")
}

fn pence(lines: &[Worked]) -> Vec<i64> {
    lines.iter().map(|line| line.payable.get()).collect()
}
