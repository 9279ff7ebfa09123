//! SQL of the tables of claims, their lines and their texts, and of the mileage years; and only that.
//! What it means stands in the rules.

mod approver;
mod ledger;
mod read;
mod write;

pub use approver::{Approver, approver};
pub use ledger::{
    OtherLine, lock_years, miles_used, on_session, open_on_plan, other_lines, time_elected, time_taken,
    unclaimed_on_plan,
};
pub use read::{SignedBy, called, find, find_shown, list, signed_by};
pub use write::{
    Sums, approve, change, give_back, insert, lock, lock_all, lock_with_lines, references, release_lines, remove_lines,
    save_line_texts, save_lines, save_reason, save_texts, set_all, set_status, submit,
};
