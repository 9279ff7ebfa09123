//! What can be seen of the record.

use crate::access::Action;
use crate::audit::store;
use crate::audit::views::{AuditFilter, AuditView};
use crate::db::page::{Page, Rows};
use crate::http::Routes;
use crate::refusal::Done;
use crate::work::Reader;

/// Declares the operations.
pub fn routes(routes: &mut Routes) {
    routes.tag("Audit", "Who did what to which thing, and when: append-only, hashed and chained.");
    routes.list("/v1/audit", Some(Action::ReadAudit), list_audit_records).says(
        "The audit record",
        "Newest first: ids, names of fields and states, never values. Finance sees what concerns claims, payments, \
         payment runs and payees. `involvement verify-audit` tells whether anything was changed, removed or cut off.",
    );
}

fn list_audit_records(reader: &mut Reader<'_>, (): (), filter: &AuditFilter, page: &Page) -> Done<Rows<AuditView>> {
    store::list(reader, filter, page)
}
