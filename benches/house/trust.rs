//! The trust that the benchmarks fill their databases with, as SQL.

use serde_json::Value;

/// The SQL that lays in a trust of so many people as of a moment, and then, in the same session, more. What the schema of
/// earlier builds has not got stands in comments that begin with `today`.
pub fn fill(people: u32, now: &str, more: &str, of_today: bool) -> String {
    let text = |json: &str| json.parse::<Value>().expect("an example").to_string().replace('\'', "''");
    for_schema(&[include_str!("trust.sql"), more].concat(), of_today)
        .replace("{people}", &people.to_string())
        .replace("{terms}", &text(include_str!("../../src/policies/examples/2026-27.json")))
        .replace("{points}", &text(include_str!("../../src/plans/examples/ready.json")))
        .replace("{now}", now)
        .replace("{today}", now.split('T').next().expect("a day"))
}

/// SQL for the schema of this source, or without what the schema of earlier builds has not got.
pub fn for_schema(sql: &str, of_today: bool) -> String {
    let (opens, closes) = if of_today { ("", "") } else { ("/*", "*/") };
    sql.replace("/*today", opens).replace("*/", closes)
}
