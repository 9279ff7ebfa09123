//! What the terms of a policy are refused for, one row a rule.
//! Not here: what the schema refuses before.

use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::super::Terms;

fn document() -> Value {
    serde_json::from_str(include_str!("../../examples/2026-27.json")).expect("the example is JSON")
}

fn faults_with(pointer: &str, value: Value) -> Vec<(String, &'static str)> {
    let mut document = document();
    *document.pointer_mut(pointer).expect(pointer) = value;
    let terms: Terms = serde_json::from_value(document).expect("the terms still have their shape");
    terms.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

#[test]
fn the_example_has_none_and_survives_a_round_trip() {
    let terms: Terms = serde_json::from_value(document()).expect("terms");
    assert_eq!(terms.faults(), []);
    let written = serde_json::to_value(&terms).expect("JSON");
    assert_eq!(serde_json::from_value::<Terms>(written).expect("terms"), terms);
}

#[test]
fn each_rule_is_told_where_it_is_broken() {
    let bands = "/tariffs/meeting/bands";
    let cases = [
        (bands, json!([]), vec![(bands, "open-band-missing")]),
        (bands, json!([{"up_to_minutes": 240, "pence": 1}]), vec![(bands, "open-band-missing")]),
        (
            bands,
            json!([{"up_to_minutes": null, "pence": 1}, {"up_to_minutes": null, "pence": 2}]),
            vec![("/tariffs/meeting/bands/0/up_to_minutes", "overlapping")],
        ),
        (
            bands,
            json!([{"up_to_minutes": 240, "pence": 1}, {"up_to_minutes": 120, "pence": 2}, {"up_to_minutes": null, "pence": 3}]),
            vec![("/tariffs/meeting/bands/1/up_to_minutes", "unordered")],
        ),
        (
            bands,
            json!([{"up_to_minutes": 240, "pence": 1}, {"up_to_minutes": 240, "pence": 2}, {"up_to_minutes": null, "pence": 3}]),
            vec![("/tariffs/meeting/bands/1/up_to_minutes", "overlapping")],
        ),
        (
            bands,
            json!([{"up_to_minutes": 0, "pence": 1}, {"up_to_minutes": null, "pence": 3}]),
            vec![("/tariffs/meeting/bands/0/up_to_minutes", "out-of-range")],
        ),
        ("/tariffs", json!({}), vec![("/tariffs", "too-short")]),
        ("/tariffs", json!({" ": {"kind": "flat", "pence": 1}}), vec![("/tariffs/ ", "too-short")]),
        ("/tariffs", json!({"a/b~\u{7}": {"kind": "flat", "pence": 1}}), vec![("/tariffs/a~1b~0\u{7}", "bad-format")]),
        ("/tariffs/block/block_minutes", json!(0), vec![("/tariffs/block/block_minutes", "out-of-range")]),
        ("/tariffs/hourly/increment_minutes", json!(-30), vec![("/tariffs/hourly/increment_minutes", "out-of-range")]),
        ("/claim_window/count", json!(0), vec![("/claim_window/count", "out-of-range")]),
        ("/claim_window/count", json!(3661), vec![("/claim_window/count", "out-of-range")]),
        ("/payment_target_days", json!(0), vec![("/payment_target_days", "out-of-range")]),
        ("/cancellation/notice_hours", json!(-1), vec![("/cancellation/notice_hours", "out-of-range")]),
        ("/subsistence/1/minimum_minutes_away", json!(200), vec![("/subsistence/1/minimum_minutes_away", "unordered")]),
        (
            "/subsistence/1/minimum_minutes_away",
            json!(300),
            vec![("/subsistence/1/minimum_minutes_away", "overlapping")],
        ),
        (
            "/expenses/taxi",
            json!({"receipt_over_pence": 0, "cap_pence_per_hour": 5}),
            vec![("/expenses/taxi/cap_pence_per_hour", "not-for-kind")],
        ),
    ];
    for (pointer, value, expected) in cases {
        let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code)).collect();
        assert_eq!(faults_with(pointer, value.clone()), expected, "{pointer} = {value}");
    }
}

#[test]
fn a_wrong_shape_is_refused_on_reading() {
    let cases = [
        ("/expenses", json!({"taxi": {"receipt_over_pence": 0}})),
        ("/expenses/taxi", json!({"receipt_over_pence": 0, "cap": 1})),
        ("/tariffs/block", json!({"kind": "weekly", "pence": 1})),
        ("/tariffs/block", json!({"kind": "flat", "pence": 1, "block_minutes": 2})),
        ("/tariffs/block/pence", json!(-1)),
        ("/mileage/car/first_pence_per_mile", json!(55.255)),
        ("/mileage/car/first_miles", json!(10.25)),
        ("/claim_window/unit", json!("weeks")),
    ];
    for (pointer, value) in cases {
        let mut document = document();
        *document.pointer_mut(pointer).expect(pointer) = value.clone();
        assert!(serde_json::from_value::<Terms>(document).is_err(), "{pointer} = {value}");
    }
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    let mut schemas = Vec::new();
    Terms::schemas(&mut schemas);
    let text = serde_json::to_string(&(Terms::schema(), &schemas)).expect("JSON");
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(schemas.iter().any(|(known, _)| known == name), "{name}");
    }
}
