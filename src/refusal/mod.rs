//! Refusals without HTTP: the kinds of refusal, their faults, and failures of the service itself.
//! The status, title and page of each kind are in `http::problem`.

mod failure;
mod fault;
mod happened;
mod kind;

use std::fmt;

pub use failure::Failure;
pub use fault::{Fault, Place};
pub use happened::Happened;
pub use kind::Kind;

/// An expected refusal, with every fault at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Kind of refusal.
    pub kind: Kind,
    /// What was refused in this case, in words; never another person's data.
    pub detail: String,
    /// Every fault found.
    pub errors: Vec<Fault>,
    /// For a refused transition, the verbs that are allowed now; for a wrong method, the methods.
    pub allowed: Option<Vec<&'static str>>,
}

impl Refusal {
    /// A refusal without faults.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), allowed: None }
    }

    /// Adds the faults found.
    #[must_use]
    pub fn with(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// A body that breaks the schema, or a rule that needs nothing but the body.
    #[must_use]
    pub fn invalid(errors: Vec<Fault>) -> Self {
        Self::new(Kind::Invalid, "The body does not fit this operation. Correct what `errors` lists.").with(errors)
    }

    /// Unknown or not visible: the same answer for both, so that it reveals nothing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing at this address, or you may not see it.")
    }

    /// An id in the body that is unknown, or not visible to the caller.
    #[must_use]
    pub fn unknown_reference(pointer: &str) -> Self {
        Self::new(Kind::UnknownReference, UNKNOWN).with(vec![Fault::unknown(pointer)])
    }

    /// Fields that this role may not write.
    #[must_use]
    pub fn field_forbidden(fields: &[&str]) -> Self {
        Self::new(Kind::FieldForbidden, "Your role may not write some of these fields. Leave them out.").with(
            fields
                .iter()
                .map(|f| Fault::at(format!("/{f}"), "field-forbidden", "can't be written by your role"))
                .collect(),
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)
    }
}

/// The result of an operation of the service.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

const UNKNOWN: &str = "An id in the body is unknown or not visible to you.";

/// Refuses a body for every id in it that is unknown; succeeds when there are none.
///
/// # Errors
/// `unknown-reference`, where `errors` is not empty.
pub fn refuse_unknown(errors: Vec<Fault>) -> Result<(), Refusal> {
    refuse_if_any(Kind::UnknownReference, UNKNOWN, errors)
}

/// Refuses with every fault found; succeeds when there are none.
///
/// # Errors
/// The refusal of that kind, where `errors` is not empty.
pub fn refuse_if_any(kind: Kind, detail: &str, errors: Vec<Fault>) -> Result<(), Refusal> {
    if errors.is_empty() { Ok(()) } else { Err(Refusal::new(kind, detail).with(errors)) }
}
