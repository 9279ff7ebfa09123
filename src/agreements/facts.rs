//! What other features may know about agreements.
//! Read only; no function but `visible` checks whether the caller may see the agreement.

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::expression::is_aggregate;
use diesel::pg::Pg;
use diesel::sql_types::Jsonb;
use serde::de::DeserializeOwned;

use crate::agreements::AgreementStatus;
use crate::agreements::content::Pause;
use crate::agreements::store::{self, AgreementRow};
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::db::schema::agreements;
use crate::opportunities;
use crate::policies::Promised;
use crate::refusal::{Failure, Result};
use crate::text::Person;
use crate::vocabulary::offer::{Basis, Offer};
use crate::vocabulary::payment_route::PaymentRoute;
use crate::work::{Reader, Revision};

/// What other features need to know of an agreement.
#[derive(Clone, Debug)]
pub struct AgreementFacts {
    /// The agreement.
    pub id: AgreementId,
    /// The volunteer's side of it.
    pub volunteer_id: VolunteerId,
    /// The opportunity that it is for.
    pub opportunity_id: OpportunityId,
    /// The plan that the opportunity belongs to.
    pub plan_id: PlanId,
    /// The service that the opportunity belongs to.
    pub service_id: ServiceId,
    /// Status of the agreement.
    pub status: AgreementStatus,
    /// Expenses only, or paid involvement.
    pub basis: Basis,
    /// What is reimbursed and paid.
    pub offer: Offer,
    /// Terms of its tariff, as they were promised at issue.
    pub promised: Option<Promised>,
    /// Day on which it was issued.
    pub issued_on: Option<Day>,
    /// How time is paid; set where the basis is paid involvement.
    pub payment_route: Option<PaymentRoute>,
    /// Link person: the volunteer's named contact at the trust.
    pub link_person: Person,
    /// Day on which it was drafted.
    pub drafted_on: Day,
    /// The agreement that it replaces.
    pub replaces_id: Option<AgreementId>,
    /// First day that it covers.
    pub starts_on: Day,
    /// Planned last day.
    pub ends_on: Option<Day>,
    /// Last day that it covers, once ended.
    pub ended_on: Option<Day>,
    /// Pauses, each from a day to a day, both inclusive; the last may be open.
    pub pauses: Vec<Pause>,
}

impl AgreementFacts {
    /// Whether the agreement is or was in force.
    #[must_use]
    pub fn was_in_force(&self) -> bool {
        AgreementStatus::BEGUN.contains(&self.status)
    }

    /// Whether the agreement covers the day: from its start to the day on which it ended.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.was_in_force() && self.starts_on <= day && self.ended_on.is_none_or(|ended| day <= ended)
    }

    /// Whether the day is within a pause.
    #[must_use]
    pub fn is_paused_on(&self, day: Day) -> bool {
        self.pauses.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to))
    }

    /// Whether the person is expected on a day that it covers: neither paused nor past the planned last day.
    #[must_use]
    pub fn is_expected_on(&self, day: Day) -> bool {
        !self.is_paused_on(day) && self.ended_on.or(self.ends_on).is_none_or(|end| day <= end)
    }
}

type RowAndPauses = (AgreementRow, Json<Vec<Pause>>);

/// Facts about an agreement, whoever asks.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: AgreementId) -> Result<Option<AgreementFacts>> {
    let found: Option<RowAndPauses> = agreements::table
        .find(id)
        .select((AgreementRow::as_select(), sql::<Jsonb>(store::PAUSES)))
        .first(conn)
        .optional()?;
    Ok(found.map(|(row, Json(pauses))| of_row(row, pauses)))
}

/// Facts about an agreement that the caller may see.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: AgreementId) -> Result<Option<AgreementFacts>> {
    let found: Option<RowAndPauses> = agreements::table
        .filter(agreements::id.eq(id))
        .filter(store::reached(reader.grant()))
        .select((AgreementRow::as_select(), sql::<Jsonb>(store::PAUSES)))
        .first(reader.conn)
        .optional()?;
    Ok(found.map(|(row, Json(pauses))| of_row(row, pauses)))
}

/// A column that is worked out from a row of `agreements`.
pub type Beside = Box<dyn BoxableExpression<agreements::table, Pg, (), is_aggregate::Never, SqlType = Jsonb>>;

/// The same, with what a column beside it says: one statement instead of two for whoever needs both.
///
/// # Errors
/// Database errors.
pub fn visible_with<T: DeserializeOwned + std::fmt::Debug + 'static>(
    reader: &mut Reader<'_>,
    id: AgreementId,
    beside: Beside,
) -> Result<Option<(AgreementFacts, T)>> {
    let found: Option<(AgreementRow, Json<Vec<Pause>>, Json<T>)> = agreements::table
        .filter(agreements::id.eq(id))
        .filter(store::reached(reader.grant()))
        .select((AgreementRow::as_select(), sql::<Jsonb>(store::PAUSES), beside))
        .first(reader.conn)
        .optional()?;
    Ok(found.map(|(row, Json(pauses), Json(beside))| (of_row(row, pauses), beside)))
}

/// Facts about an agreement that something rests on, whoever asks, with what a column beside it says.
///
/// # Errors
/// `internal` where it does not exist; database errors.
pub fn facts_with<T: DeserializeOwned + std::fmt::Debug + 'static>(
    conn: &mut PgConnection,
    id: AgreementId,
    beside: Beside,
) -> Result<(AgreementFacts, T)> {
    let found: Option<(AgreementRow, Json<Vec<Pause>>, Json<T>)> = agreements::table
        .filter(agreements::id.eq(id))
        .select((AgreementRow::as_select(), sql::<Jsonb>(store::PAUSES), beside))
        .first(conn)
        .optional()?;
    let (row, Json(pauses), Json(beside)) = found.ok_or_else(|| Failure::broken("an agreement that is not there"))?;
    Ok((of_row(row, pauses), beside))
}

/// The agreements that were issued to a volunteer, whatever became of them, each with its revision.
///
/// # Errors
/// Database errors.
pub fn given_to(conn: &mut PgConnection, of: VolunteerId) -> Result<Vec<(AgreementFacts, Revision)>> {
    let rows: Vec<RowAndPauses> = agreements::table
        .filter(agreements::volunteer_id.eq(of).and(agreements::issued_at.is_not_null()))
        .select((AgreementRow::as_select(), sql::<Jsonb>(store::PAUSES)))
        .load(conn)?;
    let with_revision = |(row, Json(pauses)): RowAndPauses| {
        let revision = (row.version, row.updated_at);
        (of_row(row, pauses), revision)
    };
    Ok(rows.into_iter().map(with_revision).collect())
}

/// The agreements of an opportunity that cover a day from the first to the last of these, ended ones included; oldest first.
/// They are locked, so that none can be ended on an earlier day while attendance on one of these days is recorded. Where there
/// are several days, which of them each covers is asked of the agreement.
///
/// # Errors
/// Database errors.
pub fn covering(
    conn: &mut PgConnection,
    opportunity: OpportunityId,
    (first, last): (Day, Day),
) -> Result<Vec<AgreementFacts>> {
    let rows = agreements::table
        .filter(agreements::opportunity_id.eq(opportunity))
        .filter(agreements::status.eq_any(AgreementStatus::BEGUN))
        .filter(agreements::starts_on.le(last))
        .filter(agreements::ended_on.is_null().or(agreements::ended_on.ge(first)))
        .order_by(agreements::id)
        .select(AgreementRow::as_select())
        .for_key_share()
        .load(conn)?;
    // Asked once the locks are there: a pause may have begun while they were waited for.
    with_pauses(conn, rows)
}

/// The volunteers whose agreement under a plan is or was in force, each once.
///
/// # Errors
/// Database errors.
pub fn people_of_plan(conn: &mut PgConnection, plan: PlanId) -> Result<Vec<VolunteerId>> {
    Ok(agreements::table
        .filter(agreements::plan_id.eq(plan))
        .filter(agreements::status.eq_any(AgreementStatus::BEGUN))
        .distinct()
        .select(agreements::volunteer_id)
        .load(conn)?)
}

/// For each of these volunteers whose agreement is in force, the service of the newest.
///
/// # Errors
/// Database errors.
pub fn services_in_force(conn: &mut PgConnection, people: &[VolunteerId]) -> Result<HashMap<VolunteerId, ServiceId>> {
    let newest: Vec<(VolunteerId, ServiceId)> = agreements::table
        .filter(agreements::volunteer_id.eq_any(people))
        .filter(agreements::status.eq_any(AgreementStatus::IN_FORCE))
        .distinct_on(agreements::volunteer_id)
        .order_by((agreements::volunteer_id, agreements::id.desc()))
        .select((agreements::volunteer_id, agreements::service_id))
        .load(conn)?;
    Ok(newest.into_iter().collect())
}

/// How many agreements of a plan are drafted, issued, active or paused.
///
/// # Errors
/// Database errors.
pub fn open_on_plan(conn: &mut PgConnection, plan: PlanId) -> Result<i64> {
    let count = agreements::table
        .filter(agreements::plan_id.eq(plan))
        .filter(agreements::status.eq_any(AgreementStatus::OPEN))
        .count()
        .get_result(conn)?;
    Ok(count)
}

fn with_pauses(conn: &mut PgConnection, rows: Vec<AgreementRow>) -> Result<Vec<AgreementFacts>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AgreementId> = rows.iter().map(|row| row.id).collect();
    let mut pauses: HashMap<AgreementId, Vec<Pause>> = HashMap::new();
    for (id, from, to) in store::pauses(conn, &ids)? {
        pauses.entry(id).or_default().push((from, to));
    }
    let facts = rows.into_iter().map(|row| {
        let pauses = pauses.remove(&row.id).unwrap_or_default();
        of_row(row, pauses)
    });
    Ok(facts.collect())
}

fn of_row(row: AgreementRow, pauses: Vec<Pause>) -> AgreementFacts {
    AgreementFacts {
        id: row.id,
        volunteer_id: row.content.volunteer_id,
        opportunity_id: row.content.opportunity_id,
        plan_id: row.plan_id,
        service_id: row.service_id,
        status: row.status,
        basis: row.content.basis,
        offer: row.content.offer.0,
        promised: row.promised.map(|Json(promised)| promised),
        issued_on: row.issued_at.map(Instant::london_day),
        payment_route: row.content.payment_route,
        link_person: row.content.link_person.0,
        drafted_on: row.created_at.london_day(),
        replaces_id: row.content.replaces_id,
        starts_on: row.content.starts_on,
        ends_on: row.content.ends_on,
        ended_on: row.ended_on,
        pauses,
    }
}

/// The titles of the opportunities of these agreements.
///
/// # Errors
/// Database errors.
pub fn titles(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    let of = agreements::table.filter(agreements::id.eq_any(ids));
    let of = of.select((agreements::id, agreements::opportunity_id)).load(conn)?;
    opportunities::titles_of(conn, of)
}
