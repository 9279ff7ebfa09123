//! What other claims hold: miles, time, alike lines; and the locks under which that is true.
//! The claim's own rows stand in `read` and `write`.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};

use crate::claims::line::LineKind;
use crate::claims::status::ClaimStatus;
use crate::claims::warning::Likeness;
use crate::clock::{Day, Instant};
use crate::db::ids::{ActorId, ClaimId, PlanId, SessionId, VolunteerId};
use crate::db::schema::{claim_lines, claims, mileage_years, sessions};
use crate::money::{Miles, Pence};
use crate::policies::calculator::TaxYear;
use crate::refusal::{Done, Failure};

/// Takes the locks of a person's tax years, in their order: two claims submitted at once never use the same miles.
pub fn lock_years(conn: &mut PgConnection, volunteer: VolunteerId, years: &[TaxYear]) -> Done<()> {
    let mut names: Vec<String> = years.iter().map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    let rows: Vec<_> = names
        .iter()
        .map(|year| (mileage_years::volunteer_id.eq(volunteer), mileage_years::tax_year.eq(year)))
        .collect();
    diesel::insert_into(mileage_years::table).values(rows).on_conflict_do_nothing().execute(conn)?;
    mileage_years::table
        .filter(mileage_years::volunteer_id.eq(volunteer).and(mileage_years::tax_year.eq_any(&names)))
        .order(mileage_years::tax_year)
        .select(mileage_years::tax_year)
        .for_update()
        .load::<String>(conn)?;
    Ok(())
}

/// Holds sessions as they are: attendance is not changed while a claim that rests on it is submitted.
pub fn hold_sessions(conn: &mut PgConnection, ids: &[SessionId]) -> Done<()> {
    let held = sessions::table.filter(sessions::id.eq_any(ids)).order(sessions::id).select(sessions::id).for_share();
    held.load::<SessionId>(conn)?;
    Ok(())
}

/// Car miles that a person's live claims were worked out at the first rate, by tax year.
pub fn miles_used(
    conn: &mut PgConnection,
    volunteer: VolunteerId,
    years: &[TaxYear],
) -> Done<BTreeMap<TaxYear, Miles>> {
    let names: Vec<String> = years.iter().map(ToString::to_string).collect();
    let rows: Vec<(Option<String>, i64)> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(claim_lines::tax_year.eq_any(names)))
        .filter(claim_lines::live.and(claim_lines::miles_first_rate.gt(0)))
        .select((claim_lines::tax_year, claim_lines::miles_first_rate))
        .load(conn)?;
    let mut used: BTreeMap<TaxYear, Miles> = BTreeMap::new();
    for (year, tenths) in rows {
        let Some(year) = year.and_then(|year| year.parse().ok()) else { continue };
        let so_far = used.entry(year).or_default();
        *so_far = so_far.checked_add(Miles::from_tenths(tenths)).ok_or_else(|| Failure::broken("miles overflow"))?;
    }
    Ok(used)
}

/// The sessions among these whose time another live claim of the person holds.
pub fn time_taken(
    conn: &mut PgConnection,
    claim: ClaimId,
    volunteer: VolunteerId,
    among: &[SessionId],
) -> Done<Vec<SessionId>> {
    let taken: Vec<Option<SessionId>> = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(claim_lines::session_id.eq_any(among)))
        .filter(claim_lines::kind.eq(LineKind::Time).and(claim_lines::live))
        .filter(claim_lines::supplements_line_id.is_null().and(claim_lines::claim_id.ne(claim)))
        .select(claim_lines::session_id)
        .load(conn)?;
    Ok(taken.into_iter().flatten().collect())
}

/// Date, kind and amount of the person's lines of these days in other live claims.
pub fn alike(conn: &mut PgConnection, claim: ClaimId, volunteer: VolunteerId, days: &[Day]) -> Done<Vec<Likeness>> {
    let lines = claim_lines::table
        .filter(claim_lines::volunteer_id.eq(volunteer).and(claim_lines::on_day.eq_any(days)))
        .filter(claim_lines::live.and(claim_lines::claim_id.ne(claim)))
        .select((claim_lines::on_day, claim_lines::kind, claim_lines::payable_pence));
    Ok(lines.load(conn)?)
}

/// Day and amount of the person's time from one day to another, in live claims and in this one.
pub fn time_elected(
    conn: &mut PgConnection,
    claim: ClaimId,
    volunteer: VolunteerId,
    (from, to): (Day, Day),
) -> Done<Vec<(Day, Pence)>> {
    type Found = (Option<Day>, Option<Pence>, Option<Pence>, Option<Pence>);
    let lines: Vec<Found> = claim_lines::table
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
    let due = |(day, payable, elected, approved): Found| {
        let due = approved.or_else(|| Some(crate::policies::calculator::paid(payable?, elected)));
        Some((day?, due?))
    };
    Ok(lines.into_iter().filter_map(due).collect())
}

/// What rules of segregation ask of an approver, by person.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Approver {
    /// Submitted or typed the claim.
    #[diesel(sql_type = Bool)]
    pub is_submitter: bool,
    /// Is paid by it.
    #[diesel(sql_type = Bool)]
    pub is_claimant: bool,
}

/// Who an approver is to a claim.
pub fn approver(
    conn: &mut PgConnection,
    who: ActorId,
    (submitter, typist): (ActorId, ActorId),
    claimant: VolunteerId,
) -> Done<Approver> {
    let asked = diesel::sql_query(
        "SELECT same_person($1, $2) OR same_person($1, $3) AS is_submitter, is_volunteer($1, $4) AS is_claimant",
    );
    let asked = asked.bind::<SqlUuid, _>(who).bind::<SqlUuid, _>(submitter).bind::<SqlUuid, _>(typist);
    Ok(asked.bind::<SqlUuid, _>(claimant).get_result(conn)?)
}

/// People with a live line on a session.
pub fn on_session(conn: &mut PgConnection, session: SessionId) -> Done<Vec<VolunteerId>> {
    let people = claim_lines::table
        .filter(claim_lines::session_id.eq(session).and(claim_lines::live))
        .select(claim_lines::volunteer_id)
        .distinct();
    Ok(people.load(conn)?)
}

/// Claims of a plan that are not settled; drafts count while they can be claimed.
pub fn open_on_plan(conn: &mut PgConnection, plan: PlanId, today: Day) -> Done<i64> {
    let open = [ClaimStatus::Submitted, ClaimStatus::Approved, ClaimStatus::PartPaid];
    let drafted = claims::status
        .eq(ClaimStatus::Draft)
        .and(claims::claim_by.is_null().or(claims::claim_by.ge(today).assume_not_null()));
    let count = claims::table
        .filter(claims::plan_id.eq(plan))
        .filter(claims::status.eq_any(open).or(drafted))
        .select(count_star());
    Ok(count.first(conn)?)
}

#[derive(QueryableByName)]
struct Given {
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
}

const UNCLAIMED: &str = "\
SELECT s.starts_at FROM opportunities o
JOIN sessions s ON s.opportunity_id = o.id
JOIN attendances a ON a.session_id = s.id
JOIN agreements g ON g.id = a.agreement_id
WHERE o.plan_id = $1 AND a.outcome IN ('attended', 'left_early')
    AND (g.offer ->> 'tariff' IS NOT NULL
        OR true IN ((g.offer ->> 'travel')::boolean, (g.offer ->> 'subsistence')::boolean, (g.offer ->> 'care')::boolean,
            (g.offer ->> 'access_support')::boolean, (g.offer ->> 'other')::boolean))
    AND NOT EXISTS (SELECT 1 FROM claim_lines l WHERE l.session_id = s.id AND l.volunteer_id = a.volunteer_id)";

/// When the sessions of a plan began that somebody attended and stands in no claim of theirs, where anything was promised.
pub fn unclaimed_on_plan(conn: &mut PgConnection, plan: PlanId) -> Done<Vec<Instant>> {
    let given: Vec<Given> = diesel::sql_query(UNCLAIMED).bind::<SqlUuid, _>(plan).load(conn)?;
    Ok(given.into_iter().map(|given| given.starts_at).collect())
}
