//! The names of the records that deliveries are about: a claim's reference, the title of everything else.
//! Each name is read from its feature.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use crate::deliveries::store::Row;
use crate::refusal::Done;
use crate::{agreements, claims, expressions, feedback, opportunities, plans, updates};

/// A function that names records of one kind, in one statement.
type Names = fn(&mut PgConnection, &[Uuid]) -> Done<Vec<(Uuid, String)>>;

/// The function that names records of a kind.
fn names_of(kind: &str) -> Option<Names> {
    Some(match kind {
        "agreement" => agreements::titles,
        "claim" => claims::called,
        "expression" => expressions::titles,
        "feedback" => feedback::titles,
        "opportunity" => opportunities::titles,
        "plan" => plans::titles,
        "update" => updates::titles,
        _ => return None,
    })
}

/// The names of the records that these deliveries are about, by their ids; one statement for each kind.
pub(super) fn named(conn: &mut PgConnection, rows: &[&Row]) -> Done<HashMap<Uuid, String>> {
    let mut by_kind: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for row in rows {
        by_kind.entry(&row.subject_type).or_default().push(row.subject_id);
    }
    let mut names = HashMap::new();
    for (kind, ids) in by_kind {
        if let Some(named) = names_of(kind) {
            names.extend(named(conn, &ids)?);
        }
    }
    Ok(names)
}
