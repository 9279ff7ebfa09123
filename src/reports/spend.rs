//! The report on spending: committed, approved, paid, and paid by the trust itself.
//! Which of these an amount of a line is, `claims` decides.

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::viewer::seen_by;
use crate::claims::{SUMS, Spent, spent_on_days};
use crate::clock::Day;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::money::Pence;
use crate::refusal::{Failure, Result};
use crate::reports::grouping::{GroupKey, Grouping, Groupings, KeyRow, MoneyReportFilter};
use crate::reports::period::Period;
use crate::work::Reader;

/// Report on spending in a period, by the day that each claim line is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendReport {
    /// First day of the period, inclusive, London date.
    pub from: Day,
    /// Last day of the period, inclusive, London date.
    pub to: Day,
    /// What the report is grouped by.
    pub group_by: Vec<Grouping>,
    /// Groups; those without lines are left out.
    pub groups: Vec<SpendGroup>,
    /// All groups together.
    pub total: Spend,
}

/// Spending of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendGroup {
    /// Key of the group.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Subjective code: that of the payment, or that of the service today where there is no payment.
    /// Absent unless the report is grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "73105")]
    pub subjective: Option<String>,
    /// Figures of the group.
    #[serde(flatten)]
    pub spend: Spend,
}

seen_by! { SpendGroup with key: GroupKey {} }

/// Spending; every penny counts in one of the four figures only, and in the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spend {
    /// Submitted and not decided, in pence: for volunteers, and paid by the trust itself.
    pub committed_pence: Pence,
    /// Approved for volunteers and not paid, in pence; payments that failed or were returned count here again.
    pub approved_pence: Pence,
    /// Paid to volunteers, less what was recovered, in pence.
    pub paid_pence: Pence,
    /// Paid by the trust itself (pre-booked), in approved claims, in pence.
    pub trust_paid_pence: Pence,
    /// Sum of the four figures, in pence.
    pub total_pence: Pence,
}

impl Represent for SpendReport {}

impl Tabular for SpendReport {
    type Row = SpendGroup;

    fn file_name(&self) -> String {
        format!("spend-{}-{}", self.from, self.to)
    }

    fn columns(&self) -> Vec<&'static str> {
        let figures = ["committed_pence", "approved_pence", "paid_pence", "trust_paid_pence", "total_pence"];
        Groupings::columns(&self.group_by).into_iter().chain(figures).collect()
    }

    fn rows(&self) -> &[SpendGroup] {
        &self.groups
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    key: KeyRow,
    #[diesel(embed)]
    spent: Spent,
}

/// The report, within the caller's reach.
pub(super) fn report_spend(reader: &mut Reader<'_>, (): (), asked: &MoneyReportFilter) -> Result<SpendReport> {
    let Period { from, to } = Period::of(asked.from, asked.to, reader.today())?;
    let grant = reader.grant();
    let groupings = Groupings::of(asked.group_by.as_ref(), grant)?;
    let facts = format!("{} AND ($3 OR s.code = ANY($4))", spent_on_days());
    let rows: Vec<Row> = diesel::sql_query(groupings.statement(&facts, SUMS))
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Bool, _>(groupings.reach_all(grant))
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .load(reader.conn)?;
    let mut report = SpendReport { from, to, group_by: groupings.list(), groups: Vec::new(), total: Spend::default() };
    for Row { key, spent } in rows {
        let spend = spend(spent)?;
        if key.whole {
            report.total = spend;
        } else {
            report.groups.push(SpendGroup { subjective: key.subjective.clone(), key: key.key(&groupings), spend });
        }
    }
    Ok(report)
}

fn spend(spent: Spent) -> Result<Spend> {
    let sum = |of: &[Pence]| {
        Pence::checked_sum(of.iter().copied()).ok_or_else(|| Failure::broken("a sum of spend beyond range"))
    };
    let committed = sum(&[spent.submitted, spent.submitted_trust])?;
    Ok(Spend {
        committed_pence: committed,
        approved_pence: spent.approved,
        paid_pence: spent.paid,
        trust_paid_pence: spent.trust_paid,
        total_pence: sum(&[committed, spent.approved, spent.paid, spent.trust_paid])?,
    })
}
