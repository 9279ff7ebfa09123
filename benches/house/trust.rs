//! The trust that the benchmarks fill their databases with, as SQL.

use serde_json::Value;

/// The SQL that lays in a trust of so many people as of a moment, and then, in the same session, more.
pub fn fill(people: u32, now: &str, more: &str) -> String {
    let text = |json: &str| json.parse::<Value>().expect("an example").to_string().replace('\'', "''");
    [include_str!("trust.sql"), more]
        .concat()
        .replace("{people}", &people.to_string())
        .replace("{terms}", &text(include_str!("../../src/policies/examples/2026-27.json")))
        .replace("{points}", &text(include_str!("../../src/plans/examples/ready.json")))
        .replace("{now}", now)
        .replace("{today}", now.split('T').next().expect("a day"))
}
