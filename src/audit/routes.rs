//! The operation on audit records.

use crate::access::Action;
use crate::audit::store;
use crate::audit::views::{AuditFilter, AuditView};
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::refusal::Result;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Audit", "Who changed what, and when: append-only records, each hashed and linked into a chain.");
    routes.list("/v1/audit", Some(Action::ReadAudit), list_audit_records).describe(
        "List audit records",
        "Newest first. Records hold ids, names of fields and statuses, never values. Finance gets only records on \
         payments, payment runs and payees, and on claims that were approved. The command `involvement verify-audit` checks that no record was \
         changed or removed.",
    )
    .without_ids();
}

fn list_audit_records(reader: &mut Reader<'_>, (): (), filter: &AuditFilter, page: &Page) -> Result<Rows<AuditView>> {
    store::list(reader, filter, page)
}
