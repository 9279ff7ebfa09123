//! What expressing interest, offering a place and accepting it need, as pure functions.
//! `opportunities` counts the places; `clearances` tells which clearances are missing.

use crate::clock::{Day, Instant};
use crate::expressions::status::{ExpressionStatus, UNDECIDED};
use crate::opportunities::OpportunityStatus;
use crate::people::clearances::Missing;
use crate::people::volunteers::VolunteerStatus;
use crate::refusal::{Fault, Kind, Refusal, refuse_if_any};
use crate::vocabulary::clearance::{ClearanceKind, Required};
use crate::vocabulary::opportunity::OpportunityKind;

/// Checks that interest can be expressed in an opportunity of this status and kind.
///
/// # Errors
/// `opportunity-not-open`, `conflict-declaration-needed`.
pub fn open(status: OpportunityStatus, kind: OpportunityKind, conflict_declared: Option<bool>) -> Result<(), Refusal> {
    if status != OpportunityStatus::Published {
        return Err(Refusal::new(
            Kind::OpportunityNotOpen,
            format!("The opportunity is {status}. Interest can be expressed only while it is published."),
        ));
    }
    if kind == OpportunityKind::InterviewPanel && conflict_declared.is_none() {
        let fault = Fault::at("/conflict_declared", "required", "must say whether there is a conflict of interest");
        return Err(Refusal::new(
            Kind::ConflictDeclarationNeeded,
            "For an interview panel, say in `conflict_declared` whether there is a conflict of interest.",
        )
        .with(vec![fault]));
    }
    Ok(())
}

/// Checks that no conflict of interest keeps a person from taking a place. On an interview panel, the person must have
/// declared that there is none, or an involvement lead must have cleared it.
///
/// # Errors
/// `conflict-undecided`.
pub fn unconflicted(kind: OpportunityKind, declared: Option<bool>, cleared: bool) -> Result<(), Refusal> {
    let asked = kind == OpportunityKind::InterviewPanel || declared == Some(true);
    if asked && declared != Some(false) && !cleared {
        let detail =
            "A conflict of interest was declared, or nothing was declared. An involvement lead must clear it first.";
        return Err(Refusal::new(Kind::ConflictUndecided, detail));
    }
    Ok(())
}

/// Checks that a conflict can still be cleared: while the expression of interest is undecided.
///
/// # Errors
/// `not-editable`.
pub fn conflict_open(status: ExpressionStatus) -> Result<(), Refusal> {
    if UNDECIDED.contains(&status) {
        return Ok(());
    }
    Err(Refusal::new(
        Kind::NotEditable,
        format!("The expression of interest is {status}. A conflict can be cleared only before it is decided."),
    ))
}

/// Checks that a volunteer with this status can take part; an unknown person can't.
///
/// # Errors
/// `volunteer-not-active`.
pub fn can_engage(status: Option<VolunteerStatus>) -> Result<(), Refusal> {
    match status {
        Some(VolunteerStatus::Prospective | VolunteerStatus::Active) => Ok(()),
        _ => Err(Refusal::new(Kind::VolunteerNotActive, "The volunteer must be prospective or active.")),
    }
}

/// Checks that the guardian of somebody under 18 has consented.
///
/// # Errors
/// `guardian-consent-missing`.
pub fn consented(is_missing: bool) -> Result<(), Refusal> {
    if is_missing {
        let detail = "The person is under 18. Record their guardian and the day of the guardian's consent first.";
        return Err(Refusal::new(Kind::GuardianConsentMissing, detail));
    }
    Ok(())
}

/// Checks that a place is free for one more offer: a place that is offered is kept until the offer is answered.
///
/// # Errors
/// `no-places-left`, with the figures.
pub fn place_free(places: i32, accepted: i32, offered: i64) -> Result<(), Refusal> {
    if i64::from(places - accepted) > offered {
        return Ok(());
    }
    let detail = format!(
        "No place is free: of {places}, {accepted} are taken and {offered} offered. Put the person on the reserve list, or \
         add places to the opportunity."
    );
    Err(Refusal::new(Kind::NoPlacesLeft, detail))
}

/// Checks that an offer leaves time for an answer.
///
/// # Errors
/// `invalid`.
pub fn answerable(respond_by: Option<Instant>, now: Instant) -> Result<(), Refusal> {
    if respond_by.is_some_and(|respond_by| respond_by <= now) {
        return Err(Refusal::invalid(vec![Fault::at("/respond_by", "out-of-range", "must be in the future")]));
    }
    Ok(())
}

/// The clearances that somebody must have before they start: what the opportunity requires and what the offer depends
/// on.
#[must_use]
pub fn all_required(required: &[Required], conditional_on: &[ClearanceKind]) -> Vec<Required> {
    let mut all = required.to_vec();
    for kind in conditional_on {
        if !all.iter().any(|known| known.kind == *kind) {
            all.push(Required { kind: kind.clone(), eligibility_reason: None });
        }
    }
    all
}

/// The day on which clearances must be in date: today or the first day, whichever is later.
#[must_use]
pub fn starting_day(starts_on: Option<Day>, today: Day) -> Day {
    starts_on.map_or(today, |starts_on| starts_on.max(today))
}

/// Refuses if a clearance is not in date on the day on which somebody starts.
///
/// # Errors
/// `clearance-missing`, with every clearance that is missing.
pub fn cleared(missing: &[Missing]) -> Result<(), Refusal> {
    let faults = missing
        .iter()
        .map(|missing| {
            let stands = missing.status.map_or("not on record", |status| status.as_str());
            Fault::whole("clearance-missing", format!("{} is {stands}", missing.kind))
        })
        .collect();
    refuse_if_any(
        Kind::ClearanceMissing,
        "Accepting this offer starts the agreement at once, so every required clearance must be in date. `errors` \
         lists those that are missing.",
        faults,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::clearances::ClearanceStatus;

    #[test]
    fn interest_is_expressed_while_published_and_panels_need_a_declaration() {
        use OpportunityKind::{FocusGroup, InterviewPanel};
        for (status, kind, declared, wanted) in [
            (OpportunityStatus::Published, FocusGroup, None, None),
            (OpportunityStatus::Published, InterviewPanel, Some(false), None),
            (OpportunityStatus::Published, InterviewPanel, Some(true), None),
            (OpportunityStatus::Published, InterviewPanel, None, Some(Kind::ConflictDeclarationNeeded)),
            (OpportunityStatus::Draft, FocusGroup, None, Some(Kind::OpportunityNotOpen)),
            (OpportunityStatus::Closed, InterviewPanel, None, Some(Kind::OpportunityNotOpen)),
            (OpportunityStatus::Cancelled, FocusGroup, None, Some(Kind::OpportunityNotOpen)),
        ] {
            assert_eq!(open(status, kind, declared).err().map(|refusal| refusal.kind), wanted, "{status} {kind}");
        }
    }

    #[test]
    fn a_conflict_waits_for_a_lead() {
        use OpportunityKind::{FocusGroup, InterviewPanel};
        for (kind, declared, cleared, free) in [
            (InterviewPanel, Some(false), false, true),
            (InterviewPanel, Some(true), false, false),
            (InterviewPanel, Some(true), true, true),
            (InterviewPanel, None, false, false),
            (InterviewPanel, None, true, true),
            (FocusGroup, None, false, true),
            (FocusGroup, Some(true), false, false),
            (FocusGroup, Some(true), true, true),
        ] {
            let found = unconflicted(kind, declared, cleared).err().map(|refusal| refusal.kind);
            assert_eq!(found, (!free).then_some(Kind::ConflictUndecided), "{kind} {declared:?} {cleared}");
        }
        for status in ExpressionStatus::ALL {
            let open = matches!(
                status,
                ExpressionStatus::Received
                    | ExpressionStatus::Shortlisted
                    | ExpressionStatus::OnReserve
                    | ExpressionStatus::Offered
            );
            assert_eq!(conflict_open(*status).is_ok(), open, "{status}");
        }
    }

    #[test]
    fn only_people_who_can_be_engaged_are() {
        for status in VolunteerStatus::ALL {
            let may = matches!(status, VolunteerStatus::Prospective | VolunteerStatus::Active);
            assert_eq!(can_engage(Some(*status)).is_ok(), may, "{status}");
        }
        assert!(can_engage(None).is_err());
    }

    #[test]
    fn what_an_offer_waits_for_comes_beside_what_is_required() {
        let kind = |kind: &str| ClearanceKind(kind.to_owned());
        let required = [Required { kind: kind("dbs_basic"), eligibility_reason: None }];
        let all = all_required(&required, &[kind("dbs_basic"), kind("identity")]);
        assert_eq!(all.iter().map(|required| required.kind.0.as_str()).collect::<Vec<_>>(), ["dbs_basic", "identity"]);
    }

    #[test]
    fn clearances_are_asked_for_on_the_later_day() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(starting_day(None, day("2026-05-01")), day("2026-05-01"));
        assert_eq!(starting_day(Some(day("2026-04-01")), day("2026-05-01")), day("2026-05-01"));
        assert_eq!(starting_day(Some(day("2026-06-01")), day("2026-05-01")), day("2026-06-01"));
    }

    #[test]
    fn a_place_that_is_offered_is_kept() {
        for (places, accepted, offered, free) in
            [(1, 0, 0, true), (1, 0, 1, false), (1, 1, 0, false), (3, 1, 1, true), (3, 1, 2, false), (3, 2, 1, false)]
        {
            let found = place_free(places, accepted, offered).err().map(|refusal| refusal.kind);
            assert_eq!(found, (!free).then_some(Kind::NoPlacesLeft), "{places} {accepted} {offered}");
        }
    }

    #[test]
    fn every_missing_clearance_is_named() {
        let missing = |kind: &str, status| Missing { kind: kind.to_owned(), status };
        assert!(cleared(&[]).is_ok());
        let refusal =
            cleared(&[missing("dbs_enhanced", Some(ClearanceStatus::Expired)), missing("training:panels", None)]);
        assert_eq!(refusal.unwrap_err().errors.len(), 2);
    }
}
