//! Reading claims and their lines, narrowed by the grant.
//! Nothing is changed here; that is `write`.

use crate::db::prelude::*;

use crate::claims::bodies::ClaimFilter;
use crate::claims::row::{Claim, ClaimHeader, ClaimLineRow, approvers, submitters};
use crate::claims::status::ClaimStatus;
use crate::db::among::among;
use crate::db::ids::ClaimId;
use crate::db::page::{Page, Rows};
use crate::db::schema::{actors, claim_line_texts, claim_lines, claim_texts, claims, services};
use crate::page_by;
use crate::refusal::{Refusal, Result};
use crate::work::{Reader, narrow};

/// Claims with the other tables that a header is read from.
macro_rules! joined {
    () => {
        claims::table
            .inner_join(services::table)
            .inner_join(actors::table.on(claims::created_by.eq(actors::id)))
            .left_join(claim_texts::table)
            .left_join(submitters.on(claims::submitted_by.eq(submitters.field(actors::id).nullable())))
            .left_join(approvers.on(claims::approved_by.eq(approvers.field(actors::id).nullable())))
    };
}

/// Narrows a boxed query to what the grant reaches: the union of what each role reaches. A person who reaches only their own
/// claims asks for nothing else, so that the index by volunteer is used.
macro_rules! within {
    ($query:expr, $grant:expr) => {{
        let (mut query, grant) = ($query, $grant);
        if let Some(own) = grant.own().filter(|_| grant.only_own()) {
            query = query.filter(claims::volunteer_id.eq(own));
        } else if !grant.all() {
            query = query.or_filter(services::code.eq_any(grant.services()));
            if let Some(own) = grant.own() {
                query = query.or_filter(claims::volunteer_id.eq(own));
            }
            if grant.money() {
                query = query.or_filter(claims::status.eq_any(ClaimStatus::APPROVED_OR_PAID));
            }
        }
        query
    }};
}

/// A claim without its lines, if the grant reaches it.
pub fn find(reader: &mut Reader<'_>, id: ClaimId) -> Result<ClaimHeader> {
    let query = within!(joined!().select(ClaimHeader::as_select()).into_boxed(), reader.grant());
    let found = query.filter(claims::id.eq(id)).first(reader.conn).optional()?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// A claim with its lines in their order, if the grant reaches it. One statement: its rows are the lines, each with the header.
pub fn find_with_lines(reader: &mut Reader<'_>, id: ClaimId) -> Result<Claim> {
    let with_lines = joined!()
        .left_join(claim_lines::table.on(claim_lines::claim_id.eq(claims::id)))
        .left_join(claim_line_texts::table.on(claim_line_texts::line_id.eq(claim_lines::id)))
        .select((ClaimHeader::as_select(), Option::<ClaimLineRow>::as_select()));
    let query = within!(with_lines.into_boxed(), reader.grant());
    let rows: Vec<(ClaimHeader, Option<ClaimLineRow>)> =
        query.filter(claims::id.eq(id)).order_by(claim_lines::position).load(reader.conn)?;
    let (mut headers, lines): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let header = headers.pop().ok_or_else(Refusal::not_found)?;
    Ok(Claim { header, lines: lines.into_iter().flatten().collect() })
}

/// The names in the tokens of those who submitted and approved a claim; none where a token gave no name, or after erasure.
#[derive(Clone, Debug, Default, Queryable)]
pub struct SignedBy {
    pub submitted: Option<String>,
    pub approved: Option<String>,
}

/// Who submitted and approved a claim. The caller found the claim by the grant.
pub fn signed_by(conn: &mut PgConnection, id: ClaimId) -> Result<SignedBy> {
    let names = claims::table
        .left_join(submitters.on(claims::submitted_by.eq(submitters.field(actors::id).nullable())))
        .left_join(approvers.on(claims::approved_by.eq(approvers.field(actors::id).nullable())))
        .filter(claims::id.eq(id))
        .select((submitters.field(actors::name).nullable(), approvers.field(actors::name).nullable()))
        .first(conn)
        .optional()?;
    Ok(names.unwrap_or_default())
}

/// A page of claims, in one statement.
pub fn list(reader: &mut Reader<'_>, filter: &ClaimFilter, page: &Page) -> Result<Rows<ClaimHeader>> {
    let mut query = within!(joined!().select(ClaimHeader::as_select()).into_boxed(), reader.grant());
    if let Some(status) = &filter.status {
        // What nobody of this role sees is not looked for.
        let grant = reader.grant();
        let money = grant.only_money() && grant.own().is_none();
        let seen = status.iter().filter(|status| !money || ClaimStatus::APPROVED_OR_PAID.contains(status));
        let seen: Vec<ClaimStatus> = seen.copied().collect();
        if seen.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        query = query.filter(among("claims.status", seen));
    }
    if let Some(volunteer) = filter.volunteer_id {
        query = query.filter(claims::volunteer_id.eq(volunteer));
    }
    if let Some(agreement) = filter.agreement_id {
        query = query.filter(claims::agreement_id.eq(agreement));
    }
    if let Some(service) = filter.service_id {
        if narrow::among_reached(&[service], reader)?.is_empty() {
            return Ok(Rows { rows: Vec::new(), more: false });
        }
        query = query.filter(claims::service_id.eq(service));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(claims::reference.eq(reference));
    }
    match filter.late {
        Some(true) => query = query.filter(claims::late),
        Some(false) => query = query.filter(diesel::dsl::not(claims::late)),
        None => {}
    }
    Ok(page.load(page_by!(query, page, claims::id), reader.conn)?)
}

/// The references of these claims.
///
/// # Errors
/// Database errors.
pub fn called(conn: &mut PgConnection, ids: &[uuid::Uuid]) -> Result<Vec<(uuid::Uuid, String)>> {
    Ok(claims::table.filter(claims::id.eq_any(ids)).select((claims::id, claims::reference)).load(conn)?)
}
