//! Planned sessions in the place of past ones: sessions that do not exist yet, and future sessions as if attended.
//! Pure.
//! What is read from the database is in `routes`.

use uuid::Uuid;

use crate::agreements::{self, AgreementStatus};
use crate::claims::calculate::WorkedLine;
use crate::claims::checks::Submission;
use crate::claims::context::ClaimContext;
use crate::claims::line::NewLine;
use crate::claims::promise::Promise;
use crate::claims::time_claimed::TimeClaimed;
use crate::clock::Day;
use crate::db::ids::SessionId;
use crate::policies::calculator::Outcome;
use crate::sessions::{self, SessionStatus};

/// An agreement as a promise; one that is not accepted yet counts as accepted, and one that is not issued as issued today.
#[must_use]
pub fn promise(mut agreement: agreements::AgreementFacts, today: Day) -> Promise {
    agreement.issued_on = agreement.issued_on.or(Some(today));
    if matches!(agreement.status, AgreementStatus::Draft | AgreementStatus::Issued) {
        agreement.status = AgreementStatus::Active;
    }
    agreement.into()
}

/// Makes a session for each line for time that has only a length, and treats every future session as attended.
pub fn sessions(context: &mut ClaimContext, lines: &mut [NewLine], minutes: &[Option<i64>], today: Day) {
    for (session, outcome) in &mut context.sessions {
        if outcome.is_none() && session.starts_at.london_day() >= today {
            *outcome = Some(Outcome::Attended);
        }
    }
    for (position, (line, minutes)) in (1u128..).zip(lines.iter_mut().zip(minutes)) {
        if let (None, Some(day), Some(minutes)) = (line.session_id, line.date, minutes) {
            // No stored session has such an id: UUIDv7 starts with the time of its creation.
            let id = SessionId::from(Uuid::from_u128(position));
            line.session_id = Some(id);
            context.sessions.push((session(id, &context.promise, day, *minutes), Some(Outcome::Attended)));
        }
    }
}

fn session(id: SessionId, promise: &Promise, day: Day, minutes: i64) -> sessions::SessionFacts {
    let starts_at = day.starts_at();
    sessions::SessionFacts {
        id,
        opportunity_id: promise.opportunity_id(),
        service_id: promise.service_id(),
        status: SessionStatus::Scheduled,
        starts_at,
        ends_at: starts_at.plus_minutes(minutes),
        cancelled_at: None,
    }
}

/// A submission after the last of the lines took place; lines already in the past are as late as they are today.
#[must_use]
pub fn submission<'a>(
    context: &'a ClaimContext,
    lines: &[WorkedLine<'_>],
    taken: &'a [TimeClaimed],
    today: Day,
) -> Submission<'a> {
    let last = lines.iter().filter_map(|line| line.day).max();
    Submission {
        promise: &context.promise,
        today: last.map_or(today, |last| last.max(today)),
        first_submitted_on: today,
        late_reason: false,
        undeclared: false,
        declared_on: None,
        taken,
        receipts: &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::claims::calculate::calculate;
    use crate::claims::fixture::{SESSION, agreement, context, context_of, day, line};
    use crate::money::Pence;

    fn codes(context: &ClaimContext, lines: &[NewLine], today: &str) -> Vec<Vec<&'static str>> {
        let worked = calculate(context, lines);
        let failures = submission(context, &worked, &[], day(today)).by_line(&worked);
        failures.into_iter().map(|line| line.into_iter().map(|(code, _)| code).collect()).collect()
    }

    #[test]
    fn a_planned_session_is_worked_out_and_judged_as_one_that_was_attended() {
        let mut context = context();
        let planned = json!({ "kind": "time", "session_id": null, "date": "2026-05-11" });
        let mut lines = [planned.clone(), planned].map(line);
        sessions(&mut context, &mut lines, &[Some(240), Some(241)], day("2026-04-08"));
        let due: Vec<_> = calculate(&context, &lines).iter().map(WorkedLine::due).collect();
        assert_eq!(due, [Some(Pence::new(7500)), Some(Pence::new(15000))]);
        assert_eq!(codes(&context, &lines, "2026-04-08"), [Vec::<&str>::new(), Vec::new()], "neither early nor double");
    }

    #[test]
    fn what_is_to_come_counts_as_attended_and_what_is_past_as_it_was() {
        for (today, wanted) in [("2026-04-07", vec![]), ("2026-04-08", vec!["session-not-attended"])] {
            let mut context = context();
            context.sessions[0].1 = None;
            let mut lines = [line(json!({ "kind": "time", "session_id": SESSION }))];
            sessions(&mut context, &mut lines, &[None], day(today));
            assert_eq!(codes(&context, &lines, today), [wanted], "{today}");
        }
    }

    #[test]
    fn a_line_is_late_by_the_day_of_the_question() {
        let lines = [line(json!({ "kind": "time" }))];
        assert_eq!(codes(&context(), &lines, "2026-07-07"), [Vec::<&str>::new()]);
        assert_eq!(codes(&context(), &lines, "2026-07-08"), [vec!["claim-window-passed"]]);
    }

    #[test]
    fn an_agreement_that_waits_is_taken_as_accepted_and_one_that_was_refused_is_not() {
        for (status, wanted) in [
            (AgreementStatus::Draft, vec![]),
            (AgreementStatus::Issued, vec![]),
            (AgreementStatus::Refused, vec!["outside-agreement"]),
            (AgreementStatus::Withdrawn, vec!["outside-agreement"]),
        ] {
            let mut context = context_of(agreement());
            context.promise = promise(agreements::AgreementFacts { status, ..agreement() }, day("2026-04-08"));
            assert_eq!(codes(&context, &[line(json!({ "kind": "time" }))], "2026-04-08"), [wanted], "{status}");
        }
    }
}
