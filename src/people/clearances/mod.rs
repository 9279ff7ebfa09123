//! Clearances and training of volunteers: involvement leads record them; the status on a day is worked out.
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

/// Whom the restricted fields of its views are shown to.
pub(crate) const SEEN_BY: &[crate::access::SeenBy] = &[views::ClearanceView::SEEN_BY];

/// A required clearance that a volunteer does not have in date on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MissingClearance)]
pub struct Missing {
    /// Kind of clearance, or `training:<code>`.
    #[schema(example = "dbs_enhanced")]
    pub kind: String,
    /// Status of the most useful clearance of that kind that they have; null if they have none.
    pub status: Option<ClearanceStatus>,
}

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

/// The same for several volunteers without locks, in one statement and in the order given.
///
/// # Errors
/// Database errors.
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

/// The status of a required clearance for a volunteer on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The required kind.
    pub kind: ClearanceKind,
    /// Status of their most useful clearance that meets it; none where they have none.
    pub status: Option<ClearanceStatus>,
    /// Last day on which that clearance counts; none where it does not expire.
    pub valid_until: Option<Day>,
    /// Whether that clearance was given with restrictions.
    pub restricted: bool,
}

/// The required kinds, each once: clearances first, then training.
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

/// The status of each required kind for each of these volunteers on a day, in one statement and in the order given.
///
/// # Errors
/// Database errors.
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

/// Required clearances and codes of training, as kinds of clearance.
fn kinds_of<'r>(required: &'r [Required], training: &'r [Word]) -> impl Iterator<Item = ClearanceKind> + 'r {
    let kinds = required.iter().map(|required| required.kind.clone());
    kinds.chain(training.iter().map(|code| ClearanceKind::training(code)))
}

/// The status of each kind of clearance that a volunteer has, on a day.
///
/// # Errors
/// Database errors.
pub fn summary(conn: &mut PgConnection, volunteer: VolunteerId, on: Day) -> Done<Vec<ClearanceSummary>> {
    Ok(rules::summary(store::held(conn, volunteer)?, on))
}
