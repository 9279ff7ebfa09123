//! Counts of the work that waits for a user, in one SQL statement with a limit on each count: the rows of the work list.
//! The table of rights decides which counts a user gets.

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::{Action, Grant, permit};
use crate::clock::{Day, Instant};
use crate::db::ids::VolunteerId;
use crate::features::FEATURES;
use crate::refusal::{Failure, Result};
use crate::work::Reader;
use crate::work::feature::{WaitingCount, Whose};

/// Counts of waiting work, each up to 1,000. A count is absent if the user's roles do not let them act on it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// Plans that were submitted and wait for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_to_decide: Option<i64>,
    /// Drafts of opportunities that staff proposed and that wait for an involvement lead to publish them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunities_to_publish: Option<i64>,
    /// Expressions of interest that were received or shortlisted and wait for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expressions_to_decide: Option<i64>,
    /// Messages that somebody has to deliver, because the service can't send them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries_to_make: Option<i64>,
    /// People who need something at a session of the next seven days that nobody has booked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangements_to_book: Option<i64>,
    /// Feedback that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback_to_answer: Option<i64>,
    /// Agreements whose support is overdue: all for involvement leads, for staff those that name them as link person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_overdue: Option<i64>,
    /// Agreements whose induction is overdue: all for involvement leads, for staff those that name them as link person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inductions_overdue: Option<i64>,
    /// Webhooks that were disabled because their receiver took nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhooks_disabled: Option<i64>,
    /// Volunteers whose communication needs are overdue for review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_reviews_overdue: Option<i64>,
    /// Agreements in force whose determination of employment status is overdue for review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment_reviews: Option<i64>,
    /// Declared conflicts of interest that wait for an involvement lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicts_to_decide: Option<i64>,
    /// Claims that were submitted and wait for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_to_decide: Option<i64>,
    /// Payments that are due and in no payment run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments_due: Option<i64>,
    /// Payments that finance holds back from payment runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments_held: Option<i64>,
    /// Recoveries that were proposed and wait for another person to confirm them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recoveries_to_confirm: Option<i64>,
    /// Changes of payee numbers that somebody else proposed and that wait for their confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payees_to_confirm: Option<i64>,
    /// Open payment runs that somebody other than their creator must release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_to_release: Option<i64>,
    /// Payment runs that were released and wait for results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_to_settle: Option<i64>,
    /// The volunteer's offers of a place that they have not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offers_to_answer: Option<i64>,
    /// The volunteer's agreements that they have not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreements_to_answer: Option<i64>,
    /// Plans that were returned and wait to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_to_change: Option<i64>,
    /// Approved plans without an opportunity yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_to_begin: Option<i64>,
    /// Plans whose purpose is due for review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_reviews: Option<i64>,
    /// Comments on plans that are not resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_to_resolve: Option<i64>,
    /// People on a reserve list who can be offered a place that is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserves_to_offer: Option<i64>,
    /// Places that were accepted and wait for an agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreements_to_write: Option<i64>,
    /// Agreements in force that are due for review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_reviews: Option<i64>,
    /// Agreements that volunteers ended themselves in the last four weeks: all for involvement leads, for staff those that name
    /// them as link person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreements_ended_by_volunteers: Option<i64>,
    /// Sessions that are over, began in the last 92 days, and whose register is not filled. Older ones are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registers_to_fill: Option<i64>,
    /// The volunteer's sessions in the next two weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions_to_come: Option<i64>,
    /// Sessions that the volunteer attended and has not claimed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions_to_claim: Option<i64>,
    /// The volunteer's draft claims, including claims that were returned to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_to_submit: Option<i64>,
}

// Whose rows are counted, by the parameters that `asked_once` names.
const OWN: &str = "volunteer_id = $3";
const OF_SERVICES: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)))";
const OF_LINK_PERSON: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)) \
    AND is_link_person(link_person, $4))";
const OF_PEOPLE_PRESENT: &str = "volunteer_id IN (SELECT id FROM volunteers_present)";

const fn condition(whose: Whose) -> &'static str {
    match whose {
        Whose::Everyones => "true",
        Whose::OfServices => OF_SERVICES,
        Whose::OfLinkPerson => OF_LINK_PERSON,
        Whose::OfPeoplePresent => OF_PEOPLE_PRESENT,
        Whose::Own => OWN,
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

/// Binds a caller as `$1` to `$7` of a query.
macro_rules! bound {
    ($query:expr, $caller:expr) => {{
        let caller: $crate::me::waiting::Caller = $caller;
        $query
            .bind::<diesel::sql_types::Bool, _>(caller.everywhere)
            .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(caller.services)
            .bind::<diesel::sql_types::Nullable<diesel::sql_types::Uuid>, _>(caller.volunteer)
            .bind::<diesel::sql_types::Text, _>(caller.subject)
            .bind::<diesel::sql_types::Date, _>(caller.today)
            .bind::<diesel::sql_types::Timestamptz, _>(caller.now)
            .bind::<diesel::sql_types::Text, _>(caller.issuer)
    }};
}
pub(super) use bound;

/// Counts what waits for the caller, feature by feature.
pub(super) fn count(reader: &mut Reader<'_>) -> Result<Waiting> {
    let asked = asked(reader)?;
    let counts: Vec<String> = asked
        .iter()
        .map(|kind| format!("(SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 1000) AS waiting)", rows(kind)))
        .collect();
    let statement = asked_once(&format!("SELECT ARRAY[{}]::bigint[] AS counts", counts.join(", ")), "");
    let query = bound!(diesel::sql_query(statement), Caller::of(reader)?);
    let counted: Counted = query.get_result(reader.conn)?;
    let named = asked.iter().zip(counted.counts);
    let named = named.map(|(kind, waiting)| (kind.name.to_owned(), waiting.into())).collect();
    serde_json::from_value(Value::Object(named)).map_err(Failure::broken)
}

/// The kinds of work that the caller may do something about.
pub(super) fn asked(reader: &Reader<'_>) -> Result<Vec<&'static WaitingCount>> {
    let actor = reader.actor()?;
    let may = |kind: &&WaitingCount| {
        let grant = permit(actor, kind.action);
        grant.is_ok_and(|grant| kind.whose != Whose::Own || grant.own().is_some())
    };
    Ok(FEATURES.iter().flat_map(|feature| feature.waiting).filter(may).collect())
}

/// The rows of a kind that wait for the caller, as `w`, to follow `FROM`.
pub(super) fn rows(kind: &WaitingCount) -> String {
    format!("{} w WHERE {} AND {}", kind.table, (kind.waits)(), condition(kind.whose))
}

/// A statement over waiting work that reads its parameters from one row: `$1` whether everyone's, `$2` codes of services, `$3`
/// the volunteer, `$4` the subject, `$5` today, `$6` now, `$7` the issuer, and what else it is asked with, as further columns.
/// PostgreSQL then plans it once for all values: for values that it saw it would plan the thirty kinds at every request,
/// which takes longer than to find what waits. And every parameter is named, whichever the conditions use.
pub(super) fn asked_once(statement: &str, more: &str) -> String {
    let mut text = format!(
        "WITH asked AS MATERIALIZED (SELECT $1 AS p1, $2 AS p2, $3 AS p3, $4 AS p4, $5 AS p5, $6 AS p6, $7 AS p7{more})\n"
    );
    let mut parts = statement.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.find(|it: char| !it.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        // `ANY` of a bare subquery would be one of its rows.
        let kind = if number == "2" { "::text[]" } else { "" };
        text.push_str(&format!("(SELECT p{number} FROM asked){kind}{rest}"));
    }
    text
}

/// The user, as these statements need them.
pub(super) struct Caller {
    pub(super) everywhere: bool,
    pub(super) services: Vec<String>,
    pub(super) volunteer: Option<VolunteerId>,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) today: Day,
    pub(super) now: Instant,
}

impl Caller {
    /// The user of a request.
    pub(super) fn of(reader: &Reader<'_>) -> Result<Self> {
        let actor = reader.actor()?;
        let may = |action| permit(actor, action).ok();
        // The three actions have the same reach; the scope of a token may exclude one of them.
        let reach = may(Action::DecideExpressions)
            .or_else(|| may(Action::WriteDeliveries))
            .or_else(|| may(Action::WriteSupport));
        Ok(Self {
            everywhere: reach.as_ref().is_some_and(Grant::all),
            services: reach.map(|grant| grant.services().to_vec()).unwrap_or_default(),
            volunteer: actor.volunteer_id,
            subject: actor.subject.clone(),
            issuer: actor.issuer.clone(),
            today: reader.today(),
            now: reader.now(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_statement_reads_each_parameter_from_one_row() {
        let text = asked_once("SELECT 1 WHERE $1 OR code = ANY($2) AND day < $10", ", $10 AS p10");
        let (asked, rest) = text.split_once('\n').unwrap();
        assert!(asked.ends_with("$7 AS p7, $10 AS p10)"), "{asked}");
        let wanted = "SELECT 1 WHERE (SELECT p1 FROM asked) OR code = ANY((SELECT p2 FROM asked)::text[]) \
                      AND day < (SELECT p10 FROM asked)";
        assert_eq!(rest, wanted);
    }

    #[test]
    fn every_count_of_a_feature_has_its_field() {
        let names: Vec<&str> = FEATURES.iter().flat_map(|feature| feature.waiting).map(|count| count.name).collect();
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            let counted = json!({ name: 1 });
            let waiting: Waiting = serde_json::from_value(counted.clone()).unwrap();
            assert_eq!(serde_json::to_value(waiting).unwrap(), counted);
        }
    }
}
