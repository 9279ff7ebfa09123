//! Verifies the audit record: every row as it was written, the chain unbroken, nothing removed or left out.
//! It changes nothing, except that it first seals what is not sealed yet. People decide what to do about a finding.

mod chain;
mod completeness;
mod rows;

use diesel::prelude::*;

use crate::audit::seal::{self, Anchor};
use crate::refusal::Done;
use crate::work::feature::Resource;

crate::text_enum! {
    /// What can be wrong with the audit record.
    pub enum Wrong {
        /// A row was changed after it was written.
        EditedRow = "edited-row",
        /// The row of a seal is missing.
        MissingRow = "missing-row",
        /// A seal is missing from the middle of the chain.
        MissingSeal = "missing-seal",
        /// A link does not follow from the one before.
        BrokenChain = "broken-chain",
        /// The chain does not contain the anchor, so it was rewritten or cut off after the anchor was made.
        RewrittenChain = "rewritten-chain",
        /// A history has a change that the audit record does not have.
        UnrecordedHistory = "unrecorded-history",
        /// An event has a change that the audit record does not have.
        UnrecordedEvent = "unrecorded-event",
        /// A record is at another version than its history.
        UnrecordedVersion = "unrecorded-version",
        /// The audit record has a change that the histories do not have.
        MissingHistory = "missing-history",
        /// The audit record has a change that the events do not have.
        MissingEvent = "missing-event",
    }
}

/// The first case of something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub wrong: Wrong,
    /// Number of the audit record, where there is one.
    pub seq: Option<i64>,
    /// Where, in words: ids and numbers only.
    pub detail: String,
}

/// Result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of audit records checked.
    pub checked: i64,
    /// Number of seals checked; the remaining records were written meanwhile.
    pub sealed: i64,
    /// Head of the chain: the anchor for the next verification.
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

/// Seals what is not sealed, then verifies all of it in one snapshot of the database. `anchor` is the head that an
/// earlier verification returned; without it, a chain that was rewritten from beginning to end looks whole.
///
/// # Errors
/// Database errors.
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
