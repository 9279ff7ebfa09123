//! Verifies the audit record: every row as it was written, the chain unbroken, nothing removed or left out; its actors, the
//! links of persons and the numbers of payees as they were.
//! It changes nothing, except that it first seals what is not sealed yet. People decide what to do about a finding.

mod chain;
mod completeness;
mod persons;
mod report;
mod rows;
mod window;

use crate::db::prelude::*;

use crate::audit::seal::{self, Anchor};
use crate::refusal::Result;
use crate::work::feature::Resource;

pub use report::{Problem, Report, Wrong};
pub(crate) use window::{Window, check as check_part};

/// Seals what is not sealed, then verifies all of it in one snapshot of the database. `anchor` is the head that an
/// earlier verification returned; without it, a chain that was rewritten from beginning to end looks whole.
///
/// # Errors
/// Database errors.
pub fn run(conn: &mut PgConnection, resources: &[Resource], anchor: Option<&Anchor>) -> Result<Report> {
    conn.build_transaction().run(seal::seal_all)?;
    conn.build_transaction().repeatable_read().read_only().run(|conn| {
        let mut report = Report::default();
        rows::check(conn, &mut report)?;
        let links = chain::check(conn, anchor, &mut report)?;
        completeness::check(conn, resources, &mut report)?;
        persons::check(conn, links.as_ref(), &mut report)?;
        Ok(report)
    })
}
