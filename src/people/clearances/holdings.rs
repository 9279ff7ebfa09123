//! The clearances of several volunteers at once, and their status on a day.
//! The status of a single clearance is decided in `rules`.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::people::clearances::kinds::kinds_of;
use crate::people::clearances::rules::{self, RequirementStatus};
use crate::people::clearances::store;
use crate::people::clearances::views::{ClearanceSummary, Missing, NewClearance};
use crate::refusal::Result;
use crate::text::Label;
use crate::vocabulary::clearance::{ClearanceKind, Required};

/// The clearances of several volunteers.
#[derive(Debug)]
pub struct Holdings(HashMap<VolunteerId, Vec<NewClearance>>);

/// Loads the clearances of these volunteers, in one statement.
///
/// # Errors
/// Database errors.
pub fn holdings(conn: &mut PgConnection, people: &[VolunteerId]) -> Result<Holdings> {
    let mut held: HashMap<VolunteerId, Vec<NewClearance>> = HashMap::new();
    for (volunteer, clearance) in store::held_by(conn, people)? {
        held.entry(volunteer).or_default().push(clearance);
    }
    Ok(Holdings(held))
}

impl Holdings {
    /// Which of the required clearances a volunteer does not have in date on a day.
    #[must_use]
    pub fn missing(&self, who: VolunteerId, required: &[Required], training: &[Label], on: Day) -> Vec<Missing> {
        rules::missing(self.held(who), kinds_of(required, training), on)
    }

    /// The status of each required kind for a volunteer on a day.
    #[must_use]
    pub fn standing(&self, who: VolunteerId, required: &[ClearanceKind], on: Day) -> Vec<RequirementStatus> {
        required.iter().map(|kind| rules::standing(self.held(who), kind, on)).collect()
    }

    /// The status of each kind that a volunteer has, on a day.
    #[must_use]
    pub fn summary(&self, who: VolunteerId, on: Day) -> Vec<ClearanceSummary> {
        rules::summary(self.held(who).to_vec(), on)
    }

    fn held(&self, who: VolunteerId) -> &[NewClearance] {
        self.0.get(&who).map(Vec::as_slice).unwrap_or_default()
    }
}
