//! Points 1 to 4: how much say people have, who is there for them, what it is for, and what they will do. Pure.

use crate::plans::points::{AllPoints, FourPi, Objective, PurposeStatus};
use crate::plans::readiness::findings::{Point, PointReadiness};

pub(super) fn approach(plan: &AllPoints) -> PointReadiness {
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

pub(super) fn relationships(plan: &AllPoints) -> PointReadiness {
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

pub(super) fn purpose(plan: &AllPoints) -> PointReadiness {
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

pub(super) fn activities(plan: &AllPoints) -> PointReadiness {
    let mut point = Point::default();
    point.needs(!plan.activities.is_empty(), "/activities", "Choose at least one thing that people will do with you. For example: a `workshop`, described as \"three evening workshops\".");
    point.done(4, "Activities that fit")
}
