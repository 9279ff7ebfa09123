//! SQL of the tables of claims, their lines and their texts, and of the mileage years; and only that.
//! What it means stands in the rules.

mod basis;
mod create;
mod elsewhere;
mod ledger;
mod line_arrays;
mod lock;
mod read;
mod rewrite;
mod write;

pub use basis::{About, Basis, BasisAsked, agreement_with_basis, basis, basis_of_claim};
pub use create::{Draft, create};
pub use elsewhere::{Elsewhere, OtherLine};
pub use ledger::{lock_basis, miles_used, on_sessions, open_on_plan, time_elected, time_taken, unclaimed_on_plan};
pub use lock::{Decider, LockedClaim, lock, lock_all, lock_for_decision};
pub use read::{SignedBy, called, find, find_shown, list, recoveries_of, signed_by};
pub use rewrite::{Texts, rewrite};
pub use write::{
    OfLines, Sums, approve, close, insert_lines, references, remove_lines, reopen, save_line_texts, save_over_budget,
    save_reason, set_all,
};
