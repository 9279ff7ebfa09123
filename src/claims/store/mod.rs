//! SQL of the tables of claims, their lines and their texts, and of the mileage years; and only that.
//! What it means stands in the rules.

mod ledger;
mod read;
mod write;

pub use ledger::{
    Approver, alike, approver, hold_sessions, lock_years, miles_used, on_session, open_on_plan, time_elected,
    time_taken, unclaimed_on_plan,
};
pub use read::{Acted, acted, called, find, list};
pub use write::{
    Sums, add_lines, approve, change, give_back, insert, lock, lock_all, references, release_lines, save_lines,
    save_reason, save_texts, set_all, set_status, submit,
};
