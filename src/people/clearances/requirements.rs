//! Whether volunteers meet the clearances and training that something requires, on a day.
//! The status of a single clearance is decided in `rules`.

use diesel::PgConnection;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::people::clearances::holdings::holdings;
use crate::people::clearances::kinds::kinds_of;
use crate::people::clearances::rules::{self, RequirementStatus};
use crate::people::clearances::store;
use crate::people::clearances::views::{ClearanceSummary, Missing};
use crate::refusal::Result;
use crate::text::Label;
use crate::vocabulary::clearance::{ClearanceKind, Required};
use crate::work::Writer;

/// Which of the required clearances a volunteer does not have in date on a day. A higher DBS level meets a lower one;
/// a code of training is met by `training:<code>`.
///
/// Locks the volunteer's clearances, so that they stay as they are until the decision based on them is written.
///
/// # Errors
/// Database errors.
pub fn missing(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    required: &[Required],
    training: &[Label],
    on: Day,
) -> Result<Vec<Missing>> {
    if required.is_empty() && training.is_empty() {
        return Ok(Vec::new());
    }
    store::hold(writer, volunteer)?;
    let held = store::held(writer.conn, volunteer)?;
    Ok(rules::missing(&held, kinds_of(required, training), on))
}

/// The same for several volunteers without locks, in one statement and in the order given.
///
/// # Errors
/// Database errors.
pub fn missing_of(
    conn: &mut PgConnection,
    people: &[VolunteerId],
    required: &[Required],
    training: &[Label],
    on: Day,
) -> Result<Vec<Vec<Missing>>> {
    if required.is_empty() && training.is_empty() {
        return Ok(vec![Vec::new(); people.len()]);
    }
    let held = holdings(conn, people)?;
    Ok(people.iter().map(|volunteer| held.missing(*volunteer, required, training, on)).collect())
}

/// The status of each required kind for each of these volunteers on a day, in one statement and in the order given.
///
/// # Errors
/// Database errors.
pub fn standing_of(
    conn: &mut PgConnection,
    people: &[VolunteerId],
    required: &[ClearanceKind],
    on: Day,
) -> Result<Vec<Vec<RequirementStatus>>> {
    if required.is_empty() {
        return Ok(vec![Vec::new(); people.len()]);
    }
    let held = holdings(conn, people)?;
    Ok(people.iter().map(|volunteer| held.standing(*volunteer, required, on)).collect())
}

/// The status of each kind of clearance that a volunteer has, on a day.
///
/// # Errors
/// Database errors.
pub fn summary(conn: &mut PgConnection, volunteer: VolunteerId, on: Day) -> Result<Vec<ClearanceSummary>> {
    Ok(rules::summary(store::held(conn, volunteer)?, on))
}
