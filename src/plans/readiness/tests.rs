//! Readiness, in tables: what each point needs, both sides of every rule, and that findings are understandable.
//! The integration tests cover that approval needs it.

use super::findings::Finding;
use super::*;
use serde_json::{Value, json};

fn whole() -> Value {
    serde_json::from_str(include_str!("../examples/ready.json")).unwrap()
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
fn every_finding_says_in_a_sentence_what_to_do() {
    let empty: Vec<Finding> =
        assess(&AllPoints::default()).points.into_iter().flat_map(|point| point.findings).collect();
    let panel = serde_json::from_value(
        json!({ "interview_panels": { "used": true }, "purpose": { "status": "exploring", "objectives": [{}] } }),
    );
    let more = assess(&panel.unwrap()).points.into_iter().flat_map(|point| point.findings);
    for finding in empty.into_iter().chain(more) {
        let first = finding.detail.split(' ').next().unwrap();
        assert!(["Choose", "Say", "Name", "Give"].contains(&first), "{}", finding.detail);
        assert!(finding.detail.ends_with(['.', '"']) && finding.pointer.starts_with('/'), "{}", finding.detail);
        let shown = ["For example", "yes or no", "fine"].iter().any(|sign| finding.detail.contains(sign));
        assert!(shown, "shows what good looks like: {}", finding.detail);
    }
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
        let unmet: Vec<u8> =
            readiness.points.iter().filter(|point| point.state != PointState::Met).map(|point| point.number).collect();
        assert_eq!(unmet, [number], "{pointer}");
        // If the only field of a point is removed, the whole point is missing.
        let nothing = matches!(pointer, "/activities" | "/advertising/channels" | "/interview_panels/used");
        let wanted = if nothing { PointState::Missing } else { PointState::Partial };
        assert_eq!(readiness.points[usize::from(number) - 1].state, wanted, "{pointer}");
        assert!(!readiness.ready, "{pointer}");
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
fn each_text_is_too_short_with_two_characters_and_enough_with_three() {
    for pointer in [
        "/approach/rationale",
        "/relationships/support",
        "/relationships/supervision",
        "/purpose/statement",
        "/purpose/objectives/0/text",
        "/purpose/objectives/0/success_criterion",
        "/purpose/four_pi/principles",
        "/purpose/four_pi/purpose",
        "/purpose/four_pi/presence",
        "/purpose/four_pi/process",
        "/purpose/four_pi/impact",
        "/purpose/duty_assessment/reason",
        "/interview_panels/preparation",
        "/reimbursement/statement",
        "/requirements/experience",
        "/requirements/skills",
        "/requirements/commitment",
        "/requirements/duration",
    ] {
        for (text, wanted) in [("ab", vec![(pointer, "too-short")]), ("abc", vec![])] {
            let mut plan = whole();
            *plan.pointer_mut(pointer).unwrap() = json!(text);
            let readiness = assess(&serde_json::from_value(plan).unwrap());
            let findings = readiness.points.iter().flat_map(|point| &point.findings);
            let found: Vec<(&str, &str)> = findings.map(|one| (one.pointer.as_str(), one.code)).collect();
            assert_eq!(found, wanted, "{pointer} {text}");
        }
    }
}

#[test]
fn no_is_an_answer() {
    let mut plan = whole();
    for pointer in [
        "/relationships/induction",
        "/interview_panels/used",
        "/reimbursement/travel",
        "/reimbursement/time_payment",
        "/requirements/dbs",
        "/requirements/occupational_health",
        "/agreement/needed",
        "/agreement/ongoing",
    ] {
        *plan.pointer_mut(pointer).unwrap() = json!(false);
    }
    *plan.pointer_mut("/purpose/duty_assessment/applies").unwrap() = json!("no");
    assert_eq!(states(&plan), [PointState::Met; 10]);
}

#[test]
fn every_objective_says_what_and_how_to_tell() {
    let mut plan = whole();
    plan["purpose"]["objectives"] = json!([
        { "text": "Hours that match.", "success_criterion": "Nobody is turned away." },
        { "text": "A quiet room." },
        { "success_criterion": "People say so." },
    ]);
    let readiness = assess(&serde_json::from_value(plan).unwrap());
    let found: Vec<&str> = readiness.points[2].findings.iter().map(|finding| finding.pointer.as_str()).collect();
    assert_eq!(found, ["/purpose/objectives/1/success_criterion", "/purpose/objectives/2/text"]);
}

#[test]
fn an_exploring_purpose_still_says_what_is_not_known_and_whether_the_law_asks() {
    let exploring = json!({
        "status": "exploring", "statement": "We do not know yet.", "review_on": "2026-12-01",
        "duty_assessment": { "applies": "unsure", "reason": "It depends." },
    });
    for (member, pointers) in [
        ("statement", vec!["/purpose/statement"]),
        ("review_on", vec!["/purpose/review_on"]),
        ("duty_assessment", vec!["/purpose/duty_assessment/applies", "/purpose/duty_assessment/reason"]),
    ] {
        let mut plan = whole();
        plan["purpose"] = exploring.clone();
        plan["purpose"].as_object_mut().unwrap().remove(member);
        let readiness = assess(&serde_json::from_value(plan).unwrap());
        let found: Vec<&str> = readiness.points[2].findings.iter().map(|finding| finding.pointer.as_str()).collect();
        assert_eq!(found, pointers);
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
