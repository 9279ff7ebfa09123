//! Payees in requests and answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::db::ids::VolunteerId;
use crate::http::Represent;
use crate::http::answer::{shows, stands};
use crate::people::volunteers::payee::status::PayeeStatus;
use crate::text::FinanceNumber;

/// Numbers that finance uses to pay a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[schema(as = NewPayee)]
pub struct PayeeNumbers {
    /// Supplier number in the finance ledger; needed before expenses can be paid.
    /// Example: S10023
    #[serde(default)]
    pub supplier_number: Option<FinanceNumber>,
    /// Supplier site in the finance ledger.
    /// Example: HOME
    #[serde(default)]
    pub supplier_site: Option<FinanceNumber>,
    /// Payroll number; needed before time can be paid through payroll.
    /// Example: P20417
    #[serde(default)]
    pub payroll_number: Option<FinanceNumber>,
}

/// A change of a payee's numbers that waits for its confirmation by another person: all three as they would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedPayee {
    /// Supplier number in the finance ledger as it would be; null for none.
    /// Example: S10023
    pub supplier_number: Option<FinanceNumber>,
    /// Supplier site in the finance ledger as it would be; null for none.
    /// Example: HOME
    pub supplier_site: Option<FinanceNumber>,
    /// Payroll number as it would be; null for none.
    /// Example: P20417
    pub payroll_number: Option<FinanceNumber>,
    /// Who proposed it: the subject of their token. Somebody else must confirm it.
    #[schema(example = "finance.raman")]
    pub proposed_by: Option<String>,
    /// When it was proposed.
    pub proposed_at: Instant,
}

/// A volunteer as finance pays them: the numbers in force, and the change that waits for its confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayeeView {
    /// Identifier of the volunteer; a payee has no identifier of its own.
    pub id: VolunteerId,
    /// Version of these numbers, counted from 1 and separate from the volunteer's; send it in If-Match to change them.
    pub version: i32,
    /// Identifier of the volunteer.
    pub volunteer_id: VolunteerId,
    /// Legal name, to find the person in the ledger; null once the person is erased.
    #[schema(example = "Grace Mensah")]
    pub payee_name: Option<String>,
    /// Name of who deals with the estate, if the person has died and somebody is named; null otherwise.
    #[schema(example = "Hart and Daughters, solicitors")]
    pub estate_name: Option<String>,
    /// Supplier number in the finance ledger; null until one was confirmed.
    /// Example: S10023
    pub supplier_number: Option<FinanceNumber>,
    /// Supplier site in the finance ledger; null until one was confirmed.
    /// Example: HOME
    pub supplier_site: Option<FinanceNumber>,
    /// Payroll number; null until one was confirmed.
    /// Example: P20417
    pub payroll_number: Option<FinanceNumber>,
    /// Change that waits for its confirmation by another person; null if there is none.
    pub proposed: Option<ProposedPayee>,
    /// Who confirmed the numbers in force: the subject of their token; null until any were confirmed.
    #[schema(example = "finance.lowe")]
    pub confirmed_by: Option<String>,
    /// When the numbers in force were confirmed; null until any were.
    pub confirmed_at: Option<Instant>,
    /// When the volunteer was added.
    pub created_at: Instant,
    /// Who added the volunteer: the subject of their token; null once that person was erased.
    pub created_by: Option<String>,
    /// When a change was last proposed, confirmed or discarded.
    pub updated_at: Instant,
}

impl Represent for PayeeView {
    shows!(Payee, |it| [(it.volunteer_id, None)]);
    stands!(|it| if it.proposed.is_some() { PayeeStatus::Proposed } else { PayeeStatus::InForce });

    fn etag(&self) -> Option<String> {
        Some(self.version.to_string())
    }
}
