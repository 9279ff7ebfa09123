//! How the reports on money are grouped, in SQL and in answers.
//! Finance gets cost centres: the name of a service can say what people are treated for.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Grant;
use crate::access::viewer::seen_by;
use crate::clock::Day;
use crate::db::ids::{PlanId, ServiceId};
use crate::http::table::{TableFormat, TableQuery};
use crate::refusal::{Kind, Refusal};
use crate::vocabulary::payment_route::PaymentRoute;

crate::text_enum! {
    /// What a report on money is grouped by.
    pub enum Grouping {
        /// Service; not for finance.
        Service = "service",
        /// Plan; not for finance.
        Plan = "plan",
        /// Cost centre.
        CostCentre = "cost_centre",
        /// Payment route.
        Route = "route",
        /// Subjective code.
        Subjective = "subjective",
        /// Month; each report says which day decides it.
        Month = "month",
    }
}

crate::text_enum! {
    /// What the report on payment times is grouped by. A payment may have two subjective codes.
    pub enum TimesGrouping {
        /// Service; not for finance.
        Service = "service",
        /// Plan; not for finance.
        Plan = "plan",
        /// Cost centre.
        CostCentre = "cost_centre",
        /// Payment route.
        Route = "route",
        /// Month of payment.
        Month = "month",
    }
}

impl From<TimesGrouping> for Grouping {
    fn from(grouping: TimesGrouping) -> Self {
        match grouping {
            TimesGrouping::Service => Self::Service,
            TimesGrouping::Plan => Self::Plan,
            TimesGrouping::CostCentre => Self::CostCentre,
            TimesGrouping::Route => Self::Route,
            TimesGrouping::Month => Self::Month,
        }
    }
}

/// Period, grouping and format of the report on payment times.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TimesReportFilter {
    /// First day of the period, inclusive, London date; by default the first day of the financial year, 1 April.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of the period, inclusive, London date; by default the last day of the financial year, 31 March.
    #[serde(default)]
    pub to: Option<Day>,
    /// What to group by; several separated by commas. `cost_centre` by default.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub group_by: Option<BTreeSet<TimesGrouping>>,
    /// `csv` for the groups as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for TimesReportFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// Period, grouping and format of the report on spending.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MoneyReportFilter {
    /// First day of the period, inclusive, London date; by default the first day of the financial year, 1 April.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day of the period, inclusive, London date; by default the last day of the financial year, 31 March.
    #[serde(default)]
    pub to: Option<Day>,
    /// What to group by; several separated by commas. `cost_centre` by default.
    #[serde(default)]
    #[schema(max_items = 6)]
    pub group_by: Option<BTreeSet<Grouping>>,
    /// `csv` for the groups as CSV; JSON by default.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for MoneyReportFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// What a report is grouped by, in the order of its columns; never empty.
#[derive(Clone, Debug)]
pub(super) struct Groupings(BTreeSet<Grouping>);

impl Groupings {
    /// The groupings asked for; by cost centre by default.
    ///
    /// # Errors
    /// `forbidden` where finance asks for services or plans.
    pub fn of(asked: Option<&BTreeSet<Grouping>>, grant: &Grant) -> Result<Self, Refusal> {
        let chosen = asked.cloned().unwrap_or_else(|| BTreeSet::from([Grouping::CostCentre]));
        let named = [
            GroupKey::SERVICE_ID,
            GroupKey::SERVICE_CODE,
            GroupKey::SERVICE_NAME,
            GroupKey::PLAN_ID,
            GroupKey::PLAN_TITLE,
        ];
        let names = Self::NAMED.iter().any(|grouping| chosen.contains(grouping));
        if names && !named.iter().all(|field| grant.viewer().sees(*field)) {
            let detail = "Finance can't group by service or plan. Group by cost_centre, route, subjective or month.";
            return Err(Refusal::new(Kind::Forbidden, detail));
        }
        Ok(Self(chosen))
    }

    /// What names a service: a plan's title can say what people are treated for, too.
    const NAMED: [Grouping; 2] = [Grouping::Service, Grouping::Plan];

    /// By one thing alone.
    pub fn only(grouping: Grouping) -> Self {
        Self(BTreeSet::from([grouping]))
    }

    /// Whether the caller reaches every service: leads do, and finance as long as no service is named.
    pub fn reach_all(&self, grant: &Grant) -> bool {
        grant.all() || (grant.money() && !Self::NAMED.iter().any(|grouping| self.0.contains(grouping)))
    }

    /// The groupings, in order.
    pub fn list(&self) -> Vec<Grouping> {
        self.0.iter().copied().collect()
    }

    /// The fields of a [`GroupKey`] that these groupings fill.
    pub fn columns(list: &[Grouping]) -> Vec<&'static str> {
        let of = |grouping: &Grouping| match grouping {
            Grouping::Service => vec!["service_id", "service_code", "service_name"],
            Grouping::Plan => vec!["plan_id", "plan_title"],
            Grouping::CostCentre => vec!["cost_centre"],
            Grouping::Route => vec!["route"],
            Grouping::Subjective => vec!["subjective"],
            Grouping::Month => vec!["month"],
        };
        list.iter().flat_map(of).collect()
    }

    /// A statement that sums up `facts`, which has `service_id`, `plan_id`, `cost_centre`, `route`, `on_day` and, where it is
    /// grouped by, `subjective`, by group and as a whole, in the order of the groups.
    pub fn statement(&self, with: &str, figures: &str) -> String {
        let column = |grouping: Grouping| match grouping {
            Grouping::Service => ("facts.service_id", "uuid", "service_id"),
            Grouping::CostCentre => ("facts.cost_centre", "text", "cost_centre"),
            Grouping::Plan => ("facts.plan_id", "uuid", "plan_id"),
            Grouping::Route => ("facts.route", "text", "route"),
            Grouping::Subjective => ("facts.subjective", "text", "subjective"),
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
SELECT grouped.*, services.code AS service_code, services.name AS service_name, plan_titles.title AS plan_title
FROM grouped LEFT JOIN services ON services.id = grouped.service_id
LEFT JOIN plan_titles ON plan_titles.plan_id = grouped.plan_id
ORDER BY whole, services.code, plan_titles.title, grouped.plan_id, cost_centre, route, subjective, month",
            keys.join(", ")
        )
    }
}

/// The key of a row of a grouped statement.
#[derive(Debug, QueryableByName)]
pub(super) struct KeyRow {
    /// Whether the row is the total.
    #[diesel(sql_type = Bool)]
    pub whole: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    service_id: Option<ServiceId>,
    #[diesel(sql_type = Nullable<Text>)]
    service_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    service_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    plan_id: Option<PlanId>,
    #[diesel(sql_type = Nullable<Text>)]
    plan_title: Option<String>,
    /// Subjective code, where the report has it.
    #[diesel(sql_type = Nullable<Text>)]
    pub subjective: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    cost_centre: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    route: Option<PaymentRoute>,
    #[diesel(sql_type = Nullable<Text>)]
    month: Option<String>,
}

/// Key of a group: a field for each thing that the report is grouped by.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupKey {
    /// The service. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    /// Code of the service. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "crisis-cafe")]
    pub service_code: Option<String>,
    /// Name of the service. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Crisis Café")]
    pub service_name: Option<String>,
    /// The plan. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<PlanId>,
    /// Title of the plan. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Crisis Café: the evening offer")]
    pub plan_title: Option<String>,
    /// Cost centre. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "C20417")]
    pub cost_centre: Option<String>,
    /// Payment route. Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<PaymentRoute>,
    /// Month as `YYYY-MM`; null for payments that are still open. Absent unless the report is grouped by month.
    /// Example: 2026-04
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{4}-[0-9]{2}$")]
    pub month: Option<Option<String>>,
}

seen_by! {
    GroupKey {
        SERVICE_ID = service_id: [Lead, Service],
        SERVICE_CODE = service_code: [Lead, Service],
        SERVICE_NAME = service_name: [Lead, Service],
        PLAN_ID = plan_id: [Lead, Service],
        PLAN_TITLE = plan_title: [Lead, Service],
    }
}

impl KeyRow {
    /// The key as answers show it.
    pub fn key(self, groupings: &Groupings) -> GroupKey {
        GroupKey {
            service_id: self.service_id,
            service_code: self.service_code,
            service_name: self.service_name,
            plan_id: self.plan_id,
            plan_title: self.plan_title,
            cost_centre: self.cost_centre,
            route: self.route,
            month: groupings.0.contains(&Grouping::Month).then_some(self.month),
        }
    }
}
