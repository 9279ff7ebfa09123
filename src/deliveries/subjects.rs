//! What people call the things that they are told about: a claim by its reference, all else by a title.
//! Each name is asked of the feature that has it.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use crate::deliveries::store::Row;
use crate::refusal::Done;
use crate::{agreements, claims, expressions, feedback, opportunities, plans, updates};

/// What names things of one kind, in one statement.
type Names = fn(&mut PgConnection, &[Uuid]) -> Done<Vec<(Uuid, String)>>;

/// Who knows what a thing of a kind is called.
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

/// What the things are called that these are about: a statement a kind, however many there are.
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
