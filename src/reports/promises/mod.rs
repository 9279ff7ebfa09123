//! The report on promises kept: what agreements promised for time and what it came to, payments within their target, support
//! when it was due, and answers to what people said, told to them first. It names nobody.

mod store;
mod views;

use std::collections::HashMap;

use crate::db::ids::ServiceId;
use crate::money::Pence;
use crate::policies::calculator::estimate;
use crate::refusal::{Failure, Result};
use crate::reports::grouping::{Grouping, Groupings};
use crate::reports::payment_times::{PaymentTimes, payment_times};
use crate::reports::period::Period;
pub(super) use crate::reports::promises::store::people_with_time;
use crate::reports::promises::store::{TimeLines, ToPeople};
pub(super) use crate::reports::promises::views::Promises;
use crate::reports::promises::views::{PromisesFilter, PromisesReport, PromisesRow, TimePromises};
use crate::reports::rows::Reached;
use crate::work::Reader;

/// The report, within the caller's reach, read in one snapshot.
pub(super) fn report_promises(reader: &mut Reader<'_>, (): (), asked: &PromisesFilter) -> Result<PromisesReport> {
    let period = Period::of(asked.from, asked.to, reader.today())?;
    let reached = Reached::by(reader.grant());
    reader.snapshot(|reader| promises(reader, period, &reached, asked.service_id))
}

/// Promises of the services that are reached: one of them, or all.
pub(super) fn promises(
    reader: &mut Reader<'_>,
    period: Period,
    reached: &Reached,
    service: Option<ServiceId>,
) -> Result<PromisesReport> {
    let today = reader.today();
    let to_people = store::to_people(reader, period, reached, service)?;
    let lines = store::time(reader.conn, (period.from, period.to), reached, service)?;
    let times = payment_times(reader, period, &Groupings::only(Grouping::Service), reached)?;
    let times = times.groups.iter().filter_map(|group| Some((group.key.service_id?, group.times)));
    let times: HashMap<ServiceId, PaymentTimes> =
        times.filter(|(id, _)| service.is_none_or(|only| only == *id)).collect();
    let mut report =
        PromisesReport { from: period.from, to: period.to, today, services: Vec::new(), total: Promises::default() };
    for ToPeople { service, kept } in to_people {
        let of = service.as_ref().map(|service| service.service_id);
        let is_of = |id: &ServiceId| of.is_none_or(|of| of == *id);
        let paid = || times.iter().filter(|(id, _)| is_of(id)).map(|(_, times)| times);
        let promises = Promises {
            time: time(lines.iter().filter(|lines| is_of(&lines.service_id)))?,
            paid_count: paid().map(|times| times.paid_count).sum(),
            paid_within_target_count: paid().map(|times| times.within_target_count).sum(),
            answers: kept,
        };
        match service {
            Some(service) => report.services.push(PromisesRow { service, promises }),
            None => report.total = promises,
        }
    }
    Ok(report)
}

/// Adds up lines for time, and works out what was promised for them.
fn time<'l>(mut lines: impl Iterator<Item = &'l TimeLines>) -> Result<TimePromises> {
    lines.try_fold(TimePromises::default(), |sum, lines| {
        let promised = lines.promised()?;
        let counted = if lines.adds { 0 } else { lines.lines };
        let below = if !lines.adds && lines.payable < promised { lines.lines } else { 0 };
        Ok(TimePromises {
            time_lines_count: sum.time_lines_count + counted,
            time_promised_pence: plus(sum.time_promised_pence, times(promised, counted)?)?,
            time_payable_pence: plus(sum.time_payable_pence, times(lines.payable, lines.lines)?)?,
            time_declined_pence: plus(sum.time_declined_pence, lines.declined)?,
            time_approved_pence: plus(sum.time_approved_pence, lines.approved)?,
            time_paid_pence: plus(sum.time_paid_pence, lines.paid)?,
            below_promise_count: sum.below_promise_count + below,
        })
    })
}

impl TimeLines {
    /// What the agreement promises for one of these lines: nothing where it promises no tariff.
    fn promised(&self) -> Result<Pence> {
        let terms = self.promised.as_ref().map(|promised| &promised.0.terms);
        // A flat tariff pays by the piece; every other one has no quantity.
        times(estimate(None, terms, self.minutes).unwrap_or_default(), self.quantity)
    }
}

fn times(amount: Pence, count: i64) -> Result<Pence> {
    amount.get().checked_mul(count).map(Pence::new).ok_or_else(beyond_range)
}

fn plus(one: Pence, other: Pence) -> Result<Pence> {
    one.checked_add(other).ok_or_else(beyond_range)
}

fn beyond_range() -> Failure {
    Failure::broken("promises beyond range")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::db::Json;

    fn lines(promised: serde_json::Value, (minutes, quantity): (i64, i64), payable: i64, count: i64) -> TimeLines {
        let promised = json!({ "policy_id": uuid::Uuid::nil(), "name": "meeting", "terms": promised });
        TimeLines {
            service_id: uuid::Uuid::nil().into(),
            promised: Some(Json(serde_json::from_value(promised).unwrap())),
            minutes,
            quantity,
            adds: false,
            payable: Pence::new(payable),
            lines: count,
            declined: Pence::new(10),
            approved: Pence::new(20),
            paid: Pence::new(5),
        }
    }

    #[test]
    fn what_was_promised_is_beside_what_it_came_to_and_less_is_counted() {
        let bands = json!({ "kind": "bands", "bands": [{ "up_to_minutes": 240, "pence": 7500 }, { "up_to_minutes": null, "pence": 15000 }] });
        let flat = json!({ "kind": "flat", "pence": 2500 });
        let top_up = TimeLines { adds: true, ..lines(bands.clone(), (240, 1), 500, 1) };
        let all = [
            lines(bands.clone(), (240, 1), 7500, 2),
            lines(bands, (241, 1), 14_999, 1),
            lines(flat, (0, 3), 9000, 1),
            top_up,
        ];
        let told = time(all.iter()).unwrap();
        assert_eq!((told.time_lines_count, told.below_promise_count), (4, 1));
        assert_eq!(told.time_promised_pence, Pence::new(2 * 7500 + 15_000 + 3 * 2500));
        assert_eq!(told.time_payable_pence, Pence::new(2 * 7500 + 14_999 + 9000 + 500));
        assert_eq!(
            (told.time_declined_pence, told.time_approved_pence, told.time_paid_pence),
            (Pence::new(40), Pence::new(80), Pence::new(20))
        );
    }
}
