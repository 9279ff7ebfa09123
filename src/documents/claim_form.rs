//! The claim form: every line with its calculation, totals, receipts, and who submitted and approved the claim.
//! Nothing is calculated here. Warnings for approvers and alerts for the volunteer are never printed.

use askama::Template;

use crate::documents::typed::Typed;
use crate::documents::{Notice, Offered, Page};

/// A journey.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Start of the journey.
    pub from: Typed,
    /// End of the journey.
    pub to: Typed,
    /// Distance, vehicle and passengers, in words.
    pub how: String,
}

/// One line of the form.
#[derive(Clone, Debug)]
pub struct FormLine {
    /// Line number, from 1.
    pub number: usize,
    /// Date of the expense or session, in words.
    pub day: String,
    /// Kind of expense, or time.
    pub what: &'static str,
    /// Work that was done without a session.
    pub work: Typed,
    /// The journey, if the line claims mileage.
    pub journey: Option<Journey>,
    /// Amount spent.
    pub spent: Option<String>,
    /// Whether the trust paid the cost directly.
    pub trust_paid: bool,
    /// Numbers of the receipts, in words.
    pub receipts: Option<String>,
    /// Reason for a missing receipt.
    pub no_receipt: Typed,
    /// Who agreed to the cost in advance.
    pub agreed_before: Typed,
    /// Steps of the calculation, in words.
    pub steps: Vec<Typed>,
    /// Amount that may be taxable, if the reader may see it.
    pub taxable: Option<String>,
    /// Calculated amount.
    pub comes_to: Option<String>,
    /// Amount the volunteer chose to take, if less.
    pub asked: Option<String>,
    /// Reason for approving less.
    pub lowered: Typed,
    /// Amount to be paid.
    pub due: Option<String>,
}

/// Total for one payment route.
#[derive(Clone, Debug)]
pub struct RouteTotal {
    /// Payment route.
    pub route: &'static str,
    /// Amount, with the pound sign.
    pub amount: String,
}

/// A receipt.
#[derive(Clone, Debug)]
pub struct FormReceipt {
    /// Receipt number, from 1.
    pub number: usize,
    /// File name given by the sender, if the reader may see it.
    pub name: Typed,
    /// Kind of file.
    pub kind: &'static str,
    /// Amount on the receipt.
    pub amount: String,
    /// Date it was sent, in words.
    pub sent: String,
}

/// The declaration that the claim is true.
#[derive(Clone, Debug)]
pub struct Declared {
    /// When and how the declaration was made.
    pub how: String,
    /// Name of the witness.
    pub witness: Typed,
}

/// Who submitted or approved the claim, and when.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Name of the person.
    pub by: Typed,
    /// Date and time, in words.
    pub when: String,
}

/// A payment of the claim.
#[derive(Clone, Debug)]
pub struct FormPayment {
    /// Payment route.
    pub route: &'static str,
    /// Amount, with the pound sign.
    pub amount: String,
    /// Status, in words.
    pub state: String,
}

/// A claim form.
#[derive(Clone, Debug, Template)]
#[template(path = "claim_form.html")]
pub struct ClaimForm {
    /// Header and footer of the page.
    pub page: Page,
    /// A notice when the claim is a draft, withdrawn or rejected.
    pub notice: Option<Notice>,
    /// Reason for sending it back or rejecting it.
    pub reason: Typed,
    /// Claim reference, such as CLM-2026-000123.
    pub reference: String,
    /// Name of the volunteer.
    pub person: Typed,
    /// Communication needs of the volunteer, for the member of staff who hands over the document. Shown on screen, not
    /// printed.
    pub needs: Vec<Typed>,
    /// Title of the opportunity.
    pub activity: Typed,
    /// Cost centre that is charged.
    pub cost_centre: String,
    /// Last day to claim, in words.
    pub claim_by: Option<String>,
    /// Reason for claiming late, if the claim is late.
    pub late: Option<Typed>,
    /// Whether this is a top-up of an earlier claim.
    pub supplements: bool,
    /// What the agreement lets the person claim; only on a form without a claim.
    pub may_claim: Option<Offered>,
    /// Lines of the claim.
    pub lines: Vec<FormLine>,
    /// Total for each payment route.
    pub totals: Vec<RouteTotal>,
    /// Total of the claim.
    pub total: Option<String>,
    /// Whether the figures are frozen; a draft's figures may still change.
    pub frozen: bool,
    /// Receipts of the claim.
    pub receipts: Vec<FormReceipt>,
    /// Who submitted it, and when.
    pub submitted: Option<Approval>,
    /// The declaration that the claim is true.
    pub declared: Option<Declared>,
    /// Who approved it, and when.
    pub approved: Option<Approval>,
    /// Payments of the claim.
    pub payments: Vec<FormPayment>,
}

impl ClaimForm {
    /// Whether the form is to be written on: there is nothing in it yet, and nobody has sent it in.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.lines.is_empty() && self.submitted.is_none() && self.declared.is_none() && self.late.is_none()
    }
}
