//! All that the lines of a claim are worked out from beside their agreement, in one statement. What stands in the tables of
//! other features is asked by expressions of theirs, which read a row called `asked`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Array, Date, Jsonb, Nullable, Text, Uuid as SqlUuid};
use serde::Deserialize;

use crate::agreements::{self, AgreementFacts};
use crate::claims::receipts::{self, AttachedReceipt};
use crate::claims::row::ClaimRow;
use crate::claims::store::elsewhere::{self, Elsewhere};
use crate::clock::Day;
use crate::db::Json;
use crate::db::ids::{AgreementId, ServiceId, SessionId, VolunteerId};
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
    /// Receipts of a claim that is there, oldest first.
    pub receipts: Option<Vec<AttachedReceipt>>,
    /// What the claimant claims elsewhere, for a claim that is submitted.
    pub elsewhere: Option<Elsewhere>,
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

/// What is found for every claim, worked out from a row called `asked`, and what else is.
fn found_of_asked(more: &[(&str, &str)]) -> String {
    let always = [
        ("sessions", sessions::ATTENDED_OF_ASKED),
        ("policies", policies::STAMP),
        ("claimant", volunteers::CLAIMANT_OF_ASKED),
        ("service", services::LABEL_OF_ASKED),
        ("miles", MILES),
    ];
    let parts: Vec<String> = always.iter().chain(more).map(|(name, sql)| format!("'{name}', {sql}")).collect();
    format!("jsonb_build_object({})", parts.join(", "))
}

/// Before there is an agreement. `OFFSET 0` keeps PostgreSQL from putting the values into each part: with them it would plan
/// the statement anew at every call, which takes longer than running it.
static OF_NO_AGREEMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} AS basis
FROM (SELECT $1::uuid AS volunteer_id, $2::uuid[] AS session_ids, $3::text[] AS tax_years, $4::uuid AS service_id OFFSET 0) asked",
        found_of_asked(&[])
    )
});

/// The plan of an agreement is held until the transaction ends, so that it isn't completed at the same moment.
static OF_A_NEW_CLAIM: LazyLock<String> = LazyLock::new(|| found_of_asked(&[("plan", plans::HELD_OF_ASKED)]));

static OF_A_DRAFT: LazyLock<String> =
    LazyLock::new(|| found_of_asked(&[("plan", plans::HELD_OF_ASKED), ("receipts", receipts::OF_ASKED)]));

static OF_A_SUBMISSION: LazyLock<String> =
    LazyLock::new(|| found_of_asked(&[("receipts", receipts::OF_ASKED), ("elsewhere", &elsewhere::of_asked())]));

/// The row called `asked` of a statement that reads `agreements`, up to what is bound.
const ASKED_OF_THE_AGREEMENT: &str = "\
FROM (SELECT agreements.volunteer_id AS volunteer_id, agreements.service_id AS service_id, agreements.plan_id AS plan_id, ";

/// What lines of a claim are about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The sessions that lines name.
    pub sessions: Vec<SessionId>,
    /// Tax years of which the miles are counted; none where no line is by car.
    pub years: Vec<TaxYear>,
}

/// The agreement of a new claim, if the caller may see it, with the basis of lines under it, in one statement.
pub fn agreement_with_basis(
    reader: &mut Reader<'_>,
    agreement: AgreementId,
    about: About,
) -> Result<Option<(AgreementFacts, Basis)>> {
    let basis = sql::<Jsonb>(&format!("(SELECT {} {ASKED_OF_THE_AGREEMENT}", *OF_A_NEW_CLAIM))
        .bind::<Array<SqlUuid>, _>(about.sessions)
        .sql("::uuid[] AS session_ids, ")
        .bind::<Array<Text>, _>(about.years)
        .sql("::text[] AS tax_years OFFSET 0) asked)");
    agreements::visible_with(reader, agreement, Box::new(basis))
}

/// The agreement of a claim that is there and locked, with the basis of its lines and its receipts. With the days of the
/// lines, also what the claimant claims elsewhere on them and around them, for a claim that is submitted; without, its plan
/// is held.
///
/// # Errors
/// Database errors.
pub fn basis_of_claim(
    conn: &mut PgConnection,
    claim: &ClaimRow,
    about: About,
    days: Option<Vec<Day>>,
) -> Result<(AgreementFacts, Basis)> {
    let found = if days.is_some() { &OF_A_SUBMISSION } else { &OF_A_DRAFT };
    let (first, last) = (days.iter().flatten().min().copied(), days.iter().flatten().max().copied());
    let basis = sql::<Jsonb>(&format!("(SELECT {} {ASKED_OF_THE_AGREEMENT}", **found))
        .bind::<Array<SqlUuid>, _>(about.sessions)
        .sql("::uuid[] AS session_ids, ")
        .bind::<Array<Text>, _>(about.years)
        .sql("::text[] AS tax_years, ")
        .bind::<SqlUuid, _>(claim.id)
        .sql("::uuid AS claim_id, ")
        .bind::<Nullable<Date>, _>(first)
        .sql("::date - 1 AS first_day, ")
        .bind::<Nullable<Date>, _>(last)
        .sql("::date + 1 AS last_day OFFSET 0) asked)");
    agreements::facts_with(conn, claim.agreement_id, Box::new(basis))
}

#[derive(QueryableByName)]
struct BasisRow {
    #[diesel(sql_type = Jsonb)]
    basis: Json<Basis>,
}

/// What is found before there is an agreement.
pub fn basis(conn: &mut PgConnection, asked: BasisAsked<'_>) -> Result<Basis> {
    let BasisRow { basis: Json(basis) } = diesel::sql_query(OF_NO_AGREEMENT.as_str())
        .bind::<Nullable<SqlUuid>, _>(asked.volunteer)
        .bind::<Array<SqlUuid>, _>(asked.sessions)
        .bind::<Array<Text>, _>(asked.years)
        .bind::<SqlUuid, _>(asked.service)
        .get_result(conn)?;
    Ok(basis)
}
