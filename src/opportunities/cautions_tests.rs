//! Each caution, on both sides of its edge.

use serde_json::{Value, json};

use super::*;
use crate::opportunities::kind_defaults::usual;
use crate::vocabulary::opportunity::OpportunityKind;

fn content(more: Value) -> OpportunityContent {
    let mut body = json!({
        "plan_id": uuid::Uuid::nil(), "title": "Evenings", "kind": "workshop", "involvement_level": "co_design", "places": 6,
        "starts_on": "2026-01-01", "ends_on": "2026-12-31", "basis": "paid_involvement",
        "offer": { "travel": true, "subsistence": true, "care": true, "access_support": true, "other": true, "tariff": "meeting", "statement": "All." },
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

fn plan() -> Intended {
    Intended {
        level: Some(crate::vocabulary::opportunity::InvolvementLevel::CoDesign),
        travel: Some(true),
        time_payment: Some(true),
        people_needed: Some(6),
        dbs: false,
        occupational_health: false,
        period_start: "2026-01-01".parse().unwrap(),
        period_end: "2026-12-31".parse().unwrap(),
    }
}

fn codes(more: Value, plan: &Intended) -> Vec<&'static str> {
    let new = content(more);
    cautions(&new, Some(plan), &usual(new.kind)).iter().map(|caution| caution.code.as_str()).collect()
}

#[test]
fn an_opportunity_as_planned_raises_none_and_each_difference_its_own() {
    let unpaid = json!({ "travel": true, "subsistence": true, "care": true, "access_support": true, "other": true, "tariff": null, "statement": "Travel." });
    let no_travel = json!({ "travel": false, "subsistence": true, "care": true, "access_support": false, "other": true, "tariff": "meeting", "statement": "Time." });
    for (more, wanted) in [
        (json!({}), &[][..]),
        (json!({ "involvement_level": "co_produce" }), &[]),
        (json!({ "involvement_level": "engage" }), &["level-below-plan"]),
        (json!({ "basis": "expenses_only", "offer": unpaid }), &["pay-differs-from-plan"]),
        (json!({ "offer": no_travel }), &["pay-differs-from-plan", "access-support-not-offered"]),
        (json!({ "starts_on": "2025-12-31" }), &["outside-plan-period"]),
        (json!({ "ends_on": "2027-01-01" }), &["outside-plan-period"]),
        (json!({ "starts_on": "2027-01-01", "ends_on": null }), &["outside-plan-period"]),
        (json!({ "places": 7 }), &["more-people-than-plan"]),
        (json!({ "kind": "ward_visit" }), &["checks-missing"]),
        (
            json!({ "kind": "interview_panel", "panel": { "role": "chair", "scoring": "equal" }, "training_required": ["interview-panels"] }),
            &["chair-needs-shadowing"],
        ),
    ] {
        assert_eq!(codes(more.clone(), &plan()), wanted, "{more}");
    }
}

#[test]
fn checks_that_the_plan_asks_for_are_required() {
    let checked = Intended { dbs: true, occupational_health: true, ..plan() };
    let all = json!({ "clearances_required": [{ "kind": "dbs_basic" }, { "kind": "occupational_health" }] });
    assert_eq!(codes(all, &checked), [""; 0]);
    for kind in ["dbs_basic", "occupational_health"] {
        assert_eq!(codes(json!({ "clearances_required": [{ "kind": kind }] }), &checked), ["checks-missing"], "{kind}");
    }
}

#[test]
fn without_a_plan_in_force_only_the_kind_is_compared() {
    let new = content(json!({ "kind": "ward_visit", "places": 90, "involvement_level": "inform" }));
    let found = cautions(&new, None, &usual(OpportunityKind::WardVisit));
    assert_eq!(found.iter().map(|caution| caution.code).collect::<Vec<_>>(), [CautionCode::ChecksMissing]);
    assert!(
        found[0].detail.contains("Enhanced DBS check") && found[0].detail.contains("Training: safeguarding"),
        "{found:?}"
    );
}

#[test]
fn answers_to_what_is_no_caution_are_not_kept_and_new_ones_count() {
    let answer = |code, reason: &str| AnsweredCaution { code, reason: reason.into() };
    let (level, places) = (CautionCode::LevelBelowPlan, CautionCode::MorePeopleThanPlan);
    let found = cautions(&content(json!({ "places": 7 })), Some(&plan()), &usual(OpportunityKind::Workshop));
    assert_eq!(unanswered(&found, &[answer(level, "Because.")]).len(), 1);
    assert!(unanswered(&found, &[answer(places, "A bigger room.")]).is_empty());
    let answers = over(&[answer(places, "Old."), answer(level, "Old.")], vec![answer(places, "New.")]);
    assert_eq!(kept(&found, answers), [answer(places, "New.")]);
}
