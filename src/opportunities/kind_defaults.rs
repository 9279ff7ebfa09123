//! Defaults for each kind of activity: suggestions for whoever drafts an opportunity, never filled in automatically.
//! An offer or a check must be chosen by somebody who can say why.

use std::collections::HashSet;

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::documents::words;
use crate::http::{Represent, Routes};
use crate::people::trainings;
use crate::refusal::Result;
use crate::vocabulary::clearance::{ClearanceKind, PANEL_TRAINING};
use crate::vocabulary::offer::Basis;
use crate::vocabulary::opportunity::OpportunityKind as Kind;
use crate::work::Reader;

/// A kind of activity and its defaults.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OpportunityKindDefaults)]
pub struct UsualOpportunity {
    /// Kind of activity.
    pub kind: Kind,
    /// Name of the kind in plain words.
    pub name: &'static str,
    /// What the kind of activity is.
    pub about: &'static str,
    /// Whether people are usually paid for their time. Expenses are reimbursed for every kind.
    pub payable: bool,
    /// Basis that follows from `payable`.
    pub basis: Basis,
    /// Whether people are usually expected to have used that service, or cared for somebody who has.
    pub experience_expected: bool,
    /// Clearances that are usually required. A DBS check above basic needs a reason why the role is eligible.
    pub clearances_usual: Vec<ClearanceKind>,
    /// Codes of training that is usually required.
    pub training_usual: Vec<&'static str>,
}

/// All kinds of activity and their defaults.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OpportunityKindDefaultsList)]
pub struct UsualOpportunities {
    /// The kinds of activity.
    pub items: Vec<UsualOpportunity>,
    /// Always null: all kinds are on one page.
    pub next_cursor: Option<String>,
}

impl Represent for UsualOpportunities {}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/opportunity-kinds", Action::ReadOpportunities, list_opportunity_kinds).without_etag().describe(
        "List kinds of activity",
        "What each kind is, and its defaults: whether time is usually paid, whether experience of that service is \
         expected, and which clearances and training are usual. These are suggestions for a draft; nothing is filled in \
         automatically.",
    );
}

fn list_opportunity_kinds(reader: &mut Reader<'_>, (): ()) -> Result<UsualOpportunities> {
    let active = trainings::active(reader.conn)?;
    let of = |kind: &Kind| usual(*kind).with_training_in(&active);
    Ok(UsualOpportunities { items: Kind::ALL.iter().map(of).collect(), next_cursor: None })
}

/// The defaults for a kind, with training that is still in use.
pub(super) fn in_use(conn: &mut PgConnection, kind: Kind) -> Result<UsualOpportunity> {
    let usual = usual(kind);
    if usual.training_usual.is_empty() {
        return Ok(usual);
    }
    Ok(usual.with_training_in(&trainings::active(conn)?))
}

impl UsualOpportunity {
    fn with_training_in(mut self, active: &HashSet<String>) -> Self {
        self.training_usual.retain(|code| active.contains(*code));
        self
    }
}

/// By kind: whether time is paid, whether experience of that service is expected, clearances, training, and what it is.
///
/// They follow what trusts and NHS guidance reimburse and require. Meetings that are open to everybody are not paid;
/// visits to places of care need a check; interview panels need training.
const fn row(kind: Kind) -> (bool, bool, &'static [&'static str], &'static [&'static str], &'static str) {
    const NONE: &[&str] = &[];
    match kind {
        Kind::Forum => {
            (false, false, NONE, NONE, "A group that meets regularly and gives its views on whatever comes up.")
        }
        Kind::FocusGroup => (
            true,
            true,
            NONE,
            NONE,
            "One conversation about one subject, with people who know it from their own experience.",
        ),
        Kind::QualityImprovement => {
            (true, true, NONE, NONE, "Making a service better step by step, with the team that runs it.")
        }
        Kind::GovernanceMeeting => (
            true,
            false,
            &["references"],
            &["confidentiality"],
            "A meeting that makes decisions, in which people take part as equals.",
        ),
        Kind::PathwayMapping => {
            (true, true, NONE, NONE, "Mapping how people move through a service, with people who have been through it.")
        }
        Kind::InformationDesign => (true, true, NONE, NONE, "Writing and testing leaflets, letters and web pages."),
        Kind::InterviewPanel => (
            true,
            true,
            NONE,
            &[PANEL_TRAINING],
            "Choosing staff, with a say that counts. Anyone who is to chair a panel sits in on one first.",
        ),
        Kind::StaffTraining => {
            (true, true, NONE, &["safeguarding"], "Teaching staff what it is like to use the service.")
        }
        Kind::DocumentReview => (true, false, NONE, NONE, "Reading a document at home and saying what is not clear."),
        Kind::WardVisit => (
            true,
            false,
            &["dbs_enhanced", "occupational_health"],
            &["safeguarding", "confidentiality"],
            "Visiting a place of care, looking at it with fresh eyes and talking with people there.",
        ),
        Kind::Workshop => (true, true, NONE, NONE, "Working on something together for a few hours."),
        Kind::ResearchAdvice => {
            (true, true, NONE, NONE, "Advising on what is researched, and how people are asked to take part.")
        }
        Kind::OneOffEvent => (false, false, NONE, NONE, "Something that happens once and is open to many people."),
        Kind::Other => (false, false, NONE, NONE, "Anything that fits none of the other kinds. Say what it is."),
    }
}

/// The defaults for a kind.
#[must_use]
pub fn usual(kind: Kind) -> UsualOpportunity {
    let (payable, experience_expected, clearances, training, about) = row(kind);
    UsualOpportunity {
        kind,
        name: words::kind(kind),
        about,
        payable,
        basis: if payable { Basis::PaidInvolvement } else { Basis::ExpensesOnly },
        experience_expected,
        clearances_usual: clearances.iter().map(|kind| ClearanceKind((*kind).to_owned())).collect(),
        training_usual: training.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_are_trained_for_and_visits_are_checked() {
        assert_eq!(usual(Kind::InterviewPanel).training_usual, [PANEL_TRAINING]);
        assert!(usual(Kind::WardVisit).clearances_usual.iter().any(|kind| kind.level() == Some(3)));
        let checked =
            Kind::ALL.iter().filter(|kind| usual(**kind).clearances_usual.iter().any(|kind| kind.level().is_some()));
        assert_eq!(checked.collect::<Vec<_>>(), [&Kind::WardVisit], "only ward visits need a DBS check by default");
        let unpaid: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !usual(**kind).payable).collect();
        assert_eq!(unpaid, [&Kind::Forum, &Kind::OneOffEvent, &Kind::Other]);
    }
}
