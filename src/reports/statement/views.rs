//! A volunteer's statement for a tax year, as they see it and as CSV.
//! The parent module puts it together; it is not stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::http::Represent;
use crate::http::answer::shows;
use crate::http::table::{TableFormat, TableQuery, Tabular};
use crate::money::{Miles, Pence};
use crate::policies::calculator::TaxYear;
use crate::vocabulary::payment_route::PaymentRoute;

/// Filters for the statement.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StatementFilter {
    /// The tax year, such as `2026/27`; the current one if you leave it out.
    /// Example: 2026/27
    #[serde(default)]
    #[schema(value_type = Option<TaxYear>)]
    pub tax_year: Option<String>,
    /// `csv` for a table of the payments; `json`, the whole statement, if you leave it out.
    #[serde(default)]
    pub format: Option<TableFormat>,
}

impl TableQuery for StatementFilter {
    fn format(&self) -> Option<TableFormat> {
        self.format
    }
}

/// What a volunteer was paid in a tax year, by day of payment. Payments that a bank returned are not included.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    /// Volunteer whose statement it is.
    pub volunteer_id: VolunteerId,
    /// Tax year, such as `2026/27`.
    #[schema(value_type = String, example = "2026/27")]
    pub tax_year: TaxYear,
    /// First day of the tax year, 6 April.
    pub from: Day,
    /// Last day of the tax year, 5 April.
    pub to: Day,
    /// Total paid in the year, in pence, less what was taken back; negative where more was taken back.
    #[schema(value_type = i64)]
    pub total_pence: Pence,
    /// Paid for time, in pence; this is income.
    #[schema(value_type = i64)]
    pub time_pence: Pence,
    /// Paid for expenses, in pence; this is not income, except for `taxable_excess_pence`.
    #[schema(value_type = i64)]
    pub expense_pence: Pence,
    /// Part of the expenses that is above HMRC's approved amounts for mileage and so is taxable, in pence, less what came
    /// back of it; negative where more came back.
    #[schema(value_type = i64)]
    pub taxable_excess_pence: Pence,
    /// Offered for time and not taken, by the volunteer's own choice, in claims approved in this tax year, in pence.
    pub declined_pence: Pence,
    /// Miles by car in the tax year.
    pub car_miles: CarMiles,
    /// Payments, by day of payment, earliest first.
    pub payments: Vec<StatementPayment>,
    /// The statement in plain English, sentence by sentence.
    #[schema(example = json!(["£40.00 was for your time. This counts as income."]))]
    pub explanation: Vec<String>,
}

/// Miles by car in a tax year, by day of travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CarMiles {
    /// Miles claimed from the trust, in claims that are submitted, approved or paid.
    pub claimed: Miles,
    /// Claimed miles that were paid at the first rate.
    pub at_first_rate: Miles,
    /// Miles declared for other organisations.
    pub other_miles: Miles,
    /// Miles in a tax year that are paid at the first rate; null if no policy is in force.
    pub first_band: Option<Miles>,
    /// Miles left at the first rate in this tax year; null if no policy is in force.
    pub left: Option<Miles>,
}

/// A payment that reached the volunteer.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementPayment {
    /// Day of payment.
    pub paid_on: Day,
    /// Reference of the claim that was paid.
    #[schema(example = "CLM-2026-000123")]
    pub claim_reference: String,
    /// Invoice number of the payment in the finance ledger; the reference of the recovery for a repayment.
    pub invoice_number: String,
    /// Payment route: the payroll deducts tax, accounts payable does not.
    pub route: PaymentRoute,
    /// Name of the service that the claim was for.
    #[schema(example = "Crisis café")]
    pub service_name: String,
    /// First day that the payment is for.
    pub work_from: Day,
    /// Last day that the payment is for.
    pub work_to: Day,
    /// Part for time, in pence.
    #[schema(value_type = i64)]
    pub time_pence: Pence,
    /// Part for expenses, in pence.
    #[schema(value_type = i64)]
    pub expense_pence: Pence,
    /// Taxable part of the expenses, in pence; negative for mileage that was taken back.
    #[schema(value_type = i64)]
    pub taxable_excess_pence: Pence,
    /// Whole amount, in pence; negative for money that was taken back.
    #[schema(value_type = i64)]
    pub amount_pence: Pence,
}

impl Represent for StatementView {
    shows!(Payment, |it| [(it.volunteer_id, None)]);
}

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
