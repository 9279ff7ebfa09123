//! Clearances and training of people: data that leads write, whose status on a day is derived.
//! What a DBS check disclosed is never stored.

mod forget;
mod held;
mod holdings;
mod kinds;
pub(crate) mod reminders;
mod routes;
pub(crate) mod rules;
mod store;
mod touched;
pub mod views;

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::refusal::Done;
use crate::text::Word;
use crate::vocabulary::clearance::{ClearanceKind, Required};
use crate::work::Writer;
pub use forget::forget;
pub use held::{held, reminders_held};
pub use holdings::{Holdings, holdings};
pub use kinds::{ClearanceState, ClearanceStatus, Workforce};
pub use routes::routes;

pub use views::ClearanceSummary;

/// A requirement that a person does not meet on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Missing {
    /// Which clearance, or `training:<code>`.
    pub kind: String,
    /// How the nearest one of theirs stands; null where they have none.
    pub status: Option<ClearanceStatus>,
}

/// Which of the requirements a person does not meet on a day. A higher DBS level satisfies a lower one;
/// codes of training are met by `training:<code>`.
///
/// Held: nothing of it changes until what rests on it is written.
///
/// # Errors
/// Those of the database.
pub fn missing(
    writer: &mut Writer<'_>,
    volunteer: VolunteerId,
    required: &[Required],
    training: &[Word],
    on: Day,
) -> Done<Vec<Missing>> {
    if required.is_empty() && training.is_empty() {
        return Ok(Vec::new());
    }
    store::hold(writer, volunteer)?;
    let held = store::held(writer.conn, volunteer)?;
    Ok(rules::missing(&held, kinds_of(required, training), on))
}

/// The same of several people, in one statement: each with what they do not meet, in the order asked.
///
/// # Errors
/// Those of the database.
pub fn missing_of(
    conn: &mut PgConnection,
    people: &[VolunteerId],
    required: &[Required],
    training: &[Word],
    on: Day,
) -> Done<Vec<Vec<Missing>>> {
    if required.is_empty() && training.is_empty() {
        return Ok(vec![Vec::new(); people.len()]);
    }
    let held = holdings(conn, people)?;
    Ok(people.iter().map(|volunteer| held.missing(*volunteer, required, training, on)).collect())
}

/// How something required stands with a person on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is required.
    pub kind: ClearanceKind,
    /// How the nearest that they have stands; none where they have nothing.
    pub status: Option<ClearanceStatus>,
    /// The last day on which that one counts; none where it does not expire.
    pub valid_until: Option<Day>,
    /// Whether it was given with restrictions.
    pub restricted: bool,
}

/// What is required, each kind once: clearances, then codes of training.
#[must_use]
pub fn required(required: &[Required], training: &[Word]) -> Vec<ClearanceKind> {
    let mut once: Vec<ClearanceKind> = Vec::new();
    for kind in kinds_of(required, training) {
        if !once.contains(&kind) {
            once.push(kind);
        }
    }
    once
}

/// How everything required stands with each of these people on a day, in one statement and in the order asked.
///
/// # Errors
/// Those of the database.
pub fn standing_of(
    conn: &mut PgConnection,
    people: &[VolunteerId],
    required: &[ClearanceKind],
    on: Day,
) -> Done<Vec<Vec<Standing>>> {
    if required.is_empty() {
        return Ok(vec![Vec::new(); people.len()]);
    }
    let held = holdings(conn, people)?;
    Ok(people.iter().map(|volunteer| held.standing(*volunteer, required, on)).collect())
}

/// What is required, as kinds of clearance.
fn kinds_of<'r>(required: &'r [Required], training: &'r [Word]) -> impl Iterator<Item = ClearanceKind> + 'r {
    let kinds = required.iter().map(|required| required.kind.clone());
    kinds.chain(training.iter().map(|code| ClearanceKind::training(code)))
}

/// How each kind of clearance that a person has stands on a day.
///
/// # Errors
/// Those of the database.
pub fn summary(conn: &mut PgConnection, volunteer: VolunteerId, on: Day) -> Done<Vec<ClearanceSummary>> {
    Ok(rules::summary(store::held(conn, volunteer)?, on))
}
