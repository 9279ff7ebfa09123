//! What other features ask of the list of trainings: which codes are in it, and what they are called.
//! A code that is in the list stays in it, so nothing has to be locked.

use std::collections::{HashMap, HashSet};

use crate::db::prelude::*;

use crate::db::schema::trainings;
use crate::refusal::{Fault, Result};
use crate::text::{Label, ShortText};
use crate::vocabulary::clearance::Required;

/// Names of trainings, by their codes.
pub type Names = HashMap<Label, ShortText>;

/// The names of these trainings, without a statement where there are none.
///
/// # Errors
/// Database errors.
pub fn names(conn: &mut PgConnection, required: &[Required], codes: &[Label]) -> Result<Names> {
    let codes: Vec<&str> = named(required).map(|(_, code)| code).chain(codes.iter().map(Label::as_str)).collect();
    if codes.is_empty() {
        return Ok(Names::new());
    }
    let found = trainings::table.filter(trainings::code.eq_any(codes)).select((trainings::code, trainings::name));
    Ok(found.load::<(Label, ShortText)>(conn)?.into_iter().collect())
}

/// The codes of the trainings that can newly be required.
///
/// # Errors
/// Database errors.
pub fn active(conn: &mut PgConnection) -> Result<HashSet<String>> {
    let found = trainings::table.filter(trainings::active).select(trainings::code);
    Ok(found.load::<Label>(conn)?.into_iter().map(String::from).collect())
}

/// A fault for each of these requirements that names a training which can't newly be required. `kept` are the codes that
/// were required before: those stay, also after they were retired.
///
/// # Errors
/// Database errors.
pub fn unknown(
    conn: &mut PgConnection,
    required: &[Required],
    codes: &[Label],
    kept: &HashSet<String>,
) -> Result<Vec<Fault>> {
    let cleared = named(required).map(|(position, code)| (format!("/clearances_required/{position}/kind"), code));
    let trained = codes.iter().enumerate().map(|(place, code)| (format!("/training_required/{place}"), code.as_str()));
    let asked: Vec<(String, &str)> = cleared.chain(trained).filter(|(_, code)| !kept.contains(*code)).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let active = active(conn)?;
    let fault = |pointer| Fault::at(pointer, "unknown-training", "is not in the list of trainings, or no longer used");
    Ok(asked.into_iter().filter(|(_, code)| !active.contains(*code)).map(|(pointer, _)| fault(pointer)).collect())
}

/// The trainings among required clearances, each with its position.
pub(super) fn named(required: &[Required]) -> impl Iterator<Item = (usize, &str)> {
    required.iter().enumerate().filter_map(|(position, required)| Some((position, required.kind.training_code()?)))
}
