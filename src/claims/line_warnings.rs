//! Which warnings a worked line gets: those the claimant reads, and those for the approver.
//! The warnings themselves stand in `warning`.

use crate::claims::calculate::WorkedLine;
use crate::claims::line::LineKind;
use crate::claims::promise::Promise;
use crate::claims::store::OtherLine;
use crate::claims::warning::{Warning, WarningCode};
use crate::clock::Instant;
use crate::db::ids::ReceiptId;
use crate::money::Pence;
use crate::text::ShortText;

/// What the claimant is told of a line.
#[must_use]
pub fn for_the_claimant(line: &WorkedLine<'_>) -> Vec<Warning> {
    let mut codes: Vec<WarningCode> = line.worked.as_ref().err().copied().into_iter().collect();
    if let (Ok(worked), Some(elected)) = (&line.worked, line.given.elected_pence)
        && elected > worked.payable
    {
        codes.push(WarningCode::ElectedAbovePayable);
    }
    codes.into_iter().map(Warning::from).collect()
}

/// What is known beside a claim's own lines.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// The person's lines of these days in other claims.
    pub lines: &'a [OtherLine],
    /// The receipts whose file is in another claim, too.
    pub receipts: &'a [ReceiptId],
    /// From when to when the sessions last for whose time the person claims elsewhere.
    pub times: &'a [(Instant, Instant)],
}

/// What the approver should look at in one of a claim's lines.
#[must_use]
pub fn for_the_approver(
    line: &WorkedLine<'_>,
    lines: &[WorkedLine<'_>],
    promise: &Promise,
    elsewhere: &Elsewhere<'_>,
) -> Vec<Warning> {
    let payable = line.worked.as_ref().ok().map(|worked| worked.payable);
    let same = |other: &OtherLine| (other.day, other.kind, other.payable) == (line.day, line.given.kind, payable);
    let excess = line.worked.as_ref().is_ok_and(|worked| worked.taxable_excess > Pence::ZERO);
    let beside = || lines.iter().filter(|other| !std::ptr::eq(*other, line));
    let alike =
        payable.is_some() && (elsewhere.lines.iter().any(same) || beside().any(|other| says_the_same(line, other)));
    let times = beside().filter_map(hours).chain(elsewhere.times.iter().copied());
    let overlaps = |(from, to): (Instant, Instant)| times.clone().any(|(begin, end)| from < end && begin < to);
    let marks = [
        (alike, WarningCode::Alike),
        (hours(line).is_some_and(overlaps), WarningCode::OverlappingSessions),
        (line.given.receipt_ids.iter().flatten().any(|id| elsewhere.receipts.contains(id)), WarningCode::SameReceipt),
        (line.given.evidence_exception.is_some(), WarningCode::EvidenceException),
        (excess, WarningCode::TaxableExcess),
        (line.day.is_some_and(|day| promise.is_paused_on(day)), WarningCode::InsidePause),
        (line.is_off_its_session(), WarningCode::DateOffSession),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code.into()).collect()
}

/// Whether two lines of one claim may be the same spent once: there and back by car are not, nor is the time of two
/// sessions.
fn says_the_same(one: &WorkedLine<'_>, other: &WorkedLine<'_>) -> bool {
    let journey = |line: &WorkedLine<'_>| {
        let place = |place: &Option<ShortText>| place.as_ref().map(|place| place.to_lowercase());
        (line.given.vehicle, place(&line.given.from), place(&line.given.to))
    };
    let payable = |line: &WorkedLine<'_>| line.worked.as_ref().ok().map(|worked| worked.payable);
    (one.day, one.given.kind, payable(one)) == (other.day, other.given.kind, payable(other))
        && journey(one) == journey(other)
        && (one.given.kind != LineKind::Time || one.given.session_id == other.given.session_id)
}

/// From when to when the session lasts for whose time a line claims.
fn hours(line: &WorkedLine<'_>) -> Option<(Instant, Instant)> {
    let (session, _) = line.session.filter(|_| line.given.kind == LineKind::Time)?;
    Some((session.starts_at, session.ends_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::calculate::calculate;
    use crate::claims::fixture::{context, line};

    #[test]
    fn a_line_twice_in_one_claim_is_told_and_there_and_back_is_not() {
        let nothing = Elsewhere { lines: &[], receipts: &[], times: &[] };
        let by_car =
            r#"{"kind": "mileage", "date": "2026-04-07", "vehicle": "car", "miles": 10, "from": "Ely", "to": "March"}"#;
        let shouted =
            r#"{"kind": "mileage", "date": "2026-04-07", "vehicle": "car", "miles": 10, "from": "ELY", "to": "March"}"#;
        let back =
            r#"{"kind": "mileage", "date": "2026-04-07", "vehicle": "car", "miles": 10, "from": "March", "to": "Ely"}"#;
        let parking = r#"{"kind": "parking", "date": "2026-04-07", "spent_pence": 350}"#;
        let later = r#"{"kind": "parking", "date": "2026-04-08", "spent_pence": 350}"#;
        for (texts, alike) in [
            (vec![by_car, shouted], true),
            (vec![by_car, back], false),
            (vec![parking, parking], true),
            (vec![parking, later], false),
        ] {
            let context = context();
            let given: Vec<_> = texts.iter().map(|text| line(serde_json::from_str(text).unwrap())).collect();
            let lines = calculate(&context, &given);
            for one in &lines {
                let told = for_the_approver(one, &lines, &context.promise, &nothing);
                assert_eq!(told.iter().any(|told| told.code == WarningCode::Alike), alike, "{texts:?}");
            }
        }
    }
}
