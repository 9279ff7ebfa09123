//! What an offered place means for somebody's money, as they see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::ids::{ExpressionId, OpportunityId, SessionId};
use crate::http::Represent;
use crate::money::Pence;
use crate::policies::calculator::TaxYear;

/// What an offered place means for the volunteer's money. It gives facts, and is no advice on benefits or tax.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatItMeans {
    /// The expression of interest whose offer it is about.
    pub expression_id: ExpressionId,
    /// The opportunity.
    pub opportunity_id: OpportunityId,
    /// Title of the opportunity.
    #[schema(example = "Evening workshops")]
    pub opportunity_title: Option<String>,
    /// Name of the tariff that pays for time; null if time is not paid.
    #[schema(example = "meeting")]
    pub tariff: Option<String>,
    /// Sessions that are planned, with what each pays for time.
    pub sessions: Vec<PlannedPay>,
    /// Payment for the time of all these sessions together, in pence.
    pub time_pence: Pence,
    /// Weekly amount in pence above which the volunteer wants to be warned; null if they set none.
    pub weekly_alert_pence: Option<Pence>,
    /// This week and every week with one of these sessions, earliest first.
    pub weeks: Vec<WeekWithIt>,
    /// This tax year and every one with one of these sessions, earliest first.
    pub years: Vec<YearWithIt>,
    /// What the volunteer can choose on each claim; empty if time is not paid.
    pub choices: Vec<PayChoice>,
    /// The same in plain English, sentence by sentence.
    #[schema(example = json!(["You would get £75.00 for your time at 1 session."]))]
    pub explanation: Vec<String>,
}

/// A planned session, and what it pays for time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedPay {
    /// The session.
    pub session_id: SessionId,
    /// When it starts.
    pub starts_at: Instant,
    /// Planned length in minutes.
    pub minutes: i64,
    /// Payment for its time in pence, by the promise of the opportunity or the policy in force on the day, whichever is more.
    pub pence: Pence,
}

/// A week from Sunday to Saturday, by the days that time is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WeekWithIt {
    /// First day, a Sunday.
    pub from: Day,
    /// Last day, a Saturday.
    pub to: Day,
    /// Payment for time in pence that the volunteer had or asked for in this week, in claims that are submitted, approved or
    /// paid.
    pub had_pence: Pence,
    /// Payment for the time of these sessions in this week, in pence.
    pub this_pence: Pence,
    /// Both together, in pence.
    pub together_pence: Pence,
    /// Whether that is more than `weekly_alert_pence`.
    pub above_alert: bool,
}

/// A tax year, from 6 April to 5 April.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearWithIt {
    /// Tax year, such as `2026/27`.
    #[schema(value_type = String, example = "2026/27")]
    pub tax_year: TaxYear,
    /// Paid for time in this tax year until now, in pence, by the day of payment: `time_pence` of the statement.
    #[schema(value_type = i64)]
    pub paid_pence: Pence,
    /// Payment for the time of these sessions in this tax year, in pence, by the day of the session.
    pub this_pence: Pence,
    /// Both together, in pence.
    #[schema(value_type = i64)]
    pub together_pence: Pence,
}

crate::text_enum! {
    /// What a volunteer can choose to be paid for time, anew on each claim.
    pub enum PayChoice {
        /// All that the time comes to.
        All = "all",
        /// A part of it: `elected_pence` on the claim line.
        Part = "part",
        /// Expenses only: `elected_pence` 0.
        ExpensesOnly = "expenses_only",
    }
}

impl Represent for WhatItMeans {}
