//! A series of sessions, as clients write and see it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::clock::Day;
use crate::http::Represent;
use crate::http::body::rule;
use crate::sessions::views::{SessionContent, SessionView, untimely};

crate::text_enum! {
    /// How often a session of a series takes place.
    pub enum Every {
        /// Every week.
        Week = "week",
        /// Every two weeks.
        Fortnight = "fortnight",
        /// Every four weeks.
        FourWeeks = "four_weeks",
        /// Every month on the same weekday, such as the second Tuesday. A fifth one counts as the last of its month.
        MonthSameWeekday = "month_same_weekday",
    }
}

/// A series of sessions, as the client sends it. It has either `count` or `until`, and at most 60 sessions.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[validate(schema(function = "first_in_order"))]
#[validate(schema(function = "one_end"))]
pub struct NewSeries {
    /// The first session. The others are alike, at the same time of day in London.
    pub session: SessionContent,
    /// How often it takes place.
    pub every: Every,
    /// Number of sessions, before the dates in `except` are left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 60)]
    pub count: Option<i32>,
    /// Last date on which a session may start, London date.
    #[serde(default)]
    pub until: Option<Day>,
    /// Dates of the series on which there is no session, London dates.
    #[serde(default)]
    #[schema(max_items = 60)]
    pub except: Vec<Day>,
}

fn first_in_order(new: &NewSeries) -> Result<(), ValidationError> {
    untimely(&new.session.details)
        .map_or(Ok(()), |(member, code, why)| Err(rule(&format!("/session/{member}"), code, why)))
}

fn one_end(new: &NewSeries) -> Result<(), ValidationError> {
    match (new.count, new.until) {
        (Some(_), Some(_)) => Err(rule("/until", "not-allowed", "must be left out where there is a `count`")),
        (None, None) => Err(rule("/count", "required", "must be given where there is no `until`")),
        _ => Ok(()),
    }
}

/// The sessions of a series, in the order of time.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesView {
    /// The sessions.
    pub items: Vec<SessionView>,
}

impl Represent for SeriesView {
    fn location(&self) -> Option<String> {
        let first = self.items.first()?;
        Some(format!("/v1/opportunities/{}/sessions?order=soonest", first.opportunity_id))
    }
}
