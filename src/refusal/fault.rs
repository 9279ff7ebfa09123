//! One thing that is wrong, and where in the request it lies.

use crate::clock::Day;

/// Where in the request a fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// JSON pointer into the body.
    Pointer(String),
    /// Name of a query or path parameter.
    Parameter(String),
    /// Name of a header.
    Header(&'static str),
    /// No single place.
    Whole,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// Code of the fault, on which clients rely.
    pub code: &'static str,
    /// What is wrong, in words; never another person's data.
    pub detail: String,
    /// Number of records concerned, where they were counted.
    pub count: Option<i64>,
    /// Address of a list that shows them.
    pub see: Option<String>,
    /// Day before which trying again is unlikely to succeed.
    pub not_before: Option<Day>,
}

impl Fault {
    fn new(place: Place, code: &'static str, detail: impl Into<String>) -> Self {
        Self { place, code, detail: detail.into(), count: None, see: None, not_before: None }
    }

    /// Adds the number of records concerned, and the address of a list that shows them.
    #[must_use]
    pub fn counted(self, count: i64, see: impl Into<String>) -> Self {
        Self { count: Some(count), see: Some(see.into()), ..self }
    }

    /// Adds the day before which trying again is unlikely to succeed.
    #[must_use]
    pub fn not_before(self, day: Day) -> Self {
        Self { not_before: Some(day), ..self }
    }

    /// A fault at a JSON pointer of the body.
    pub fn at(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Pointer(pointer.into()), code, detail)
    }

    /// A fault of a query or path parameter.
    pub fn parameter(name: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Parameter(name.into()), code, detail)
    }

    /// A fault of a header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Header(name), code, detail)
    }

    /// An id in the body that is unknown, or not visible to the caller: the same words, so that they reveal nothing.
    pub fn unknown(pointer: impl Into<String>) -> Self {
        Self::at(pointer, "unknown-reference", "is unknown or not visible to you")
    }

    /// A fault of the request or the resource as a whole.
    pub fn whole(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Place::Whole, code, detail)
    }
}
