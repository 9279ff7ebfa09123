//! Says in words how many decimals a number has: neither readers nor what is made of the document know `x-decimals`.

use serde_json::{Map, Value, json};

/// The extension that says how many decimals a number may have.
const DECIMALS: &str = "x-decimals";
/// The word by which a description says it already.
const SAYS_DECIMALS: &str = "decimal";

/// Says it in the description of every number that has the extension, whether it is sent or answered.
pub(super) fn say(value: &mut Value) {
    match value {
        Value::Object(members) => match places(members) {
            Some(places) => describe(members, places),
            None => members.values_mut().for_each(say),
        },
        Value::Array(items) => items.iter_mut().for_each(say),
        _ => {}
    }
}

/// How many decimals a number may have: it, or the number in a union with null.
fn places(schema: &Map<String, Value>) -> Option<u64> {
    let mut variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    schema.get(DECIMALS).or_else(|| variants.find_map(|variant| variant.get(DECIMALS)))?.as_u64()
}

fn describe(schema: &mut Map<String, Value>, places: u64) {
    let said = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    if said.contains(SAYS_DECIMALS) {
        return;
    }
    let words = match places {
        1 => "At most one decimal place.".to_owned(),
        2 => "At most two decimal places.".to_owned(),
        more => format!("At most {more} decimal places."),
    };
    schema.insert("description".to_owned(), json!(format!("{said} {words}").trim_start()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_their_decimals_once_and_a_union_says_them_for_its_number() {
        let mut schema = json!({ "properties": {
            "rate": { "type": "number", "x-decimals": 2, "description": "Rate in pence." },
            "miles": { "type": "number", "x-decimals": 1, "description": "Miles, with at most one decimal." },
            "cap": { "oneOf": [{ "type": "number", "x-decimals": 2 }, { "type": "null" }], "description": "The most." },
            "bare": { "type": "number", "x-decimals": 1 },
            "count": { "type": "integer", "description": "How many." },
        } });
        say(&mut schema);
        let said = |name: &str| schema["properties"][name]["description"].clone();
        assert_eq!(said("rate"), "Rate in pence. At most two decimal places.");
        assert_eq!(said("miles"), "Miles, with at most one decimal.");
        assert_eq!(said("cap"), "The most. At most two decimal places.");
        assert_eq!(said("bare"), "At most one decimal place.");
        assert_eq!(said("count"), "How many.");
        assert_eq!(schema["properties"]["cap"]["oneOf"][0].get("description"), None, "nothing stands in a variant");
    }
}
