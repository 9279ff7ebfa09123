//! Whether people get what they need to take in what is said (Accessible Information Standard, DAPB1605): counts by need.
//! Who needs what stands with each person; here nobody is named.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::people::volunteers::{self, NeedKind};
use crate::refusal::Done;
use crate::reports::period::Period;
use crate::reports::rows::{Found, PeriodFilter};
use crate::work::Reader;

/// How needs are met: people today, what they were told in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessibleInformationReport {
    /// The first day on which deliveries were made.
    pub from: Day,
    /// The last day on which deliveries were made.
    pub to: Day,
    /// The day on which people and reviews were counted.
    pub today: Day,
    /// How many people one reaches who have not left.
    pub people: i64,
    /// Each need that somebody has; who has several counts with each.
    pub needs: Vec<NeedRow>,
    /// Everybody with a need, each once.
    pub total: NeedFigures,
}

/// A need.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedRow {
    /// What is needed.
    pub need: NeedKind,
    /// How it is met.
    #[serde(flatten)]
    pub figures: NeedFigures,
}

/// How a need is met.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NeedFigures {
    /// People who have it.
    pub people_count: i64,
    /// Those whose needs are to be reviewed on a day that has not passed.
    pub reviewed_count: i64,
    /// Those whose review is overdue: its day has passed.
    pub overdue_count: i64,
    /// Those without a day of review.
    pub unplanned_count: i64,
    /// What they were to be told in the period.
    pub delivery_count: i64,
    /// What of it waits to be told.
    pub pending_count: i64,
    /// By e-mail.
    pub email_count: i64,
    /// By telephone.
    pub phone_count: i64,
    /// By text message.
    pub sms_count: i64,
    /// By post.
    pub letter_count: i64,
    /// In person.
    pub in_person_count: i64,
    /// In a way or format that contradicts the need, with the reason kept.
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

// A need that stands twice with a person counts once; a person counts in the total once, and so do their deliveries.
const STATEMENT: &str = "\
SELECT jsonb_build_object('need', n.need, 'people_count', count(*), 'reviewed_count', count(*) FILTER (WHERE p.needs_review_due >= $4),
    'overdue_count', count(*) FILTER (WHERE p.needs_review_due < $4),
    'unplanned_count', count(*) FILTER (WHERE p.needs_review_due IS NULL),
    'delivery_count', sum(t.delivery), 'pending_count', sum(t.pending), 'email_count', sum(t.email), 'phone_count', sum(t.phone),
    'sms_count', sum(t.sms), 'letter_count', sum(t.letter), 'in_person_count', sum(t.in_person),
    'overridden_count', sum(t.overridden)) AS row
FROM volunteer_profiles p
CROSS JOIN LATERAL (
    SELECT count(*) AS delivery, count(*) FILTER (WHERE d.status = 'pending') AS pending,
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
GROUP BY n.need ORDER BY n.need";

#[derive(Deserialize)]
struct Row {
    need: Option<NeedKind>,
    #[serde(flatten)]
    figures: NeedFigures,
}

/// The report, as the asker may see it.
pub(super) fn report_accessible_information(
    reader: &mut Reader<'_>,
    (): (),
    asked: &PeriodFilter,
) -> Done<AccessibleInformationReport> {
    let today = reader.today();
    let Period { from, to } = Period::of(asked.from, asked.to, today)?;
    let people = volunteers::present(reader)?;
    let grant = reader.grant();
    let found: Vec<Found> = diesel::sql_query(STATEMENT)
        .bind::<Array<SqlUuid>, _>(&people)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .bind::<Bool, _>(grant.all())
        .bind::<Array<Text>, _>(grant.services().to_vec())
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
