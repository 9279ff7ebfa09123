//! How much waits for somebody, in one statement whose counts are bounded.
//! What somebody can do something about is asked of the table of rights.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::policy::permit;
use crate::access::{Action, Grant};
use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::refusal::{Done, Failure};
use crate::work::Reader;
use crate::work::feature::{WaitingCount, Whose};

/// What waits; a member that one can do nothing about is absent.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Plans submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plans_to_decide: Option<i64>,
    /// Expressions of interest received or shortlisted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expressions_to_decide: Option<i64>,
    /// People to be told something that the service does not send by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries_to_make: Option<i64>,
    /// Feedback without a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback_to_answer: Option<i64>,
    /// Agreements whose support is overdue: everyone's for an involvement lead, for others those whose link person one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_overdue: Option<i64>,
    /// Agreements whose induction is overdue, counted likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inductions_overdue: Option<i64>,
    /// People with communication needs whose day of review has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_reviews_overdue: Option<i64>,
    /// Declared conflicts of interest to be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicts_to_decide: Option<i64>,
    /// Claims submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_to_decide: Option<i64>,
    /// Payments due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments_due: Option<i64>,
    /// Payment runs to be released by another person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_to_release: Option<i64>,
    /// Payment runs without all their results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_to_settle: Option<i64>,
    /// Offers of a place to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offers_to_answer: Option<i64>,
    /// Agreements to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreements_to_answer: Option<i64>,
    /// Claims in draft, those sent back included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_to_submit: Option<i64>,
}

// Whose rows are counted: `$1` everyone's or not, `$2` codes of services, `$3` the volunteer, `$4` the subject.
const OWN: &str = "volunteer_id = $3";
const OF_SERVICES: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)))";
// Whose link person the asker is, as `support` says.
const OF_LINK_PERSON: &str = "($1 OR service_id IN (SELECT id FROM services WHERE code = ANY($2)) \
    AND CASE WHEN link_person ->> 'subject' IS NULL THEN lower(link_person_email) = lower($4) ELSE link_person ->> 'subject' = $4 END)";
const OF_PEOPLE_PRESENT: &str = "volunteer_id IN (SELECT id FROM volunteers WHERE status NOT IN ('left', 'erased'))";

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

/// Counts what waits for the asker, feature by feature.
pub(super) fn count(reader: &mut Reader<'_>) -> Done<Waiting> {
    let actor = reader.actor()?;
    let may = |action| permit(actor, action).ok();
    // The three reach alike; a token's scope may leave one or the other out.
    let reach =
        may(Action::DecideExpressions).or_else(|| may(Action::WriteDeliveries)).or_else(|| may(Action::WriteSupport));
    let asked: Vec<&WaitingCount> = reader
        .features()
        .iter()
        .flat_map(|feature| feature.waiting)
        .filter(|count| may(count.action).is_some_and(|grant| count.whose != Whose::Own || grant.own().is_some()))
        .collect();
    let statement = statement(&asked);
    let today = reader.today();
    let who = Asker { grant: reach.as_ref(), volunteer: actor.volunteer_id, subject: &actor.subject };
    let counts = load(reader.conn, &statement, &who, today)?;
    let named = asked.iter().zip(counts).map(|(count, waiting)| (count.name.to_owned(), waiting.into())).collect();
    serde_json::from_value(Value::Object(named)).map_err(Failure::broken)
}

fn statement(counts: &[&WaitingCount]) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|WaitingCount { table, waits, whose, .. }| {
            let whose = condition(*whose);
            format!("(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {waits} AND {whose} LIMIT 1000) AS waiting)")
        })
        .collect();
    format!(
        "SELECT ARRAY[{}]::bigint[] AS counts FROM (SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e) AS asked",
        counts.join(", ")
    )
}

/// Who asks, as the counts need it.
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
