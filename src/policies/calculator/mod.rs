//! Works out the amounts of a claim: pure functions of its inputs, a policy's terms and the miles used before.
//! Not here: who may claim, what has been claimed before, the clock, HTTP and SQL.

mod attendance;
mod claim;
mod comparison;
mod estimate;
mod exact;
mod expenses;
mod explain;
mod line;
mod line_figures;
mod mileage;
mod tax_year;
mod time;
mod top_up;
mod version;
pub mod window;

#[cfg(test)]
mod tests;

pub use attendance::is_paid_when_cancelled;
pub use claim::{ClaimError, ClaimLine, work_claim};
pub use comparison::pays_at_least;
pub use estimate::estimate;
pub use line::{
    Attendance, CalculationError, FirstBand, LineInput, Outcome, PaidBy, PayForTime, Promise, Promiser, Vehicle, Work,
    Worked,
};
pub use line_figures::work_line;
pub use tax_year::{NotATaxYear, TaxYear};
pub use top_up::{paid, top_up};
pub use version::{Version, days_in_force, in_force};
