//! The year's evidence of a service, for boards and regulators: one page with the duty to involve, levels, hours, payment
//! times, promises, accessible information, and what changed. Where few people are counted, it says so instead of the figure.

use askama::Template;

use crate::documents::Page;
use crate::documents::chart::Chart;
use crate::documents::poster::SaidAndDone;
use crate::documents::typed::Typed;

/// Fewer people than this are not told of by number.
const FEWEST: i64 = 5;

/// A number of people: "none", "fewer than 5", or the number.
#[must_use]
pub fn people(count: i64) -> String {
    match count {
        0 => "none".to_owned(),
        few if few < FEWEST => format!("fewer than {FEWEST}"),
        count => count.to_string(),
    }
}

/// A figure under its name.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it counts.
    pub name: &'static str,
    /// The figure, in words.
    pub told: String,
}

/// A plan, and whether the duty to involve applies to what it is about.
#[derive(Clone, Debug)]
pub struct DutyRow {
    /// Title of the plan.
    pub title: Typed,
    /// Whether the duty applies, in words.
    pub applies: &'static str,
    /// Why.
    pub reason: Typed,
    /// Day of the first approval, in words.
    pub approved: String,
    /// What people were asked and what came of it, in words.
    pub done: String,
}

/// A communication need: each figure in words.
#[derive(Clone, Debug)]
pub struct NeedLine {
    /// The need, in words.
    pub need: &'static str,
    /// People who have it.
    pub people: String,
    /// Of these, with a review planned.
    pub reviewed: String,
    /// Of these, with a review overdue or not planned.
    pub overdue: String,
}

/// An item of published feedback and its plan.
#[derive(Clone, Debug)]
pub struct ChangeOfPlan {
    /// Title of the plan.
    pub plan: Typed,
    /// The item.
    pub item: SaidAndDone,
}

/// The year's evidence of a service.
#[derive(Clone, Debug, Template)]
#[template(path = "year_evidence.html")]
pub struct YearEvidence {
    /// Header and footer of the page.
    pub page: Page,
    /// Name of the service.
    pub service: Typed,
    /// First and last day, in words.
    pub days: String,
    /// Day on which it was counted, in words.
    pub as_of: String,
    /// The year in figures.
    pub figures: Vec<Figure>,
    /// Plans and the duty to involve.
    pub duty: Vec<DutyRow>,
    /// Levels planned and reached.
    pub levels: Chart,
    /// How reached levels compare with planned ones, in a sentence.
    pub reached: String,
    /// Hours given, by month.
    pub hours: Chart,
    /// Days to payment, by month.
    pub payment: Chart,
    /// Payments within the target, in a sentence.
    pub within_target: String,
    /// Promises kept.
    pub promises: Vec<Figure>,
    /// Communication needs.
    pub needs: Vec<NeedLine>,
    /// What people said and what was done, newest first.
    pub changes: Vec<ChangeOfPlan>,
    /// SHA-256 of the same evidence as JSON.
    pub sha256: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_people_are_not_told_of_by_number() {
        let told: Vec<String> = [0, 1, 4, 5, 120].into_iter().map(people).collect();
        assert_eq!(told, ["none", "fewer than 5", "fewer than 5", "5", "120"]);
    }
}
