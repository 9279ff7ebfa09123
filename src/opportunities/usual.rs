//! What is usual for each kind of activity: a beginning for whoever drafts an opportunity, never put in by itself.
//! An offer must be made and a check asked for by somebody who can say why; what is required stands in the opportunity.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::documents::words;
use crate::http::{Represent, Routes};
use crate::refusal::Done;
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::offer::Basis;
use crate::vocabulary::opportunity::OpportunityKind as Kind;
use crate::work::Reader;

/// What is usual for a kind of activity.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsualOpportunity {
    /// The kind.
    pub kind: Kind,
    /// What people call it.
    pub name: &'static str,
    /// What it is, and for what it fits.
    pub about: &'static str,
    /// Whether people's time is usually paid, where the trust pays for time; expenses are paid back for every kind.
    pub payable: bool,
    /// The basis that follows from that.
    pub basis: Basis,
    /// Whether people are sought who have used that very service, or cared for somebody who has.
    pub experience_expected: bool,
    /// Clearances that are usual; a DBS check above basic needs a reason why this role is eligible.
    pub clearances_usual: Vec<ClearanceKind>,
    /// Training that is usual.
    pub training_usual: Vec<&'static str>,
}

/// What is usual, kind by kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsualOpportunities {
    /// The kinds, in the order of the advice.
    pub items: Vec<UsualOpportunity>,
    /// Always null: the kinds are few.
    pub next_cursor: Option<String>,
}

impl Represent for UsualOpportunities {}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.get("/v1/opportunity-kinds", Action::ReadOpportunities, list_opportunity_kinds).says(
        "Kinds of activity",
        "What each is, and what is usual for it: whether time is paid, whether people who used that very service are sought, \
         clearances and training. It is a beginning for a draft; nothing of it is put in by itself.",
    );
}

fn list_opportunity_kinds(_: &mut Reader<'_>, (): ()) -> Done<UsualOpportunities> {
    Ok(UsualOpportunities { items: Kind::ALL.iter().map(|kind| usual(*kind)).collect(), next_cursor: None })
}

/// Paid time, experience of that very service, clearances, training, and what it is.
///
/// As trusts and NHS guidance reimburse and ask for (docs/rules.md, points 4, 5 and 7). Meetings that are
/// open to everybody are not paid; visits to places of care and work with records need a check; panels are trained for.
const fn row(kind: Kind) -> (bool, bool, &'static [&'static str], &'static [&'static str], &'static str) {
    const NONE: &[&str] = &[];
    match kind {
        Kind::Forum => (false, false, NONE, NONE, "A group that meets regularly and is asked about whatever comes up."),
        Kind::FocusGroup => {
            (true, true, NONE, NONE, "One conversation about one subject, with people who know it from the inside.")
        }
        Kind::QualityImprovement => {
            (true, true, NONE, NONE, "Making a service better step by step, with the team that runs it.")
        }
        Kind::GovernanceMeeting => (
            true,
            false,
            &["references"],
            &["confidentiality"],
            "A meeting in which decisions are made; people sit there as equals.",
        ),
        Kind::PathwayMapping => {
            (true, true, NONE, NONE, "Drawing the way that people take through a service, with those who went it.")
        }
        Kind::InformationDesign => (true, true, NONE, NONE, "Writing and testing leaflets, letters and web pages."),
        Kind::InterviewPanel => (
            true,
            true,
            NONE,
            &["interview_panel"],
            "Choosing staff, with a voice that counts; a chair shadows one panel first.",
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
            "Looking at a place of care with fresh eyes and talking with people there.",
        ),
        Kind::Workshop => (true, true, NONE, NONE, "Working on something together for some hours."),
        Kind::ResearchAdvice => {
            (true, true, NONE, NONE, "Advising on what is researched, and how people are asked to take part.")
        }
        Kind::OneOffEvent => (false, false, NONE, NONE, "Something that happens once and is open to many."),
        Kind::Other => (false, false, NONE, NONE, "Anything that fits none of the others; say what it is."),
    }
}

/// What is usual for a kind.
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
        assert_eq!(usual(Kind::InterviewPanel).training_usual, ["interview_panel"]);
        assert!(usual(Kind::WardVisit).clearances_usual.iter().any(|kind| kind.level() == Some(3)));
        let checked =
            Kind::ALL.iter().filter(|kind| usual(**kind).clearances_usual.iter().any(|kind| kind.level().is_some()));
        assert_eq!(checked.collect::<Vec<_>>(), [&Kind::WardVisit], "no check without a reason");
        let unpaid: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !usual(**kind).payable).collect();
        assert_eq!(unpaid, [&Kind::Forum, &Kind::OneOffEvent, &Kind::Other]);
    }
}
