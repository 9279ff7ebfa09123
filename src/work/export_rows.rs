//! Export of a person's data: runs a feature's statement over its own tables and returns the rows as JSON.
//! Each feature supplies its own statement.

use crate::db::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use serde_json::Value;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::refusal::Result;
use crate::work::Reader;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Jsonb)]
    held: Json<Value>,
}

/// The rows of a statement in which `$1` is the person, as a JSON array of objects in the statement's order.
///
/// # Errors
/// Database errors.
pub fn rows(reader: &mut Reader<'_>, statement: &str, of: VolunteerId) -> Result<Value> {
    let whole = format!("SELECT COALESCE(jsonb_agg(to_jsonb(row)), '[]') AS held FROM ({statement}) row");
    let Found { held: Json(mut held) } = diesel::sql_query(whole).bind::<SqlUuid, _>(of).get_result(reader.conn)?;
    as_written(&mut held);
    Ok(held)
}

/// Rewrites times in the format of the API. Times are the members `at`, `respond_by` and those whose name ends in
/// `_at`.
pub fn as_written(value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| match member {
            Value::String(text) if matches!(name.as_str(), "at" | "respond_by") || name.ends_with("_at") => {
                if let Ok(at) = text.parse::<Instant>() {
                    *text = at.to_string();
                }
            }
            member => as_written(member),
        }),
        Value::Array(items) => items.iter_mut().for_each(as_written),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn instants_are_written_as_everywhere_and_words_are_left_alone() {
        let mut held = json!([{ "created_at": "2026-06-15T11:00:00+01:00", "note": "2026-06-15T11:00:00+01:00", "lines": [{ "at": "2026-06-15T10:00:00.5+00:00" }] }]);
        as_written(&mut held);
        assert_eq!(
            held,
            json!([{ "created_at": "2026-06-15T10:00:00Z", "note": "2026-06-15T11:00:00+01:00", "lines": [{ "at": "2026-06-15T10:00:00.5Z" }] }])
        );
    }
}
