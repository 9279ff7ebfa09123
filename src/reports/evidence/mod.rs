//! The year's evidence of a service: what its reports say for a financial year, in one answer with its hash, as data or as one
//! accessible page with charts. The reports stay where they are; this puts them together.

mod page;
mod views;

use std::collections::HashMap;

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Uuid as SqlUuid};

use crate::access::Action;
use crate::clock::Day;
use crate::db::ids::{ServiceId, VolunteerId};
use crate::digest::{content_digest, sha256_hex};
use crate::documents::HTML;
use crate::http::query::refuse;
use crate::http::{Content, Routes};
use crate::policies::calculator::TaxYear;
use crate::refusal::{Failure, Fault, Refusal, Result};
use crate::reports::accessible_information::accessible_information;
use crate::reports::duty_evidence::duty_evidence;
use crate::reports::evidence::views::{EvidenceFilter, EvidenceFormat, EvidenceReport, MonthOfHours, MonthOfPayments};
use crate::reports::grouping::{Grouping, Groupings};
use crate::reports::involvement::involvement;
use crate::reports::payment_times::payment_times;
use crate::reports::period::Period;
use crate::reports::promises::{people_with_time, promises};
use crate::reports::rows::{OfService, Reached};
use crate::services;
use crate::work::Reader;

const FORMATS: &[(&str, &str)] = &[("json", "application/json"), ("html", HTML)];
const HEADERS: [(&str, &str); 1] = [("Content-Digest", "The SHA-256 of the body (RFC 9530), `sha-256=:…:` in base64.")];

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .content("/v1/reports/evidence", Some(Action::ReadReports), &[], report_evidence).may_be_missing()
        .describe(
            "Get the year's evidence of a service",
            "For a board or a regulator: the duty to involve plan by plan, levels planned and reached, hours given, payment \
             times, promises kept, accessible information, and you said, we did, for a financial year. As JSON, or with \
             `format=html` as one accessible page with charts, each with its table, which prints on A4, also in large \
             print. The page prints the SHA-256 of the same evidence as JSON, byte for byte; the JSON has it in \
             `Content-Digest`. On the page, fewer than 5 people are never told of by number; the JSON has all figures, as \
             the reports have. Staff get their own services.",
        )
        .formats(FORMATS)
        .json_is::<EvidenceReport>()
        .shows(&HEADERS);
}

/// The year asked for: its name and its days.
fn year(asked: Option<&str>, today: Day) -> Result<(TaxYear, Period), Refusal> {
    let year = match asked {
        Some(text) => text.parse().map_err(|_| {
            let detail = "must be two consecutive years, such as 2026/27";
            refuse(vec![Fault::parameter("year", "bad-format", detail)])
        })?,
        // A financial year begins five days before the tax year of the same name.
        None => TaxYear::of(today.plus_days(5).date()),
    };
    let (from, to): (Day, Day) = (year.first_day().into(), year.last_day().into());
    Ok((year, Period { from: from.plus_days(-5), to: to.plus_days(-5) }))
}

fn report_evidence(reader: &mut Reader<'_>, (): (), asked: &EvidenceFilter) -> Result<Content> {
    let (year, period) = year(asked.year.as_deref(), reader.today())?;
    let report = reader.snapshot(|reader| {
        let service = service(reader, asked.service_id)?;
        evidence(reader, service, year, period)
    })?;
    let data = serde_json::to_vec(&report).map_err(Failure::broken)?;
    let sha256 = sha256_hex(&data);
    let mut content = match asked.format.unwrap_or(EvidenceFormat::Json) {
        EvidenceFormat::Json => Content::of("application/json", Vec::new(), data),
        EvidenceFormat::Html => page::page(reader, asked.layout, &report, sha256)?,
    };
    let digest = content_digest(&sha256_hex(content.body.whole()?)).map_err(Failure::broken)?;
    content.headers.push(("content-digest", digest));
    Ok(content)
}

/// The service, within the caller's reach.
fn service(reader: &mut Reader<'_>, id: ServiceId) -> Result<OfService> {
    let facts = services::facts(reader.conn, id)?.ok_or_else(Refusal::not_found)?;
    let code = facts.code.to_string();
    let grant = reader.grant();
    if !grant.all() && !grant.services().contains(&code) {
        return Err(Refusal::not_found().into());
    }
    Ok(OfService { service_id: id, service_code: code, service_name: facts.name.into() })
}

fn evidence(reader: &mut Reader<'_>, service: OfService, year: TaxYear, period: Period) -> Result<EvidenceReport> {
    let (today, id, reached) = (reader.today(), service.service_id, Reached::only(&service));
    let involved = involvement(reader, period, &reached)?.total;
    let duty = duty_evidence(reader, period, &reached, None)?.plans;
    let hours = hours(reader, id, period)?;
    let times = payment_times(reader, period, &Groupings::only(Grouping::Month), &reached)?;
    let months = times
        .groups
        .into_iter()
        .filter_map(|group| Some(MonthOfPayments { month: group.key.month.flatten()?, times: group.times }));
    let people = engaged(reader, id)?;
    Ok(EvidenceReport {
        service,
        year: year.to_string(),
        from: period.from,
        to: period.to,
        today,
        involvement: involved,
        duty,
        hours,
        payment_times: times.total,
        payment_months: months.collect(),
        promises: promises(reader, period, &reached, Some(id))?.total,
        time_people_count: people_with_time(reader, id, period)?,
        accessible_information: accessible_information(reader, period, &people, &reached)?,
    })
}

#[derive(QueryableByName)]
struct Hours {
    #[diesel(sql_type = Text)]
    month: String,
    #[diesel(sql_type = BigInt)]
    minutes: i64,
}

const HOURS: &str = "\
SELECT to_char(s.starts_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month,
    sum(extract(epoch FROM s.ends_at - s.starts_at))::bigint / 60 AS minutes
FROM sessions s JOIN attendances a ON a.session_id = s.id AND a.outcome IN ('attended', 'left_early')
WHERE s.service_id = $1 AND s.starts_at >= $2::timestamp AT TIME ZONE 'Europe/London'
    AND s.starts_at < ($3 + 1)::timestamp AT TIME ZONE 'Europe/London'
GROUP BY 1";

/// Minutes given in each month of the period, also where there were none.
fn hours(reader: &mut Reader<'_>, service: ServiceId, Period { from, to }: Period) -> Result<Vec<MonthOfHours>> {
    let found: Vec<Hours> = diesel::sql_query(HOURS)
        .bind::<SqlUuid, _>(service)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .load(reader.conn)?;
    let given: HashMap<String, i64> = found.into_iter().map(|one| (one.month, one.minutes)).collect();
    let month = |number: i32| {
        let month: String = from.plus_months(number).to_string().chars().take(7).collect();
        MonthOfHours { minutes_given: given.get(&month).copied().unwrap_or_default(), month }
    };
    Ok((0..12).map(month).collect())
}

#[derive(QueryableByName)]
struct Engaged {
    #[diesel(sql_type = SqlUuid)]
    volunteer_id: VolunteerId,
}

const ENGAGED: &str = "\
SELECT DISTINCT e.volunteer_id FROM engaged_volunteers e JOIN volunteers_present v ON v.id = e.volunteer_id WHERE e.service_id = $1";

/// Everybody who is engaged with the service and has not left.
fn engaged(reader: &mut Reader<'_>, service: ServiceId) -> Result<Vec<VolunteerId>> {
    let people: Vec<Engaged> = diesel::sql_query(ENGAGED).bind::<SqlUuid, _>(service).load(reader.conn)?;
    Ok(people.into_iter().map(|one| one.volunteer_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_runs_from_april_to_march_and_is_todays_unless_asked_for() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (asked, today, wanted) in [
            (None, "2026-03-31", Some(("2025/26", "2025-04-01", "2026-03-31"))),
            (None, "2026-04-01", Some(("2026/27", "2026-04-01", "2027-03-31"))),
            (Some("2023/24"), "2026-04-01", Some(("2023/24", "2023-04-01", "2024-03-31"))),
            (Some("2023-24"), "2026-04-01", None),
        ] {
            let told = year(asked, day(today)).ok().map(|(year, Period { from, to })| (year.to_string(), from, to));
            assert_eq!(told, wanted.map(|(year, from, to)| (year.to_owned(), day(from), day(to))), "{asked:?} {today}");
        }
    }
}
