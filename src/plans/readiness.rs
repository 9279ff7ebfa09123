//! What each of the ten points still lacks, in words that a busy nurse understands. Pure.
//! A text of fewer than three characters after trimming is too short; no other length rule counts.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Represent;
use crate::plans::points::{AllPoints, FourPi, Objective, PurposeStatus};
use crate::refusal::Fault;
use crate::text::Prose;

crate::text_enum! {
    /// How far a point is met.
    pub enum PointState {
        /// Nothing is missing.
        Met = "met",
        /// Something is there, something is missing.
        Partial = "partial",
        /// Nothing is there.
        Missing = "missing",
    }
}

/// One thing that a point lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Where in the plan.
    pub pointer: String,
    /// `missing` or `too-short`.
    pub code: &'static str,
    /// What good looks like.
    pub detail: String,
}

/// One of the ten points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointReadiness {
    /// 1 to 10.
    pub number: u8,
    /// What it is about.
    pub title: &'static str,
    /// How far it is met.
    pub state: PointState,
    /// What it lacks.
    pub findings: Vec<Finding>,
}

/// How ready a plan is to be approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// Whether every point is met.
    pub ready: bool,
    /// The ten points, in order.
    pub points: Vec<PointReadiness>,
}

impl Represent for Readiness {}

impl Readiness {
    /// Every finding as a fault, for a refusal.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let findings = self.points.iter().flat_map(|point| &point.findings);
        findings.map(|finding| Fault::at(finding.pointer.clone(), finding.code, finding.detail.clone())).collect()
    }
}

/// Collects what a point lacks, and whether anything of it is there.
#[derive(Default)]
struct Point {
    findings: Vec<Finding>,
    something: bool,
}

impl Point {
    fn finding(&mut self, pointer: &str, code: &'static str, detail: &str) {
        self.findings.push(Finding { pointer: pointer.to_owned(), code, detail: detail.to_owned() });
    }

    /// Something must be chosen or answered.
    fn needs(&mut self, there: bool, pointer: &str, detail: &str) {
        self.something |= there;
        if !there {
            self.finding(pointer, "missing", detail);
        }
    }

    /// Something must be said.
    fn says(&mut self, text: Option<&Prose>, pointer: &str, detail: &str) {
        self.says_line(text.map(Prose::as_str), pointer, detail);
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

/// Holds a plan against the ten points.
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
    Readiness { ready: points.iter().all(|point| point.state == PointState::Met), points }
}

fn approach(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.approach.clone().unwrap_or_default();
    point.needs(
        it.involvement_level.is_some(),
        "/approach/involvement_level",
        "Choose how far people take part, from educate to co-produce.",
    );
    point.says(it.rationale.as_ref(), "/approach/rationale", "Say why this level is right for this piece of work.");
    point.done(1, "Type of involvement")
}

fn relationships(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.relationships.clone().unwrap_or_default();
    point.needs(it.link_person.is_some(), "/relationships/link_person", "Name the person whom people turn to.");
    point.needs(it.deputy.is_some(), "/relationships/deputy", "Name who stands in when the link person is away.");
    point.says(it.support.as_ref(), "/relationships/support", "Say what support people get before, during and after.");
    point.says(
        it.supervision.as_ref(),
        "/relationships/supervision",
        "Say how people are supervised, as a new member of staff would be.",
    );
    point.done(2, "Relationships")
}

fn purpose(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.purpose.clone().unwrap_or_default();
    point.needs(
        it.status.is_some(),
        "/purpose/status",
        "Say whether the purpose is agreed or still being explored; both are fine.",
    );
    let exploring = it.status == Some(PurposeStatus::Exploring);
    let statement = if exploring { "Say what is not yet known." } else { "Say what people are involved for." };
    point.says(it.statement.as_ref(), "/purpose/statement", statement);
    if exploring {
        point.needs(it.review_on.is_some(), "/purpose/review_on", "Say when the purpose is looked at again.");
    } else {
        objectives(&mut point, &it.objectives);
        four_pi(&mut point, &it.four_pi.unwrap_or_default());
    }
    let duty = it.duty_assessment.unwrap_or_default();
    point.needs(
        duty.applies.is_some(),
        "/purpose/duty_assessment/applies",
        "Say whether the statutory duty to involve applies: yes, no or unsure.",
    );
    point.says(duty.reason.as_ref(), "/purpose/duty_assessment/reason", "Say why the duty applies or not.");
    point.done(3, "Why involve people")
}

fn objectives(point: &mut Point, objectives: &[Objective]) {
    point.needs(!objectives.is_empty(), "/purpose/objectives", "Name at least one objective.");
    for (position, objective) in objectives.iter().enumerate() {
        let at = |member: &str| format!("/purpose/objectives/{position}/{member}");
        point.says(objective.text.as_ref(), &at("text"), "Say what is to be reached.");
        point.says(
            objective.success_criterion.as_ref(),
            &at("success_criterion"),
            "Say how one will know that it was reached.",
        );
    }
}

fn four_pi(point: &mut Point, it: &FourPi) {
    for (member, text, detail) in [
        ("principles", &it.principles, "Say by which principles people are involved."),
        ("purpose", &it.purpose, "Say what the involvement is for, so that everyone shares it."),
        ("presence", &it.presence, "Say who is there, and that nobody is alone."),
        ("process", &it.process, "Say how people are found, prepared, supported and heard."),
        ("impact", &it.impact, "Say what will be different, and how it will be seen."),
    ] {
        point.says(text.as_ref(), &format!("/purpose/four_pi/{member}"), detail);
    }
}

fn activities(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    point.needs(!plan.activities.is_empty(), "/activities", "Choose at least one activity that fits.");
    point.done(4, "Activities that fit")
}

fn interview_panels(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.interview_panels.clone().unwrap_or_default();
    point.needs(it.used.is_some(), "/interview_panels/used", "Say whether people will sit on interview panels.");
    if it.used == Some(true) {
        point.says(
            it.preparation.as_ref(),
            "/interview_panels/preparation",
            "Say how people are trained and prepared for a panel.",
        );
    }
    point.done(5, "Interview panels")
}

fn reimbursement(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.reimbursement.clone().unwrap_or_default();
    point.needs(it.travel.is_some(), "/reimbursement/travel", "Say whether travel is reimbursed.");
    point.needs(it.time_payment.is_some(), "/reimbursement/time_payment", "Say whether time is paid.");
    point.says(
        it.statement.as_ref(),
        "/reimbursement/statement",
        "Say in plain words what people get back; \"nothing\" must be said.",
    );
    point.done(6, "Reimbursement")
}

fn requirements(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.requirements.clone().unwrap_or_default();
    point.says(it.experience.as_ref(), "/requirements/experience", "Say which experience people need.");
    point.says(it.skills.as_ref(), "/requirements/skills", "Say which skills people need, or that none are needed.");
    point.says(it.commitment.as_ref(), "/requirements/commitment", "Say how much of their time it takes.");
    point.needs(it.people_needed.is_some(), "/requirements/people_needed", "Say how many people are needed.");
    point.needs(it.dbs.is_some(), "/requirements/dbs", "Say whether a DBS check is needed.");
    point.needs(
        it.occupational_health.is_some(),
        "/requirements/occupational_health",
        "Say whether occupational health clearance is needed.",
    );
    point.says_line(it.duration.as_deref(), "/requirements/duration", "Say for how long people are needed.");
    point.done(7, "What you need")
}

fn agreement(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.agreement.clone().unwrap_or_default();
    point.needs(it.needed.is_some(), "/agreement/needed", "Say whether everyone gets an agreement of their own.");
    point.needs(it.ongoing.is_some(), "/agreement/ongoing", "Say whether it is for longer than one occasion.");
    point.done(8, "Agreement")
}

fn advertising(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.advertising.clone().unwrap_or_default();
    point.needs(
        !it.channels.is_empty(),
        "/advertising/channels",
        "Choose at least one channel where the right people are.",
    );
    point.done(9, "Advertising")
}

fn feedback(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    let it = plan.points.feedback.clone().unwrap_or_default();
    point.needs(
        !it.methods.is_empty(),
        "/feedback/methods",
        "Choose how people are told what became of what they said.",
    );
    point.needs(it.frequency.is_some(), "/feedback/frequency", "Choose how often.");
    point.done(10, "You said, we did")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn whole() -> Value {
        serde_json::from_str(include_str!("examples/ready.json")).unwrap()
    }

    fn states(plan: &Value) -> Vec<PointState> {
        assess(&serde_json::from_value(plan.clone()).unwrap()).points.iter().map(|point| point.state).collect()
    }

    #[test]
    fn a_whole_plan_is_ready_and_an_empty_one_lacks_everything() {
        assert_eq!(states(&whole()), [PointState::Met; 10]);
        assert_eq!(states(&json!({})), [PointState::Missing; 10]);
    }

    #[test]
    fn taking_any_needed_thing_away_leaves_just_that_point_unmet() {
        let needed = [
            (1, "/approach/involvement_level"),
            (1, "/approach/rationale"),
            (2, "/relationships/link_person"),
            (2, "/relationships/deputy"),
            (2, "/relationships/support"),
            (2, "/relationships/supervision"),
            (3, "/purpose/status"),
            (3, "/purpose/statement"),
            (3, "/purpose/objectives"),
            (3, "/purpose/four_pi/principles"),
            (3, "/purpose/four_pi/purpose"),
            (3, "/purpose/four_pi/presence"),
            (3, "/purpose/four_pi/process"),
            (3, "/purpose/four_pi/impact"),
            (3, "/purpose/duty_assessment"),
            (4, "/activities"),
            (5, "/interview_panels/used"),
            (5, "/interview_panels/preparation"),
            (6, "/reimbursement/travel"),
            (6, "/reimbursement/time_payment"),
            (6, "/reimbursement/statement"),
            (7, "/requirements/experience"),
            (7, "/requirements/skills"),
            (7, "/requirements/commitment"),
            (7, "/requirements/people_needed"),
            (7, "/requirements/dbs"),
            (7, "/requirements/occupational_health"),
            (7, "/requirements/duration"),
            (8, "/agreement/needed"),
            (8, "/agreement/ongoing"),
            (9, "/advertising/channels"),
            (10, "/feedback/methods"),
            (10, "/feedback/frequency"),
        ];
        for (number, pointer) in needed {
            let mut plan = whole();
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            plan.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member).unwrap();
            let readiness = assess(&serde_json::from_value(plan).unwrap());
            let unmet: Vec<u8> = readiness
                .points
                .iter()
                .filter(|point| point.state != PointState::Met)
                .map(|point| point.number)
                .collect();
            assert_eq!(unmet, [number], "{pointer}");
            assert!(readiness.faults().iter().all(|fault| fault.code == "missing"), "{pointer}");
        }
    }

    #[test]
    fn three_characters_after_trimming_are_enough_and_two_are_not() {
        for (text, wanted) in [
            ("abc", None),
            (" abc ", None),
            (" ab ", Some("too-short")),
            ("   ", Some("missing")),
            ("", Some("missing")),
            ("né!", None),
        ] {
            let mut plan = whole();
            plan["approach"]["rationale"] = json!(text);
            let readiness = assess(&serde_json::from_value(plan).unwrap());
            assert_eq!(readiness.points[0].findings.first().map(|finding| finding.code), wanted, "{text:?}");
        }
    }

    #[test]
    fn an_exploring_purpose_needs_a_review_date_and_neither_objectives_nor_4pi() {
        let mut plan = whole();
        plan["purpose"] = json!({
            "status": "exploring", "statement": "We do not know yet which hours matter most.", "review_on": "2026-12-01",
            "duty_assessment": { "applies": "unsure", "reason": "It depends on the change." },
        });
        assert_eq!(states(&plan), [PointState::Met; 10]);
        plan["purpose"].as_object_mut().unwrap().remove("review_on");
        assert_eq!(states(&plan)[2], PointState::Partial);
    }

    #[test]
    fn panels_that_are_not_used_need_no_preparation() {
        let mut plan = whole();
        plan["interview_panels"] = json!({ "used": false });
        assert_eq!(states(&plan), [PointState::Met; 10]);
    }
}
