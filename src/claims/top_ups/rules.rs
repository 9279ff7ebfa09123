//! What a version adds to a line that was worked out by another, and the line that comes of it. Pure.
//! Which lines are asked about stands in `store`: approved, part paid or paid, of the days of the version.

use crate::claims::row::{Inputs, LineRow, LineTexts};
use crate::claims::warning::WarningCode;
use crate::claims::work::again;
use crate::db::ids::{ClaimId, ClaimLineId};
use crate::money::Pence;
use crate::policies::Published;
use crate::policies::calculator::{Worked, paid, top_up};

/// A line that was approved, with what earlier top-ups added.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The line, as it was frozen.
    pub line: LineRow,
    /// What it was topped up by before.
    pub topped: Pence,
    /// What of that is taxable.
    pub topped_excess: Pence,
    /// Whether an approver lowered it, or what was added to it.
    pub lowered: bool,
}

/// What a version adds to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// How much; more than nothing.
    pub pence: Pence,
    /// What of it lies above the HMRC approved amount.
    pub excess: Pence,
    /// How it came about, in words.
    pub explanation: Vec<String>,
}

impl Settled {
    /// What the version adds; none where the line comes to no more by it. Less is never taken back.
    #[must_use]
    pub fn by(&self, policy: &Published) -> Option<Addition> {
        let before = self.line.payable_pence?;
        let worked = again(&self.line, &policy.terms).ok()?;
        let pence = top_up(before, self.line.elected_pence, worked.payable).above(self.topped);
        if pence == Pence::ZERO {
            return None;
        }
        let had = self.line.taxable_excess_pence.unwrap_or_default();
        let excess = worked.taxable_excess.above(had).above(self.topped_excess).min(pence);
        Some(Addition { pence, excess, explanation: self.explanation(before, &worked, pence) })
    }

    fn explanation(&self, before: Pence, worked: &Worked, pence: Pence) -> Vec<String> {
        let (elected, due) = (self.line.elected_pence, paid(worked.payable, self.line.elected_pence));
        let mut steps = vec![
            format!("Before: {}", self.line.explanation.join("; ")),
            format!("By the new rates: {}", worked.explanation.join("; ")),
        ];
        if let Some(elected) = elected.filter(|elected| *elected < worked.payable) {
            steps.push(format!("No more than was elected: {elected}"));
        }
        let had = paid(before, elected);
        steps.push(match self.topped {
            Pence::ZERO => format!("{due} less {had}: {pence}"),
            topped => format!("{due} less {had} and {topped} of an earlier top-up: {pence}"),
        });
        steps
    }
}

/// Where a supplementary line stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its id.
    pub id: ClaimLineId,
    /// Its claim.
    pub claim_id: ClaimId,
    /// Its position in it.
    pub position: i16,
}

/// The line that adds to another: for the same thing, by the new version; it uses up no miles and no receipts.
#[must_use]
pub fn supplement(line: LineRow, addition: Addition, policy: &Published, place: Place) -> LineRow {
    let Inputs { mut given, basis } = line.inputs;
    (given.receipt_ids, given.elected_pence) = (None, None);
    let marked = (addition.excess > Pence::ZERO).then(|| WarningCode::TaxableExcess.into());
    LineRow {
        id: place.id,
        claim_id: place.claim_id,
        position: place.position,
        inputs: Inputs { given, basis },
        live: true,
        policy_id: Some(policy.id),
        miles_first_rate: 0,
        payable_pence: Some(addition.pence),
        elected_pence: None,
        approved_pence: None,
        taxable_excess_pence: Some(addition.excess),
        trust_cost_pence: Pence::ZERO,
        explanation: addition.explanation,
        warnings: marked.into_iter().collect(),
        supplements_line_id: Some(line.id),
        texts: LineTexts::default(),
        ..line
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::claims::fixture::policy;
    use crate::policies::terms::Terms;

    /// The example's policy with other car rates and another ceiling.
    fn at(first: i64, ceiling: i64) -> Published {
        let mut terms = serde_json::to_value(policy().terms).expect("JSON");
        terms["mileage"]["car"]["first_pence_per_mile"] = json!(first);
        terms["mileage_ceiling"]["car"]["first_pence_per_mile"] = json!(ceiling);
        terms["tariffs"]["meeting"] = json!({ "kind": "flat", "pence": 8000 });
        let terms: Terms = serde_json::from_value(terms).expect("terms");
        Published { id: Uuid::from_u128(60).into(), terms, ..policy() }
    }

    fn settled(more: Value) -> Settled {
        let mut row = json!({
            "id": Uuid::from_u128(70), "claim_id": Uuid::from_u128(71), "volunteer_id": Uuid::from_u128(2), "position": 0,
            "kind": "mileage", "session_id": null, "on_day": "2026-04-20",
            "inputs": { "given": { "kind": "mileage", "vehicle": "car", "miles": 120.0 },
                "basis": { "tariff": null, "scheduled_minutes": 240, "outcome": "attended", "notice_minutes": null, "miles_used_before": 0.0 } },
            "live": true, "policy_id": Uuid::from_u128(6), "route": "accounts_payable", "tax_year": "2026/27",
            "miles_first_rate": 1200, "payable_pence": 5400, "elected_pence": null, "approved_pence": 5400,
            "taxable_excess_pence": 0, "trust_cost_pence": 0, "explanation": ["120.0 miles at 45p: £54.00"], "warnings": [],
            "supplements_line_id": null, "texts": {},
        });
        for (name, value) in more.as_object().expect("an object") {
            row[name] = value.clone();
        }
        let line = serde_json::from_value(row).expect("a line");
        Settled { line, topped: Pence::ZERO, topped_excess: Pence::ZERO, lowered: false }
    }

    fn added(settled: &Settled, policy: &Published) -> Option<i64> {
        settled.by(policy).map(|addition| addition.pence.get())
    }

    #[test]
    fn the_difference_is_added_by_the_lines_own_inputs() {
        let by_car = settled(json!({}));
        for (rate, more) in [(55, Some(1200)), (45, None), (40, None), (46, Some(120))] {
            assert_eq!(added(&by_car, &at(rate, 55)), more, "{rate}p");
        }
        // A line that took the last 50 miles of the first band keeps them, whatever others gave back since.
        let mut split = settled(json!({ "miles_first_rate": 500, "payable_pence": 2250 + 1750 }));
        split.line.inputs.basis.miles_used_before = crate::money::Miles::from_tenths(99_500);
        assert_eq!(added(&split, &at(55, 55)), Some(500));
    }

    #[test]
    fn what_was_added_before_is_not_added_again() {
        let mut line = settled(json!({}));
        line.topped = Pence::new(1200);
        for (rate, more) in [(55, None), (50, None), (60, Some(600))] {
            assert_eq!(added(&line, &at(rate, 55)), more, "{rate}p");
        }
        let steps = line.by(&at(60, 55)).expect("more").explanation;
        assert_eq!(steps[2], "£72.00 less £54.00 and £12.00 of an earlier top-up: £6.00");
    }

    #[test]
    fn time_is_topped_up_to_what_was_elected() {
        let time = |elected: Option<i64>| {
            let mut line = settled(
                json!({ "kind": "time", "payable_pence": 7500, "elected_pence": elected, "miles_first_rate": 0,
                "inputs": { "given": { "kind": "time" }, "basis": { "tariff": "meeting", "scheduled_minutes": 240,
                    "outcome": "attended", "notice_minutes": null, "miles_used_before": 0.0 } } }),
            );
            line.line.explanation = vec!["4 hours scheduled, up to 4 hours: £75.00".to_owned()];
            line
        };
        for (elected, more) in [(None, Some(500)), (Some(5000), None), (Some(7800), Some(300)), (Some(0), None)] {
            assert_eq!(added(&time(elected), &at(55, 55)), more, "{elected:?}");
        }
        let steps = time(Some(7800)).by(&at(55, 55)).expect("more").explanation;
        let wanted = [
            "Before: 4 hours scheduled, up to 4 hours: £75.00",
            "By the new rates: 1 at £80.00: £80.00",
            "No more than was elected: £78.00",
            "£78.00 less £75.00: £3.00",
        ];
        assert_eq!(steps, wanted);
        let mut missed = time(None);
        missed.line.inputs.basis.outcome = Some(crate::policies::calculator::Outcome::Excused);
        missed.line.payable_pence = Some(Pence::ZERO);
        assert_eq!(added(&missed, &at(55, 55)), None, "what was not paid for is not topped up");
        let mut unknown = time(None);
        unknown.line.inputs.basis.tariff = Some("nothing of the kind".to_owned());
        assert_eq!(added(&unknown, &at(55, 55)), None, "what the version can't work out stays");
    }

    #[test]
    fn what_is_taxable_of_it_is_told() {
        let line = settled(json!({}));
        for (rate, ceiling, excess) in [(55, 55, 0), (60, 55, 600), (60, 45, 1800), (60, 30, 1800)] {
            let addition = line.by(&at(rate, ceiling)).expect("more");
            assert_eq!(addition.excess, Pence::new(excess), "{rate}p over {ceiling}p");
        }
    }

    #[test]
    fn the_line_that_adds_uses_nothing_up() {
        let line = settled(json!({})).line;
        let (policy, addition) = (at(60, 55), settled(json!({})).by(&at(60, 55)).expect("more"));
        let place = Place { id: Uuid::from_u128(80).into(), claim_id: Uuid::from_u128(81).into(), position: 3 };
        let made = supplement(line.clone(), addition, &policy, place);
        assert_eq!((made.supplements_line_id, made.policy_id), (Some(line.id), Some(policy.id)));
        assert_eq!((made.miles_first_rate, made.payable_pence), (0, Some(Pence::new(1800))));
        assert_eq!((made.id, made.claim_id, made.position), (place.id, place.claim_id, 3));
        assert_eq!((made.route, made.on_day, made.kind), (line.route, line.on_day, line.kind));
        assert_eq!(made.warnings.len(), 1, "the approver sees that some of it is taxable");
    }
}
