//! The clearances of several people at once, and how they stand on one day or another.
//! How a single clearance stands is decided in `rules`.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::clearances::views::NewClearance;
use crate::clearances::{ClearanceSummary, Missing, Required, kinds_of, rules, store};
use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::refusal::Done;
use crate::text::Word;

/// What several people hold.
#[derive(Debug)]
pub struct Standing(HashMap<VolunteerId, Vec<NewClearance>>);

/// What these people hold, in one statement.
///
/// # Errors
/// Those of the database.
pub fn standing(conn: &mut PgConnection, people: &[VolunteerId]) -> Done<Standing> {
    let mut held: HashMap<VolunteerId, Vec<NewClearance>> = HashMap::new();
    for (volunteer, clearance) in store::held_by(conn, people)? {
        held.entry(volunteer).or_default().push(clearance);
    }
    Ok(Standing(held))
}

impl Standing {
    /// Which of the requirements a person does not meet on a day.
    #[must_use]
    pub fn missing(&self, who: VolunteerId, required: &[Required], training: &[Word], on: Day) -> Vec<Missing> {
        rules::missing(self.held(who), kinds_of(required, training), on)
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
