//! What stands behind a change that everybody is told of: how many people, hours and pounds of its plan. The database counts
//! them when the item is published. In public they are rounded, so that they say nothing about one person.

use crate::db::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::schema::feedback;
use crate::money::Pence;

/// Fewer people than this are not told of in public.
const FEWEST: i32 = 5;
/// Steps of the public figures: people and hours in fives, money in £50. Of two items of one plan, the difference must not
/// show what one person gave or got in between.
const STEP: i32 = 5;
const STEP_HOURS: i64 = 5;
const STEP_PENCE: i64 = 5_000;

/// What stands behind an item of published feedback: the work of its plan up to the moment of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BehindIt {
    /// Number of people who attended a session of the plan or said it, each counted once.
    #[schema(example = 15)]
    pub people: i32,
    /// Whole hours of these sessions, by their planned length, for everybody who attended.
    #[schema(example = 40)]
    pub hours: i64,
    /// Amount in pence approved in claims on the plan.
    #[schema(example = 85000)]
    pub pence: Pence,
}

/// The figures as they were counted; none unless the item is published.
#[derive(Clone, Copy, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = feedback, check_for_backend(diesel::pg::Pg))]
pub struct Counted {
    behind_people: Option<i32>,
    behind_minutes: Option<i64>,
    behind_pence: Option<Pence>,
    behind_fewest: Option<i32>,
}

impl Counted {
    /// The figures to the last hour and penny, for those who see the plan's attendance and claims anyway.
    #[must_use]
    pub fn exact(self) -> Option<BehindIt> {
        Some(BehindIt { people: self.behind_people?, hours: self.behind_minutes? / 60, pence: self.behind_pence? })
    }

    /// The figures for everybody: rounded down, and none where fewer than five people are behind it. Hours and money are 0
    /// where they are of fewer than five.
    #[must_use]
    pub fn in_public(self) -> Option<BehindIt> {
        let BehindIt { people, hours, pence } = self.exact()?;
        let few = self.behind_fewest.unwrap_or_default() < FEWEST;
        let (hours, pence) = if few { (0, Pence::ZERO) } else { (hours, pence) };
        let rounded = || BehindIt {
            people: people - people % STEP,
            hours: hours - hours % STEP_HOURS,
            pence: Pence::new(pence.get() - pence.get() % STEP_PENCE),
        };
        (people >= FEWEST).then(rounded)
    }
}

impl From<Counted> for Option<BehindIt> {
    fn from(counted: Counted) -> Self {
        counted.in_public()
    }
}

impl BehindIt {
    /// The public figures as a sentence; what comes to nothing is left out.
    #[must_use]
    pub fn in_words(&self) -> String {
        let people = format!("at least {} people", self.people);
        let hours = (self.hours > 0).then(|| format!("{} hours", self.hours));
        let money = (self.pence > Pence::ZERO).then(|| format!("£{}", self.pence.get() / 100));
        let parts: Vec<String> = [Some(people), hours, money].into_iter().flatten().collect();
        let (last, before) = parts.split_last().map(|(last, before)| (last.as_str(), before)).unwrap_or_default();
        let before = before.join(", ");
        let all = if before.is_empty() { last.to_owned() } else { format!("{before} and {last}") };
        format!("Behind this: {all}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(people: i32, minutes: i64, pence: i64) -> Counted {
        Counted {
            behind_people: Some(people),
            behind_minutes: Some(minutes),
            behind_pence: Some(Pence::new(pence)),
            behind_fewest: Some(people),
        }
    }

    #[test]
    fn in_public_nobody_is_alone_and_no_difference_is_one_persons() {
        for (figures, wanted) in [
            (counted(4, 6_000, 90_000), None),
            (counted(5, 299, 4_999), Some((5, 0, 0))),
            (counted(9, 300, 5_000), Some((5, 5, 5_000))),
            (counted(10, 599, 37_500), Some((10, 5, 35_000))),
            (counted(10, 600, 45_000), Some((10, 10, 45_000))),
            // Ten said it, four of them came to sessions or were paid.
            (Counted { behind_fewest: Some(4), ..counted(10, 600, 45_000) }, Some((10, 0, 0))),
            (Counted { behind_fewest: Some(5), ..counted(10, 600, 45_000) }, Some((10, 10, 45_000))),
            (Counted::default(), None),
        ] {
            let told = figures.in_public().map(|it| (it.people, it.hours, it.pence.get()));
            assert_eq!(told, wanted, "{figures:?}");
        }
        let exact = counted(1, 119, 7_501).exact();
        assert_eq!(exact, Some(BehindIt { people: 1, hours: 1, pence: Pence::new(7_501) }));
        assert_eq!(Counted::default().exact(), None);
    }

    #[test]
    fn the_sentence_leaves_out_what_comes_to_nothing() {
        let said = |people, hours, pence| BehindIt { people, hours, pence: Pence::new(pence) }.in_words();
        assert_eq!(said(5, 0, 0), "Behind this: at least 5 people.");
        assert_eq!(said(10, 25, 0), "Behind this: at least 10 people and 25 hours.");
        assert_eq!(said(10, 25, 85_000), "Behind this: at least 10 people, 25 hours and £850.");
    }
}
