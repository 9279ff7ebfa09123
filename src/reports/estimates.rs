//! Estimates of what time comes to that nobody has claimed: by the tariff that the agreement names, the scheduled minutes and
//! the policy in force on the day. Expenses are not estimated.

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::agreements::AgreementStatus;
use crate::clock::{Day, Instant};
use crate::db::among::{literal, words};
use crate::db::ids::PlanId;
use crate::expressions::ExpressionStatus;
use crate::money::Pence;
use crate::policies::Published;
use crate::policies::calculator::{estimate, in_force};
use crate::refusal::{Failure, Result};
use crate::sessions::SessionStatus;
use crate::work::Reader;

/// What one person's time at a session comes to; nothing where no policy with the tariff is in force on the day.
pub(super) fn worth(versions: &[Published], tariff: &str, on: Day, minutes: i64) -> Pence {
    let policy = in_force(versions, on.date());
    let tariff = policy.and_then(|policy| policy.terms.tariff(tariff));
    tariff.and_then(|tariff| estimate(tariff, minutes)).unwrap_or_default()
}

/// An amount for so many people.
pub(super) fn times(amount: Pence, people: i64) -> Result<Pence> {
    let all = amount.get().checked_mul(people).ok_or_else(|| Failure::broken("an estimate beyond range"))?;
    Ok(Pence::new(all))
}

/// A session to come, and how many people are to be paid for it by one tariff.
#[derive(QueryableByName)]
struct ToCome {
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
    #[diesel(sql_type = BigInt)]
    minutes: i64,
    #[diesel(sql_type = Text)]
    tariff: String,
    #[diesel(sql_type = BigInt)]
    people: i64,
}

// Whoever has an agreement that covers the day is counted by its tariff; whoever was accepted and has none yet, by that of
// the opportunity.
fn to_come_statement() -> String {
    format!(
        "\
SELECT s.starts_at, (EXTRACT(epoch FROM s.ends_at - s.starts_at) / 60)::bigint AS minutes, engaged.tariff, count(*) AS people
FROM opportunities o JOIN sessions s ON s.opportunity_id = o.id
CROSS JOIN LATERAL (
    SELECT g.offer ->> 'tariff' AS tariff FROM agreements g WHERE g.opportunity_id = o.id AND g.status IN ({in_force})
        AND (s.starts_at AT TIME ZONE 'Europe/London')::date BETWEEN g.starts_on AND COALESCE(g.ended_on, g.ends_on, 'infinity')
    UNION ALL
    SELECT o.offer ->> 'tariff' FROM expressions e WHERE e.opportunity_id = o.id AND e.status = {accepted}
        AND NOT EXISTS (SELECT FROM agreements g WHERE g.opportunity_id = o.id AND g.volunteer_id = e.volunteer_id
            AND g.accepted_at IS NOT NULL)) engaged
WHERE o.plan_id = $1 AND s.status = {scheduled} AND s.starts_at > $2 AND engaged.tariff IS NOT NULL
GROUP BY s.id, engaged.tariff",
        in_force = words(AgreementStatus::IN_FORCE),
        accepted = literal(ExpressionStatus::Accepted),
        scheduled = literal(SessionStatus::Scheduled),
    )
}

/// What the sessions to come of a plan will probably cost.
pub(super) fn expected(reader: &mut Reader<'_>, plan: PlanId, versions: &[Published]) -> Result<Pence> {
    let now = reader.now();
    let sessions: Vec<ToCome> = diesel::sql_query(to_come_statement())
        .bind::<SqlUuid, _>(plan)
        .bind::<Timestamptz, _>(now)
        .load(reader.conn)?;
    let each = sessions.iter().map(|session| {
        times(worth(versions, &session.tariff, session.starts_at.london_day(), session.minutes), session.people)
    });
    let all = Pence::checked_sum(each.collect::<Result<Vec<Pence>>>()?);
    all.ok_or_else(|| Failure::broken("an estimate beyond range"))
}
