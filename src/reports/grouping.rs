//! What the reports of money are grouped by, in SQL and as it is seen.
//! Finance sees cost centres; services have names that say what people are treated for.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Grant;
use crate::agreements::PaymentRoute;
use crate::clock::Day;
use crate::db::ids::ServiceId;
use crate::http::table::{TableFormat, TableQuery};
use crate::refusal::{Kind, Refusal};

crate::text_enum! {
    /// What a report of money is grouped by.
    pub enum Grouping {
        /// The service; not for finance.
        Service = "service",
        /// The cost centre.
        CostCentre = "cost_centre",
        /// The way that money goes.
        Route = "route",
        /// The month; which day places an amount, the report says.
        Month = "month",
    }
}

/// What is asked of a report of money.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MoneyReportFilter {
    /// The first day; that of the financial year (1 April) unless said otherwise.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last day; that of the financial year (31 March) unless said otherwise.
    #[serde(default)]
    pub to: Option<Day>,
    /// What it is grouped by, one or several; `cost_centre` unless said otherwise.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub group_by: Option<BTreeSet<Grouping>>,
    /// `csv` for the groups alone.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for MoneyReportFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// What a report is grouped by, in the order of its columns; never nothing.
#[derive(Clone, Debug)]
pub(super) struct Groupings(BTreeSet<Grouping>);

impl Groupings {
    /// What was asked for.
    ///
    /// # Errors
    /// `forbidden` where finance asks for services.
    pub fn of(asked: Option<&BTreeSet<Grouping>>, grant: &Grant) -> Result<Self, Refusal> {
        let chosen = asked.cloned().unwrap_or_else(|| BTreeSet::from([Grouping::CostCentre]));
        if chosen.contains(&Grouping::Service) && grant.only_money() {
            return Err(Refusal::new(Kind::Forbidden, "Finance sees money by cost centre, not by service."));
        }
        Ok(Self(chosen))
    }

    /// Whether every service is reached: by leads, and by finance as long as no service is named.
    pub fn reach_all(&self, grant: &Grant) -> bool {
        grant.all() || (grant.money() && !self.0.contains(&Grouping::Service))
    }

    /// What it is grouped by.
    pub fn list(&self) -> Vec<Grouping> {
        self.0.iter().copied().collect()
    }

    /// The members of a [`GroupKey`] that it has.
    pub fn columns(list: &[Grouping]) -> Vec<&'static str> {
        let of = |grouping: &Grouping| match grouping {
            Grouping::Service => vec!["service_id", "service_code", "service_name"],
            Grouping::CostCentre => vec!["cost_centre"],
            Grouping::Route => vec!["route"],
            Grouping::Month => vec!["month"],
        };
        list.iter().flat_map(of).collect()
    }

    /// A statement that sums up `facts`, which has `service_id`, `cost_centre`, `route` and `on_day`, by group and as a
    /// whole, in the order of the groups.
    pub fn statement(&self, with: &str, figures: &str) -> String {
        let column = |grouping: Grouping| match grouping {
            Grouping::Service => ("facts.service_id", "uuid", "service_id"),
            Grouping::CostCentre => ("facts.cost_centre", "text", "cost_centre"),
            Grouping::Route => ("facts.route", "text", "route"),
            Grouping::Month => ("to_char(facts.on_day, 'YYYY-MM')", "text", "month"),
        };
        let keys: Vec<String> = Grouping::ALL
            .iter()
            .map(|grouping| {
                let (expression, kind, name) = column(*grouping);
                let expression = if self.0.contains(grouping) { expression } else { "NULL" };
                format!("{expression}::{kind} AS {name}")
            })
            .collect();
        let by: Vec<&str> = self.0.iter().map(|grouping| column(*grouping).0).collect();
        let by = by.join(", ");
        format!(
            "WITH facts AS ({with}), grouped AS (
    SELECT GROUPING({by}) > 0 AS whole, {}, {figures} FROM facts GROUP BY GROUPING SETS (({by}), ()))
SELECT grouped.*, services.code AS service_code, services.name AS service_name
FROM grouped LEFT JOIN services ON services.id = grouped.service_id
ORDER BY whole, services.code, cost_centre, route, month",
            keys.join(", ")
        )
    }
}

/// What a row of a grouped statement is of.
#[derive(Debug, QueryableByName)]
pub(super) struct KeyRow {
    /// Whether it is the whole.
    #[diesel(sql_type = Bool)]
    pub whole: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    service_id: Option<ServiceId>,
    #[diesel(sql_type = Nullable<Text>)]
    service_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    service_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    cost_centre: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    route: Option<PaymentRoute>,
    #[diesel(sql_type = Nullable<Text>)]
    month: Option<String>,
}

/// What a group is of: a member for each thing that the report is grouped by.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupKey {
    /// The service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    /// Its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// The cost centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
    /// The way that money goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<PaymentRoute>,
    /// The month, as `2026-04`; null for what has none yet.
    /// Example: 2026-04
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub month: Option<Option<String>>,
}

impl KeyRow {
    /// As it is seen.
    pub fn key(self, groupings: &Groupings) -> GroupKey {
        GroupKey {
            service_id: self.service_id,
            service_code: self.service_code,
            service_name: self.service_name,
            cost_centre: self.cost_centre,
            route: self.route,
            month: groupings.0.contains(&Grouping::Month).then_some(self.month),
        }
    }
}
