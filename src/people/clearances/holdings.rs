//! The clearances of several people at once, and how they stand on one day or another.
//! How a single clearance stands is decided in `rules`.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::people::clearances::views::NewClearance;
use crate::people::clearances::{ClearanceSummary, Missing, Standing, kinds_of, rules, store};
use crate::refusal::Done;
use crate::text::Word;
use crate::vocabulary::clearance::{ClearanceKind, Required};

/// What several people hold.
#[derive(Debug)]
pub struct Holdings(HashMap<VolunteerId, Vec<NewClearance>>);

/// What these people hold, in one statement.
///
/// # Errors
/// Those of the database.
pub fn holdings(conn: &mut PgConnection, people: &[VolunteerId]) -> Done<Holdings> {
    let mut held: HashMap<VolunteerId, Vec<NewClearance>> = HashMap::new();
    for (volunteer, clearance) in store::held_by(conn, people)? {
        held.entry(volunteer).or_default().push(clearance);
    }
    Ok(Holdings(held))
}

impl Holdings {
    /// Which of the requirements a person does not meet on a day.
    #[must_use]
    pub fn missing(&self, who: VolunteerId, required: &[Required], training: &[Word], on: Day) -> Vec<Missing> {
        rules::missing(self.held(who), kinds_of(required, training), on)
    }

    /// How each of what is required stands with a person on a day.
    #[must_use]
    pub fn standing(&self, who: VolunteerId, required: &[ClearanceKind], on: Day) -> Vec<Standing> {
        required.iter().map(|kind| rules::standing(self.held(who), kind, on)).collect()
    }

    /// How each kind that a person has stands on a day.
    #[must_use]
    pub fn summary(&self, who: VolunteerId, on: Day) -> Vec<ClearanceSummary> {
        rules::summary(self.held(who).to_vec(), on)
    }

    fn held(&self, who: VolunteerId) -> &[NewClearance] {
        self.0.get(&who).map(Vec::as_slice).unwrap_or_default()
    }
}
