//! The report on communication needs (Accessible Information Standard, DAPB1605): counts by need.
//! It names nobody; each volunteer's own record holds their needs.

use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::deliveries::DeliveryStatus;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::people::volunteers::{self, NeedKind};
use crate::refusal::Result;
use crate::reports::period::Period;
use crate::reports::rows::{Found, PeriodFilter, Reached};
use crate::work::Reader;

/// Report on how communication needs are met: volunteers as of today, deliveries of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessibleInformationReport {
    /// First day of the period of deliveries, inclusive, London date.
    pub from: Day,
    /// Last day of the period of deliveries, inclusive, London date.
    pub to: Day,
    /// Day on which volunteers and reviews were counted.
    pub today: Day,
    /// Number of volunteers within the caller's reach who have not left.
    pub people: i64,
    /// Figures for each need; a volunteer with several needs counts under each.
    pub needs: Vec<NeedRow>,
    /// Figures for all volunteers with a need, each counted once.
    pub total: NeedFigures,
}

/// Figures for one communication need.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedRow {
    /// The communication need.
    pub need: NeedKind,
    /// The figures.
    #[serde(flatten)]
    pub figures: NeedFigures,
}

/// Figures for one communication need, or for all.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NeedFigures {
    /// Volunteers who have the need.
    pub people_count: i64,
    /// Of these, volunteers whose next review of needs is planned for today or later.
    pub reviewed_count: i64,
    /// Of these, volunteers whose review of needs is overdue.
    pub overdue_count: i64,
    /// Of these, volunteers without a planned review of needs.
    pub unplanned_count: i64,
    /// Deliveries to these volunteers in the period.
    pub delivery_count: i64,
    /// Of these, deliveries still pending.
    pub pending_count: i64,
    /// Of these, deliveries by e-mail.
    pub email_count: i64,
    /// Of these, deliveries by telephone.
    pub phone_count: i64,
    /// Of these, deliveries by text message.
    pub sms_count: i64,
    /// Of these, deliveries by letter.
    pub letter_count: i64,
    /// Of these, deliveries in person.
    pub in_person_count: i64,
    /// Of these, deliveries in a way or format that contradicts the need, with a reason.
    pub overridden_count: i64,
}

const FIGURES: [&str; 12] = [
    "people_count",
    "reviewed_count",
    "overdue_count",
    "unplanned_count",
    "delivery_count",
    "pending_count",
    "email_count",
    "phone_count",
    "sms_count",
    "letter_count",
    "in_person_count",
    "overridden_count",
];

impl Represent for AccessibleInformationReport {}

impl Tabular for AccessibleInformationReport {
    type Row = NeedRow;

    fn file_name(&self) -> String {
        format!("accessible-information-{}-{}", self.from, self.to)
    }

    fn columns(&self) -> Vec<&'static str> {
        ["need"].into_iter().chain(FIGURES).collect()
    }

    fn rows(&self) -> &[NeedRow] {
        &self.needs
    }
}

// A need that a volunteer has twice counts once; in the total, volunteers and their deliveries count once.
static STATEMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('need', n.need, 'people_count', count(*), 'reviewed_count', count(*) FILTER (WHERE p.needs_review_due >= $4),
    'overdue_count', count(*) FILTER (WHERE p.needs_review_due < $4),
    'unplanned_count', count(*) FILTER (WHERE p.needs_review_due IS NULL),
    'delivery_count', sum(t.delivery), 'pending_count', sum(t.pending), 'email_count', sum(t.email), 'phone_count', sum(t.phone),
    'sms_count', sum(t.sms), 'letter_count', sum(t.letter), 'in_person_count', sum(t.in_person),
    'overridden_count', sum(t.overridden)) AS row
FROM volunteer_profiles p
CROSS JOIN LATERAL (
    SELECT count(*) AS delivery, count(*) FILTER (WHERE d.status = '{pending}') AS pending,
        count(*) FILTER (WHERE d.channel = 'email') AS email, count(*) FILTER (WHERE d.channel = 'phone') AS phone,
        count(*) FILTER (WHERE d.channel = 'sms') AS sms, count(*) FILTER (WHERE d.channel = 'letter') AS letter,
        count(*) FILTER (WHERE d.channel = 'in_person') AS in_person,
        count(*) FILTER (WHERE d.override_reason IS NOT NULL) AS overridden
    FROM deliveries d
    WHERE d.volunteer_id = p.volunteer_id
        AND d.created_at >= $2::timestamp AT TIME ZONE 'Europe/London' AND d.created_at < ($3 + 1)::timestamp AT TIME ZONE 'Europe/London'
        AND ($5 OR d.service_id IN (SELECT id FROM services WHERE code = ANY($6)))) t
CROSS JOIN LATERAL (
    SELECT DISTINCT need ->> 'kind' AS need FROM jsonb_array_elements(p.communication_needs) need UNION ALL SELECT NULL) n
WHERE p.volunteer_id = ANY($1) AND p.communication_needs <> '[]'
GROUP BY n.need ORDER BY n.need",
        pending = DeliveryStatus::Pending,
    )
});

#[derive(Deserialize)]
struct Row {
    need: Option<NeedKind>,
    #[serde(flatten)]
    figures: NeedFigures,
}

/// The report, within the caller's reach.
pub(super) fn report_accessible_information(
    reader: &mut Reader<'_>,
    (): (),
    asked: &PeriodFilter,
) -> Result<AccessibleInformationReport> {
    let today = reader.today();
    let Period { from, to } = Period::of(asked.from, asked.to, today)?;
    let people = volunteers::present(reader)?;
    let reached = Reached::by(reader.grant());
    accessible_information(reader, Period { from, to }, &people, &reached)
}

/// How the needs of these people are met: what the services that are reached told them.
pub(super) fn accessible_information(
    reader: &mut Reader<'_>,
    Period { from, to }: Period,
    people: &[VolunteerId],
    reached: &Reached,
) -> Result<AccessibleInformationReport> {
    let today = reader.today();
    let found: Vec<Found> = diesel::sql_query(STATEMENT.as_str())
        .bind::<Array<SqlUuid>, _>(people)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Bool, _>(reached.all)
        .bind::<Array<Text>, _>(&reached.codes)
        .load(reader.conn)?;
    let people = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let total = NeedFigures::default();
    let mut report = AccessibleInformationReport { from, to, today, people, needs: Vec::new(), total };
    for row in found {
        let Row { need, figures } = row.typed()?;
        match need {
            Some(need) => report.needs.push(NeedRow { need, figures }),
            None => report.total = figures,
        }
    }
    Ok(report)
}
