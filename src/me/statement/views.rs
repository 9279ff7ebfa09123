//! A person's statement for a tax year as they see it, and as a CSV.
//! How it is put together stands in the parent; nothing of it is stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::PaymentRoute;
use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::http::Represent;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::money::{Miles, Pence};
use crate::policies::calculator::TaxYear;

/// Which statement.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StatementFilter {
    /// The tax year, as `2026/27`; that of today unless said otherwise.
    /// Example: 2026/27
    #[serde(default)]
    #[schema(pattern = "^[0-9]{4}/[0-9]{2}$")]
    pub tax_year: Option<String>,
    /// `csv` for the payments alone.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for StatementFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// What a person was paid in a tax year, by the day of payment. What a bank sent back is not in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    /// The person.
    pub volunteer_id: VolunteerId,
    /// The tax year.
    #[schema(value_type = String)]
    pub tax_year: TaxYear,
    /// Its first day, 6 April.
    pub from: Day,
    /// Its last day, 5 April.
    pub to: Day,
    /// Everything that was paid.
    pub total_pence: Pence,
    /// Paid for time: income.
    pub time_pence: Pence,
    /// Paid back for expenses: no income.
    pub expense_pence: Pence,
    /// The part of the expenses that is above HMRC's approved amounts for mileage, and so is taxable.
    pub taxable_excess_pence: Pence,
    /// Offered for time and not taken, by the person's own choice, in claims approved in this tax year.
    pub declined_pence: Pence,
    /// Miles by car.
    pub car_miles: CarMiles,
    /// Each payment, in the order of their days.
    pub payments: Vec<StatementPayment>,
    /// The same in plain English.
    pub explanation: Vec<String>,
}

/// Miles by car of a tax year, by the day of travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CarMiles {
    /// Claimed here, in claims that are submitted, approved or paid.
    pub claimed: Miles,
    /// Those of them at the first rate.
    pub at_first_rate: Miles,
    /// Declared for other organisations.
    pub other_miles: Miles,
    /// How many miles a year are at the first rate; null without a policy.
    pub first_band: Option<Miles>,
    /// What is left of them; null without a policy.
    pub left: Option<Miles>,
}

/// A payment that reached the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementPayment {
    /// The day of payment.
    pub paid_on: Day,
    /// The claim that it paid.
    pub claim_reference: String,
    /// Its number with finance.
    pub invoice_number: String,
    /// By which way: the payroll takes tax, accounts payable does not.
    pub route: PaymentRoute,
    /// The service that it was for.
    pub service_name: String,
    /// The first day that it is for.
    pub work_from: Day,
    /// The last day that it is for.
    pub work_to: Day,
    /// For time.
    pub time_pence: Pence,
    /// For expenses.
    pub expense_pence: Pence,
    /// The part of the expenses that is taxable.
    pub taxable_excess_pence: Pence,
    /// All of it.
    pub amount_pence: Pence,
}

impl Represent for StatementView {}

impl Tabular for StatementView {
    type Row = StatementPayment;

    fn file_name(&self) -> String {
        format!("statement-{}", self.tax_year.to_string().replace('/', "-"))
    }

    fn columns(&self) -> Vec<&'static str> {
        vec![
            "paid_on",
            "claim_reference",
            "invoice_number",
            "route",
            "service_name",
            "work_from",
            "work_to",
            "time_pence",
            "expense_pence",
            "taxable_excess_pence",
            "amount_pence",
        ]
    }

    fn rows(&self) -> &[StatementPayment] {
        &self.payments
    }
}
