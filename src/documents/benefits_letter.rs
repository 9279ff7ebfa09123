//! A letter for a benefits office: what repaid expenses, what was payment for time, what was not taken.
//! The figures come from the statement; nothing here is advice.

use askama::Template;

use crate::documents::Page;
use crate::documents::typed::Typed;

/// A payment, or money that came back, as a row.
#[derive(Clone, Debug)]
pub struct PaidRow {
    /// Day of payment, in words.
    pub paid_on: String,
    /// Invoice number of the payment, or reference of the recovery.
    pub reference: String,
    /// Days that it is for, in words.
    pub worked: String,
    /// Repaid expenses.
    pub expenses: String,
    /// Payment for time.
    pub time: String,
    /// Both together.
    pub total: String,
}

/// A letter for a benefits office.
#[derive(Clone, Debug, Template)]
#[template(path = "benefits_letter.html")]
pub struct BenefitsLetter {
    /// Header and footer of the page.
    pub page: Page,
    /// Legal name of the volunteer.
    pub person: Typed,
    /// First day of payment, in words.
    pub from: String,
    /// Last day of payment, in words.
    pub to: String,
    /// Repaid expenses in the period.
    pub expenses: String,
    /// Payment for time in the period.
    pub time: String,
    /// Both together.
    pub total: String,
    /// Offered for time and not taken, if anything was.
    pub declined: Option<String>,
    /// Part of the expenses that is taxable, if any.
    pub taxable: Option<String>,
    /// Whether money came back, which is taken off.
    pub came_back: bool,
    /// Each payment, earliest first.
    pub payments: Vec<PaidRow>,
}

/// The same letter as plain text.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "benefits_letter.txt")]
pub struct PlainBenefitsLetter<'l>(pub &'l BenefitsLetter);
