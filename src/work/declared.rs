//! Whether of a change it is said who is told. That is said above, in `deliveries::told`; here, where every change is written, it
//! is asked, in builds with debug assertions: a change that nobody thought of fails in the first test that makes it.

use std::sync::OnceLock;

use crate::refusal::{Failure, Result};
use crate::work::change::Change;

/// Whether of a change of such a record, in the words of the audit record, it is said who is told.
pub type IsDeclared = fn(resource: &str, action: &str) -> bool;

static ASKED: OnceLock<IsDeclared> = OnceLock::new();

/// Says what is asked. The first word counts.
pub fn ask(is_declared: IsDeclared) {
    ASKED.set(is_declared).ok();
}

/// Refuses changes of which it is not said who is told.
///
/// # Errors
/// An internal fault.
pub(super) fn check(changes: &[Change]) -> Result<()> {
    if cfg!(debug_assertions)
        && let Some(is_declared) = ASKED.get()
    {
        return all(changes, *is_declared);
    }
    Ok(())
}

fn all(changes: &[Change], is_declared: IsDeclared) -> Result<()> {
    match changes.iter().find(|change| !is_declared(change.resource, change.action)) {
        None => Ok(()),
        Some(Change { resource, action, .. }) => {
            Err(Failure::broken(format!("`{action}` of a {resource} is not in the table of who is told")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_nobody_thought_of_is_a_fault() {
        let change = |action| Change::new("session", uuid::Uuid::nil(), 1, action, "changed");
        let is_declared: IsDeclared = |resource, action| (resource, action) == ("session", "change");
        assert!(all(&[change("change"), change("change")], is_declared).is_ok());
        let fault = all(&[change("change"), change("relocate")], is_declared).unwrap_err();
        assert!(fault.to_string().contains("`relocate` of a session"), "{fault}");
    }
}
