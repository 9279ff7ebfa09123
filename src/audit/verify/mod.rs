//! Whether the record is whole: every row as it was written, the chain unbroken, nothing cut off or left out.
//! It changes nothing but to seal what is not sealed yet; what to do about a finding is for people.

mod chain;
mod completeness;
mod rows;

use diesel::prelude::*;

use crate::audit::seal::{self, Anchor};
use crate::refusal::Done;
use crate::work::feature::Resource;

crate::text_enum! {
    /// What can be wrong with the record.
    pub enum Wrong {
        /// A row does not say what it said when it was written.
        EditedRow = "edited-row",
        /// A seal's row is gone.
        MissingRow = "missing-row",
        /// A seal is gone from the middle of the chain.
        MissingSeal = "missing-seal",
        /// A link does not rest on the one before.
        BrokenChain = "broken-chain",
        /// The chain was shorter or other than this when the anchor was made.
        RewrittenChain = "rewritten-chain",
        /// A history tells of a change that the record does not have.
        UnrecordedHistory = "unrecorded-history",
        /// An event tells of a change that the record does not have.
        UnrecordedEvent = "unrecorded-event",
        /// A thing is at another version than its history.
        UnrecordedVersion = "unrecorded-version",
        /// The record has a change that the histories do not have.
        MissingHistory = "missing-history",
        /// The record has a change that the events do not have.
        MissingEvent = "missing-event",
    }
}

/// The first case of something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub wrong: Wrong,
    /// The number of the record, where it has one.
    pub seq: Option<i64>,
    /// Where, in words: ids and numbers.
    pub detail: String,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many records were looked at.
    pub checked: i64,
    /// How many of them are sealed; the rest were written meanwhile.
    pub sealed: i64,
    /// The head of the chain: the anchor of the next verification.
    pub head: Option<Anchor>,
    /// What is wrong: the first case of each kind.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }

    /// Keeps the first case of each kind.
    fn found(&mut self, wrong: Wrong, seq: Option<i64>, detail: impl FnOnce() -> String) {
        if self.problems.iter().all(|known| known.wrong != wrong) {
            self.problems.push(Problem { wrong, seq, detail: detail() });
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} records checked, {} sealed", self.checked, self.sealed)?;
        if let Some(head) = &self.head {
            write!(f, "\nanchor for the next verification: {head}")?;
        }
        for Problem { wrong, seq, detail } in &self.problems {
            let record = seq.map(|seq| format!(" at record {seq}")).unwrap_or_default();
            write!(f, "\n{wrong}{record}: {detail}")?;
        }
        Ok(())
    }
}

/// Seals what is not sealed, then verifies all of it at one moment of the database. An anchor is what an earlier
/// verification said: without one, a chain that was rewritten from end to end looks whole.
///
/// # Errors
/// Those of the database.
pub fn run(conn: &mut PgConnection, resources: &[Resource], anchor: Option<&Anchor>) -> Done<Report> {
    conn.build_transaction().run(seal::everything)?;
    conn.build_transaction().repeatable_read().read_only().run(|conn| {
        let mut report = Report::default();
        rows::check(conn, &mut report)?;
        chain::check(conn, anchor, &mut report)?;
        completeness::check(conn, resources, &mut report)?;
        Ok(report)
    })
}
