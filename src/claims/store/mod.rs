//! SQL of the tables of claims, their lines and their texts, and of the mileage years; and only that.
//! What it means stands in the rules.

mod basis;
mod create;
mod ledger;
mod lock;
mod read;
mod write;

pub use basis::{Basis, BasisAsked, agreement_with_basis, basis};
pub use create::{Draft, create};
pub use ledger::{
    OtherLine, lock_years, miles_used, on_session, open_on_plan, other_lines, time_elected, time_taken,
    unclaimed_on_plan,
};
pub use lock::{Approver, LockedClaim, lock, lock_all, lock_for_approval};
pub use read::{SignedBy, called, find, find_shown, list, signed_by};
pub use write::{
    OfLines, Sums, approve, change, give_back, references, release_lines, remove_lines, reopen, save_line_texts,
    save_lines, save_over_budget, save_reason, save_texts, set_all, set_status, submit,
};
