//! How many rows a write must have changed. A write that changed others is a fault of ours, and rolls everything back.

use std::panic::Location;

use crate::refusal::{Failure, Result};

/// Fails unless a write changed one row.
///
/// # Errors
/// A fault of the service, with the place of the write for the log.
#[track_caller]
pub fn exactly_one(rows: usize) -> Result<()> {
    exactly(1, rows)
}

/// Fails unless a write changed this many rows.
///
/// # Errors
/// A fault of the service, with the place of the write for the log.
#[track_caller]
pub fn exactly(expected: usize, rows: usize) -> Result<()> {
    if rows == expected {
        return Ok(());
    }
    Err(Failure::broken(format!("{}: {rows} rows were written, not {expected}", Location::caller())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_number_of_rows_is_a_fault() {
        assert!(exactly_one(1).is_ok() && exactly(0, 0).is_ok() && exactly(3, 3).is_ok());
        for (expected, rows) in [(1, 0), (1, 2), (3, 2)] {
            let failed = exactly(expected, rows).unwrap_err().to_string();
            assert!(failed.contains("written.rs") && failed.ends_with(&format!("not {expected}")), "{failed}");
        }
    }
}
