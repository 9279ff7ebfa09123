//! Counts of the work that waits for a user, in one SQL statement with a limit on each count.
//! The table of rights decides which counts a user gets.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::policy::permit;
use crate::access::{Action, Grant};
use crate::clock::Day;
use crate::db::Reader;
use crate::db::ids::VolunteerId;
use crate::refusal::Done;
use crate::support::due_on;

/// Counts of waiting work, each up to 1,000. A count is absent if the user's roles do not let them act on it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Waiting {
    /// Plans that were submitted and wait for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans_to_decide: Option<i64>,
    /// Expressions of interest that were received or shortlisted and wait for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expressions_to_decide: Option<i64>,
    /// Messages that somebody has to deliver, because the service can't send them itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliveries_to_make: Option<i64>,
    /// Feedback that waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_to_answer: Option<i64>,
    /// Agreements whose support is overdue: all for involvement leads, for staff those that name them as link person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_overdue: Option<i64>,
    /// Agreements whose induction is overdue: all for involvement leads, for staff those that name them as link person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inductions_overdue: Option<i64>,
    /// Volunteers whose communication needs are overdue for review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_reviews_overdue: Option<i64>,
    /// Declared conflicts of interest that wait for an involvement lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts_to_decide: Option<i64>,
    /// Claims that were submitted and wait for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_to_decide: Option<i64>,
    /// Payments that are due and in no payment run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payments_due: Option<i64>,
    /// Payment runs that are open and wait for release by another person than their maker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_to_release: Option<i64>,
    /// Payment runs that were released and wait for results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_to_settle: Option<i64>,
    /// The volunteer's offers of a place that they have not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers_to_answer: Option<i64>,
    /// The volunteer's agreements that they have not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreements_to_answer: Option<i64>,
    /// The volunteer's draft claims, including claims that were returned to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_to_submit: Option<i64>,
}

const MINE: &str = "volunteer_id = $3";
const SERVICES: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)))";
// Written as in the indexes `agreements_support_due` and `agreements_induction_due`, so that they are used. `LINKED` is
// the rule of `support::is_link_person`.
const SUPPORT_DUE: &str = concat!("status IN ('active', 'paused') AND ", due_on!(), " < $5");
const INDUCTION_DUE: &str = "status IN ('active', 'paused') AND induction_due_on < $5";
const LINKED: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)) \
    AND CASE WHEN link_person ->> 'subject' IS NULL THEN lower(link_person_email) = lower($4) ELSE link_person ->> 'subject' = $4 END)";
const CONFLICT: &str =
    "conflict_declared AND conflict_cleared_at IS NULL AND status IN ('received', 'shortlisted', 'offered')";
const REVIEW_DUE: &str = "needs_review_due < $5 AND communication_needs <> '[]'";
const PRESENT: &str = "volunteer_id IN (SELECT id FROM volunteers WHERE status NOT IN ('left', 'erased'))";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

/// A count: its table, the condition on its rows, and the condition on whose rows they are.
type Count = (&'static str, &'static str, &'static str);

/// Counts what waits for the user.
pub(super) fn count(reader: &mut Reader<'_>) -> Done<Waiting> {
    let actor = reader.actor()?;
    let may = |action| permit(actor, action).ok();
    // The three actions have the same reach; the scope of a token may exclude one of them.
    let reach =
        may(Action::DecideExpressions).or_else(|| may(Action::WriteDeliveries)).or_else(|| may(Action::WriteSupport));
    let mut waiting = Waiting::default();
    let asked = asked(&mut waiting, &|action| permit(actor, action).ok());
    let statement = statement(asked.iter().map(|(_, count)| *count));
    let today = reader.today();
    let who = Asker { grant: reach.as_ref(), volunteer: actor.volunteer_id, subject: &actor.subject };
    let counts = load(reader.conn, &statement, &who, today)?;
    for ((place, _), count) in asked.into_iter().zip(counts) {
        *place = Some(count);
    }
    Ok(waiting)
}

/// The counts for a user with these rights, each with the field that it fills.
fn asked<'w>(waiting: &'w mut Waiting, may: &dyn Fn(Action) -> Option<Grant>) -> Vec<(&'w mut Option<i64>, Count)> {
    let mut asked: Vec<(&mut Option<i64>, Count)> = Vec::new();
    if may(Action::DecidePlans).is_some() {
        asked.push((&mut waiting.plans_to_decide, ("plans", "status = 'submitted'", "true")));
    }
    if may(Action::DecideExpressions).is_some() {
        asked.push((
            &mut waiting.expressions_to_decide,
            ("expressions", "status IN ('received', 'shortlisted')", SERVICES),
        ));
    }
    if may(Action::WriteDeliveries).is_some() {
        asked.push((
            &mut waiting.deliveries_to_make,
            ("deliveries", "status = 'pending' AND NOT automatic AND (send_from IS NULL OR send_from <= $5)", SERVICES),
        ));
    }
    if may(Action::WriteFeedback).is_some() {
        asked.push((&mut waiting.feedback_to_answer, ("feedback", "status = 'open'", SERVICES)));
    }
    if may(Action::WriteSupport).is_some() {
        asked.push((&mut waiting.support_overdue, ("agreements", SUPPORT_DUE, LINKED)));
        asked.push((&mut waiting.inductions_overdue, ("agreements", INDUCTION_DUE, LINKED)));
    }
    if may(Action::DecideVolunteers).is_some() {
        asked.push((&mut waiting.needs_reviews_overdue, ("volunteer_profiles", REVIEW_DUE, PRESENT)));
    }
    if may(Action::ClearConflicts).is_some() {
        asked.push((&mut waiting.conflicts_to_decide, ("expressions", CONFLICT, "true")));
    }
    if may(Action::DecideClaims).is_some() {
        asked.push((&mut waiting.claims_to_decide, ("claims", "status = 'submitted'", "true")));
    }
    if may(Action::WritePaymentRuns).is_some() {
        asked.push((&mut waiting.payments_due, ("payments", "status = 'due'", "true")));
        asked.push((&mut waiting.runs_to_release, ("payment_runs", "status = 'open'", "true")));
        asked.push((&mut waiting.runs_to_settle, ("payment_runs", "status = 'released'", "true")));
    }
    if may(Action::AnswerExpressions).is_some_and(|grant| grant.own().is_some()) {
        asked.push((&mut waiting.offers_to_answer, ("expressions", "status = 'offered'", MINE)));
        asked.push((&mut waiting.agreements_to_answer, ("agreements", "status = 'issued'", MINE)));
        asked.push((&mut waiting.claims_to_submit, ("claims", "status = 'draft'", MINE)));
    }
    asked
}

fn statement(counts: impl Iterator<Item = Count>) -> String {
    let counts: Vec<String> = counts
        .map(|(table, waits, whose)| {
            format!("(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {waits} AND {whose} LIMIT 1000) AS waiting)")
        })
        .collect();
    format!(
        "SELECT ARRAY[{}]::bigint[] AS counts FROM (SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e) AS asked",
        counts.join(", ")
    )
}

/// The user, as the counts need them.
struct Asker<'a> {
    grant: Option<&'a Grant>,
    volunteer: Option<VolunteerId>,
    subject: &'a str,
}

fn load(conn: &mut PgConnection, statement: &str, who: &Asker<'_>, today: Day) -> Done<Vec<i64>> {
    let counted: Counted = diesel::sql_query(statement)
        .bind::<Bool, _>(who.grant.is_some_and(Grant::all))
        .bind::<Array<Text>, _>(who.grant.map(|grant| grant.services().to_vec()).unwrap_or_default())
        .bind::<Nullable<Uuid>, _>(who.volunteer)
        .bind::<Text, _>(who.subject)
        .bind::<Date, _>(today)
        .get_result(conn)?;
    Ok(counted.counts)
}
