//! The rules between the worked examples: attendance, who paid, edges, the words of the explanation.
//! Not here: the worked examples and the properties.

use super::super::{CalculationError, work_line};
use super::*;

fn after(outcome: Outcome, notice_minutes: Option<i64>, work: Work<'_>) -> Worked {
    one(LineInput { attendance: Some(Attendance { outcome, notice_minutes }), ..input(DAY, work) }, 0)
}

#[test]
fn attendance_decides_time_and_travel() {
    let cases = [
        (Outcome::Attended, None, 7500, 550),
        (Outcome::LeftEarly, None, 7500, 550),
        (Outcome::NoShow, None, 0, 0),
        (Outcome::Excused, None, 0, 550),
        (Outcome::CancelledByTrust, None, 7500, 550),
        (Outcome::CancelledByTrust, Some(-10), 7500, 550),
        (Outcome::CancelledByTrust, Some(24 * 60 - 1), 7500, 550),
        (Outcome::CancelledByTrust, Some(24 * 60), 0, 0),
    ];
    for (outcome, notice, paid, travel) in cases {
        let time = after(outcome, notice, time("meeting", 240));
        assert_eq!(time.payable.get(), paid, "{outcome:?} {notice:?}");
        let car = after(outcome, notice, car(100));
        assert_eq!(car.payable.get(), travel, "{outcome:?} {notice:?}");
        assert_eq!(car.miles_at_first_rate.tenths() > 0, travel > 0, "{outcome:?} {notice:?}");
        assert!(!time.explanation.is_empty() && !car.explanation.is_empty(), "{outcome:?} {notice:?}");
    }
}

#[test]
fn what_the_trust_paid_is_charged_to_the_plan_in_full() {
    let by_trust = |work| one(LineInput { paid_by: PaidBy::Trust, ..input(DAY, work) }, 0);
    let cases = [
        (expense(ExpenseKind::PublicTransport, 4320), 4320),
        (expense(ExpenseKind::Consumables, 2350), 2350),
        (Work::Care { spent: Pence::new(9000), minutes: 60 }, 9000),
        (car(100), 550),
    ];
    for (work, cost) in cases {
        let worked = by_trust(work);
        assert_eq!((worked.payable.get(), worked.trust_cost.get()), (0, cost), "{work:?}");
        assert_eq!((worked.miles_at_first_rate, worked.taxable_excess), (Miles::ZERO, Pence::ZERO));
    }
}

#[test]
fn the_ceiling_has_the_same_passengers_and_miles_used() {
    let mut terms = NEW.clone();
    terms.mileage.car.first_pence_per_mile = Rate::from_hundredths(6000);
    terms.mileage.car.then_pence_per_mile = Rate::from_hundredths(3000);
    terms.mileage.passenger.pence_per_mile = Rate::from_hundredths(700);
    terms.mileage.bicycle.pence_per_mile = Rate::from_hundredths(1000);
    let excess = |work, used| {
        let open = FirstBand::Open { used_so_far: Miles::from_tenths(used) };
        work_line(&input(DAY, work), &terms, open).expect("a line").taxable_excess.get()
    };
    assert_eq!(excess(by(Vehicle::Car, 1000, 2), 0), 500 + 400);
    assert_eq!(excess(car(1000), 99_500), 50 * 5 + 50 * 5);
    assert_eq!(excess(car(1000), 100_000), 500);
    // 6p against 5.5p, each rounded
    assert_eq!(excess(car(1), 0), 6 - 6);
    assert_eq!(excess(car(9), 0), 54 - 50);
    assert_eq!(excess(by(Vehicle::Bicycle, 1000, 0), 0), 0);
}

#[test]
fn a_tier_an_edge_and_a_cap_are_inside() {
    let lunch = |minutes_away| Work::Subsistence { spent: Pence::new(5000), minutes_away };
    let care = |spent, minutes| Work::Care { spent: Pence::new(spent), minutes };
    let cases = [
        (lunch(299), 0),
        (lunch(300), 500),
        (lunch(599), 500),
        (lunch(600), 1000),
        (lunch(900), 2500),
        (care(100, 1), 25),
        (care(7500, 300), 7500),
        (care(5000, 300), 5000),
        (care(100, 0), 0),
        (expense(ExpenseKind::Consumables, 2000), 2000),
        (expense(ExpenseKind::Other, 999_999), 999_999),
        (time("block", 0), 0),
        (time("block", 1), 2000),
        (time("meeting", 1), 7500),
        (time("hourly", 150), 6250),
        (time("hourly", 151), 7500),
        (car(0), 0),
    ];
    for (work, expected) in cases {
        assert_eq!(one(input(DAY, work), 0).payable.get(), expected, "{work:?}");
    }
}

#[test]
fn the_steps_read_well() {
    let lunch = |spent, minutes_away| Work::Subsistence { spent: Pence::new(spent), minutes_away };
    let cases = [
        (time("meeting", 240), 0, "4 hours scheduled, up to 4 hours: £75.00"),
        (time("meeting", 241), 0, "4 hours 1 minute scheduled, over 4 hours: £150.00"),
        (time("block", 181), 0, "3 hours 1 minute scheduled, 2 blocks of 3 hours or part at £20.00: £40.00"),
        (
            time("hourly", 140),
            0,
            "2 hours 20 minutes scheduled, counted as 2 hours 30 minutes at £25.00 an hour: £62.50",
        ),
        (time("hourly", 240), 0, "4 hours scheduled at £25.00 an hour, at most £75.00: £75.00"),
        (time("document_review", 60), 0, "1 at £25.00: £25.00"),
        (car(600), 99_500, "50.0 miles at 55p, then 10.0 at 25p: £30.00"),
        (car(125), 0, "12.5 miles at 55p: £6.88 to the nearest penny"),
        (car(200), 100_000, "20.0 miles at 25p, the miles at 55p being used up this tax year: £5.00"),
        (by(Vehicle::Car, 300, 2), 0, "30.0 miles at 55p, and 2 passengers at 5p a mile: £19.50"),
        (by(Vehicle::Bicycle, 75, 0), 0, "7.5 miles at 20p: £1.50"),
        (lunch(780, 360), 0, "Spent £7.80, away 6 hours, at most £5.00 from 5 hours: £5.00"),
        (lunch(420, 299), 0, "Spent £4.20, away 4 hours 59 minutes, less than 5 hours: £0.00"),
        (
            Work::Care { spent: Pence::new(9000), minutes: 300 },
            0,
            "Spent £90.00 for 5 hours, at most £15.00 an hour: £75.00",
        ),
        (expense(ExpenseKind::Consumables, 2350), 0, "Spent £23.50, at most £20.00: £20.00"),
        (expense(ExpenseKind::Taxi, 650), 0, "Spent £6.50: £6.50"),
    ];
    for (work, used, words) in cases {
        assert_eq!(one(input(DAY, work), used).explanation, [words]);
    }
    let late = after(Outcome::CancelledByTrust, Some(180), time("meeting", 240));
    let words = ["Cancelled by the trust with less than 24 hours to go: paid as if attended"];
    assert_eq!(late.explanation[..1], words);
}

#[test]
fn what_is_out_of_range_is_an_error() {
    let tariff = NEW.tariff("document_review").expect("a tariff");
    let closed = Tariff::Bands { bands: Vec::new() };
    let cases = [
        (car(-1), CalculationError::OutOfRange),
        (car(i64::MAX), CalculationError::OutOfRange),
        (by(Vehicle::Car, 1, -1), CalculationError::OutOfRange),
        (by(Vehicle::Bicycle, 1, 1), CalculationError::PassengersNotByCar),
        (time("block", -1), CalculationError::OutOfRange),
        (given(tariff, 1, -1), CalculationError::OutOfRange),
        (given(tariff, 1, i64::MAX), CalculationError::OutOfRange),
        (given(&closed, 1, 1), CalculationError::NoBand),
        (expense(ExpenseKind::Taxi, -1), CalculationError::OutOfRange),
        (expense(ExpenseKind::Care, 100), CalculationError::MinutesMissing),
        (Work::Care { spent: Pence::new(1), minutes: -1 }, CalculationError::OutOfRange),
        (Work::Subsistence { spent: Pence::new(1), minutes_away: -1 }, CalculationError::OutOfRange),
    ];
    for (work, error) in cases {
        let open = FirstBand::Open { used_so_far: Miles::ZERO };
        assert_eq!(work_line(&input(DAY, work), &NEW, open), Err(error), "{work:?}");
    }
}

#[test]
fn a_frozen_line_keeps_its_share_under_another_version() {
    let old = one(input(DAY, car(800)), 99_500);
    let mut terms = NEW.clone();
    terms.mileage.car.first_miles = Miles::from_tenths(50_000);
    terms.mileage.car.first_pence_per_mile = Rate::from_hundredths(6000);
    let new = work_line(&input(DAY, car(800)), &terms, old.first_band()).expect("a line");
    assert_eq!((old.payable.get(), new.payable.get()), (3500, 3750));
    assert_eq!(new.first_band(), old.first_band());
}

/// A tariff in two bands, the edge at four hours.
fn bands(short: i64, long: i64) -> Tariff {
    let bands = serde_json::json!([{ "up_to_minutes": 240, "pence": short }, { "up_to_minutes": null, "pence": long }]);
    serde_json::from_value(serde_json::json!({ "kind": "bands", "bands": bands })).expect("a tariff")
}

#[test]
fn what_was_promised_is_paid_where_it_is_more() {
    let (promised, flat) = (bands(7500, 15_000), Tariff::Flat { pence: Pence::new(2500) });
    let less = bands(5000, 10_000);
    let more = bands(9000, 9000);
    let said = "Your agreement of 1 May promises £75.00; the policy of 1 June";
    let cases = [
        (pay(Some(&less), Some(&promised)), 7500, vec!["up to 4 hours: £75.00", "gives £50.00: £75.00"]),
        (pay(Some(&more), Some(&promised)), 9000, vec!["up to 4 hours: £90.00", "gives £90.00: £90.00"]),
        (pay(Some(&promised), Some(&promised)), 7500, vec!["up to 4 hours: £75.00"]),
        (pay(None, Some(&promised)), 7500, vec!["up to 4 hours: £75.00", "has no tariff of this name: £75.00"]),
        (pay(Some(&flat), Some(&promised)), 7500, vec!["up to 4 hours: £75.00", "gives £25.00: £75.00"]),
    ];
    for (pay, pence, steps) in cases {
        let time = Work::Time { scheduled_minutes: Some(180), quantity: 1, pay };
        let worked = one(input(date(2026, 6, 10), time), 0);
        assert_eq!(worked.payable.get(), pence, "{:?}", worked.explanation);
        assert_eq!(worked.explanation.len(), steps.len(), "{:?}", worked.explanation);
        assert!(
            worked.explanation.iter().zip(&steps).all(|(step, end)| step.ends_with(end)),
            "{:?}",
            worked.explanation
        );
        assert!(worked.explanation.get(1).is_none_or(|step| step.starts_with(said)), "{:?}", worked.explanation);
    }
    let nothing = Work::Time { scheduled_minutes: Some(180), quantity: 1, pay: pay(None, None) };
    let open = FirstBand::Open { used_so_far: Miles::ZERO };
    assert_eq!(work_line(&input(DAY, nothing), &NEW, open), Err(CalculationError::NoTariff));
}

#[test]
fn work_without_a_session_is_paid_by_the_piece_alone() {
    let (by_length, flat, better) =
        (bands(7500, 15_000), Tariff::Flat { pence: Pence::new(2500) }, Tariff::Flat { pence: Pence::new(3000) });
    let at_home = |pay| Work::Time { scheduled_minutes: None, quantity: 3, pay };
    let open = FirstBand::Open { used_so_far: Miles::ZERO };
    for (pay, pence) in [
        (pay(Some(&flat), None), Ok(7500)),
        (pay(None, Some(&flat)), Ok(7500)),
        (pay(Some(&by_length), Some(&flat)), Ok(7500)),
        (pay(Some(&better), Some(&flat)), Ok(9000)),
        (pay(Some(&by_length), None), Err(CalculationError::NoTariff)),
        (pay(Some(&by_length), Some(&by_length)), Err(CalculationError::NoTariff)),
    ] {
        assert_eq!(pay.takes_pieces(), pence.is_ok());
        let worked = work_line(&input(DAY, at_home(pay)), &NEW, open);
        assert_eq!(worked.map(|worked| worked.payable.get()), pence, "{pay:?}");
    }
}
