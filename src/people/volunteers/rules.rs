//! Who may write which field of a volunteer, and the rules between fields.
//! Who may write at all is in `access::policy`.

use crate::access::{Viewer, Viewers};
use crate::clock::Day;
use crate::people::volunteers::content::{VolunteerContent, VolunteerDetails};
use crate::people::volunteers::experiences::views::ExperienceContent;
use crate::people::volunteers::needs::ContactWay;
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::{Fault, Happened, Kind, Refusal};

/// The fields of their own profile that volunteers may not change; leads may.
const LEADS: [&str; 7] =
    ["legal_name", "memberships", "link_person", "staff_subject", "estate", "under_18", "guardian"];
/// The fields among them that are decided about a person, and so by somebody else.
const DECIDED: [&str; 2] = ["legal_name", "memberships"];
/// The field that only the volunteer may see and change.
const ALERT: &str = "weekly_alert_pence";

/// Whether a field says what was decided about a person.
pub(super) fn is_decided(field: &str) -> bool {
    DECIDED.contains(&field)
}

/// The fields that this caller may not change.
pub(super) fn beyond_change(caller: Viewers) -> Vec<&'static str> {
    let mut names = Vec::new();
    if !caller.includes(Viewer::Lead) {
        names.extend(LEADS);
    }
    if !caller.includes(Viewer::Own) {
        names.push(ALERT);
    }
    names
}

/// The fields that are set in a new volunteer though this caller may not set them.
pub(super) fn beyond_creation(new: &VolunteerContent, caller: Viewers) -> Vec<&'static str> {
    let mut names = Vec::new();
    if new.staff_subject.is_some() && !caller.includes(Viewer::Lead) {
        names.push("staff_subject");
    }
    if new.weekly_alert_pence.is_some() {
        names.push(ALERT);
    }
    if new.estate.is_some() {
        names.push("estate");
    }
    names
}

/// What is shown of somebody who is not seen whole: what they go by, and how to reach them.
pub(super) fn brief(details: VolunteerDetails) -> VolunteerDetails {
    let way = details.preferred_contact;
    VolunteerDetails {
        preferred_name: details.preferred_name,
        pronouns: details.pronouns,
        email: details.email.filter(|_| way == ContactWay::Email),
        phone: details.phone.filter(|_| matches!(way, ContactWay::Phone | ContactWay::Sms)),
        address: details.address.filter(|_| way == ContactWay::Letter),
        preferred_contact: way,
        communication_needs: details.communication_needs,
        ..VolunteerDetails::default()
    }
}

/// Months until the next review of needs, where no day is given (Accessible Information Standard).
const REVIEW_MONTHS: i32 = 12;

/// When needs that are recorded or reviewed today are due for review: on the day given, else in twelve months; no day
/// where there are no needs and none is given.
pub(super) fn review_due(has_needs: bool, said: Option<Day>, today: Day) -> Option<Day> {
    said.or_else(|| has_needs.then(|| today.plus_months(REVIEW_MONTHS)))
}

/// A volunteer whose needs are recorded or reviewed today, with the day of the next review.
pub(super) fn with_review(mut new: VolunteerContent, today: Day) -> VolunteerContent {
    let details = &mut new.details;
    details.needs_review_due = review_due(!details.communication_needs.is_empty(), details.needs_review_due, today);
    new
}

/// The review day after a change of a volunteer: the day in the request, if there is one; otherwise changed needs are
/// due for review in twelve months.
pub(super) fn review_after(before: &VolunteerDetails, after: &VolunteerDetails, sent: bool, today: Day) -> Option<Day> {
    let changed = before.communication_needs != after.communication_needs;
    let said = after.needs_review_due.filter(|_| sent || !changed);
    review_due(!after.communication_needs.is_empty(), said, today)
}

/// The longest time until the next review: two years.
const LATEST_REVIEW_DAYS: i64 = 731;

/// The next review must be after today and within two years.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(super) fn after_today(next: Option<Day>, today: Day) -> Result<(), Refusal> {
    if next.is_some_and(|next| next <= today || next > today.plus_days(LATEST_REVIEW_DAYS)) {
        let detail = "must be after today, and within two years";
        return Err(Refusal::invalid(vec![Fault::at("/next_review_due", "out-of-range", detail)]));
    }
    Ok(())
}

/// An erased volunteer can't be changed.
///
/// # Errors
/// `not-editable`, with a fault for each field.
pub fn editable<'f>(status: VolunteerStatus, fields: impl Iterator<Item = &'f str>) -> Result<(), Refusal> {
    if status != VolunteerStatus::Erased {
        return Ok(());
    }
    let faults = fields.map(|field| Fault::at(format!("/{field}"), "not-editable", "the person was erased")).collect();
    Err(Refusal::new(Kind::NotEditable, "This person was erased, so nothing about them can be changed.").with(faults))
}

/// A guardian consented on a day that is past, and there is one only for somebody under 18.
///
/// # Errors
/// `invalid`.
pub(super) fn guarded(details: &VolunteerDetails, today: Day) -> Result<(), Refusal> {
    let Some(guardian) = &details.guardian else { return Ok(()) };
    if !details.under_18 {
        let fault = Fault::at("/guardian", "not-allowed", "is for somebody under 18: set `under_18`, too");
        return Err(Refusal::invalid(vec![fault]));
    }
    Happened::in_living_memory(today).check("/guardian/consent_on", guardian.consent_on)
}

/// An experience was lived: its years are not in the future.
///
/// # Errors
/// `invalid`, `out-of-range`.
pub(super) fn lived(new: &ExperienceContent, today: Day) -> Result<(), Refusal> {
    let years = [("/from_year", new.from_year), ("/to_year", new.to_year)];
    let to_come = years.into_iter().filter(|(_, year)| year.is_some_and(|year| year > today.date().year()));
    let faults: Vec<Fault> =
        to_come.map(|(field, _)| Fault::at(field, "out-of-range", "must not be in the future")).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Viewer::{Lead, Own};
    use crate::people::volunteers::status::LIFE;
    use crate::people::volunteers::status::VolunteerVerb::{Activate, Leave, Pause};

    fn person(more: &str) -> VolunteerContent {
        serde_json::from_str(&format!(r#"{{"legal_name": "Ada Bell", "preferred_contact": "email"{more}}}"#)).unwrap()
    }

    #[test]
    fn fields_have_their_writers() {
        assert_eq!(beyond_change(Viewers::of(&[Lead])), [ALERT]);
        assert_eq!(beyond_change(Viewers::of(&[Own])), LEADS);
        assert!(beyond_change(Viewers::of(&[Lead, Own])).is_empty());
        let both = person(r#", "staff_subject": "nurse.bell", "weekly_alert_pence": 100"#);
        assert_eq!(beyond_creation(&both, Viewers::default()), ["staff_subject", ALERT]);
        assert_eq!(beyond_creation(&both, Viewers::of(&[Lead])), [ALERT]);
        assert!(beyond_creation(&person(""), Viewers::default()).is_empty());
    }

    #[test]
    fn needs_are_asked_about_again_in_a_year_where_nothing_else_is_said() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let today = day("2028-02-29");
        for (has_needs, said, due) in [
            (true, None, Some("2029-02-28")),
            (true, Some("2028-06-01"), Some("2028-06-01")),
            (false, None, None),
            (false, Some("2028-06-01"), Some("2028-06-01")),
        ] {
            assert_eq!(review_due(has_needs, said.map(day), today), due.map(day), "{has_needs} {said:?}");
        }
        let with = |needs: &str, due: &str| {
            person(&format!(r#", "communication_needs": {needs}, "needs_review_due": {due}"#)).details
        };
        let (bsl, print) = (r#"[{"kind": "bsl"}]"#, r#"[{"kind": "large_print"}]"#);
        for (before, after, sent, due) in [
            (with("[]", "null"), with(bsl, "null"), false, Some("2029-02-28")),
            (with(bsl, r#""2028-05-01""#), with(print, r#""2028-05-01""#), false, Some("2029-02-28")),
            (with(bsl, r#""2028-05-01""#), with(print, r#""2028-05-01""#), true, Some("2028-05-01")),
            (with(bsl, r#""2028-05-01""#), with(bsl, r#""2028-05-01""#), false, Some("2028-05-01")),
            (with(bsl, r#""2028-05-01""#), with(bsl, "null"), true, Some("2029-02-28")),
            (with(bsl, r#""2028-05-01""#), with("[]", r#""2028-05-01""#), false, None),
            (with("[]", "null"), with("[]", "null"), false, None),
        ] {
            assert_eq!(review_after(&before, &after, sent, today), due.map(day), "{before:?} {after:?} {sent}");
        }
    }

    #[test]
    fn only_the_erased_stand_fixed() {
        for status in VolunteerStatus::ALL {
            assert_eq!(editable(*status, ["phone"].into_iter()).is_ok(), *status != VolunteerStatus::Erased);
        }
    }

    #[test]
    fn a_person_comes_pauses_and_goes() {
        use VolunteerStatus::{Active, Erased, Left, Paused, Prospective};
        for (from, verb, to) in [
            (Prospective, Activate, Some(Active)),
            (Active, Pause, Some(Paused)),
            (Paused, Activate, Some(Active)),
            (Prospective, Leave, Some(Left)),
            (Active, Leave, Some(Left)),
            (Paused, Leave, Some(Left)),
            (Prospective, Pause, None),
            (Active, Activate, None),
            (Left, Activate, None),
            (Left, Leave, None),
            (Erased, Leave, None),
        ] {
            assert_eq!(LIFE.step(from, verb).ok(), to, "{from} {verb}");
        }
    }
}
