//! What other claims of a person and a plan use up: miles, time, similar lines; and the locks under which that is true.
//! The claim's own rows stand in `read` and `write`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::dsl::count_star;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::claims::store::basis::About;
use crate::claims::time_claimed::TimeClaimed;
use crate::clock::{Day, Instant};
use crate::db::ids::{AgreementId, ClaimId, PlanId, SessionId, VolunteerId};
use crate::db::schema::{claim_lines, claims};
use crate::money::{Miles, Pence};
use crate::policies::calculator::{Outcome, TaxYear, paid};
use crate::refusal::{Failure, Result};
use crate::sessions;

static LOCK_BASIS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH {}
SELECT lock_mileage_years($2, $3) + held.count AS locked FROM (SELECT count(*) FROM attendance) held",
        sessions::LOCKED_ATTENDANCE
    )
});

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "the locks are what is asked for")]
    locked: i64,
}

/// Takes the locks under which what a claim rests on stays as it is: those of its sessions, then those of the person's tax
/// years, each in their order. Two claims that are submitted at once never use the same miles.
pub fn lock_basis(conn: &mut PgConnection, volunteer: VolunteerId, about: &About) -> Result<()> {
    let _: Locked = diesel::sql_query(LOCK_BASIS.as_str())
        .bind::<Array<SqlUuid>, _>(&about.sessions)
        .bind::<SqlUuid, _>(volunteer)
        .bind::<Array<Text>, _>(&about.years)
        .get_result(conn)?;
    Ok(())
}

/// Car miles that a person's live claims were worked out at the first rate, by tax year.
pub fn miles_used(
    conn: &mut PgConnection,
    volunteer: VolunteerId,
    years: &[TaxYear],
) -> Result<BTreeMap<TaxYear, Miles>> {
    let rows: Vec<(Option<TaxYear>, Miles)> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(claim_lines::tax_year.eq_any(years)))
        .filter(claim_lines::live.and(claim_lines::miles_first_rate.gt(Miles::ZERO)))
        .select((claim_lines::tax_year, claim_lines::miles_first_rate))
        .load(conn)?;
    let mut used: BTreeMap<TaxYear, Miles> = BTreeMap::new();
    for (year, miles) in rows {
        let Some(year) = year else { continue };
        let so_far = used.entry(year).or_default();
        *so_far = so_far.checked_add(miles).ok_or_else(|| Failure::broken("miles beyond range"))?;
    }
    Ok(used)
}

/// What among this is in another live claim of the person: the time of sessions, and work on days under the agreement.
pub fn time_taken(
    conn: &mut PgConnection,
    claim: ClaimId,
    (volunteer, agreement): (VolunteerId, Option<AgreementId>),
    among: &[TimeClaimed],
) -> Result<Vec<TimeClaimed>> {
    let sessions = among.iter().filter_map(|time| match time {
        TimeClaimed::Session(id) => Some(*id),
        TimeClaimed::Day(_) => None,
    });
    let days = among.iter().filter_map(|time| match time {
        TimeClaimed::Day(day) => Some(*day),
        TimeClaimed::Session(_) => None,
    });
    let in_session = claim_lines::session_id.eq_any(sessions.collect::<Vec<_>>());
    let on_day = claim_lines::on_day.eq_any(days.collect::<Vec<_>>());
    let at_home = claim_lines::session_id.is_null().and(claim_lines::agreement_id.eq(agreement)).and(on_day);
    let taken: Vec<(Option<SessionId>, Option<Day>)> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer))
        .filter(in_session.or(at_home))
        .filter(claim_lines::kind.eq(LineKind::Time).and(claim_lines::live))
        .filter(claim_lines::supplements_line_id.is_null().and(claim_lines::claim_id.ne(claim)))
        .select((claim_lines::session_id, claim_lines::on_day))
        .load(conn)?;
    Ok(taken.into_iter().filter_map(|(session, day)| TimeClaimed::of_row(session, day)).collect())
}

/// Day and amount of the person's time from one day to another, in live claims and in this one.
pub fn time_elected(
    conn: &mut PgConnection,
    claim: ClaimId,
    volunteer: VolunteerId,
    (from, to): (Day, Day),
) -> Result<Vec<(Day, Pence)>> {
    type DayAmounts = (Option<Day>, Option<Pence>, Option<Pence>, Option<Pence>);
    let lines: Vec<DayAmounts> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(claim_lines::on_day.between(from, to)))
        .filter(claim_lines::kind.eq(LineKind::Time))
        .filter(claim_lines::live.or(claim_lines::claim_id.eq(claim)))
        .select((
            claim_lines::on_day,
            claim_lines::payable_pence,
            claim_lines::elected_pence,
            claim_lines::approved_pence,
        ))
        .load(conn)?;
    let due = |(day, payable, elected, approved): DayAmounts| {
        let due = approved.or_else(|| Some(paid(payable?, elected)));
        Some((day?, due?))
    };
    Ok(lines.into_iter().filter_map(due).collect())
}

/// People with a live line on one of these sessions, each with the session.
pub fn on_sessions(conn: &mut PgConnection, sessions: &[SessionId]) -> Result<Vec<(SessionId, VolunteerId)>> {
    let people = claim_lines::table
        .filter(claim_lines::session_id.eq_any(sessions).and(claim_lines::live))
        .select((claim_lines::session_id.assume_not_null(), claim_lines::volunteer_id))
        .distinct();
    Ok(people.load(conn)?)
}

/// How many claims of a plan are unsettled; drafts count while they can be claimed.
pub fn open_on_plan(conn: &mut PgConnection, plan: PlanId, today: Day) -> Result<i64> {
    let drafted = claims::status
        .eq(ClaimStatus::Draft)
        .and(claims::claim_by.is_null().or(claims::claim_by.ge(today).assume_not_null()));
    let count = claims::table
        .filter(claims::plan_id.eq(plan))
        .filter(claims::status.eq_any(ClaimStatus::UNSETTLED).or(drafted))
        .select(count_star());
    Ok(count.first(conn)?)
}

#[derive(QueryableByName)]
struct UnclaimedSessionRow {
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
}

const UNCLAIMED: &str = "\
SELECT a.starts_at FROM plan_attendances a
WHERE a.plan_id = $1 AND a.outcome = ANY($2)
    AND (a.offer ->> 'tariff' IS NOT NULL
        OR true IN ((a.offer ->> 'travel')::boolean, (a.offer ->> 'subsistence')::boolean, (a.offer ->> 'care')::boolean,
            (a.offer ->> 'access_support')::boolean, (a.offer ->> 'other')::boolean))
    AND NOT EXISTS (SELECT 1 FROM claim_lines l WHERE l.session_id = a.session_id AND l.volunteer_id = a.volunteer_id)";

/// The start of each session of a plan that somebody attended and named in no claim, where their agreement offers anything;
/// once for each person.
pub fn unclaimed_on_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<Instant>> {
    let present: Vec<&str> = Outcome::PRESENT.iter().map(|outcome| outcome.as_str()).collect();
    let query = diesel::sql_query(UNCLAIMED).bind::<SqlUuid, _>(plan).bind::<Array<Text>, _>(present);
    let unclaimed: Vec<UnclaimedSessionRow> = query.load(conn)?;
    Ok(unclaimed.into_iter().map(|session| session.starts_at).collect())
}
