//! All that the lines of a claim are worked out from beside their agreement, in one statement. What stands in the tables of
//! other features is asked by expressions of theirs, which read a row called `asked`.

use std::collections::BTreeMap;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Jsonb, Nullable, Text, Uuid as SqlUuid};
use serde::Deserialize;

use crate::agreements::{self, AgreementFacts};
use crate::db::Json;
use crate::db::ids::{AgreementId, PlanId, ServiceId, SessionId, VolunteerId};
use crate::money::Miles;
use crate::people::volunteers::{self, ClaimantFacts};
use crate::plans::{self, PlanStatus};
use crate::policies;
use crate::policies::calculator::TaxYear;
use crate::refusal::Result;
use crate::services::{self, ServiceLabel};
use crate::sessions::{self, AttendedSession};
use crate::work::Reader;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct BasisAsked<'a> {
    /// The claimant, where there is one.
    pub volunteer: Option<VolunteerId>,
    /// The sessions that lines name.
    pub sessions: &'a [SessionId],
    /// Tax years of which the miles are counted; none where no line is by car.
    pub years: &'a [TaxYear],
    /// The service that the claim belongs to.
    pub service: ServiceId,
    /// A plan to be held until the transaction ends, so that it isn't completed at the same moment.
    pub plan: Option<PlanId>,
}

/// What was found.
#[derive(Debug, Deserialize)]
pub struct Basis {
    /// The sessions, in the order of their ids, each with the claimant's attendance.
    pub sessions: Option<Vec<AttendedSession>>,
    /// Stamp of the published policies.
    pub policies: Option<String>,
    /// What the claimant's profile says.
    pub claimant: Option<ClaimantFacts>,
    /// Code and cost centre of the service.
    pub service: Option<ServiceLabel>,
    /// Status of the plan that is held.
    pub plan: Option<PlanStatus>,
    miles: Option<BTreeMap<TaxYear, i64>>,
}

impl Basis {
    /// Car miles of the claimant's live claims at the first rate, by tax year.
    pub fn miles(&self) -> BTreeMap<TaxYear, Miles> {
        let by_year = self.miles.iter().flatten();
        by_year.map(|(year, tenths)| (*year, Miles::from_tenths(*tenths))).collect()
    }
}

const MILES: &str = "\
(SELECT jsonb_object_agg(m.tax_year, m.tenths) FROM (
    SELECT l.tax_year, sum(l.miles_first_rate) AS tenths FROM claim_lines l
    WHERE l.volunteer_id = asked.volunteer_id AND l.tax_year = ANY (asked.tax_years) AND l.live AND l.miles_first_rate > 0
    GROUP BY l.tax_year) m)";

/// What is found, worked out from a row called `asked`.
fn found_of_asked() -> String {
    format!(
        "jsonb_build_object('sessions', {}, 'policies', {}, 'claimant', {}, 'service', {}, 'plan', {}, 'miles', {MILES})",
        sessions::ATTENDED_OF_ASKED,
        policies::STAMP,
        volunteers::CLAIMANT_OF_ASKED,
        services::LABEL_OF_ASKED,
        plans::HELD_OF_ASKED,
    )
}

/// `OFFSET 0` keeps PostgreSQL from putting the values into each part: with them it would plan the statement anew at every call,
/// which takes longer than running it.
fn statement() -> String {
    format!(
        "SELECT {} AS basis
FROM (SELECT $1::uuid AS volunteer_id, $2::uuid[] AS session_ids, $3::text[] AS tax_years, $4::uuid AS service_id, $5::uuid AS plan_id OFFSET 0) asked",
        found_of_asked()
    )
}

/// The agreement of a new claim, if the caller may see it, with the basis of lines under it, in one statement. Its plan is
/// held until the transaction ends, so that it isn't completed at the same moment.
pub fn agreement_with_basis(
    reader: &mut Reader<'_>,
    agreement: AgreementId,
    sessions: Vec<SessionId>,
    years: Vec<TaxYear>,
) -> Result<Option<(AgreementFacts, Basis)>> {
    let basis = sql::<Jsonb>(&format!(
        "(SELECT {} FROM (SELECT agreements.volunteer_id AS volunteer_id, agreements.service_id AS service_id, agreements.plan_id AS plan_id, ",
        found_of_asked()
    ))
    .bind::<Array<SqlUuid>, _>(sessions)
    .sql("::uuid[] AS session_ids, ")
    .bind::<Array<Text>, _>(years)
    .sql("::text[] AS tax_years OFFSET 0) asked)");
    agreements::visible_with(reader, agreement, Box::new(basis))
}

#[derive(QueryableByName)]
struct BasisRow {
    #[diesel(sql_type = Jsonb)]
    basis: Json<Basis>,
}

/// Reads it.
pub fn basis(conn: &mut PgConnection, asked: BasisAsked<'_>) -> Result<Basis> {
    let BasisRow { basis: Json(basis) } = diesel::sql_query(statement())
        .bind::<Nullable<SqlUuid>, _>(asked.volunteer)
        .bind::<Array<SqlUuid>, _>(asked.sessions)
        .bind::<Array<Text>, _>(asked.years)
        .bind::<SqlUuid, _>(asked.service)
        .bind::<Nullable<SqlUuid>, _>(asked.plan)
        .get_result(conn)?;
    Ok(basis)
}
