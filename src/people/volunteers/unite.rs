//! What comes of two profiles of one person: the one that stays wins, empty fields are filled from the other, and lists are
//! united. Pure; how records are merged is in `merging`.

use std::collections::BTreeSet;

use crate::db::Json;
use crate::people::volunteers::content::{OtherMiles, VolunteerContent, VolunteerDetails};
use crate::people::volunteers::needs::CommunicationNeed;
use crate::refusal::Fault;
use crate::text::{Label, LongText};

/// The most of each list, and the longest text, as their schemas say.
const MOST_NEEDS: usize = 20;
const MOST_SKILLS: usize = 50;
const MOST_YEARS: usize = 20;
const LONGEST: usize = 4_000;

/// The profile that stays, with what it lacks from the other one; and a fault for each list or text that would be too long,
/// and for whoever else acts for the person by one profile and not by the other.
pub(super) fn unite(ours: &VolunteerContent, theirs: VolunteerContent) -> (VolunteerContent, Vec<Fault>) {
    let mut faults = contradictions(&ours.details, &theirs.details);
    let details = details(ours.details.clone(), theirs.details);
    let united = VolunteerContent {
        legal_name: ours.legal_name.clone(),
        details,
        staff_subject: ours.staff_subject.clone().or(theirs.staff_subject),
        weekly_alert_pence: ours.weekly_alert_pence.or(theirs.weekly_alert_pence),
        estate: ours.estate.clone().or(theirs.estate),
        other_miles: Json(miles(&ours.other_miles, theirs.other_miles.0)),
    };
    faults.extend(too_long(&united));
    (united, faults)
}

/// Who acts for somebody, and by what right, is never dropped: people find out which of the two is true.
fn contradictions(ours: &VolunteerDetails, theirs: &VolunteerDetails) -> Vec<Fault> {
    let differ = [
        (
            "acts_with",
            "acts-with-differs",
            ours.acts_with.is_some() && theirs.acts_with.is_some() && ours.acts_with != theirs.acts_with,
        ),
        (
            "guardian",
            "guardian-differs",
            ours.guardian.is_some() && theirs.guardian.is_some() && ours.guardian != theirs.guardian,
        ),
    ];
    let differ = differ.into_iter().filter(|(_, _, differ)| *differ);
    differ
        .map(|(field, code, _)| {
            let detail = format!("both have `{field}`, and not the same; write what is true into the record that stays, and empty it in this one");
            Fault::whole(code, detail)
        })
        .collect()
}

fn details(ours: VolunteerDetails, theirs: VolunteerDetails) -> VolunteerDetails {
    VolunteerDetails {
        preferred_name: ours.preferred_name.or(theirs.preferred_name),
        pronouns: ours.pronouns.or(theirs.pronouns),
        email: ours.email.or(theirs.email),
        phone: ours.phone.or(theirs.phone),
        address: ours.address.or(theirs.address),
        preferred_contact: ours.preferred_contact,
        communication_needs: Json(needs(ours.communication_needs.0, theirs.communication_needs.0)),
        // Whichever review comes first is of needs that are still there.
        needs_review_due: ours.needs_review_due.into_iter().chain(theirs.needs_review_due).min(),
        adjustments: both(ours.adjustments, theirs.adjustments),
        interests: Json(all(ours.interests.0, theirs.interests.0)),
        skills: Json(skills(ours.skills.0, theirs.skills.0)),
        memberships: Json(all(ours.memberships.0, theirs.memberships.0)),
        update_preferences: ours.update_preferences.or(theirs.update_preferences),
        emergency_contact: ours.emergency_contact.or(theirs.emergency_contact),
        acts_with: ours.acts_with.or(theirs.acts_with),
        under_18: ours.under_18,
        guardian: ours.guardian.or(theirs.guardian),
        link_person: ours.link_person.or(theirs.link_person),
    }
}

fn all<T: Ord>(mut ours: BTreeSet<T>, theirs: BTreeSet<T>) -> BTreeSet<T> {
    ours.extend(theirs);
    ours
}

/// No need is lost: what is known of either is needed.
fn needs(mut ours: Vec<CommunicationNeed>, theirs: Vec<CommunicationNeed>) -> Vec<CommunicationNeed> {
    for need in theirs {
        if !ours.contains(&need) {
            ours.push(need);
        }
    }
    ours
}

/// Skills are the same in upper and lower case, as in the search.
fn skills(mut ours: Vec<Label>, theirs: Vec<Label>) -> Vec<Label> {
    for skill in theirs {
        if !ours.iter().any(|known| known.to_lowercase() == skill.to_lowercase()) {
            ours.push(skill);
        }
    }
    ours
}

/// Both texts, the one that stays first.
fn both(ours: Option<LongText>, theirs: Option<LongText>) -> Option<LongText> {
    match (ours.filter(|text| !text.is_empty()), theirs.filter(|text| !text.is_empty())) {
        (Some(ours), Some(theirs)) if ours != theirs => Some(format!("{ours}\n{theirs}").into()),
        (ours, theirs) => ours.or(theirs),
    }
}

/// Of the miles of a tax year that both declare, the more: they are of the same person, and were driven once.
fn miles(ours: &[OtherMiles], theirs: Vec<OtherMiles>) -> Vec<OtherMiles> {
    let mut united = ours.to_vec();
    for entry in theirs {
        match united.iter_mut().find(|known| known.tax_year == entry.tax_year) {
            Some(known) => known.miles = known.miles.max(entry.miles),
            None => united.push(entry),
        }
    }
    united
}

fn too_long(united: &VolunteerContent) -> Vec<Fault> {
    let details = &united.details;
    let adjustments = details.adjustments.as_ref().map_or(0, |text| text.chars().count());
    let sizes = [
        ("communication_needs", details.communication_needs.len(), MOST_NEEDS),
        ("skills", details.skills.len(), MOST_SKILLS),
        ("other_miles", united.other_miles.len(), MOST_YEARS),
        ("adjustments", adjustments, LONGEST),
    ];
    let over = sizes.into_iter().filter(|(_, size, most)| size > most);
    over.map(|(field, size, most)| {
        let detail = format!("`{field}` of both would be {size}, and may be {most}; shorten one of them");
        Fault::whole("together-too-much", detail)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(more: &str) -> VolunteerContent {
        serde_json::from_str(&format!(r#"{{"legal_name": "Ada Bell", "preferred_contact": "email"{more}}}"#)).unwrap()
    }

    #[test]
    fn the_one_that_stays_wins_and_nothing_that_is_needed_is_lost() {
        let ours = person(
            r#", "email": "ada@example.org", "communication_needs": [{"kind": "bsl"}], "needs_review_due": "2027-05-01",
            "skills": ["Minute taking"], "interests": ["interview_panel"], "adjustments": "Ground floor.",
            "other_miles": [{"tax_year": "2026/27", "miles": 10}]"#,
        );
        let theirs = person(
            r#", "email": "bell@example.org", "phone": "01223 555 0101", "pronouns": "she/her",
            "communication_needs": [{"kind": "bsl"}, {"kind": "large_print"}], "needs_review_due": "2027-03-01",
            "skills": ["minute taking", "Chairing"], "interests": ["workshop"], "adjustments": "A break each hour.",
            "other_miles": [{"tax_year": "2026/27", "miles": 4}, {"tax_year": "2025/26", "miles": 7}],
            "staff_subject": "nurse.bell""#,
        );
        let (united, faults) = unite(&ours, theirs);
        assert_eq!(faults, []);
        let expected = person(
            r#", "email": "ada@example.org", "phone": "01223 555 0101", "pronouns": "she/her",
            "communication_needs": [{"kind": "bsl"}, {"kind": "large_print"}], "needs_review_due": "2027-03-01",
            "skills": ["Minute taking", "Chairing"], "interests": ["interview_panel", "workshop"],
            "adjustments": "Ground floor.\nA break each hour.",
            "other_miles": [{"tax_year": "2026/27", "miles": 10}, {"tax_year": "2025/26", "miles": 7}],
            "staff_subject": "nurse.bell""#,
        );
        assert_eq!(united, expected);
    }

    #[test]
    fn who_acts_for_somebody_is_not_dropped() {
        let with = |who: &str| {
            person(&format!(
                r#", "acts_with": {{"name": "{who}", "relation": "daughter", "contact": "01223 555 0142", "authority": "power_of_attorney"}},
                "guardian": {{"name": "{who}", "contact": "01223 555 0142"}}"#
            ))
        };
        let codes = |ours: &VolunteerContent, theirs| -> Vec<&str> {
            unite(ours, theirs).1.iter().map(|fault| fault.code).collect()
        };
        assert_eq!(codes(&with("Ruth"), with("Ama")), ["acts-with-differs", "guardian-differs"]);
        assert!(codes(&with("Ruth"), with("Ruth")).is_empty() && codes(&with("Ruth"), person("")).is_empty());
        let (united, _) = unite(&person(""), with("Ama"));
        assert_eq!(united.details.acts_with, with("Ama").details.acts_with);
    }

    #[test]
    fn what_would_be_too_long_is_named() {
        let many = |kind: &str, from: usize| {
            let entries: Vec<String> =
                (from..from + 15).map(|n| format!(r#"{{"kind": "{kind}", "detail": "{n}"}}"#)).collect();
            person(&format!(r#", "communication_needs": [{}]"#, entries.join(",")))
        };
        let (_, faults) = unite(&many("other", 0), many("other", 15));
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["together-too-much"]);
        assert!(unite(&many("other", 0), many("other", 0)).1.is_empty(), "the same needs are needed once");
    }
}
