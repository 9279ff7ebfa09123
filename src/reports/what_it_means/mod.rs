//! What an offered place means for somebody's money, before they accept: the time of the planned sessions by the promised
//! tariff, beside what they had this week and this tax year, and their own limit. Only the volunteer sees it.
//!
//! Why it is told: payment for involvement is income and can affect benefits, week by week for some, and people may refuse it
//! or take less, while expenses that are paid back do not count. Source: SCIE, Paying people who receive benefits (2021).

mod views;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::db::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Action;
use crate::claims::{self, sunday};
use crate::clock::{Day, Instant};
use crate::db::ids::{ExpressionId, OpportunityId, SessionId, VolunteerId};
use crate::expressions::{self, ExpressionStatus};
use crate::http::Routes;
use crate::money::Pence;
use crate::opportunities;
use crate::people::volunteers;
use crate::policies::calculator::{TaxYear, estimate, in_force};
use crate::policies::terms::Tariff;
use crate::policies::{self, Published};
use crate::refusal::{Failure, Kind, Refusal, Result};
use crate::reports::statement::store::payments;
use crate::reports::what_it_means::views::{PayChoice, PlannedPay, WeekWithIt, WhatItMeans, YearWithIt};
use crate::sessions::SessionStatus;
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Expressions of interest")
        .get("/v1/expressions-of-interest/{id}/what-it-means", Action::ReadStatement, read_what_it_means)
        .describe(
            "Get what an offered place means for my money",
            "For the volunteer alone, while an offer waits for their answer. The planned sessions with what each pays for \
             time, by the opportunity's promise or the policy in force on the day, whichever is more; beside it, week by \
             week, what they had for time by the day that it is for, and, by tax year, what they were paid for time until \
             now. `above_alert` says where a week comes to more than the limit that they set themselves. Expenses, and \
             sessions elsewhere that are not claimed for, are in no figure. It gives facts and is no advice on benefits or tax. Nothing of it is kept.",
        )
        .refuses(&["offer-not-open"])
        .without_etag();
}

/// What the offer means for the volunteer who asks, read in one snapshot.
fn read_what_it_means(reader: &mut Reader<'_>, id: ExpressionId) -> Result<WhatItMeans> {
    reader.snapshot(|reader| {
        let expression = expressions::read_expression(reader, id)?.item;
        let who = reader.grant().own().filter(|own| *own == expression.volunteer_id);
        let who = who.ok_or_else(Refusal::not_found)?;
        if expression.status != ExpressionStatus::Offered {
            let detail = format!("The expression of interest is {}: no offer waits for an answer.", expression.status);
            return Err(Refusal::new(Kind::OfferNotOpen, detail).into());
        }
        let (now, today) = (reader.now(), reader.today());
        let opportunity = opportunities::facts(reader.conn, expression.opportunity_id, now)?
            .ok_or_else(|| Failure::broken("an expression of interest without its opportunity"))?;
        let versions = policies::published(reader.conn)?;
        let tariff = opportunity.offer.as_ref().and_then(|offer| offer.tariff.clone());
        let promised = tariff.as_ref().and_then(|tariff| opportunity.promise(&versions, tariff, today));
        let terms = promised.as_ref().map(|promised| &promised.terms);
        let sessions = match &tariff {
            None => Vec::new(),
            Some(name) => planned(reader, expression.opportunity_id, |session| session.pay(&versions, name, terms))?,
        };
        let person = volunteers::facts(reader.conn, who)?.ok_or_else(Refusal::not_found)?;
        let alert = person.weekly_alert_pence;
        let mut it = WhatItMeans {
            expression_id: id,
            opportunity_id: expression.opportunity_id,
            opportunity_title: expression.names.opportunity_title,
            tariff: tariff.map(String::from),
            time_pence: sum(sessions.iter().map(|session| session.pence))?,
            weekly_alert_pence: alert,
            weeks: weeks(reader, who, &sessions, alert)?,
            years: years(reader, who, &sessions)?,
            choices: Vec::new(),
            explanation: Vec::new(),
            sessions,
        };
        if it.tariff.is_some() {
            it.choices = vec![PayChoice::All, PayChoice::Part, PayChoice::ExpensesOnly];
        }
        it.explanation = words::explanation(&it, terms);
        Ok(it)
    })
}

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = SqlUuid)]
    id: SessionId,
    #[diesel(sql_type = Timestamptz)]
    starts_at: Instant,
    #[diesel(sql_type = BigInt)]
    minutes: i64,
}

impl Session {
    /// What its time comes to, as a claim would be worked out.
    fn pay(self, versions: &[Published], tariff: &str, promised: Option<&Tariff>) -> PlannedPay {
        let policy = in_force(versions, self.starts_at.london_day().date());
        let policy = policy.and_then(|policy| policy.terms.tariff(tariff));
        let pence = estimate(policy, promised, self.minutes).unwrap_or_default();
        PlannedPay { session_id: self.id, starts_at: self.starts_at, minutes: self.minutes, pence }
    }
}

/// Most sessions that are looked at: a year of weekly ones and more.
const SESSIONS: &str = "\
SELECT id, starts_at, (EXTRACT(epoch FROM ends_at - starts_at) / 60)::bigint AS minutes FROM sessions
WHERE opportunity_id = $1 AND status = $2 AND starts_at >= $3 ORDER BY starts_at, id LIMIT 200";

fn planned(
    reader: &mut Reader<'_>,
    opportunity: OpportunityId,
    pay: impl FnMut(Session) -> PlannedPay,
) -> Result<Vec<PlannedPay>> {
    let now = reader.now();
    let sessions: Vec<Session> = diesel::sql_query(SESSIONS)
        .bind::<SqlUuid, _>(opportunity)
        .bind::<Text, _>(SessionStatus::Scheduled)
        .bind::<Timestamptz, _>(now)
        .load(reader.conn)?;
    Ok(sessions.into_iter().map(pay).collect())
}

fn weeks(
    reader: &mut Reader<'_>,
    who: VolunteerId,
    sessions: &[PlannedPay],
    alert: Option<Pence>,
) -> Result<Vec<WeekWithIt>> {
    let days: Vec<Day> = sessions.iter().map(|session| session.starts_at.london_day()).collect();
    let sundays: BTreeSet<Day> = days.iter().copied().chain([reader.today()]).map(sunday).collect();
    let (Some(first), Some(last)) = (sundays.first(), sundays.last()) else { return Ok(Vec::new()) };
    let had = claims::time_by_day(reader.conn, who, (*first, last.plus_days(6)))?;
    let week = |from: &Day| {
        let within = |day: Day| sunday(day) == *from;
        let had_pence = sum(had.iter().filter(|(day, _)| within(*day)).map(|(_, pence)| *pence))?;
        let these = sessions.iter().filter(|session| within(session.starts_at.london_day()));
        let this_pence = sum(these.map(|session| session.pence))?;
        let together_pence = sum([had_pence, this_pence])?;
        let above_alert = alert.is_some_and(|alert| together_pence > alert);
        Ok(WeekWithIt { from: *from, to: from.plus_days(6), had_pence, this_pence, together_pence, above_alert })
    };
    sundays.iter().map(week).collect()
}

fn years(reader: &mut Reader<'_>, who: VolunteerId, sessions: &[PlannedPay]) -> Result<Vec<YearWithIt>> {
    let this_year = TaxYear::of(reader.today().date());
    let mut added: BTreeMap<TaxYear, Vec<Pence>> = BTreeMap::from([(this_year, Vec::new())]);
    for session in sessions {
        added.entry(TaxYear::of(session.starts_at.london_day().date())).or_default().push(session.pence);
    }
    let paid = payments(reader.conn, who, this_year.first_day().into(), this_year.last_day().into())?;
    let paid = sum(paid.iter().map(|payment| payment.time_pence))?;
    let year = |(tax_year, added): (TaxYear, Vec<Pence>)| {
        // Nothing is paid yet in a year to come.
        let paid_pence = if tax_year == this_year { paid } else { Pence::ZERO };
        let this_pence = sum(added)?;
        Ok(YearWithIt { tax_year, paid_pence, this_pence, together_pence: sum([paid_pence, this_pence])? })
    };
    added.into_iter().map(year).collect()
}

fn sum(amounts: impl IntoIterator<Item = Pence>) -> Result<Pence> {
    Pence::checked_sum(amounts).ok_or_else(|| Failure::broken("amounts beyond range"))
}
