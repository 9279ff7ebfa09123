//! What is still missing from each of the ten points, in words that a busy nurse understands. Pure.
//! A text of fewer than three characters after trimming is too short; there is no other length rule.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Represent;
use crate::plans::points::{AllPoints, FourPi, Objective, PurposeStatus};
use crate::refusal::Fault;
use crate::text::LongText;

crate::text_enum! {
    /// Whether one of the ten points is met.
    pub enum PointState {
        /// Nothing is missing.
        Met = "met",
        /// Something is there, something is missing.
        Partial = "partial",
        /// Nothing is filled in.
        Missing = "missing",
    }
}

/// Something that is missing from a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Place in the plan, as a JSON pointer.
    pub pointer: String,
    /// Code: `missing` or `too-short`.
    pub code: &'static str,
    /// What to fill in, with an example.
    pub detail: String,
}

/// Readiness of one of the ten points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointReadiness {
    /// Number of the point, from 1 to 10.
    pub number: u8,
    /// Title of the point.
    pub title: &'static str,
    /// Whether the point is met.
    pub state: PointState,
    /// What is missing; empty if the point is met.
    pub findings: Vec<Finding>,
}

/// Readiness of a plan for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether all ten points are met.
    pub ready: bool,
    /// The ten points in order.
    pub points: Vec<PointReadiness>,
    /// Number of comments that are not resolved. Open comments do not prevent approval.
    pub open_comments: i64,
}

impl Represent for Readiness {}

impl Readiness {
    /// All findings as faults of a refusal.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let findings = self.points.iter().flat_map(|point| &point.findings);
        findings.map(|finding| Fault::at(finding.pointer.clone(), finding.code, finding.detail.clone())).collect()
    }
}

/// Collects what is missing from a point, and whether anything is filled in.
#[derive(Default)]
struct Point {
    findings: Vec<Finding>,
    something: bool,
}

impl Point {
    fn finding(&mut self, pointer: &str, code: &'static str, detail: &str) {
        self.findings.push(Finding { pointer: pointer.to_owned(), code, detail: detail.to_owned() });
    }

    /// A choice or an answer is needed.
    fn needs(&mut self, there: bool, pointer: &str, detail: &str) {
        self.something |= there;
        if !there {
            self.finding(pointer, "missing", detail);
        }
    }

    /// A text is needed.
    fn says(&mut self, text: Option<&LongText>, pointer: &str, detail: &str) {
        self.says_line(text.map(LongText::as_str), pointer, detail);
    }

    fn says_line(&mut self, text: Option<&str>, pointer: &str, detail: &str) {
        match text.map(|text| text.trim().chars().count()) {
            None | Some(0) => self.finding(pointer, "missing", detail),
            Some(1 | 2) => {
                self.something = true;
                self.finding(pointer, "too-short", detail);
            }
            Some(_) => self.something = true,
        }
    }

    fn done(self, number: u8, title: &'static str) -> PointReadiness {
        let state = match (self.findings.is_empty(), self.something) {
            (true, _) => PointState::Met,
            (false, true) => PointState::Partial,
            (false, false) => PointState::Missing,
        };
        PointReadiness { number, title, state, findings: self.findings }
    }
}

/// Assesses a plan against the ten points.
#[must_use]
pub(super) fn assess(plan: &AllPoints) -> Readiness {
    let points = vec![
        approach(plan),
        relationships(plan),
        purpose(plan),
        activities(plan),
        interview_panels(plan),
        reimbursement(plan),
        requirements(plan),
        agreement(plan),
        advertising(plan),
        feedback(plan),
    ];
    Readiness { ready: points.iter().all(|point| point.state == PointState::Met), points, open_comments: 0 }
}

fn approach(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.approach.clone().unwrap_or_default();
    point.needs(
        it.involvement_level.is_some(),
        "/approach/involvement_level",
        "Choose how much say people have, from `educate` (you tell them) to `co_produce` (you decide together). For example: `co_design`, where people work on the options with you and the team makes the final decision.",
    );
    point.says(it.rationale.as_ref(), "/approach/rationale", "Say why this much say is right for this piece of work. For example: \"People who used the café know what a bad night is like; we know what can be staffed.\"");
    point.done(1, "Type of involvement")
}

fn relationships(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.relationships.clone().unwrap_or_default();
    point.needs(it.link_person.is_some(), "/relationships/link_person", "Name one member of staff whom people can ring or write to. For example: Amara Okafor, amara.okafor@trust.example.");
    point.needs(
        it.deputy.is_some(),
        "/relationships/deputy",
        "Name who answers when that person is on leave or ill. For example: Tom Reed, tom.reed@trust.example.",
    );
    point.says(it.support.as_ref(), "/relationships/support", "Say how you look after people before, during and after. For example: \"A call before and after each session, and a quiet room during it.\"");
    point.says(
        it.supervision.as_ref(),
        "/relationships/supervision",
        "Say who talks with people about how it is going, and how often, as with a new member of staff. For example: \"Monthly, with the link person.\"",
    );
    point.done(2, "Relationships")
}

fn purpose(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.purpose.clone().unwrap_or_default();
    point.needs(
        it.status.is_some(),
        "/purpose/status",
        "Say whether you know what this is for (`agreed`) or are still finding out with people (`exploring`). Both are fine.",
    );
    let exploring = it.status == Some(PurposeStatus::Exploring);
    let statement = if exploring {
        "Say what you don't know yet and want to find out with people. For example: \"We do not know which hours matter most.\""
    } else {
        "Say in a sentence what people are helping with. For example: \"Redesign what the café offers in the evening.\""
    };
    point.says(it.statement.as_ref(), "/purpose/statement", statement);
    if exploring {
        point.needs(it.review_on.is_some(), "/purpose/review_on", "Give the date on which you will look at this again, with the people involved. For example: in three months.");
    } else {
        objectives(&mut point, &it.objectives);
        four_pi(&mut point, &it.four_pi.unwrap_or_default());
    }
    let duty = it.duty_assessment.unwrap_or_default();
    point.needs(
        duty.applies.is_some(),
        "/purpose/duty_assessment/applies",
        "Say whether the law asks you to involve people in this (`yes`, `no` or `unsure`): it does where a change alters what patients get, or how. `unsure` is fine; a lead will help.",
    );
    point.says(duty.reason.as_ref(), "/purpose/duty_assessment/reason", "Say why, in a sentence; if you are unsure, say what it depends on. For example: \"The change alters when the service is open.\"");
    point.done(3, "Why involve people")
}

fn objectives(point: &mut Point, objectives: &[Objective]) {
    point.needs(!objectives.is_empty(), "/purpose/objectives", "Say at least one thing that should be different at the end. For example: \"Opening hours that match when people need us.\"");
    for (position, objective) in objectives.iter().enumerate() {
        let at = |member: &str| format!("/purpose/objectives/{position}/{member}");
        point.says(
            objective.text.as_ref(),
            &at("text"),
            "Say what should be different at the end. For example: \"Opening hours that match when people need us.\"",
        );
        point.says(
            objective.success_criterion.as_ref(),
            &at("success_criterion"),
            "Say how everyone will be able to tell. For example: \"Nobody is turned away between six and midnight.\"",
        );
    }
}

fn four_pi(point: &mut Point, it: &FourPi) {
    for (member, text, detail) in [
        (
            "principles",
            &it.principles,
            "Say how people will be treated. For example: \"Equal voices, plain words, and nobody has to tell their story to be heard.\"",
        ),
        (
            "purpose",
            &it.purpose,
            "Say how everyone comes to share what this is for. For example: \"Written together at the first workshop, and on the wall at every one since.\"",
        ),
        (
            "presence",
            &it.presence,
            "Say who will be in the room, and that nobody is the only one. For example: \"At least two people with their own experience at every meeting.\"",
        ),
        (
            "process",
            &it.process,
            "Say how people are asked, prepared and heard. For example: \"Agendas a week ahead, breaks, and a named person to call.\"",
        ),
        (
            "impact",
            &it.impact,
            "Say how people will see what came of it. For example: \"What changed, and what did not and why, is published each quarter.\"",
        ),
    ] {
        point.says(text.as_ref(), &format!("/purpose/four_pi/{member}"), detail);
    }
}

fn activities(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    point.needs(!plan.activities.is_empty(), "/activities", "Choose at least one thing that people will do with you. For example: a `workshop`, described as \"three evening workshops\".");
    point.done(4, "Activities that fit")
}

fn interview_panels(plan: &AllPoints) -> PointReadiness {
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

fn reimbursement(plan: &AllPoints) -> PointReadiness {
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

fn requirements(plan: &AllPoints) -> PointReadiness {
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

fn agreement(plan: &AllPoints) -> PointReadiness {
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

fn advertising(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.advertising.clone().unwrap_or_default();
    point.needs(
        !it.channels.is_empty(),
        "/advertising/channels",
        "Choose at least one place where the right people will see it. For example: `waiting_room`, for people who use the service now.",
    );
    point.done(9, "Advertising")
}

fn feedback(plan: &AllPoints) -> PointReadiness {
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

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
