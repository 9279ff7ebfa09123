//! What involvement costs: committed, approved, paid, and what the trust paid itself.
//! What a line costs, and how far its money got, is known to `claims`.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::claims::{SUMS, Spent, spent_on_days};
use crate::clock::Day;
use crate::http::Represent;
use crate::http::table::Tabular;
use crate::money::Pence;
use crate::refusal::{Done, Failure};
use crate::reports::grouping::{GroupKey, Grouping, Groupings, KeyRow, MoneyReportFilter};
use crate::reports::period::Period;
use crate::work::Reader;

/// What was spent and promised in a period, by the day that each line is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendReport {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// What it is grouped by.
    pub group_by: Vec<Grouping>,
    /// The groups; those without a line are left out.
    pub groups: Vec<SpendGroup>,
    /// All of them together.
    pub total: Spend,
}

/// What was spent and promised in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendGroup {
    /// The group.
    #[serde(flatten)]
    pub key: GroupKey,
    /// Its figures.
    #[serde(flatten)]
    pub spend: Spend,
}

/// What was spent and promised; every penny counts in one figure alone, and in the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Spend {
    /// Submitted, and not decided: for people, and what the trust paid itself.
    pub committed_pence: Pence,
    /// Approved for people, and not paid yet; what came back from the bank is here again.
    pub approved_pence: Pence,
    /// Paid to people.
    pub paid_pence: Pence,
    /// Paid by the trust itself (pre-booked), in claims that are approved.
    pub trust_paid_pence: Pence,
    /// The sum of the four.
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

/// The report, as the asker may see it.
pub(super) fn report_spend(reader: &mut Reader<'_>, (): (), asked: &MoneyReportFilter) -> Done<SpendReport> {
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
            report.groups.push(SpendGroup { key: key.key(&groupings), spend });
        }
    }
    Ok(report)
}

fn spend(spent: Spent) -> Done<Spend> {
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
