//! Why an operation failed: a refusal, or what only the log is told.

use std::fmt;

use crate::refusal::Refusal;

/// Why an operation failed: refused, not possible at present, or a fault of the service.
#[derive(Debug)]
pub enum Failure {
    /// Expected; the caller is told why.
    Refused(Box<Refusal>),
    /// The database is unavailable, busy or shutting down; the text is for the log.
    Unavailable(String),
    /// Two transactions collided; trying again can succeed. The text is for the log.
    Collided(String),
    /// A row that the service takes for granted is not there: the database went back to an earlier state, perhaps. The
    /// text is for the log.
    Outdated(String),
    /// A fault of the service; the text is for the log only.
    Broken(String),
}

impl Failure {
    /// A fault of the service, with a text for the log.
    pub fn broken(why: impl fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unavailable(why) | Self::Collided(why) | Self::Outdated(why) | Self::Broken(why) => f.write_str(why),
        }
    }
}
