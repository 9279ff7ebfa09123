//! The claim form: every line with how it was worked out, totals, receipts, and who said what to it.
//! Nothing here is worked out; warnings for approvers and alerts for the person have no place on it.

use askama::Template;

use crate::documents::typed::Typed;
use crate::documents::{Notice, Page};

/// A journey.
#[derive(Clone, Debug)]
pub struct Journey {
    /// From where.
    pub from: Typed,
    /// To where.
    pub to: Typed,
    /// How far, in what, and with how many.
    pub how: String,
}

/// A line of the form.
#[derive(Clone, Debug)]
pub struct FormLine {
    /// Its number.
    pub number: usize,
    /// The day that it is for.
    pub day: String,
    /// What it claims.
    pub what: &'static str,
    /// The journey, on a line of miles.
    pub journey: Option<Journey>,
    /// What it cost.
    pub spent: Option<String>,
    /// Whether the trust paid it directly.
    pub trust_paid: bool,
    /// The numbers of its receipts, in words.
    pub receipts: Option<String>,
    /// Why there is no receipt.
    pub no_receipt: Typed,
    /// Who agreed to it before.
    pub agreed_before: Typed,
    /// How it was worked out.
    pub steps: Vec<Typed>,
    /// What of it may be taxed, where the reader may know.
    pub taxable: Option<String>,
    /// What it comes to.
    pub comes_to: Option<String>,
    /// What the person asked for, where it is less.
    pub asked: Option<String>,
    /// Why less was approved.
    pub lowered: Typed,
    /// What is to be paid.
    pub due: Option<String>,
}

/// What goes by one way.
#[derive(Clone, Debug)]
pub struct RouteTotal {
    /// By which way.
    pub route: &'static str,
    /// How much.
    pub amount: String,
}

/// A receipt.
#[derive(Clone, Debug)]
pub struct FormReceipt {
    /// Its number.
    pub number: usize,
    /// What its sender called it, where the reader may know.
    pub name: Typed,
    /// What it is.
    pub kind: &'static str,
    /// What it comes to.
    pub amount: String,
    /// When it was sent.
    pub sent: String,
}

/// How the claim was declared to be true.
#[derive(Clone, Debug)]
pub struct Declared {
    /// When and how.
    pub how: String,
    /// Who was there.
    pub witness: Typed,
}

/// What was decided.
#[derive(Clone, Debug)]
pub struct Approval {
    /// By whom.
    pub by: Typed,
    /// When.
    pub when: String,
}

/// Money on its way.
#[derive(Clone, Debug)]
pub struct FormPayment {
    /// By which way.
    pub route: &'static str,
    /// How much.
    pub amount: String,
    /// How it stands.
    pub state: String,
}

/// A claim form.
#[derive(Clone, Debug, Template)]
#[template(path = "claim_form.html")]
pub struct ClaimForm {
    /// What stands around it.
    pub page: Page,
    /// That it is a draft, or was refused.
    pub notice: Option<Notice>,
    /// Why it was sent back or refused.
    pub reason: Typed,
    /// What people call it.
    pub reference: String,
    /// Whose claim it is.
    pub person: Typed,
    /// How the person needs to be written or spoken to: for whoever gives it to them, on the screen alone.
    pub needs: Vec<Typed>,
    /// What it is for.
    pub activity: Typed,
    /// The cost centre that pays.
    pub cost_centre: String,
    /// The last day to claim.
    pub claim_by: Option<String>,
    /// Whether it came after its window, and why.
    pub late: Option<Typed>,
    /// Whether it adds to an earlier claim.
    pub supplements: bool,
    /// Its lines.
    pub lines: Vec<FormLine>,
    /// What goes by which way.
    pub totals: Vec<RouteTotal>,
    /// All of it.
    pub total: Option<String>,
    /// Whether the figures stand.
    pub frozen: bool,
    /// Its receipts.
    pub receipts: Vec<FormReceipt>,
    /// Who submitted it, and when.
    pub submitted: Option<Approval>,
    /// How it was declared to be true.
    pub declared: Option<Declared>,
    /// Who approved it, and when.
    pub approved: Option<Approval>,
    /// Money on its way.
    pub payments: Vec<FormPayment>,
}
