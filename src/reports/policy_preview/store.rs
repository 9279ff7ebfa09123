//! SQL of what names a tariff that changes: agreements that are not over, and published opportunities.

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::db::ids::{AgreementId, OpportunityId};
use crate::opportunities::OpportunityStatus;
use crate::refusal::Result;
use crate::reports::policy_preview::difference::{Movement, TariffChange};
use crate::work::Reader;

/// Agreements that name a tariff which changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AffectedAgreements {
    /// How many there are.
    #[schema(minimum = 0)]
    pub count: i64,
    /// The first 100, oldest first.
    pub items: Vec<AffectedAgreement>,
}

/// An agreement that names a tariff which changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AffectedAgreement {
    /// The agreement.
    pub id: AgreementId,
    /// Title of its opportunity.
    #[schema(example = "Evening workshops")]
    pub title: String,
    /// Name of the tariff.
    #[schema(example = "meeting")]
    pub tariff: String,
    /// What becomes of the tariff.
    pub change: Movement,
}

/// Published opportunities that name a tariff which changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AffectedOpportunities {
    /// How many there are.
    #[schema(minimum = 0)]
    pub count: i64,
    /// The first 100, oldest first.
    pub items: Vec<AffectedOpportunity>,
}

/// A published opportunity that names a tariff which changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AffectedOpportunity {
    /// The opportunity.
    pub id: OpportunityId,
    /// Its title.
    #[schema(example = "Evening workshops")]
    pub title: String,
    /// Name of the tariff.
    #[schema(example = "meeting")]
    pub tariff: String,
    /// What becomes of the tariff.
    pub change: Movement,
}

#[derive(QueryableByName)]
struct NamingRow {
    #[diesel(sql_type = SqlUuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    tariff: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const AGREEMENTS: &str = "\
SELECT g.id, o.title, g.offer ->> 'tariff' AS tariff, count(*) OVER () AS count
FROM agreements g JOIN opportunities o ON o.id = g.opportunity_id
WHERE g.status = ANY ($1) AND g.offer ->> 'tariff' = ANY ($2) ORDER BY g.id LIMIT 100";

const OPPORTUNITIES: &str = "\
SELECT o.id, o.title, o.offer ->> 'tariff' AS tariff, count(*) OVER () AS count
FROM opportunities o WHERE o.status = ANY ($1) AND o.offer ->> 'tariff' = ANY ($2) ORDER BY o.id LIMIT 100";

fn naming(reader: &mut Reader<'_>, sql: &str, states: &[&str], changes: &[TariffChange]) -> Result<Vec<NamingRow>> {
    // What nobody could name before touches nobody.
    let touched = changes.iter().filter(|change| change.change != Movement::New);
    let names: Vec<&str> = touched.map(|change| change.name.as_str()).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    Ok(diesel::sql_query(sql).bind::<Array<Text>, _>(states).bind::<Array<Text>, _>(names).load(reader.conn)?)
}

fn change_of(changes: &[TariffChange], tariff: &str) -> Movement {
    changes.iter().find(|change| change.name == tariff).map_or(Movement::Missing, |change| change.change)
}

/// Agreements that are not over.
pub(super) fn agreements(reader: &mut Reader<'_>, changes: &[TariffChange]) -> Result<AffectedAgreements> {
    let states: Vec<&str> = AgreementStatus::OPEN.iter().map(|status| status.as_str()).collect();
    let rows = naming(reader, AGREEMENTS, &states, changes)?;
    let count = rows.first().map_or(0, |row| row.count);
    let item = |row: NamingRow| {
        let change = change_of(changes, &row.tariff);
        AffectedAgreement { id: row.id.into(), title: row.title, tariff: row.tariff, change }
    };
    Ok(AffectedAgreements { count, items: rows.into_iter().map(item).collect() })
}

/// Published opportunities.
pub(super) fn opportunities(reader: &mut Reader<'_>, changes: &[TariffChange]) -> Result<AffectedOpportunities> {
    let rows = naming(reader, OPPORTUNITIES, &[OpportunityStatus::Published.as_str()], changes)?;
    let count = rows.first().map_or(0, |row| row.count);
    let item = |row: NamingRow| {
        let change = change_of(changes, &row.tariff);
        AffectedOpportunity { id: row.id.into(), title: row.title, tariff: row.tariff, change }
    };
    Ok(AffectedOpportunities { count, items: rows.into_iter().map(item).collect() })
}
