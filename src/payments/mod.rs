//! Payments and payment runs: at most one live payment a claim and route, each in one run, released by another person.

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::agreements::PaymentRoute;
use crate::clock::{Day, Instant};
use crate::db::Writer;
use crate::db::ids::{ClaimId, PaymentId, ServiceId, VolunteerId};
use crate::http::Routes;
use crate::money::Pence;
use crate::refusal::Done;

crate::text_enum! {
    /// Where a payment is in its life.
    pub enum PaymentStatus {
        /// To be put into a run.
        Due = "due",
        /// In a run.
        InRun = "in_run",
        /// Paid.
        Paid = "paid",
        /// The ledger could not pay it.
        Failed = "failed",
        /// The bank sent it back.
        Returned = "returned",
    }
}

/// What an approved claim is to be paid, by one route.
#[derive(Clone, Debug)]
pub struct Owed {
    /// The claim.
    pub claim_id: ClaimId,
    /// Its reference, which begins the invoice numbers.
    pub claim_reference: String,
    /// Who is paid.
    pub volunteer_id: VolunteerId,
    /// Which service pays: its cost centre and subjective codes as they are now are kept on the payment.
    pub service_id: ServiceId,
    /// By which way.
    pub route: PaymentRoute,
    /// Expenses.
    pub expense: Pence,
    /// Time.
    pub time: Pence,
    /// The first day that lines of this route are for.
    pub work_from: Day,
    /// The last day that lines of this route are for.
    pub work_to: Day,
    /// The day on which it is due: the London day of approval plus nothing; runs choose by cut-off.
    pub due_on: Day,
}

/// What a claim shows of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentBrief {
    /// Its id.
    pub id: PaymentId,
    /// By which way.
    pub route: PaymentRoute,
    /// Whole pence.
    pub amount_pence: Pence,
    /// Its state.
    pub status: PaymentStatus,
    /// Why it can't be put into a run: `supplier-number-missing`, `payroll-number-missing`, or null.
    pub blocked: Option<String>,
    /// The day it was paid.
    pub paid_on: Option<Day>,
}

/// Opens the payments of a claim that was approved just now; those of nothing are left out. In the same transaction.
///
/// # Errors
/// Those of the database.
pub fn open(_writer: &mut Writer<'_>, _owed: &[Owed], _at: Instant) -> Done<()> {
    unimplemented!()
}

/// The payments of these claims, oldest first, in one statement.
///
/// # Errors
/// Those of the database.
pub fn of_claims(_conn: &mut PgConnection, _claims: &[ClaimId]) -> Done<Vec<(ClaimId, PaymentBrief)>> {
    unimplemented!()
}

/// Declares the operations.
pub fn routes(_: &mut Routes) {}
