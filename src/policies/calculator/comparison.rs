//! Which of two tariffs pays more. Two of them may each pay more for some lengths; then neither pays at least as much.

use crate::policies::terms::Tariff;

use super::CalculationError;
use super::exact::Exact;
use super::time::by_tariff;

/// The longest session, in minutes.
const LONGEST_MINUTES: i64 = 24 * 60;

/// Whether a tariff pays at least as much as another, whatever is claimed by them. By a flat tariff any number of pieces can
/// be claimed, by the others a session by its length.
#[must_use]
pub fn pays_at_least(tariff: &Tariff, other: &Tariff) -> bool {
    if tariff == other {
        return true;
    }
    match (tariff, other) {
        (Tariff::Flat { pence }, Tariff::Flat { pence: others }) => pence >= others,
        (_, Tariff::Flat { pence: others }) => others.get() == 0,
        _ => (1..=LONGEST_MINUTES).all(|minutes| match (amount(tariff, minutes), amount(other, minutes)) {
            (Ok(amount), Ok(others)) => amount >= others,
            _ => false,
        }),
    }
}

fn amount(tariff: &Tariff, minutes: i64) -> Result<Exact, CalculationError> {
    by_tariff(tariff, minutes, 1).map(|(amount, _)| amount)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tariff(tariff: Value) -> Tariff {
        serde_json::from_value(tariff).expect("a tariff")
    }

    fn bands(short: i64, long: i64) -> Value {
        json!({ "kind": "bands", "bands": [{ "up_to_minutes": 240, "pence": short }, { "up_to_minutes": null, "pence": long }] })
    }

    #[test]
    fn a_tariff_pays_at_least_as_much_where_it_never_pays_less() {
        let flat = |pence: i64| json!({ "kind": "flat", "pence": pence });
        let hourly =
            |rate: i64| json!({ "kind": "hourly", "pence_per_hour": rate, "increment_minutes": 30, "cap_pence": 7500 });
        let block = |minutes: i64| json!({ "kind": "blocks", "block_minutes": minutes, "pence": 2000 });
        for (one, other, at_least, at_most) in [
            (bands(7500, 15_000), bands(7500, 15_000), true, true),
            (bands(7500, 15_000), bands(5000, 15_000), true, false),
            (bands(7500, 15_000), bands(5000, 20_000), false, false),
            (flat(2500), flat(2400), true, false),
            (flat(2500), bands(2500, 2500), true, false),
            (bands(9000, 9000), flat(0), true, false),
            (bands(7500, 15_000), hourly(2500), true, false),
            (block(120), block(180), true, false),
            (block(120), bands(2000, 4000), true, false),
            (block(180), bands(2000, 4000), true, false),
            (block(300), bands(2000, 4000), false, false),
        ] {
            let (one, other) = (tariff(one), tariff(other));
            let found = (pays_at_least(&one, &other), pays_at_least(&other, &one));
            assert_eq!(found, (at_least, at_most), "{one:?} {other:?}");
        }
    }
}
