//! Result of a verification of the audit record: what was checked, and the first case of each thing that is wrong.

use crate::audit::seal::Anchor;

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
        /// A history was changed after it was written.
        EditedHistory = "edited-history",
        /// An event was changed after it was written.
        EditedEvent = "edited-event",
        /// A record is gone, and its history does not say by what.
        MissingRecord = "missing-record",
        /// A record has other values than those that the audit record vouches for.
        EditedValues = "edited-values",
        /// The log-in of an actor was changed, or emptied without an erasure.
        EditedActor = "edited-actor",
        /// A link between log-ins and volunteers that are one person was taken out or changed.
        EditedLink = "edited-link",
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
    /// How often the owner of the tables parted a log-in or volunteer from its person.
    pub parted: i64,
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
    pub(super) fn found(&mut self, wrong: Wrong, seq: Option<i64>, detail: impl FnOnce() -> String) {
        if self.problems.iter().all(|known| known.wrong != wrong) {
            self.problems.push(Problem { wrong, seq, detail: detail() });
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Records checked: {}. Sealed: {}.", self.checked, self.sealed)?;
        if let Some(head) = &self.head {
            write!(f, "\nAnchor for the next verification: {head}")?;
        }
        if self.parted > 0 {
            write!(f, "\nLog-ins or volunteers parted from their person by the owner of the tables: {}.", self.parted)?;
        }
        for Problem { wrong, seq, detail } in &self.problems {
            let at = seq.map(|seq| format!(" at record {seq}")).unwrap_or_default();
            write!(f, "\n{wrong}{at}: {detail}")?;
        }
        Ok(())
    }
}
