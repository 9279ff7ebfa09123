//! The 22 worked examples of the reimbursement rules, each by its number.
//! Not here: anything the examples do not say.

use super::super::{paid, top_up, window};
use super::*;

/// Each line by itself, on a day after the new rates, with no miles used.
fn come_to(cases: &[(Work<'_>, i64)]) {
    for (work, expected) in cases {
        assert_eq!(one(input(DAY, *work), 0).payable.get(), *expected, "{work:?}");
    }
}

#[test]
fn examples_01_to_04_time() {
    // 1
    come_to(&[(time("meeting", 240), 7500), (time("meeting", 241), 15000)]);
    // 2
    come_to(&[(time("block", 180), 2000), (time("block", 181), 4000), (time("block", 390), 6000)]);
    // 3
    come_to(&[(time("hourly", 140), 6250), (time("hourly", 200), 7500)]);
    // 4
    let tariff = NEW.tariff("document_review").expect("a tariff");
    come_to(&[(given(tariff, 60, 3), 7500)]);
}

#[test]
fn examples_05_to_07_car_by_date() {
    // 5
    assert_eq!(one(input(date(2026, 3, 31), car(234)), 0).payable.get(), 1053);
    assert_eq!(one(input(date(2026, 4, 7), car(234)), 0).payable.get(), 1287);
    // 6
    assert_eq!(one(input(date(2026, 4, 6), car(125)), 0).payable.get(), 688);
    // 7: the first band of the year before is used up, of the new one nothing
    let days = [(date(2026, 4, 6), car(400)), (date(2026, 4, 5), car(400))];
    assert_eq!(pence(&claim(&days, &[])), [2200, 1800]);
    assert_eq!(pence(&claim(&days, &[(date(2026, 4, 5), 100_000)])), [2200, 1000]);
}

#[test]
fn examples_08_to_10_car_bands() {
    // 8
    let first = claim(&[(DAY, car(800))], &[(DAY, 99_500)]);
    assert_eq!(pence(&first), [3500]);
    assert_eq!(first[0].miles_at_first_rate, Miles::from_tenths(500));
    assert_eq!(first[0].explanation, ["50.0 miles at 55p, then 30.0 at 25p: £35.00"]);
    // 9
    let next = claim(&[(DAY, car(200))], &[(DAY, 99_500 + first[0].miles_at_first_rate.tenths())]);
    assert_eq!(pence(&next), [500]);
    // 10
    assert_eq!(pence(&claim(&[(DAY, car(1)), (DAY, car(1))], &[(DAY, 99_999)])), [6, 3]);
}

#[test]
fn examples_11_to_12_passengers_and_other_vehicles() {
    // 11
    come_to(&[(by(Vehicle::Car, 300, 1), 1800)]);
    // 12
    come_to(&[(by(Vehicle::Motorcycle, 600, 0), 1440), (by(Vehicle::Bicycle, 75, 0), 150)]);
}

#[test]
fn examples_13_to_15_expenses() {
    let lunch = |spent, minutes_away| Work::Subsistence { spent: Pence::new(spent), minutes_away };
    // 13
    come_to(&[(lunch(780, 360), 500), (lunch(420, 299), 0), (lunch(3000, 960), 2500)]);
    // 14
    come_to(&[(Work::Care { spent: Pence::new(9000), minutes: 300 }, 7500)]);
    // 15
    come_to(&[(expense(ExpenseKind::Consumables, 2350), 2000)]);
    assert!(NEW.expenses.consumables.needs_receipt(Pence::new(2350)));
}

#[test]
fn examples_16_to_17_claim_window() {
    // 16: the London days of 23:59 and 00:00
    let last = window::claim_by(date(2026, 6, 10), NEW.claim_window);
    assert!(date(2026, 9, 10) <= last);
    assert!(date(2026, 9, 11) > last);
    // 17
    assert_eq!(window::claim_by(date(2026, 11, 30), NEW.claim_window), date(2027, 2, 28));
}

#[test]
fn example_18_back_dated_rate() {
    let line = input(DAY, car(1200));
    let open = FirstBand::Open { used_so_far: Miles::ZERO };
    let old = super::super::work_line(&line, &OLD, open).expect("the old rate");
    let new = super::super::work_line(&line, &NEW, old.first_band()).expect("the new rate");
    assert_eq!(old.payable.get(), 5400);
    assert_eq!(top_up(old.payable, None, new.payable).get(), 1200);
}

#[test]
fn example_19_election() {
    let lines = claim(&[(DAY, time("meeting", 240)), (DAY, expense(ExpenseKind::PublicTransport, 460))], &[]);
    assert_eq!(paid(lines[0].payable, Some(Pence::new(5000))).get(), 5000);
    let none = paid(lines[0].payable, Some(Pence::ZERO));
    assert_eq!(Pence::checked_sum([none, lines[1].payable]), Some(Pence::new(460)));
}

#[test]
fn example_20_a_day_at_a_workshop() {
    let lunch = Work::Subsistence { spent: Pence::new(620), minutes_away: 420 };
    let works = [time("meeting", 360), car(642), expense(ExpenseKind::Parking, 650), lunch];
    let lines = pence(&claim(&works.map(|work| (DAY, work)), &[]));
    assert_eq!(lines, [15000, 3531, 650, 500]);
    assert_eq!(lines[1..].iter().sum::<i64>(), 4681);
    assert_eq!(lines.iter().sum::<i64>(), 19681);
}

#[test]
fn example_21_cancelled_by_the_trust() {
    for (notice, expected) in [(3 * 60, 7500), (3 * 24 * 60, 0)] {
        let attendance = Some(Attendance { outcome: Outcome::CancelledByTrust, notice_minutes: Some(notice) });
        let line = LineInput { attendance, ..input(DAY, time("meeting", 240)) };
        assert_eq!(one(line, 0).payable.get(), expected);
    }
}

#[test]
fn example_22_taxable_excess() {
    let mut terms = NEW.clone();
    terms.mileage.car.first_pence_per_mile = Rate::from_hundredths(6000);
    let open = FirstBand::Open { used_so_far: Miles::ZERO };
    let line = super::super::work_line(&input(DAY, car(1000)), &terms, open).expect("a line");
    assert_eq!((line.payable.get(), line.taxable_excess.get()), (6000, 500));
}
