//! What a version adds to a line that was worked out by another, and the line that comes of it. Pure.
//! Which lines are asked about stands in `store`: approved, part paid or paid, of the days of the version.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool};

use crate::claims::calculate::recalculate;
use crate::claims::row::{ClaimLineRow, LineInputs, LineTexts};
use crate::claims::warning::WarningCode;
use crate::db::Json;
use crate::db::ids::{ClaimId, ClaimLineId};
use crate::money::{Miles, Pence};
use crate::policies::Published;
use crate::policies::calculator::{Worked, paid, top_up};

/// A line of an approved claim, with what earlier top-ups added to it.
#[derive(Clone, Debug, QueryableByName)]
pub struct ApprovedLine {
    /// The line, as it was frozen.
    #[diesel(embed)]
    pub line: ClaimLineRow,
    /// What was added before, or is to be decided, beyond the line: by top-ups that were approved or wait.
    #[diesel(sql_type = BigInt)]
    pub topped: Pence,
    /// What of that is taxable.
    #[diesel(sql_type = BigInt)]
    pub topped_excess: Pence,
    /// Whether an approver lowered it, or what was added to it.
    #[diesel(sql_type = Bool)]
    pub lowered: bool,
    /// Whether a part of it was paid by mistake and came back, or is to come back.
    #[diesel(sql_type = Bool)]
    pub recovered: bool,
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

impl ApprovedLine {
    /// Whether people decided otherwise than the rates say: then it is left alone.
    #[must_use]
    pub fn is_left_alone(&self) -> bool {
        self.lowered || self.recovered
    }

    /// What the version adds; none where the line comes to no more by it. Less is never taken back.
    #[must_use]
    pub fn by(&self, policy: &Published) -> Option<Addition> {
        let before = self.line.payable_pence?;
        let worked = recalculate(&self.line, policy).ok()?;
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
            format!("Before: {}", self.line.explanation.0.join("; ")),
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

/// The place of a supplementary line in its claim.
#[derive(Clone, Copy, Debug)]
pub struct LinePlace {
    /// Its id.
    pub id: ClaimLineId,
    /// Its claim.
    pub claim_id: ClaimId,
    /// Its position in it.
    pub position: i16,
}

/// The line that adds to another: for the same thing, by the new version; it uses up no miles and no receipts.
#[must_use]
pub fn supplement(line: ClaimLineRow, addition: Addition, policy: &Published, place: LinePlace) -> ClaimLineRow {
    let Json(LineInputs { mut given, basis }) = line.inputs;
    (given.receipt_ids, given.elected_pence) = (None, None);
    let marked = (addition.excess > Pence::ZERO).then(|| WarningCode::TaxableExcess.into());
    ClaimLineRow {
        id: place.id,
        claim_id: place.claim_id,
        position: place.position,
        inputs: Json(LineInputs { given, basis }),
        live: true,
        policy_id: Some(policy.id),
        miles_first_rate: Miles::ZERO,
        payable_pence: Some(addition.pence),
        elected_pence: None,
        approved_pence: None,
        taxable_excess_pence: Some(addition.excess),
        trust_cost_pence: Pence::ZERO,
        explanation: Json(addition.explanation),
        warnings: Json(marked.into_iter().collect()),
        supplements_line_id: Some(line.id),
        texts: LineTexts::default(),
        ..line
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::claims::fixture::{line_row, policy};
    use crate::claims::line::LineKind;
    use crate::claims::row::LineBasis;
    use crate::policies::calculator::Outcome;
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

    /// 120 miles by car at 45p, approved as they are.
    fn drive() -> ApprovedLine {
        let given = json!({ "kind": "mileage", "vehicle": "car", "miles": 120.0 });
        let line = ClaimLineRow {
            inputs: Json(LineInputs { given: serde_json::from_value(given).expect("a line"), basis: basis(None) }),
            policy_id: Some(policy().id),
            tax_year: Some("2026/27".parse().expect("a tax year")),
            miles_first_rate: Miles::from_tenths(1200),
            approved_pence: Some(Pence::new(5400)),
            taxable_excess_pence: Some(Pence::ZERO),
            explanation: Json(vec!["120.0 miles at 45p: £54.00".to_owned()]),
            ..line_row(70, LineKind::Mileage, 5400)
        };
        ApprovedLine { line, topped: Pence::ZERO, topped_excess: Pence::ZERO, lowered: false, recovered: false }
    }

    fn basis(tariff: Option<&str>) -> LineBasis {
        LineBasis {
            tariff: tariff.map(ToOwned::to_owned),
            scheduled_minutes: Some(240),
            outcome: Some(Outcome::Attended),
            ..LineBasis::default()
        }
    }

    /// Four hours by the tariff of meetings, with what was elected.
    fn time(elected: Option<i64>) -> ApprovedLine {
        let mut time = drive();
        time.line = ClaimLineRow {
            inputs: Json(LineInputs { basis: basis(Some("meeting")), ..line_row(70, LineKind::Time, 0).inputs.0 }),
            kind: LineKind::Time,
            miles_first_rate: Miles::ZERO,
            payable_pence: Some(Pence::new(7500)),
            elected_pence: elected.map(Pence::new),
            explanation: Json(vec!["4 hours scheduled, up to 4 hours: £75.00".to_owned()]),
            ..time.line
        };
        time
    }

    fn added(line: &ApprovedLine, policy: &Published) -> Option<i64> {
        line.by(policy).map(|addition| addition.pence.get())
    }

    #[test]
    fn the_difference_is_added_by_the_lines_own_inputs() {
        let by_car = drive();
        for (rate, more) in [(55, Some(1200)), (45, None), (40, None), (46, Some(120))] {
            assert_eq!(added(&by_car, &at(rate, 55)), more, "{rate}p");
        }
        // A line that took the last 50 miles of the first band keeps them, whatever others gave back since.
        let mut split = drive();
        split.line.miles_first_rate = Miles::from_tenths(500);
        split.line.payable_pence = Some(Pence::new(2250 + 1750));
        split.line.inputs.0.basis.miles_used_before = Miles::from_tenths(99_500);
        assert_eq!(added(&split, &at(55, 55)), Some(500));
    }

    #[test]
    fn what_was_added_before_is_not_added_again() {
        let mut line = drive();
        line.topped = Pence::new(1200);
        for (rate, more) in [(55, None), (50, None), (60, Some(600))] {
            assert_eq!(added(&line, &at(rate, 55)), more, "{rate}p");
        }
        let steps = line.by(&at(60, 55)).expect("more").explanation;
        assert_eq!(steps[2], "£72.00 less £54.00 and £12.00 of an earlier top-up: £6.00");
    }

    #[test]
    fn time_is_topped_up_to_what_was_elected() {
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
        missed.line.inputs.0.basis.outcome = Some(Outcome::Excused);
        missed.line.payable_pence = Some(Pence::ZERO);
        assert_eq!(added(&missed, &at(55, 55)), None, "what was not paid for is not topped up");
        let mut unknown = time(None);
        unknown.line.inputs.0.basis.tariff = Some("nothing of the kind".to_owned());
        assert_eq!(added(&unknown, &at(55, 55)), None, "what the version can't work out stays");
    }

    #[test]
    fn what_is_taxable_of_it_is_told() {
        let line = drive();
        for (rate, ceiling, excess) in [(55, 55, 0), (60, 55, 600), (60, 45, 1800), (60, 30, 1800)] {
            let addition = line.by(&at(rate, ceiling)).expect("more");
            assert_eq!(addition.excess, Pence::new(excess), "{rate}p over {ceiling}p");
        }
    }

    #[test]
    fn the_line_that_adds_uses_nothing_up() {
        let line = drive().line;
        let (policy, addition) = (at(60, 55), drive().by(&at(60, 55)).expect("more"));
        let place = LinePlace { id: Uuid::from_u128(80).into(), claim_id: Uuid::from_u128(81).into(), position: 3 };
        let made = supplement(line.clone(), addition, &policy, place);
        assert_eq!((made.supplements_line_id, made.policy_id), (Some(line.id), Some(policy.id)));
        assert_eq!((made.miles_first_rate, made.payable_pence), (Miles::ZERO, Some(Pence::new(1800))));
        assert_eq!((made.id, made.claim_id, made.position), (place.id, place.claim_id, 3));
        assert_eq!((made.route, made.on_day, made.kind), (line.route, line.on_day, line.kind));
        assert_eq!(made.warnings.0.len(), 1, "the approver sees that some of it is taxable");
    }
}
