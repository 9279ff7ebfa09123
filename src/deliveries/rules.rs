//! What must hold when somebody is told something: the way and format don't contradict what they need (DAPB1605).
//! Which need asks for what stands in `formats`.

use std::collections::{BTreeMap, BTreeSet};

use crate::deliveries::choice::made;
use crate::deliveries::formats::{Format, contradicted, needed};
use crate::people::volunteers::{Contact, NeedKind};
use crate::refusal::{Fault, Kind, Refusal};
use crate::vocabulary::contact::FeedbackMethod as Way;

/// Whether this person can't take in a message that goes this way in these formats.
pub(super) fn contradicts(person: &Contact, way: Way, formats: &BTreeSet<Format>) -> bool {
    !contradicted(&person.need_kinds(), way, formats).is_empty()
}

/// One way for everyone must suit everyone; people make every format, an e-mail only those that it can be in.
pub(super) fn suits_all(people: &[&Contact], way: Way, given: &BTreeSet<Format>) -> Result<(), Refusal> {
    let mut against: BTreeMap<NeedKind, i64> = BTreeMap::new();
    // Who has no e-mail address is told otherwise, as suits them.
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
        "Somebody can't take in what is sent to everyone in this way.",
        against.into_iter().map(fault).collect(),
    )
}

/// What one person was told, they must have been able to take in, or somebody says why not.
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
        "The person can't take in a message of this way and format.",
        contradicted(needs, way, formats).into_iter().map(fault).collect(),
    )
}
