//! Completing a plan: refused, with a list, while anything under it is still open.
//! Whatever is created under a plan locks it first (`plans::hold_open`), so that nothing can be added at the same
//! moment.

use diesel::PgConnection;
use serde_json::json;

use crate::access::Action;
use crate::clock::{Day, Instant};
use crate::db::ids::{PlanId, ServiceId};
use crate::http::Routes;
use crate::plans::{self, LIFE, PlanCompletion, PlanRow, PlanStep, PlanVerb, PlanView, PurposeStatus};
use crate::refusal::{Fault, Kind, Result, refuse_if_any};
use crate::work::{Changed, Writer};
use crate::{agreements, claims, expressions, feedback, opportunities, sessions};

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Plans")
        .post("/v1/plans/{id}/complete", Action::DecidePlans, complete_plan)
        .describe(
            "Complete a plan",
            "The purpose of the plan must be agreed, and nothing under it may still be open: feedback without a decision \
             (`feedback-undecided`), agreements that have not ended (`agreements-open`), claims that are not settled \
             (`claims-open`), attendance that can still be claimed for in time (`claims-possible`), sessions to come \
             (`sessions-to-come`), or expressions of interest without an answer (`expressions-undecided`). Each of these \
             is an entry in `errors` with its `count` and, in `see`, the address of the list. Published opportunities of \
             the plan are closed. After that, only late claims can be made under the plan. The planned level of \
             involvement is recorded next to the achieved level.",
        )
        .verb(&LIFE, PlanVerb::Complete)
        .refuses(&["plan-has-open-items"])
        .example(
            "what was achieved",
            json!({ "achieved_level": "co_design", "reflection": "Evenings worked better than days." }),
        );
}

fn complete_plan(writer: &mut Writer<'_>, id: PlanId, body: PlanCompletion) -> Result<Changed<PlanView>> {
    let row = plans::locked_for(writer, id, PlanVerb::Complete)?;
    let open = open_items(writer, &row)?;
    refuse_if_any(
        Kind::PlanHasOpenItems,
        "Something under this plan is still open. Settle what `errors` lists, then complete the plan.",
        open,
    )?;
    opportunities::close_under(writer, id)?;
    let planned = row.content.points.points.approach.as_ref().and_then(|approach| approach.involvement_level);
    let with = PlanStep {
        planned_level: planned,
        achieved_level: Some(body.achieved_level),
        reflection: Some(body.reflection.into()),
        ..PlanStep::default()
    };
    plans::step(writer, &row, PlanVerb::Complete, with)
}

/// What keeps the plan from being completed. The plan is locked, so nothing can be added while this counts.
fn open_items(writer: &mut Writer<'_>, row: &PlanRow) -> Result<Vec<Fault>> {
    let (plan, service, now, today) = (row.id, row.content.service_id, writer.now(), writer.today());
    let mut open = Vec::new();
    let purpose = row.content.points.points.purpose.as_ref().and_then(|purpose| purpose.status);
    if purpose != Some(PurposeStatus::Agreed) {
        let detail = "The purpose is still being explored. Revise the plan and agree its purpose first.";
        open.push(Fault::at("/purpose/status", "purpose-exploring", detail));
    }
    let conn = &mut *writer.conn;
    let mut counts = unsettled(conn, (plan, service), today)?.to_vec();
    counts.extend(to_come(conn, (plan, service), now)?);
    open.extend(counts.into_iter().filter_map(|(code, count, words, see)| counted(code, count, words, see)));
    Ok(open)
}

/// What somebody at the trust still has to decide, end or settle.
fn unsettled(conn: &mut PgConnection, (plan, service): (PlanId, ServiceId), today: Day) -> Result<[Counted; 4]> {
    let served = format!("service_id={service}&status");
    Ok([
        (
            "feedback-undecided",
            feedback::undecided_on_plan(conn, plan)?,
            ["item of feedback has", "items of feedback have", "no decision yet."],
            format!("/v1/feedback?plan_id={plan}&status=open,responded"),
        ),
        (
            "agreements-open",
            agreements::open_on_plan(conn, plan)?,
            ["agreement has", "agreements have", "not ended."],
            format!("/v1/agreements?{served}=draft,issued,active,paused"),
        ),
        (
            "claims-open",
            claims::open_on_plan(conn, plan, today)?,
            ["claim is", "claims are", "not settled."],
            format!("/v1/claims?plan_id={plan}&status=draft,submitted,approved,part_paid"),
        ),
        (
            "claims-possible",
            claims::possible_on_plan(conn, plan, today)?,
            ["attendance", "attendances", "can still be claimed for in time."],
            format!("/v1/sessions?{served}=scheduled,held"),
        ),
    ])
}

/// What still lies ahead: sessions, and the answers that people wait for.
fn to_come(conn: &mut PgConnection, (plan, service): (PlanId, ServiceId), now: Instant) -> Result<[Counted; 2]> {
    let served = format!("service_id={service}&status");
    let undecided = expressions::UNDECIDED.map(expressions::ExpressionStatus::as_str).join(",");
    Ok([
        (
            "sessions-to-come",
            sessions::to_come_on_plan(conn, plan, now)?,
            ["session is", "sessions are", "still to come."],
            format!("/v1/sessions?{served}=scheduled"),
        ),
        (
            "expressions-undecided",
            expressions::undecided_on_plan(conn, plan, now)?,
            ["expression of interest waits", "expressions of interest wait", "for an answer."],
            format!("/v1/expressions-of-interest?{served}={undecided}"),
        ),
    ])
}

/// A code, how many there are, the words for one and for several, and the address of the list.
type Counted = (&'static str, i64, [&'static str; 3], String);

/// The fault for `count` open items, in words; `None` if there are none.
fn counted(code: &'static str, count: i64, [one, many, rest]: [&str; 3], see: String) -> Option<Fault> {
    let what = if count == 1 { one } else { many };
    (count > 0).then(|| Fault::whole(code, format!("{count} {what} {rest}")).counted(count, see))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_counted_in_words_and_what_is_not_is_not_said() {
        for (count, wanted) in [(0, None), (1, Some("1 claim is not settled.")), (2, Some("2 claims are not settled."))]
        {
            let fault =
                counted("claims-open", count, ["claim is", "claims are", "not settled."], "/v1/claims".to_owned());
            assert_eq!(fault.as_ref().map(|fault| fault.detail.as_str()), wanted);
            assert!(fault.is_none_or(|fault| fault.count == Some(count) && fault.see.as_deref() == Some("/v1/claims")));
        }
    }
}
