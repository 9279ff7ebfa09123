//! What is missing from a point, and whether anything is filled in. Pure.
//! A text of fewer than three characters after trimming is too short; there is no other length rule.

use serde::Serialize;
use utoipa::ToSchema;

use crate::text::LongText;

crate::text_enum! {
    /// Whether one of the ten points is met.
    pub enum PointState {
        /// Nothing is missing.
        Met = "met",
        /// Something is there, something is missing.
        Partial = "partial",
        /// Nothing is filled in.
        Missing = "missing",
    }
}

/// Something that is missing from a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Place in the plan, as a JSON pointer.
    pub pointer: String,
    /// Code: `missing` or `too-short`.
    pub code: &'static str,
    /// What to fill in, with an example.
    pub detail: String,
}

/// Readiness of one of the ten points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointReadiness {
    /// Number of the point, from 1 to 10.
    pub number: u8,
    /// Title of the point.
    pub title: &'static str,
    /// Whether the point is met.
    pub state: PointState,
    /// What is missing; empty if the point is met.
    pub findings: Vec<Finding>,
}

/// Collects what is missing from a point, and whether anything is filled in.
#[derive(Default)]
pub(super) struct Point {
    findings: Vec<Finding>,
    something: bool,
}

impl Point {
    fn finding(&mut self, pointer: &str, code: &'static str, detail: &str) {
        self.findings.push(Finding { pointer: pointer.to_owned(), code, detail: detail.to_owned() });
    }

    /// A choice or an answer is needed.
    pub fn needs(&mut self, there: bool, pointer: &str, detail: &str) {
        self.something |= there;
        if !there {
            self.finding(pointer, "missing", detail);
        }
    }

    /// A text is needed.
    pub fn says(&mut self, text: Option<&LongText>, pointer: &str, detail: &str) {
        self.says_line(text.map(LongText::as_str), pointer, detail);
    }

    pub fn says_line(&mut self, text: Option<&str>, pointer: &str, detail: &str) {
        match text.map(|text| text.trim().chars().count()) {
            None | Some(0) => self.finding(pointer, "missing", detail),
            Some(1 | 2) => {
                self.something = true;
                self.finding(pointer, "too-short", detail);
            }
            Some(_) => self.something = true,
        }
    }

    pub fn done(self, number: u8, title: &'static str) -> PointReadiness {
        let state = match (self.findings.is_empty(), self.something) {
            (true, _) => PointState::Met,
            (false, true) => PointState::Partial,
            (false, false) => PointState::Missing,
        };
        PointReadiness { number, title, state, findings: self.findings }
    }
}
