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

/// The row that a write answers, which wrote one.
///
/// # Errors
/// A fault of the service, with the place of the write for the log.
#[track_caller]
pub fn the_one<T>(mut written: Vec<T>) -> Result<T> {
    exactly(1, written.len())?;
    written.pop().ok_or_else(|| Failure::broken("a row that was written and is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_number_of_rows_is_a_fault() {
        assert!(
            the_one(vec![7]).is_ok_and(|row| row == 7)
                && the_one(vec![7, 7]).is_err()
                && the_one::<u8>(vec![]).is_err()
        );
        assert!(exactly_one(1).is_ok() && exactly(0, 0).is_ok() && exactly(3, 3).is_ok());
        for (expected, rows) in [(1, 0), (1, 2), (3, 2)] {
            let failed = exactly(expected, rows).unwrap_err().to_string();
            assert!(failed.contains("written.rs") && failed.ends_with(&format!("not {expected}")), "{failed}");
        }
    }
}
