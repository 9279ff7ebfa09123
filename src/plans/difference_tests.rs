//! The differences of texts, in tables; and a property test that applying them to the old text gives the new one.
//! The integration tests cover what clients see of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{PlanDifference, differences};

/// Applies each difference to a text, for the property test.
fn apply(mut text: Value, found: &[PlanDifference]) -> Value {
    for PlanDifference { pointer, after, .. } in found {
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            text = after.clone();
            continue;
        };
        let name = name.replace("~1", "/").replace("~0", "~");
        match text.pointer_mut(parent).unwrap() {
            Value::Array(items) => {
                let place: usize = name.parse().unwrap();
                if place < items.len() { items[place] = after.clone() } else { items.push(after.clone()) }
            }
            Value::Object(members) => {
                members.insert(name, after.clone());
            }
            other => panic!("{pointer} leads through {other}"),
        }
    }
    pruned(text)
}

/// The text without absent values: fields that are null, and nulls at the end of a list.
fn pruned(text: Value) -> Value {
    match text {
        Value::Object(members) => {
            let there = members.into_iter().map(|(name, value)| (name, pruned(value)));
            there.filter(|(_, value)| !value.is_null()).collect()
        }
        Value::Array(items) => items.into_iter().map(pruned).filter(|item| !item.is_null()).collect(),
        other => other,
    }
}

#[test]
fn each_difference_says_where_what_was_and_what_is() {
    type Case = (Value, Value, Vec<(&'static str, Value, Value)>);
    let cases: Vec<Case> = vec![
        (json!({ "a": 1 }), json!({ "a": 1 }), vec![]),
        (json!({ "a": 1 }), json!({ "a": 2 }), vec![("/a", json!(1), json!(2))]),
        (json!({}), json!({ "a": "x" }), vec![("/a", Value::Null, json!("x"))]),
        (json!({ "a": "x" }), json!({}), vec![("/a", json!("x"), Value::Null)]),
        (json!({ "a": null }), json!({}), vec![]),
        (json!({ "a": { "b": 1, "c": 2 } }), json!({ "a": { "b": 1, "c": 3 } }), vec![("/a/c", json!(2), json!(3))]),
        (json!({ "a": null }), json!({ "a": { "b": 1 } }), vec![("/a", Value::Null, json!({ "b": 1 }))]),
        (json!({ "a": ["x", "y"] }), json!({ "a": ["y"] }), vec![("/a", json!(["x", "y"]), json!(["y"]))]),
        (json!({ "a": [] }), json!({ "a": [{ "b": 1 }] }), vec![("/a/0", Value::Null, json!({ "b": 1 }))]),
        (
            json!({ "a": [{ "b": 1 }, { "b": 2 }] }),
            json!({ "a": [{ "b": 3 }] }),
            vec![("/a/0/b", json!(1), json!(3)), ("/a/1", json!({ "b": 2 }), Value::Null)],
        ),
        (json!({ "a/b~": 1 }), json!({ "a/b~": 2 }), vec![("/a~1b~0", json!(1), json!(2))]),
    ];
    for (before, after, wanted) in cases {
        let found = differences(&before, &after).unwrap();
        let found: Vec<(&str, Value, Value)> =
            found.iter().map(|one| (one.pointer.as_str(), one.before.clone(), one.after.clone())).collect();
        assert_eq!(found, wanted, "{before} to {after}");
    }
}

#[test]
fn they_come_in_the_order_of_the_document() {
    #[derive(serde::Serialize)]
    struct Text {
        title: &'static str,
        approach: Option<&'static str>,
        activities: &'static str,
    }
    let old = Text { title: "a", approach: None, activities: "a" };
    let new = Text { title: "b", approach: Some("b"), activities: "b" };
    let found = differences(&old, &new).unwrap();
    let pointers: Vec<&str> = found.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(pointers, ["/title", "/approach", "/activities"]);
}

/// Texts like those of plans: objects in objects, lists of words, lists of objects.
fn text() -> impl Strategy<Value = Value> {
    let leaf =
        || prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), "[a-c]{1,2}".prop_map(Value::from)];
    let words = prop::collection::vec("[a-c]", 0..4).prop_map(Value::from);
    let small = move || prop::collection::hash_map("[p-r]", leaf(), 1..4).prop_map(|members| json!(members));
    let rows = prop::collection::vec(small(), 0..4).prop_map(Value::from);
    (leaf(), words, small(), rows, leaf()).prop_map(|(title, channels, point, objectives, last)| {
        json!({ "title": title, "channels": channels, "point": point, "list": { "objectives": objectives }, "a/b": last })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn applying_them_to_the_old_gives_the_new(before in text(), after in text()) {
        let found = differences(&before, &after).unwrap();
        prop_assert_eq!(apply(before.clone(), &found), pruned(after.clone()));
        prop_assert_eq!(found.is_empty(), pruned(before) == pruned(after));
    }
}
