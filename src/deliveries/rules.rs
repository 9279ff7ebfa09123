//! The rule for deliveries: contact method and format must not contradict the person's needs (DAPB1605).
//! What each need asks for is in `formats`.

use std::collections::{BTreeMap, BTreeSet};

use crate::deliveries::choice::made;
use crate::deliveries::formats::{Format, contradicted, needed};
use crate::people::volunteers::{Contact, NeedKind};
use crate::refusal::{Fault, Kind, Refusal};
use crate::vocabulary::contact::FeedbackMethod as Way;

/// Whether a message by this contact method in these formats contradicts the person's needs.
pub(super) fn contradicts(person: &Contact, way: Way, formats: &BTreeSet<Format>) -> bool {
    !contradicted(&person.need_kinds(), way, formats).is_empty()
}

/// A contact method for everyone must not contradict anybody's needs. Staff can provide every format; an automatic
/// e-mail only those that it can be in.
pub(super) fn suits_all(people: &[&Contact], way: Way, given: &BTreeSet<Format>) -> Result<(), Refusal> {
    let mut against: BTreeMap<NeedKind, i64> = BTreeMap::new();
    // People without an e-mail address get the message otherwise, as their needs allow.
    for person in people.iter().filter(|person| way != Way::Email || person.email.is_some()) {
        let needs = person.need_kinds();
        let mut formats = needed(&needs, way);
        if way == Way::Email {
            formats.retain(|format| made(*format, given));
        }
        for need in contradicted(&needs, way, &formats) {
            *against.entry(need).or_default() += 1;
        }
    }
    let fault = |(need, count): (NeedKind, i64)| {
        let who = if count == 1 { "one person needs".to_owned() } else { format!("{count} people need") };
        Fault::at("/channel", "contradicts-need", format!("contradicts what {who}: {need}"))
    };
    crate::refusal::refuse_if_any(
        Kind::ContradictsNeed,
        "This contact method contradicts what somebody needs. Leave `channel` out, or give an `override_reason`.",
        against.into_iter().map(fault).collect(),
    )
}

/// A message to one person must not contradict their needs, unless a reason is given.
pub(super) fn suits(needs: &[NeedKind], way: Way, formats: &BTreeSet<Format>, overridden: bool) -> Result<(), Refusal> {
    if overridden {
        return Ok(());
    }
    let fault = |need: NeedKind| {
        let place = if needed(&[need], way).is_empty() { "/channel" } else { "/formats" };
        Fault::at(place, "contradicts-need", format!("contradicts a need: {need}"))
    };
    crate::refusal::refuse_if_any(
        Kind::ContradictsNeed,
        "Contact method or formats contradict what the person needs. Choose others, or give an `override_reason`.",
        contradicted(needs, way, formats).into_iter().map(fault).collect(),
    )
}
