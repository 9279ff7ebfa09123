//! Points 5 to 10: panels, money, what is needed of people, agreements, advertising, and telling what came of it. Pure.

use crate::plans::points::AllPoints;
use crate::plans::readiness::findings::{Point, PointReadiness};

pub(super) fn interview_panels(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.interview_panels.clone().unwrap_or_default();
    point.needs(it.used.is_some(), "/interview_panels/used", "Say whether people will help to choose new staff, yes or no. No is a good answer where nobody is being recruited.");
    if it.used == Some(true) {
        point.says(
            it.preparation.as_ref(),
            "/interview_panels/preparation",
            "Say how people get ready to interview. For example: \"Half a day of training, a pack a week ahead, and a meeting of the panel beforehand.\"",
        );
    }
    point.done(5, "Interview panels")
}

pub(super) fn reimbursement(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.reimbursement.clone().unwrap_or_default();
    point.needs(it.travel.is_some(), "/reimbursement/travel", "Say whether people get their travel paid, yes or no.");
    point.needs(
        it.time_payment.is_some(),
        "/reimbursement/time_payment",
        "Say whether people are paid for their time, yes or no.",
    );
    point.says(
        it.statement.as_ref(),
        "/reimbursement/statement",
        "Say in plain words what people get; if it is nothing, say so. For example: \"Travel, a meal and your time, by the trust's policy. Nobody has to take payment.\"",
    );
    point.done(6, "Reimbursement")
}

pub(super) fn requirements(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.requirements.clone().unwrap_or_default();
    point.says(it.experience.as_ref(), "/requirements/experience", "Say what lived experience people should have. For example: \"Use of the café in the last two years, or care for somebody who used it.\"");
    point.says(it.skills.as_ref(), "/requirements/skills", "Say what people should be able to do, or that it does not matter. For example: \"None but your own experience.\"");
    point.says(
        it.commitment.as_ref(),
        "/requirements/commitment",
        "Say how much time it takes. For example: \"Three evenings of three hours.\"",
    );
    point.needs(
        it.people_needed.is_some(),
        "/requirements/people_needed",
        "Say how many people you are looking for. For example: 6.",
    );
    point.needs(
        it.dbs.is_some(),
        "/requirements/dbs",
        "Say whether people need a criminal record check (DBS), yes or no. Most meetings don't need one.",
    );
    point.needs(
        it.occupational_health.is_some(),
        "/requirements/occupational_health",
        "Say whether people need to be seen by occupational health first, yes or no. Most meetings don't need this.",
    );
    point.says_line(
        it.duration.as_deref(),
        "/requirements/duration",
        "Say how long you need people for. For example: \"Three months\".",
    );
    point.done(7, "What you need")
}

pub(super) fn agreement(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.agreement.clone().unwrap_or_default();
    point.needs(it.needed.is_some(), "/agreement/needed", "Say whether each person gets a written agreement, yes or no. If not, a short agreement is created when somebody accepts your offer, which is enough for a single meeting.");
    point.needs(
        it.ongoing.is_some(),
        "/agreement/ongoing",
        "Say whether it goes on after the first meeting, yes or no.",
    );
    point.done(8, "Agreement")
}

pub(super) fn advertising(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.advertising.clone().unwrap_or_default();
    point.needs(
        !it.channels.is_empty(),
        "/advertising/channels",
        "Choose at least one place where the right people will see it. For example: `waiting_room`, for people who use the service now.",
    );
    point.done(9, "Advertising")
}

pub(super) fn feedback(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.feedback.clone().unwrap_or_default();
    point.needs(
        !it.methods.is_empty(),
        "/feedback/methods",
        "Choose how you will tell people what came of what they said. For example: `email` and a `poster`.",
    );
    point.needs(
        it.frequency.is_some(),
        "/feedback/frequency",
        "Choose how often you will tell them. For example: `quarterly`.",
    );
    point.done(10, "You said, we did")
}
