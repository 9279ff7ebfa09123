//! The report on clearances: their status on a day, which expire soon, and which sessions that affects.
//! The status of a clearance is worked out in `clearances`; what a check disclosed is never stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::{Day, Instant};
use crate::db::among::words;
use crate::db::ids::{ServiceId, SessionId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::people::clearances::{self, ClearanceStatus, ClearanceSummary, Holdings};
use crate::people::volunteers;
use crate::refusal::Result;
use crate::reports::rows::Found;
use crate::sessions::SessionStatus;
use crate::text::Label;
use crate::vocabulary::clearance::{ClearanceKind, Required};
use crate::work::Reader;

/// Day and format of the report on clearances.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ClearancesReportFilter {
    /// Day for which clearances are counted, London date; today by default.
    #[serde(default)]
    pub on: Option<Day>,
    /// `csv` for the table of kinds as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for ClearancesReportFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// Report on clearances on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearancesReport {
    /// Day for which clearances are counted.
    pub on: Day,
    /// Figures for each kind of clearance that a volunteer has, or that will be missing for a session.
    pub kinds: Vec<KindRow>,
    /// Volunteers who meet a requirement on the day but will not on the day of a session, by the session's start.
    pub touched: Vec<TouchedSession>,
}

/// Figures for a kind of clearance. A volunteer with several clearances of the kind counts once, by the best of them:
/// one in date that lasts longest, else one pending, expired or not cleared, in this order.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindRow {
    /// Kind of clearance.
    pub kind: ClearanceKind,
    /// Volunteers whose clearance is valid; on its last day it counts here.
    pub valid_count: i64,
    /// Volunteers whose clearance expires within 60 days, but not on that day itself.
    pub expiring_count: i64,
    /// Volunteers whose clearance is pending.
    pub pending_count: i64,
    /// Volunteers whose clearance has expired.
    pub expired_count: i64,
    /// Volunteers who were not cleared.
    pub not_cleared_count: i64,
    /// Volunteers whose clearance is in date and whose last day is at most 60 days away.
    pub ends_within_60_days: i64,
    /// Volunteers whose clearance is in date and whose last day is at most 30 days away.
    pub ends_within_30_days: i64,
    /// Volunteers whose clearance is in date and whose last day is at most 7 days away.
    pub ends_within_7_days: i64,
    /// Sessions for which somebody's clearance of this kind will have expired.
    pub sessions_touched: i64,
}

/// A session before which somebody's clearance expires.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AffectedSession)]
pub struct TouchedSession {
    /// The session.
    pub session_id: SessionId,
    /// When the session starts.
    pub starts_at: Instant,
    /// The service of the session.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// The volunteer whose clearance expires.
    pub volunteer_id: VolunteerId,
    /// Name that the volunteer goes by.
    #[schema(example = "Grace Mensah")]
    pub volunteer_name: Option<String>,
    /// Kind of clearance that is required.
    pub kind: ClearanceKind,
    /// Last day on which the requirement is met, inclusive; null if it has no last day.
    pub valid_until: Option<Day>,
}

impl Represent for ClearancesReport {
    shows!(Clearances, |it| it.touched.iter().map(|of| (of.volunteer_id, None)));
}

impl Tabular for ClearancesReport {
    type Row = KindRow;

    fn file_name(&self) -> String {
        format!("clearances-{}", self.on)
    }

    #[rustfmt::skip]
    fn columns(&self) -> Vec<&'static str> {
        vec![
            "kind", "valid_count", "expiring_count", "pending_count", "expired_count", "not_cleared_count",
            "ends_within_60_days", "ends_within_30_days", "ends_within_7_days", "sessions_touched",
        ]
    }

    fn rows(&self) -> &[KindRow] {
        &self.kinds
    }
}

// Future sessions of opportunities with requirements, with everybody whose agreement covers the session's day.
static TO_COME: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('session_id', m.id, 'starts_at', m.starts_at, 'service_id', m.service_id, 'volunteer_id', g.volunteer_id,
    'service_name', (SELECT s.name FROM services s WHERE s.id = m.service_id),
    'volunteer_name', (SELECT n.called FROM volunteer_names n WHERE n.volunteer_id = g.volunteer_id),
    'required', o.clearances_required, 'training', o.training_required) AS row
FROM sessions m
CROSS JOIN LATERAL (SELECT (m.starts_at AT TIME ZONE 'Europe/London')::date AS day) d
CROSS JOIN LATERAL (SELECT id, clearances_required, training_required FROM opportunities WHERE id = m.opportunity_id
    AND (clearances_required <> '[]' OR training_required <> '[]') OFFSET 0) o
JOIN agreements g ON g.opportunity_id = o.id AND g.status IN ({in_force}) AND g.starts_on <= d.day
    AND COALESCE(g.ends_on, 'infinity') >= d.day
WHERE m.starts_at >= ($1 + 1)::timestamp AT TIME ZONE 'Europe/London' AND m.status = '{scheduled}'
    AND ($2 OR m.service_id IN (SELECT id FROM services WHERE code = ANY($3)))
ORDER BY m.starts_at, m.id, g.volunteer_id",
        in_force = words(AgreementStatus::IN_FORCE),
        scheduled = SessionStatus::Scheduled,
    )
});

/// A volunteer's place in a future session.
#[derive(Debug, Deserialize)]
struct ToCome {
    session_id: SessionId,
    starts_at: Instant,
    service_id: ServiceId,
    service_name: Option<String>,
    volunteer_id: VolunteerId,
    volunteer_name: Option<String>,
    required: Vec<Required>,
    training: Vec<Label>,
}

/// The report, within the caller's reach.
pub(super) fn report_clearances(
    reader: &mut Reader<'_>,
    (): (),
    asked: &ClearancesReportFilter,
) -> Result<ClearancesReport> {
    let on = asked.on.unwrap_or(reader.today());
    let people = volunteers::present(reader)?;
    let standing = clearances::holdings(reader.conn, &people)?;
    let grant = reader.grant();
    let found: Vec<Found> = diesel::sql_query(TO_COME.as_str())
        .bind::<Date, _>(on)
        .bind::<Bool, _>(grant.all())
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .load(reader.conn)?;
    let mut touched = Vec::new();
    for place in found {
        touched.extend(lacking(&standing, &place.typed()?, on));
    }
    let held = people.iter().flat_map(|who| standing.summary(*who, on));
    Ok(ClearancesReport { on, kinds: kinds(held, &touched, on), touched })
}

/// The requirements that a volunteer meets on the day of the report but not on the day of the session.
fn lacking(standing: &Holdings, place: &ToCome, on: Day) -> Vec<TouchedSession> {
    let ToCome { session_id, starts_at, service_id, volunteer_id, required, training, .. } = place;
    let now = standing.missing(*volunteer_id, required, training, on);
    let then = standing.missing(*volunteer_id, required, training, starts_at.london_day());
    let held = standing.summary(*volunteer_id, on);
    let touched = |kind: ClearanceKind| {
        let meets = |held: &&ClearanceSummary| held.status.in_date() && held.kind.satisfies(&kind);
        let valid_until = held.iter().filter(meets).filter_map(|held| held.valid_until).max();
        TouchedSession {
            session_id: *session_id,
            starts_at: *starts_at,
            service_id: *service_id,
            service_name: place.service_name.clone(),
            volunteer_id: *volunteer_id,
            volunteer_name: place.volunteer_name.clone(),
            kind,
            valid_until,
        }
    };
    let new = then.into_iter().filter(|lack| now.iter().all(|known| known.kind != lack.kind));
    new.map(|lack| touched(ClearanceKind(lack.kind))).collect()
}

fn kinds(held: impl Iterator<Item = ClearanceSummary>, touched: &[TouchedSession], on: Day) -> Vec<KindRow> {
    let mut rows: BTreeMap<ClearanceKind, KindRow> = BTreeMap::new();
    for held in held {
        let row = rows.entry(held.kind.clone()).or_insert_with(|| nobody(held.kind.clone()));
        match held.status {
            ClearanceStatus::Valid => row.valid_count += 1,
            ClearanceStatus::Expiring => row.expiring_count += 1,
            ClearanceStatus::Pending => row.pending_count += 1,
            ClearanceStatus::Expired => row.expired_count += 1,
            ClearanceStatus::NotCleared => row.not_cleared_count += 1,
        }
        let ends_within =
            |days| held.status.in_date() && held.valid_until.is_some_and(|last| last <= on.plus_days(days));
        row.ends_within_60_days += i64::from(ends_within(60));
        row.ends_within_30_days += i64::from(ends_within(30));
        row.ends_within_7_days += i64::from(ends_within(7));
    }
    let sessions: BTreeSet<(&ClearanceKind, SessionId)> =
        touched.iter().map(|touched| (&touched.kind, touched.session_id)).collect();
    for (kind, _) in sessions {
        rows.entry(kind.clone()).or_insert_with(|| nobody(kind.clone())).sessions_touched += 1;
    }
    rows.into_values().collect()
}

fn nobody(kind: ClearanceKind) -> KindRow {
    KindRow {
        kind,
        valid_count: 0,
        expiring_count: 0,
        pending_count: 0,
        expired_count: 0,
        not_cleared_count: 0,
        ends_within_60_days: 0,
        ends_within_30_days: 0,
        ends_within_7_days: 0,
        sessions_touched: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_counts_by_status_and_by_how_long_it_lasts() {
        let on: Day = "2026-06-15".parse().unwrap();
        let held = |status: ClearanceStatus, valid_until: Option<&str>| ClearanceSummary {
            kind: ClearanceKind("identity".to_owned()),
            status,
            valid_until: valid_until.map(|day| day.parse().unwrap()),
        };
        use ClearanceStatus::{Expired, Expiring, NotCleared, Pending, Valid};
        let all = [
            held(Valid, None),
            held(Valid, Some("2026-08-15")),
            held(Expiring, Some("2026-08-14")),
            held(Expiring, Some("2026-07-16")),
            held(Expiring, Some("2026-07-15")),
            held(Expiring, Some("2026-06-23")),
            held(Expiring, Some("2026-06-22")),
            held(Valid, Some("2026-06-15")),
            held(Expired, Some("2026-06-14")),
            held(Pending, Some("2026-06-20")),
            held(NotCleared, None),
        ];
        let row = &kinds(all.into_iter(), &[], on)[0];
        let counts = [row.valid_count, row.expiring_count, row.pending_count, row.expired_count, row.not_cleared_count];
        assert_eq!(counts, [3, 5, 1, 1, 1]);
        assert_eq!([row.ends_within_60_days, row.ends_within_30_days, row.ends_within_7_days], [6, 4, 2]);
    }
}
