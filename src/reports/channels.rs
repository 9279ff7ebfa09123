//! The report on channels: how often each was used in a period, and how many people it brought.
//! It names nobody.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Timestamptz};
use serde::Serialize;
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::Day;
use crate::db::among::words;
use crate::expressions::ExpressionStatus;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::plans::Channel;
use crate::refusal::Result;
use crate::reports::period::Period;
use crate::reports::rows::PeriodFilter;
use crate::work::Reader;

/// Report on what each channel achieved in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelReport {
    /// First day of the period, inclusive, London date.
    pub from: Day,
    /// Last day of the period, inclusive, London date.
    pub to: Day,
    /// Every channel in the order of the guidance, then people who did not say where they heard of the opportunity.
    pub channels: Vec<ChannelFigures>,
}

/// What a channel achieved.
#[derive(Debug, Serialize, ToSchema, QueryableByName)]
pub struct ChannelFigures {
    /// Code of the channel; null for people who did not say.
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<Channel>,
    /// Name of the channel.
    #[diesel(sql_type = Text)]
    #[schema(example = "Waiting rooms")]
    pub name: String,
    /// Placements in the channel that began in the period.
    #[diesel(sql_type = BigInt)]
    pub placements: i64,
    /// Expressions of interest made in the period by people who heard of the opportunity there.
    #[diesel(sql_type = BigInt)]
    pub responses: i64,
    /// Of these, expressions of interest with an accepted offer.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Of these, expressions of interest whose volunteer has or had an agreement in force for the opportunity.
    #[diesel(sql_type = BigInt)]
    pub engaged: i64,
}

impl Represent for ChannelReport {}

impl Tabular for ChannelReport {
    type Row = ChannelFigures;

    fn file_name(&self) -> String {
        format!("channels-{}-{}", self.from, self.to)
    }

    fn columns(&self) -> Vec<&'static str> {
        vec!["code", "name", "placements", "responses", "accepted", "engaged"]
    }

    fn rows(&self) -> &[ChannelFigures] {
        &self.channels
    }
}

static FIGURES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH within AS (SELECT id FROM services WHERE $5 OR code = ANY($6)),
placed AS (
    SELECT channel_code AS code, count(*) AS n FROM placements
    WHERE placed_on BETWEEN $1 AND $2 AND service_id IN (SELECT id FROM within) GROUP BY 1
), heard AS (
    SELECT e.heard_from AS code, count(*) AS n, count(*) FILTER (WHERE e.status IN ({accepted})) AS accepted,
        count(*) FILTER (WHERE EXISTS (SELECT 1 FROM agreements a WHERE a.volunteer_id = e.volunteer_id
            AND a.opportunity_id = e.opportunity_id AND a.status IN ({begun}))) AS engaged
    FROM expressions e
    WHERE e.created_at >= $3 AND e.created_at < $4 AND e.service_id IN (SELECT id FROM within) GROUP BY 1
), listed AS (
    SELECT code, name, id FROM channels UNION ALL SELECT NULL, 'Not said', NULL
)
SELECT l.code, l.name, coalesce(p.n, 0) AS placements, coalesce(h.n, 0) AS responses,
    coalesce(h.accepted, 0) AS accepted, coalesce(h.engaged, 0) AS engaged
FROM listed l LEFT JOIN placed p ON p.code = l.code LEFT JOIN heard h ON h.code IS NOT DISTINCT FROM l.code
ORDER BY l.id DESC NULLS LAST",
        accepted = words(ExpressionStatus::PLACED),
        begun = words(AgreementStatus::BEGUN),
    )
});

/// The report, within the caller's reach.
pub(super) fn report_channels(reader: &mut Reader<'_>, (): (), asked: &PeriodFilter) -> Result<ChannelReport> {
    let Period { from, to } = Period::of(asked.from, asked.to, reader.today())?;
    let grant = reader.grant();
    let channels = diesel::sql_query(FIGURES.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Timestamptz, _>(from.starts_at())
        .bind::<Timestamptz, _>(to.plus_days(1).starts_at())
        .bind::<Bool, _>(grant.all())
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .load(reader.conn)?;
    Ok(ChannelReport { from, to, channels })
}
