//! Estimates of what time comes to that nobody has claimed, as a claim would be worked out: by the scheduled minutes, and by
//! the policy in force on the day or what was promised, whichever comes to more. Expenses are not estimated.

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::{literal, words};
use crate::db::ids::PlanId;
use crate::expressions::ExpressionStatus;
use crate::money::Pence;
use crate::policies::calculator::{estimate, in_force};
use crate::policies::{Promised, Published};
use crate::refusal::{Failure, Result};
use crate::sessions::SessionStatus;
use crate::work::Reader;

/// A figure of a report that is an estimate, and how it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Estimate {
    /// Name of the field.
    #[schema(value_type = String, example = "expected_pence")]
    pub field: &'static str,
    /// How its figure is worked out, and what is not in it.
    #[schema(value_type = String)]
    pub how: &'static str,
}

/// What the report on accruals estimates.
pub(super) const OF_ACCRUALS: [Estimate; 2] = [
    Estimate {
        field: "unclaimed_pence",
        how: "Time that people attended, or that was cancelled at short notice, and that can still be claimed: the \
              scheduled minutes at the tariff that was promised or that of the policy in force, whichever comes to more. \
              Expenses are not in it.",
    },
    Estimate {
        field: "total_pence",
        how: "Submitted and approved as they are, and the estimate of `unclaimed_pence`.",
    },
];

/// What the budget of a plan estimates.
pub(super) const OF_BUDGETS: [Estimate; 2] = [
    Estimate {
        field: "expected_pence",
        how: "Time at the sessions to come, for everyone with an agreement or an accepted place: the scheduled minutes at \
              the tariff that was promised or that of the policy published for the day, whichever comes to more. Expenses, \
              and sessions not planned yet, are not in it.",
    },
    Estimate { field: "forecast_pence", how: "Committed and spent as they are, and the estimate of `expected_pence`." },
];

/// Time at a session that nobody has claimed.
#[derive(QueryableByName)]
pub(super) struct Unclaimed {
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
    #[diesel(sql_type = BigInt)]
    minutes: i64,
    #[diesel(sql_type = Text)]
    tariff: String,
    /// What was promised of the tariff.
    #[diesel(sql_type = Nullable<Jsonb>)]
    promised: Option<Json<Promised>>,
    /// So many people have or will have given it.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

impl Unclaimed {
    /// Day of the session, London date.
    pub fn day(&self) -> Day {
        self.starts_at.london_day()
    }

    /// Minutes from a moment to its start.
    pub fn minutes_after(&self, at: Instant) -> i64 {
        at.minutes_until(self.starts_at)
    }

    /// What it comes to for all of them; nothing where no policy is in force on the day.
    pub fn worth(&self, versions: &[Published]) -> Result<Pence> {
        let promised = self.promised.as_ref().map(|Json(promised)| &promised.terms);
        let policy = in_force(versions, self.day().date());
        let each = policy.and_then(|policy| estimate(policy.terms.tariff(&self.tariff), promised, self.minutes));
        times(each.unwrap_or_default(), self.people)
    }
}

/// An amount for so many people.
fn times(amount: Pence, people: i64) -> Result<Pence> {
    let all = amount.get().checked_mul(people).ok_or_else(|| Failure::broken("an estimate beyond range"))?;
    Ok(Pence::new(all))
}

// Whoever has an agreement that covers the day is counted by its tariff and what it promised; whoever was accepted and has
// none yet, by those of the opportunity.
fn to_come_statement() -> String {
    format!(
        "\
SELECT s.starts_at, (EXTRACT(epoch FROM s.ends_at - s.starts_at) / 60)::bigint AS minutes, engaged.tariff, engaged.promised,
    count(*) AS people
FROM opportunities o JOIN sessions s ON s.opportunity_id = o.id
CROSS JOIN LATERAL (
    SELECT g.offer ->> 'tariff' AS tariff, g.promised FROM agreements g WHERE g.opportunity_id = o.id AND g.status IN ({in_force})
        AND (s.starts_at AT TIME ZONE 'Europe/London')::date BETWEEN g.starts_on AND COALESCE(g.ended_on, g.ends_on, 'infinity')
    UNION ALL
    SELECT o.offer ->> 'tariff', o.promised FROM expressions e WHERE e.opportunity_id = o.id AND e.status = {accepted}
        AND NOT EXISTS (SELECT FROM agreements g WHERE g.opportunity_id = o.id AND g.volunteer_id = e.volunteer_id
            AND g.accepted_at IS NOT NULL)) engaged
WHERE o.plan_id = $1 AND s.status = {scheduled} AND s.starts_at > $2 AND engaged.tariff IS NOT NULL
GROUP BY s.id, engaged.tariff, engaged.promised",
        in_force = words(AgreementStatus::IN_FORCE),
        accepted = literal(ExpressionStatus::Accepted),
        scheduled = literal(SessionStatus::Scheduled),
    )
}

/// What the sessions to come of a plan will probably cost.
pub(super) fn expected(reader: &mut Reader<'_>, plan: PlanId, versions: &[Published]) -> Result<Pence> {
    let now = reader.now();
    let sessions: Vec<Unclaimed> = diesel::sql_query(to_come_statement())
        .bind::<SqlUuid, _>(plan)
        .bind::<Timestamptz, _>(now)
        .load(reader.conn)?;
    let each = sessions.iter().map(|session| session.worth(versions));
    let all = Pence::checked_sum(each.collect::<Result<Vec<Pence>>>()?);
    all.ok_or_else(|| Failure::broken("an estimate beyond range"))
}
